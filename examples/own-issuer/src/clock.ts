import type { Clock } from '@jwt-guard/core'

let ahead = 0

/** The computer's, unless it was set ahead to see tokens grow old. Without a story, leave the clock out everywhere. */
export const clock: Clock = {
  now: () => Date.now() / 1000 + ahead,
  monotonic: () => performance.now() + ahead * 1000,
}

export function advance(seconds: number): void {
  ahead += seconds
}
