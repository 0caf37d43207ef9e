import { readOptions, Wrong } from '../encoding/options.js'
import { checkParties } from '../rules/parties.js'
import { checkRequestObject } from '../rules/request-object.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import { anAudience, type AudienceOptions } from './audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions } from './common-options.js'
import { completeRules } from './complete-rules.js'
import { anExpectedName, contextOf } from './context.js'
import { RuledType, type TokenType } from './token-type.js'
import { migrationOption, type Migration } from './typ.js'

/** RFC 9101 §4: the parameters of the authorization request. Name those that you read by a schema. */
export interface RequestObjectClaims extends RegisteredClaims {
  readonly client_id: string
  readonly response_type?: string
  readonly redirect_uri?: string
  readonly scope?: string
  readonly state?: string
  readonly nonce?: string
  readonly code_challenge?: string
  readonly code_challenge_method?: string
  readonly request?: never
  readonly request_uri?: never
}

export interface RequestObjectOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends AudienceOptions<Schema>, Migration {
  /** `nbf` has to be there, as FAPI 2.0 Message Signing asks. */
  readonly notBefore?: 'required'
}

/** Which client the request outside names. */
export interface RequestObjectContext {
  /** The parameter `client_id` of the authorization request. */
  readonly clientId: string
}

/**
 * A signed request object (JAR): a client's authorization request in a JWT (RFC 9101). It comes as the parameter
 * `request`. Its issuers are clients: `issuer: issuers(async (clientId) => …)`. On failure an authorization server
 * answers `invalid_request_object`.
 *
 * Checked: `typ` is `oauth-authz-req+jwt`; `iss`, `aud`, `exp` and `client_id` are there; `client_id` is `iss`, and is the
 * context's; one of `audience` is among the audiences; `request` and `request_uri` are not inside; `sub` is not the
 * client; the client's keys and signature; the forms of the request's usual parameters; times: `exp` at most an hour
 * after `iat`, or after now, and at most an hour after `nbf`, where that is there. `events` is forbidden.
 *
 * Not checked: what the request asks; `nonce`; whether it was sent before; parameters outside, which RFC 9101 §6.3 tells to
 * ignore.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function requestObject<S extends ClaimsSchema = never>(
  options: RequestObjectOptions<S>,
): TokenType<WithSchema<RequestObjectClaims, S>, [context: RequestObjectContext], WireOf<S>> {
  const readers = { ...commonOptions, ...migrationOption, audience: anAudience, notBefore: aRequirement }
  const read = readOptions('requestObject', options, readers, ['issuer', 'audience'])
  const rules = completeRules(
    'requestObject',
    {
      kind: 'request object (RFC 9101)',
      purpose: 'what a client asks an authorization server',
      notChecked: ['what the request asks', 'whether it was sent before'],
      typ: { own: 'application/oauth-authz-req+jwt', otherwise: [] },
      audience: read.audience.rule,
      required: ['iss', 'exp', 'client_id', ...(read.notBefore === undefined ? [] : ['nbf'])],
      forbidden: ['request', 'request_uri', 'events'],
      fixed: [],
      forms: {
        client_id: 'identifier',
        response_type: 'text',
        redirect_uri: 'text',
        state: 'text',
        nonce: 'text',
        code_challenge: 'text',
        code_challenge_method: 'text',
      },
      maxLifetime: 3600,
      checks: { 'client_id is iss, and is not sub': checkRequestObject, 'client_id is the client': checkParties },
    },
    read,
  )
  return new RuledType(rules, requestObjectContext, true)
}

const requestObjectContext = contextOf('A request object', { clientId: anExpectedName }, ['clientId'])

function aRequirement(value: unknown): 'required' {
  if (value === 'required') return value
  throw new Wrong('has to be "required", or left out')
}
