interface Entry {
  readonly before: number
  /** In whole seconds since the epoch. */
  readonly end: number
}

/** What was revoked, in memory. It never forgets an entry that still counts: full, it throws. */
export class RevokedKeys {
  readonly #entries = new Map<string, Entry>()
  readonly #capacity: number
  #lastLook = -Infinity

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  add(key: string, before: number, seconds: number, now: number): void {
    const end = Math.ceil(now + seconds)
    this.#makeRoom(key, now)
    // One that has ended too: it counts again where the clock is set back.
    const known = this.#entries.get(key)
    this.#entries.set(key, {
      before: Math.max(before, known?.before ?? before),
      end: Math.max(end, known?.end ?? end),
    })
  }

  latest(keys: readonly string[], now: number): number | undefined {
    let latest: number | undefined
    for (const key of keys) {
      const before = this.#live(key, now)?.before
      if (before !== undefined && !(latest !== undefined && latest >= before)) latest = before
    }
    return latest
  }

  #live(key: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key)
    return entry !== undefined && entry.end > now ? entry : undefined
  }

  /** All entries have to be looked at, so once a second at most. */
  #makeRoom(key: string, now: number): void {
    if (this.#entries.size < this.#capacity || this.#entries.has(key)) return
    if (Math.abs(now - this.#lastLook) >= 1) {
      this.#lastLook = now
      for (const [known, { end }] of this.#entries) if (end <= now) this.#entries.delete(known)
    }
    if (this.#entries.size >= this.#capacity) throw new Error('the store is full of revocations that still count')
  }
}
