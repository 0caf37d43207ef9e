import { readOptions } from '../encoding/options.js'
import { checkParties } from '../rules/parties.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import { aSoleAudience, type SoleAudienceOptions } from './audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions } from './common-options.js'
import { completeRules } from './complete-rules.js'
import { anExpectedName, contextOf } from './context.js'
import { RuledType, type TokenType } from './token-type.js'
import { migrationOption, type Migration } from './typ.js'

/** draft-ietf-oauth-identity-assertion-authz-grant §3.1. */
export interface IdentityAssertionGrantClaims extends RegisteredClaims {
  readonly aud: string | readonly [string]
  readonly sub: string
  readonly client_id: string
  readonly iat: number
  readonly jti: string
  readonly resource?: string | readonly string[]
  readonly scope?: string
  readonly authorization_details?: readonly Readonly<Record<string, unknown>>[]
  readonly act?: Readonly<Record<string, unknown>>
  readonly tenant?: string
  readonly aud_tenant?: string
  readonly aud_sub?: string
  readonly email?: string
  readonly auth_time?: number
  readonly acr?: string
  readonly amr?: readonly string[]
}

export interface IdentityAssertionGrantOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends SoleAudienceOptions<Schema>, Migration {}

/** Which client presents the grant: the one that has authenticated itself to the token endpoint. */
export interface IdentityAssertionGrantContext {
  readonly clientId: string
}

/**
 * An identity assertion authorization grant (ID-JAG): an identity provider vouches for a user towards the authorization
 * server of another application (draft-ietf-oauth-identity-assertion-authz-grant §4.4.1). It comes as the form
 * parameter `assertion`; on failure the answer is `invalid_grant`.
 *
 * Checked: `typ` is `oauth-id-jag+jwt`; `iss`, `sub`, `aud`, `client_id`, `jti`, `exp` and `iat` are there; `aud`, a
 * string or a list of one, is `audience` alone; `client_id` is the context's; the forms of `resource`, `scope`,
 * `authorization_details`, `act` and the tenant's claims; times, and a lifetime of at most an hour. `events` is
 * forbidden. A grant with `cnf` is refused: its proof of possession cannot be checked yet.
 *
 * Not checked: whether `jti` was seen before; whether `iss`, `tenant` and `sub` together are a user here; what `resource`,
 * `scope`, `authorization_details` and `act` grant.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function identityAssertionGrant<S extends ClaimsSchema = never>(
  options: IdentityAssertionGrantOptions<S>,
): TokenType<WithSchema<IdentityAssertionGrantClaims, S>, [context: IdentityAssertionGrantContext], WireOf<S>> {
  const readers = { ...commonOptions, ...migrationOption, audience: aSoleAudience }
  const read = readOptions('identityAssertionGrant', options, readers, ['issuer', 'audience'])
  const rules = completeRules(
    'identityAssertionGrant',
    {
      kind: 'identity assertion grant (ID-JAG)',
      purpose: 'for which user another application asks, for an authorization server',
      notChecked: ['replay of `jti`', 'whether that user is one of yours', 'what is granted'],
      typ: { own: 'application/oauth-id-jag+jwt', otherwise: [] },
      audience: read.audience.rule,
      required: ['iss', 'exp', 'iat', 'sub', 'client_id', 'jti'],
      forbidden: ['events'],
      fixed: [],
      forms: {
        client_id: 'identifier',
        resource: 'identifiers',
        authorization_details: 'objects',
        act: 'object',
        tenant: 'identifier',
        aud_tenant: 'identifier',
        aud_sub: 'identifier',
        email: 'text',
        auth_time: 'time',
        acr: 'text',
        amr: 'texts',
      },
      maxLifetime: 3600,
      checks: { 'client_id is the client': checkParties },
    },
    read,
  )
  return new RuledType(rules, identityAssertionGrantContext, true)
}

const identityAssertionGrantContext = contextOf('An identity assertion grant', { clientId: anExpectedName }, [
  'clientId',
])
