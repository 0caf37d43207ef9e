import type { AnyTokenType } from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testKey, type Claims } from '@jwt-guard/testing'

/** A token as a provider issues it: its header and its claims, the times moved to the test's clock. */
export interface Shape {
  readonly what: string
  /** The name in `types` of the type that it is of. */
  readonly type: string
  readonly header: Claims
  readonly claims: Claims
}
/** One issuer of a provider by its real id, with keys of the test's own. */
export interface Provider {
  readonly fake: FakeIssuer
  readonly clientId: string
  readonly audience: string
  /** Every preset for its tokens. */
  readonly types: Readonly<Record<string, AnyTokenType>>
  readonly shapes: readonly Shape[]
}

/** One clock for all, so that all types can be of one set. */
export const clock = fixedClock()
export const now = clock.now()

export const logout = { 'http://schemas.openid.net/event/backchannel-logout': {} }
export const issuedFor = (seconds: number, ago = 0) => ({ iat: now - ago, exp: now - ago + seconds })
export const rsaIssuer = (id: string) =>
  new FakeIssuer({ id, clock, keys: [testKey('RS256', `key of ${new URL(id).host}`)] })
