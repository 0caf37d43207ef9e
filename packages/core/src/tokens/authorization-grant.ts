import { readOptions } from '../encoding/options.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import { anAudience, type AudienceOptions } from './audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions } from './common-options.js'
import { completeRules } from './complete-rules.js'
import { noContext, RuledType, type TokenType } from './token-type.js'
import { aTyp, typOptions, type Migration, type RequiredTyp } from './typ.js'

/** RFC 7523 §3. */
export interface AuthorizationGrantClaims extends RegisteredClaims {
  readonly sub: string
}

export interface AuthorizationGrantOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends AudienceOptions<Schema>, RequiredTyp, Migration {
  /** The media type of the profile that is spoken: what `typ` is, where it says anything. */
  readonly profile?: string
}

/**
 * A JWT as an authorization grant: somebody whom an authorization server trusts vouches for a principal (RFC 7523 §2.1
 * and §3, with RFC 10070). It comes as the form parameter `assertion`; on failure the answer is `invalid_grant`.
 *
 * Checked: `typ` is absent, `JWT`, or that of the `profile` (`typ: 'required'`: nothing else); `iss`, `sub`, `aud` and `exp` are there; one of `audience`,
 * the issuer identifier of the authorization server or the URL of its token endpoint, is among the audiences; the
 * issuer's keys and signature; times, and `exp` at most an hour after `iat`, or after now. `events` is forbidden.
 *
 * Not checked: whether `jti` was seen before; who the client is, which has to be authenticated by itself; whether the
 * issuer may speak for this subject.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function authorizationGrant<S extends ClaimsSchema = never>(
  options: AuthorizationGrantOptions<S>,
): TokenType<WithSchema<AuthorizationGrantClaims, S>, [], WireOf<S>> {
  const readers = { ...commonOptions, ...typOptions, profile: aTyp, audience: anAudience }
  const read = readOptions('authorizationGrant', options, readers, ['issuer', 'audience'])
  const rules = completeRules(
    'authorizationGrant',
    {
      kind: 'authorization grant (RFC 7523)',
      purpose: 'for whom a client asks a token, for an authorization server',
      notChecked: ['replay of `jti`', 'who the client is', 'whether the issuer may speak for that subject'],
      distinctions: ['typ required', 'profile'],
      typ: { own: read.profile, otherwise: [undefined, 'application/jwt'] },
      audience: read.audience.rule,
      required: ['iss', 'exp', 'sub'],
      forbidden: ['events'],
      fixed: [],
      forms: {},
      maxLifetime: 3600,
      checks: {},
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}
