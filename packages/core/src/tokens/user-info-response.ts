import { readOptions } from '../encoding/options.js'
import { checkParties } from '../rules/parties.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { clientAudience, clientOptions, type ClientOptions } from './client-options.js'
import { completeRules, type Kind } from './complete-rules.js'
import { anExpectedName, contextOf } from './context.js'
import { standardClaimForms, type StandardClaims } from './standard-claims.js'
import { RuledType, type TokenType } from './token-type.js'

/** OpenID Connect Core §5.3.2. */
export interface UserInfoClaims extends Omit<RegisteredClaims, 'exp'>, StandardClaims {
  readonly aud: string | readonly string[]
  readonly sub: string
  readonly exp?: number
  readonly nonce?: never
}

/** About whom the response has to be. */
export interface UserInfoContext {
  /** The `sub` of the ID token. */
  readonly subject: string
}

/** What a signed UserInfo response is, whoever makes it. */
export const userInfoKind = {
  kind: 'UserInfo response (OpenID Connect Core)',
  purpose: 'who a user is, for a client',
  notChecked: ['when it was made, where it has neither `iat` nor `exp`'],
  distinctions: ['clientId'],
  typ: { own: undefined, otherwise: [undefined, 'application/jwt'] },
  required: ['iss', 'sub'],
  forbidden: ['nonce', 'at_hash', 'c_hash', 'events'],
  fixed: [],
  forms: { ...standardClaimForms, sub: 'asciiSubject' },
  maxLifetime: 86400,
  maxAge: 600,
  checks: { 'sub is the subject': checkParties },
} as const satisfies Omit<Kind, 'audience'>

/**
 * A signed response of the UserInfo endpoint: what an authorization server knows of a user (OpenID Connect Core §5.3.2,
 * §5.3.4), of the media type `application/jwt`.
 *
 * Checked: `typ` is absent or `JWT`; `iss`, `aud` and `sub` are there; `sub` is the context's, which is the ID token's;
 * `aud` is this client alone, or with `trustedAudiences`; the forms of the standard claims; times, where they are there:
 * at most 24 h from `iat` to `exp`, an `iat` of the last 10 minutes without `exp`. `nonce`, `at_hash`, `c_hash` and `events`
 * are forbidden.
 *
 * Not checked: when it was made, where it says neither `iat` nor `exp`, which Core does not ask for: fetch it yourself, over
 * TLS; `email_verified`. Beside `idToken` for the same client the two are told apart only by the nonce:
 * `idToken({ nonce: 'required', … })`.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
export function userInfoResponse<S extends ClaimsSchema = never>(
  options: ClientOptions<S>,
): TokenType<WithSchema<UserInfoClaims, S>, [context: UserInfoContext], WireOf<S>> {
  const read = readOptions('userInfoResponse', options, clientOptions, ['issuer', 'clientId'])
  const rules = completeRules('userInfoResponse', { ...userInfoKind, audience: clientAudience(read) }, read)
  return new RuledType(rules, userInfoContext, true)
}

export const userInfoContext = contextOf('A UserInfo response', { subject: anExpectedName }, ['subject'])
