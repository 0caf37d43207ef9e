import { readOptions } from '../encoding/options.js'
import { checkIntrospection } from '../rules/introspection.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import { anAudience, type AudienceOptions } from './audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions } from './common-options.js'
import { completeRules } from './complete-rules.js'
import { noContext, RuledType, type TokenType } from './token-type.js'
import { migrationOption, type Migration } from './typ.js'

/** RFC 9701 §5. */
export interface IntrospectionResponseClaims extends Omit<RegisteredClaims, 'exp' | 'sub'> {
  readonly iat: number
  /** RFC 7662 §2.2. Nothing but `active` of a token that is not active. */
  readonly token_introspection: { readonly active: boolean; readonly [member: string]: unknown }
  readonly exp?: never
  readonly sub?: never
}

export interface IntrospectionResponseOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends AudienceOptions<Schema>, Migration {}

/**
 * A JWT response of token introspection: an authorization server tells a resource server about a token (RFC 9701 §5).
 * It is the body of the introspection endpoint's answer, of the media type `application/token-introspection+jwt`.
 *
 * Checked: `typ` is `token-introspection+jwt`; `iss`, `aud`, `iat` and `token_introspection` are there; one of `audience`,
 * this resource server, is among the audiences; `token_introspection` is an object whose `active` is true, or false and
 * alone; `sub` and `exp` are not at the top; an `iat` of the last 5 minutes (`maxLifetime`). `events` is forbidden.
 *
 * **Not checked: whether the token is active**, and for whom, for what and until when it is: read
 * `claims.token_introspection`, with a schema. Nor whether it is the answer to your question: the response does not say.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function introspectionResponse<S extends ClaimsSchema = never>(
  options: IntrospectionResponseOptions<S>,
): TokenType<WithSchema<IntrospectionResponseClaims, S>, [], WireOf<S>> {
  const readers = { ...commonOptions, ...migrationOption, audience: anAudience }
  const read = readOptions('introspectionResponse', options, readers, ['issuer', 'audience'])
  const rules = completeRules(
    'introspectionResponse',
    {
      kind: 'introspection response (RFC 9701)',
      purpose: 'what an authorization server knows of a token, for a resource server',
      notChecked: ['whether that token is active, and what it grants'],
      typ: { own: 'application/token-introspection+jwt', otherwise: [] },
      audience: read.audience.rule,
      required: ['iss', 'iat', 'token_introspection'],
      forbidden: ['sub', 'exp', 'events'],
      fixed: [],
      forms: { token_introspection: 'object' },
      maxLifetime: 300,
      checks: { 'active, or nothing else': checkIntrospection },
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}
