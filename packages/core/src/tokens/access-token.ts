import { readOptions } from '../encoding/options.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import { anAudience, type AudienceOptions } from './audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions } from './common-options.js'
import { completeRules, type Kind } from './complete-rules.js'
import { noContext, RuledType, type TokenType } from './token-type.js'
import { migrationOption, type Migration } from './typ.js'

/** `cnf`, RFC 7800. */
export interface Confirmation {
  readonly jkt?: string
  readonly 'x5t#S256'?: string
}

/** RFC 9068 §2.2. */
export interface AccessTokenClaims extends RegisteredClaims {
  readonly aud: string | readonly string[]
  readonly sub: string
  readonly client_id: string
  readonly iat: number
  readonly jti: string
  readonly scope?: string
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly cnf?: Confirmation
  readonly roles?: readonly string[]
  readonly groups?: readonly string[]
  readonly entitlements?: readonly string[]
}

export interface AccessTokenOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends AudienceOptions<Schema>, Migration {}

/** What an access token is, where its issuer follows RFC 9068. */
export const accessTokenKind = {
  kind: 'access token (RFC 9068)',
  purpose: 'what a client sends to an API',
  notChecked: ['revocation', 'replay of `jti`', 'whether `sub` is a person or a client'],
  typ: { own: 'application/at+jwt', otherwise: [] },
  required: ['iss', 'exp', 'iat', 'sub', 'client_id', 'jti'],
  forbidden: ['events'],
  fixed: [],
  forms: {
    client_id: 'identifier',
    auth_time: 'time',
    acr: 'text',
    amr: 'texts',
    roles: 'texts',
    groups: 'texts',
    entitlements: 'texts',
  },
  maxLifetime: 86400,
  checks: {},
} as const satisfies Omit<Kind, 'audience'>

/**
 * An OAuth 2.0 access token as RFC 9068 profiles it: what a client sends to an API.
 *
 * Checked: `typ` is `at+jwt` (§4); `iss`, `exp`, `aud`, `sub`, `client_id`, `iat` and `jti` are there, with their forms
 * (§2.2); the issuer's keys and signature; audience, times, and a lifetime of at most 24 h (`maxLifetime`). `events` is
 * forbidden. A token with `cnf` is refused: its proof of possession cannot be checked yet.
 *
 * Not checked: whether the token was revoked; whether `jti` was seen before; what `scope` grants, which guards do
 * (`scope`, `anyScope`); `acr`, `amr` and `auth_time` beyond their form; whether `sub` is a person or a client.
 *
 * Providers whose access tokens are of another shape have `presets`.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function accessToken<S extends ClaimsSchema = never>(
  options: AccessTokenOptions<S>,
): TokenType<WithSchema<AccessTokenClaims, S>, [], WireOf<S>> {
  const readers = { ...commonOptions, ...migrationOption, audience: anAudience }
  const read = readOptions('accessToken', options, readers, ['issuer', 'audience'])
  const rules = completeRules('accessToken', { ...accessTokenKind, audience: read.audience.rule }, read)
  return new RuledType(rules, noContext, false)
}
