import { performance } from 'node:perf_hooks'
import type { Send } from './commands.js'
import type { Feed } from './feed.js'
import type { RevocationKeys } from './keyspace.js'
import { LiveRevocations } from './live-revocations.js'
import { everything, nextWrite, positionNow, writtenSince, type Position, type Read } from './log.js'

interface Waiter {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Every live revocation in this process's memory, as Redis had it no longer than `maxLag` milliseconds ago. */
export class Replica {
  readonly #live: LiveRevocations
  #waiters: Waiter[] = []
  /** What Redis had by then is known here. */
  #knownUntil = -Infinity

  constructor(
    readonly feed: Feed,
    readonly keys: RevocationKeys,
    readonly maxLag: number,
    capacity: number,
  ) {
    // Entries stay a little longer here than in Redis, which itself holds no more than its writers' capacity.
    this.#live = new LiveRevocations(2 * capacity)
  }

  /** At once, but for the very first time. Throws where what is known here is too old. */
  revokedBefore(keys: readonly string[]): number | undefined | Promise<number | undefined> {
    if (this.#knownUntil === -Infinity && !this.feed.isClosed) return this.ready().then(() => this.#lookUp(keys))
    return this.#lookUp(keys)
  }

  /** Resolves when this process is up to date; rejects with what kept it from that. */
  async ready(): Promise<void> {
    if (this.feed.isClosed) throw new Error('the revocations are closed')
    this.feed.start(this.#follow, (error) => this.#tell((waiter) => waiter.reject(error)))
    if (this.#isCurrent()) return undefined
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
    })
  }

  /** What this very process has just written. */
  put(key: string, before: number, milliseconds: number): void {
    this.#live.put(key, { before, end: performance.now() + milliseconds })
  }

  #lookUp(keys: readonly string[]): number | undefined {
    if (this.feed.isClosed) throw new Error('the revocations are closed')
    if (!this.#isCurrent()) throw new Error('Redis has not been heard for longer than maxLag')
    return this.#live.revokedBefore(keys, performance.now())
  }

  #isCurrent(): boolean {
    return performance.now() - this.#knownUntil <= this.maxLag
  }

  /** The position comes first: whatever is written while everything is read, is in the log after it. */
  readonly #follow = async (send: Send): Promise<never> => {
    let position = await this.#readEverything(send)
    for (;;) {
      const asked = performance.now()
      const written = await writtenSince(send, this.keys, position)
      if (written === undefined) {
        position = await this.#readEverything(send)
        continue
      }
      this.#take(written.news)
      position = written.position
      if (!written.isAll) continue
      this.#upToDate(asked)
      await nextWrite(send, this.keys, position, this.maxLag / 4)
    }
  }

  async #readEverything(send: Send): Promise<Position> {
    const position = await positionNow(send, this.keys)
    for await (const page of everything(send, this.keys)) this.#take(page)
    return position
  }

  /** Added to what is held, which Redis may have lost. */
  #take(news: readonly Read[]): void {
    const now = performance.now()
    this.#live.sweep(now)
    for (const { key, before, left } of news) if (left > 0) this.#live.put(key, { before, end: now + left })
  }

  /** Redis answered that there is no more, to a question of that moment. */
  #upToDate(asked: number): void {
    this.#knownUntil = asked
    this.feed.serves()
    this.#tell((waiter) => waiter.resolve())
  }

  #tell(how: (waiter: Waiter) => void): void {
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) how(waiter)
  }
}
