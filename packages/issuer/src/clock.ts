import { DependencyError, type Clock } from '@jwt-guard/core'
import { invalid } from './options.js'

/** What of a clock is needed here: seconds since the epoch. */
export type WallClock = Pick<Clock, 'now'>

export const systemClock: WallClock = Object.freeze({ now: () => Date.now() / 1000 })

export function aClock(value: unknown): WallClock {
  if (typeof value === 'object' && value !== null && 'now' in value && typeof value.now === 'function') {
    const { now } = value
    return { now: () => Reflect.apply(now, value, []) }
  }
  throw invalid('createIssuer: clock', 'has to have now() in seconds')
}

/** The present, in whole seconds. A clock that throws or answers nonsense is away: nothing is issued by it. */
export function readNow(clock: WallClock): number {
  let now: unknown
  try {
    now = clock.now()
  } catch (cause) {
    throw new DependencyError('ERR_CLOCK_UNAVAILABLE', { cause })
  }
  if (typeof now !== 'number' || !Number.isFinite(now)) throw new DependencyError('ERR_CLOCK_UNAVAILABLE')
  return Math.floor(now)
}
