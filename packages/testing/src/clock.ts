import type { Clock } from '@jwt-guard/core'

/** A clock that stands still until it is told otherwise, for `defineTokens(…, { clock })`. */
export interface FixedClock extends Clock {
  /** Moves both hands on, in seconds; the wall clock may also be moved back. */
  advance(seconds: number): void
}

/** 2027-01-15T08:00:00Z, unless another second since the epoch is given. */
export function fixedClock(start = 1_800_000_000): FixedClock {
  let passed = 0
  let elapsed = 0
  return {
    now: () => start + passed,
    monotonic: () => elapsed * 1000,
    advance(seconds) {
      passed += seconds
      elapsed += Math.max(0, seconds)
    },
  }
}
