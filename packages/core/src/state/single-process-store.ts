import { AdoptedClock, type Clock } from '../encoding/clock.js'
import { readOptions, Wrong, type Reader } from '../encoding/options.js'
import type { ReplayStore } from './replay-store.js'

/** Keys with their ends, in milliseconds of a monotonic clock. */
export class SingleProcessStore implements ReplayStore {
  readonly #ends = new Map<string, number>()
  readonly #capacity: number
  readonly #clock = new AdoptedClock()
  /** Before it nothing ends, so that looking is not worth it. */
  #nextEnd = Infinity

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  adopt(clock: Clock): void {
    this.#clock.adopt(clock)
  }

  readonly add = (key: string, seconds: number): boolean => {
    const now = this.#clock.monotonic()
    if ((this.#ends.get(key) ?? 0) > now) return false
    if (this.#ends.size >= this.#capacity) this.#dropEnded(now)
    if (this.#ends.size >= this.#capacity) throw new Error('the store is full of keys that are still needed')
    this.#ends.set(key, now + seconds * 1000)
    this.#nextEnd = Math.min(this.#nextEnd, now + seconds * 1000)
    return true
  }

  #dropEnded(now: number): void {
    if (now < this.#nextEnd) return
    for (const [key, end] of this.#ends) if (end <= now) this.#ends.delete(key)
    this.#nextEnd = Infinity
    for (const end of this.#ends.values()) this.#nextEnd = Math.min(this.#nextEnd, end)
  }
}

const aCapacity: Reader<number> = (value) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 10_000_000) return value
  throw new Wrong('has to be a whole number from 1 to 10000000')
}

/**
 * A store in memory, for exactly one process: for tests, and for services that will never be two. It holds `capacity`
 * tokens (default 100,000, about 150 bytes each) until they could no longer be accepted, and refuses, as unavailable,
 * rather than forget one. **A restart forgets all of them**: a token that was used before it can be used once more.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
export function singleProcessStore(options: { readonly capacity?: number } = {}): ReplayStore {
  const { capacity = 100_000 } = readOptions('singleProcessStore', options, { capacity: aCapacity })
  return new SingleProcessStore(capacity)
}
