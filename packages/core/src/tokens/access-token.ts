import { anExactName, oneOrMore, readOptions, type Reader } from '../encoding/options.js'
import type { AudienceRule, ClaimsSchema } from '../rules/token-rules.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions, completeRules, type CommonOptions } from './complete-rules.js'
import { notChecked, type NotChecked } from './not-checked.js'
import { noContext, RuledType, type TokenType } from './token-type.js'

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

/** Kinds that are meant for an API. */
export interface AccessTokenOptions<Schema extends ClaimsSchema = ClaimsSchema> extends CommonOptions<Schema> {
  /** The names of this API: one of them has to be among the token's audiences. */
  readonly audience: string | readonly string[] | NotChecked
}

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
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function accessToken<S extends ClaimsSchema = never>(
  options: AccessTokenOptions<S>,
): TokenType<WithSchema<AccessTokenClaims, S>, [], WireOf<S>> {
  const readers = { ...commonOptions, audience: anAudience }
  const read = readOptions('accessToken', options, readers, ['issuer', 'audience'])
  const rules = completeRules(
    'accessToken',
    {
      kind: 'access token (RFC 9068)',
      typ: ['application/at+jwt'],
      audience: read.audience.rule,
      required: ['sub', 'client_id', 'jti'],
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
      checks: [],
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}

/** The option `audience` of kinds that may be meant for several; no rule where the word `notChecked` was written. */
export const anAudience: Reader<{ readonly rule: AudienceRule | undefined }> = (value) => {
  if (value === notChecked) return { rule: undefined }
  return { rule: { anyOf: oneOrMore(anExactName)(value), beside: 'anybody' } }
}
