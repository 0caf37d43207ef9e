import { readOptions } from '../encoding/options.js'
import { checkSelfIssued } from '../rules/self-issued.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import { aSoleAudience, type SoleAudienceOptions } from './audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions } from './common-options.js'
import { completeRules } from './complete-rules.js'
import { noContext, RuledType, type TokenType } from './token-type.js'
import { lenientTypOptions, type Migration, type LenientTyp } from './typ.js'

/** OpenID Connect Core §9. `iss` and `sub` are the client's id. */
export interface ClientAssertionClaims extends RegisteredClaims {
  readonly aud: string | readonly [string]
  readonly sub: string
  readonly jti: string
}

export interface ClientAssertionOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends SoleAudienceOptions<Schema>, LenientTyp, Migration {}

/**
 * A client assertion: a client authenticates itself to an authorization server with its own key (`private_key_jwt`,
 * `client_secret_jwt`; RFC 7523 §3 as RFC 10070 changes it, OpenID Connect Core §9). It comes as the form parameter
 * `client_assertion`. Its issuers are clients: `issuer: issuers(async (clientId) => …)`. On failure an authorization
 * server answers `invalid_client`.
 *
 * Checked: `typ` is `client-authentication+jwt`, or absent (`typ: 'required'`: not absent; `typ: 'or JWT'`: or `JWT`); `iss`, `sub`, `aud`, `exp`
 * and `jti` are there; `sub` is `iss`; `aud`, a string or a list of one, is `audience` and nobody else: give the issuer
 * identifier of the authorization server, never the URL of its token endpoint; the client's keys and signature; times,
 * and `exp` at most an hour after `iat`, or after now. `events` is forbidden.
 *
 * Not checked: whether `jti` was seen before; whether the parameter `client_id`, where one was sent, is this client.
 * Clients whose library always writes `typ: JWT` are refused: `typ: 'or JWT'` takes them.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function clientAssertion<S extends ClaimsSchema = never>(
  options: ClientAssertionOptions<S>,
): TokenType<WithSchema<ClientAssertionClaims, S>, [], WireOf<S>> {
  const readers = { ...commonOptions, ...lenientTypOptions, audience: aSoleAudience }
  const read = readOptions('clientAssertion', options, readers, ['issuer', 'audience'])
  const rules = completeRules(
    'clientAssertion',
    {
      kind: 'client assertion (RFC 7523, RFC 10070)',
      purpose: 'which client speaks, for an authorization server',
      notChecked: ['replay of `jti`', 'the parameter `client_id`'],
      distinctions: ['typ required'],
      typ: { own: 'application/client-authentication+jwt', otherwise: [undefined] },
      audience: read.audience.rule,
      required: ['iss', 'exp', 'sub', 'jti'],
      forbidden: ['events'],
      fixed: [],
      forms: { sub: 'identifier' },
      maxLifetime: 3600,
      checks: { 'sub is iss': checkSelfIssued },
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}
