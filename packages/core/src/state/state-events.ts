import { channel } from 'node:diagnostics_channel'
import { DependencyError } from '../errors/errors.js'

/** A store has it that something is revoked. Once for each store and issuer that it concerns. */
export interface RevocationRecorded {
  readonly event: 'revoked'
  readonly what: 'token' | 'session' | 'subject' | 'client'
}
/** A call of a store threw, took too long, or was answered with what cannot be. Once per call, `explain`'s included. */
export interface StoreFailed {
  readonly event: 'failed'
  /** The method of the store. */
  readonly operation: 'add' | 'revoke' | 'revokedBefore'
}

/** What is published on the channel `jwt-guard:state`. Nothing in it comes from a token. */
export type StateEvent = RevocationRecorded | StoreFailed

const state = channel('jwt-guard:state')

export function publishStateEvent(event: StateEvent): void {
  if (state.hasSubscribers) state.publish(event)
}

/** Tells that a store failed, and answers the error to throw. */
export function storeFailure(operation: StoreFailed['operation'], cause?: unknown): DependencyError {
  publishStateEvent({ event: 'failed', operation })
  return new DependencyError('ERR_STORE_UNAVAILABLE', { cause })
}
