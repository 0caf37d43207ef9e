import { codes, type MistakeCode, type OutageCode, type RefusalCode } from './codes.js'

/**
 * Why a token is not accepted, as a value: what checks return, and what becomes a `TokenRejectedError` or an answer
 * to a request at the pipeline's end. It never holds the token or the value of a claim.
 */
export class Refusal {
  constructor(
    readonly code: RefusalCode,
    readonly claim?: string,
    /** Which rule of many it was, for explanations alone. It quotes nothing of the token either. */
    readonly detail?: string,
  ) {}
}

/**
 * The program is written wrong: an option, a key, or a set of types. Thrown when the thing is constructed, so that a
 * service does not start. The message says what to write instead.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  constructor(
    readonly code: MistakeCode,
    message: string,
  ) {
    super(message)
  }
}

/**
 * The token is at fault. `code` says why and `claim` which claim, for logs and `switch`; neither the message nor any
 * member holds the token or a value from it. Not for clients: they get one fixed answer.
 */
export class TokenRejectedError extends Error {
  override readonly name = 'TokenRejectedError'
  readonly code: RefusalCode
  readonly claim?: string
  constructor(refusal: Refusal) {
    super(codes.refusals[refusal.code].meaning)
    this.code = refusal.code
    if (refusal.claim !== undefined) this.claim = refusal.claim
  }
}

/**
 * Something that a verification needs is away or broken: a key source, a clock, a hook. The token may be good; answer
 * 503, never 401. `retryAfter` is in seconds.
 */
export class DependencyError extends Error {
  override readonly name = 'DependencyError'
  readonly retryAfter: number
  constructor(
    readonly code: OutageCode,
    options: { readonly retryAfter?: number; readonly detail?: string; readonly cause?: unknown } = {},
  ) {
    const { detail, cause, retryAfter = 5 } = options
    super(
      codes.outages[code] + (detail === undefined ? '' : `: ${detail}`),
      cause === undefined ? undefined : { cause },
    )
    this.retryAfter = retryAfter
  }
}
