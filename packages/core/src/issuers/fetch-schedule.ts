/** Milliseconds. What they mean is said at the options of `remoteKeySet`. */
export interface Timing {
  readonly cooldown: number
  readonly maxAge: number
  readonly staleFor: number
}

/**
 * What is held, by its age.
 *
 * - `absent`: nothing, or older than `maxAge` and `staleFor` together
 * - `fresh`: younger than 80 % of the time for which it is good
 * - `ageing`: in the last 20 % of that time
 * - `stale`: past that time, and the issuer was asked within as long a time, in vain
 * - `expired`: past that time, and the issuer was not asked for as long. So no key is used about which nobody has asked
 */
export type Phase = 'absent' | 'fresh' | 'ageing' | 'expired' | 'stale'

/** What a request does about it. */
export type Step = 'answer' | 'answer, and fetch meanwhile' | 'fetch first' | 'refuse'

/** However short an issuer says that its answer is fresh. */
const leastAge = 60_000
const refreshFrom = 0.8
/** Of a failure: the longest wait for the next attempt, doubled by each further one up to the longest of all. */
const firstPause = 5000
const longestPause = 60_000

/**
 * When keys are fetched. It knows no network and no clock: it is told what happened, and at which millisecond of a
 * clock that never runs backwards.
 *
 * | held | the token's key is there | it is not |
 * |---|---|---|
 * | absent, expired | fetch first | fetch first |
 * | fresh | answer | fetch first, once per `cooldown` |
 * | ageing, stale | answer, and fetch meanwhile | fetch first |
 *
 * Where a fetch failed and its pause is not over, nothing is fetched: answer where something serves, else refuse.
 */
export class FetchSchedule {
  readonly #timing: Timing
  readonly #random: () => number
  /** When the last fetch began. Ages are counted from there: the answer may have been on its way for a while. */
  #began = Number.NEGATIVE_INFINITY
  #held: { readonly since: number; readonly goodFor: number } | undefined
  #searched = Number.NEGATIVE_INFINITY
  #failures = 0
  #failed = Number.NEGATIVE_INFINITY
  #pausedUntil = Number.NEGATIVE_INFINITY

  constructor(timing: Timing, random: () => number = Math.random) {
    this.#timing = timing
    this.#random = random
  }

  get failures(): number {
    return this.#failures
  }

  phase(now: number): Phase {
    if (this.#held === undefined) return 'absent'
    const { since, goodFor } = this.#held
    const age = now - since
    if (age >= goodFor + this.#timing.staleFor) return 'absent'
    if (age >= goodFor) return now - this.#failed < goodFor ? 'stale' : 'expired'
    return age >= goodFor * refreshFrom ? 'ageing' : 'fresh'
  }

  step(now: number, hasKey: boolean): Step {
    const phase = this.phase(now)
    const serves = phase !== 'absent' && phase !== 'expired'
    const coolsDown = phase === 'fresh' && now < this.#searched + this.#timing.cooldown
    if (coolsDown || now < this.#pausedUntil || (phase === 'fresh' && hasKey)) return serves ? 'answer' : 'refuse'
    return serves && hasKey ? 'answer, and fetch meanwhile' : 'fetch first'
  }

  began(now: number): void {
    this.#began = now
    // Whatever is fresh is fetched again for a key alone, and alternating sets must not cause a fetch for each token.
    if (this.phase(now) === 'fresh') this.searched()
  }

  /** The last fetch was made for a key, or was waited for and did not bring it: the cooldown runs since it began. */
  searched(): void {
    this.#searched = this.#began
  }

  /** The last fetch brought a set. Answers for how long it is good. */
  succeeded(freshSeconds = Number.POSITIVE_INFINITY): number {
    const goodFor = Math.min(this.#timing.maxAge, Math.max(leastAge, freshSeconds * 1000))
    this.#held = { since: this.#began, goodFor }
    this.#forgetFailures()
    return goodFor
  }

  /** The last fetch failed. Answers how long nothing is fetched now: half of a pause for certain, the rest by chance. */
  failed(now: number): number {
    const longest = Math.min(longestPause, firstPause * 2 ** this.#failures)
    const pause = longest * (1 - this.#random() / 2)
    this.#failures++
    this.#failed = now
    this.#pausedUntil = now + pause
    return pause
  }

  /** Another clock tells the time from now on: what is held is as old as that, and what happened is forgotten. */
  restart(now: number): void {
    this.#began = now
    this.#searched = Number.NEGATIVE_INFINITY
    this.#forgetFailures()
    if (this.#held !== undefined) this.#held = { ...this.#held, since: now }
  }

  #forgetFailures(): void {
    this.#failures = 0
    this.#failed = Number.NEGATIVE_INFINITY
    this.#pausedUntil = Number.NEGATIVE_INFINITY
  }
}
