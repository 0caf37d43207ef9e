import { numberIn, textIn } from './replies.js'

/** One revocation as the hash holds it. */
export interface Recorded {
  /** Seconds since the epoch. */
  readonly before: number
  /** Milliseconds since the epoch, by the clock of Redis. */
  readonly end: number
}

/** Reads `before`, a space, and the end. */
export function recordedIn(reply: unknown): Recorded {
  const [before, end] = textIn(reply).split(' ')
  return { before: numberIn(before), end: numberIn(end) }
}
