import { readOptions } from '../encoding/options.js'
import { checkLogoutEvent } from '../rules/logout-event.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { clientAudience, clientOptions, type ClientOptions } from './client-options.js'
import { completeRules, type Kind } from './complete-rules.js'
import { noContext, RuledType, type TokenType } from './token-type.js'
import { lenientTypOptions, type Migration, type LenientTyp } from './typ.js'

/** OpenID Connect Back-Channel Logout §2.4. `sub`, `sid` or both are there. */
export interface LogoutTokenClaims extends Omit<RegisteredClaims, 'exp'> {
  readonly aud: string | readonly string[]
  readonly iat: number
  readonly jti: string
  readonly events: Readonly<Record<string, unknown>>
  readonly exp?: number
  readonly sid?: string
  readonly nonce?: never
}

export interface LogoutTokenOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends ClientOptions<Schema>, LenientTyp, Migration {}

/** What a logout token is, whoever issues it. */
export const logoutTokenKind = {
  kind: 'logout token (OpenID Connect Back-Channel Logout)',
  purpose: 'that somebody has logged out, for a client',
  notChecked: ['replay of `jti`', 'whether that session is one of yours'],
  distinctions: ['typ required', 'clientId'],
  typ: { own: 'application/logout+jwt', otherwise: [undefined] },
  required: ['iss', 'iat', 'jti', 'events'],
  forbidden: ['nonce'],
  fixed: [],
  forms: { sub: 'asciiSubject', sid: 'identifier', events: 'object' },
  maxLifetime: 3600,
  maxAge: 120,
  checks: { 'the logout event, and whose it is': checkLogoutEvent },
} as const satisfies Omit<Kind, 'audience'>

/**
 * An OpenID Connect logout token: an authorization server tells a client that somebody has logged out (Back-Channel
 * Logout 1.0 with errata, §2.6). It comes as the form parameter `logout_token` of a POST, not as a bearer token.
 *
 * Checked: `typ` is `logout+jwt`, or absent (`typ: 'required'`: not absent; `typ: 'or JWT'`: or `JWT`); `iss`, `aud`, `iat` and `jti` are there;
 * `aud` is this client alone, or with `trustedAudiences`; `events` holds the logout event, an object; `sub`, `sid` or
 * both are there; `nonce` is not; times: an hour at most from `iat` to `exp`, and without `exp`, which early editions
 * did not ask for, an `iat` of the last two minutes.
 *
 * Not checked: whether `jti` was seen before; whether the session or the subject is one that is logged in here.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function logoutToken<S extends ClaimsSchema = never>(
  options: LogoutTokenOptions<S>,
): TokenType<WithSchema<LogoutTokenClaims, S>, [], WireOf<S>> {
  const read = readOptions('logoutToken', options, { ...clientOptions, ...lenientTypOptions }, ['issuer', 'clientId'])
  const rules = completeRules('logoutToken', { ...logoutTokenKind, audience: clientAudience(read) }, read)
  return new RuledType(rules, noContext, false)
}
