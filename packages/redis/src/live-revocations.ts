interface Live {
  readonly before: number
  /** Milliseconds of the process's own clock that never runs backwards. */
  readonly end: number
}

/** How often what has ended is looked for, in milliseconds. */
const sweepEvery = 10_000

/** The revocations that one process holds. Bounded: full is an error, and nothing live goes to make room. */
export class LiveRevocations {
  readonly #live = new Map<string, Live>()
  readonly #most: number
  #nextSweep = 0

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#live.size
  }

  /** The later `before` and the later end stay, in whatever order they come. */
  put(key: string, { before, end }: Live): void {
    const held = this.#live.get(key)
    if (held !== undefined) {
      this.#live.set(key, { before: Math.max(before, held.before), end: Math.max(end, held.end) })
      return
    }
    if (this.#live.size >= this.#most) throw new Error('there are more revocations than capacity allows')
    this.#live.set(key, { before, end })
  }

  revokedBefore(keys: readonly string[], now: number): number | undefined {
    let latest: number | undefined
    for (const key of keys) {
      const held = this.#live.get(key)
      if (held !== undefined && held.end > now) latest = Math.max(held.before, latest ?? -Infinity)
    }
    return latest
  }

  /** Drops what has ended, from time to time. */
  sweep(now: number): void {
    if (now < this.#nextSweep) return
    this.#nextSweep = now + sweepEvery
    for (const [key, { end }] of this.#live) if (end <= now) this.#live.delete(key)
  }
}
