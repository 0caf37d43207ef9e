import { performance } from 'node:perf_hooks'
import { ConfigurationError, DependencyError } from '../errors/errors.js'

/**
 * Where the time comes from. Injected in tests. Nothing else here asks the system for the time; only the deadlines of
 * fetches and of resolvers run on its timers.
 */
export interface Clock {
  /** Seconds since the epoch, for `exp`, `nbf` and `iat`. */
  now(): number
  /** Milliseconds that never run backwards, for the age of what was fetched. */
  monotonic(): number
}

export const systemClock: Clock = Object.freeze({
  now: () => Date.now() / 1000,
  monotonic: () => performance.now(),
})

/** One reading. A clock that throws or answers nonsense is a dependency that is away: nothing is accepted by it. */
export function readClock(clock: Clock, hand: keyof Clock): number {
  let value: unknown
  try {
    value = clock[hand]()
  } catch (cause) {
    throw new DependencyError('ERR_CLOCK_UNAVAILABLE', { cause })
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new DependencyError('ERR_CLOCK_UNAVAILABLE')
  return value
}

/** The clock of what is made before the set that it is used in: the system's, until that set brings its own. */
export class AdoptedClock {
  #clock = systemClock
  #adopted = false

  /** Answers whether the clock is another one now. A second set may use the same thing only by the same clock. */
  adopt(clock: Clock): boolean {
    if (this.#adopted && clock !== this.#clock) {
      throw new ConfigurationError(
        'ERR_OPTIONS_CONTRADICT',
        'One issuer or store is used in two sets that have different clocks.',
      )
    }
    const changed = clock !== this.#clock
    this.#adopted = true
    this.#clock = clock
    return changed
  }

  get own(): Clock {
    return this.#clock
  }

  now(): number {
    return readClock(this.#clock, 'now')
  }

  /** Milliseconds that never run backwards. */
  monotonic(): number {
    return readClock(this.#clock, 'monotonic')
  }
}
