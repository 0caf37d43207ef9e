import { channel } from 'node:diagnostics_channel'
import type { OutageCode, RefusalCode } from '../errors/codes.js'
import { DependencyError, Refusal } from '../errors/errors.js'

/** What is published on the channel `jwt-guard:verdict`, once per request or verification. No token, no claim's value. */
export interface VerdictEvent {
  readonly verdict: 'accepted' | 'missing' | 'refused' | 'unavailable'
  /** The name of the token type. */
  readonly type: string
  readonly code?: RefusalCode | OutageCode
  readonly claim?: string
  /** An accepted token whose `typ` says nothing, of a type that takes such until a date (`untypedUntil`). */
  readonly untyped?: true
}

const verdicts = channel('jwt-guard:verdict')
/** The `DependencyError` behind an `unavailable`. Its `cause` is what a function of the application threw: not for every log. */
const failures = channel('jwt-guard:failure')

export function publishVerdict(
  verdict: VerdictEvent['verdict'],
  type: string,
  reason?: Refusal | DependencyError,
  untyped = false,
): void {
  if (reason instanceof DependencyError) failures.publish(reason)
  if (!verdicts.hasSubscribers) return
  const claim = reason instanceof Refusal && reason.claim !== undefined ? { claim: reason.claim } : {}
  const code = reason === undefined ? {} : { code: reason.code }
  verdicts.publish({ verdict, type, ...code, ...claim, ...(untyped && { untyped }) } satisfies VerdictEvent)
}
