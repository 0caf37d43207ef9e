import type { Clock } from '@jwt-guard/core'

let ahead = 0

/** The clock of the three APIs: the computer's, unless it was set ahead to see a token grow old. */
export const clock: Clock = {
  now: () => Date.now() / 1000 + ahead,
  monotonic: () => performance.now(),
}

/** Sets it ahead of the computer's, in hours. */
export function setAhead(hours: number): void {
  ahead = hours * 3600
}
