import { performance } from 'node:perf_hooks'
import { DependencyError } from '../errors/errors.js'

/** Where the time comes from. Injected in tests; nothing in this library asks the system in any other place. */
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
