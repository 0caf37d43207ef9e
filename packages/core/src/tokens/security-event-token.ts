import { readOptions } from '../encoding/options.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import { anAudience, type AudienceOptions } from './audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions } from './common-options.js'
import { completeRules } from './complete-rules.js'
import { noContext, RuledType, type TokenType } from './token-type.js'
import { migrationOption, type Migration } from './typ.js'

/** RFC 8417 §2.2 and the Shared Signals Framework §4: about whom is in `sub_id`, and there is no `sub` and no `exp`. */
export interface SecurityEventTokenClaims extends Omit<RegisteredClaims, 'exp' | 'sub'> {
  readonly iat: number
  readonly jti: string
  /** By the URI of each event, what it says. */
  readonly events: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly sub_id?: Readonly<Record<string, unknown>>
  readonly txn?: string
  /** When it happened, in seconds since the epoch. */
  readonly toe?: number
  readonly exp?: never
  readonly sub?: never
}

export interface SecurityEventTokenOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends AudienceOptions<Schema>, Migration {}

/**
 * A security event token (SET): a transmitter tells a receiver what has happened, as RFC 8417 writes it and the OpenID
 * Shared Signals Framework 1.0 restricts it. It is the body of a POST (RFC 8935) or comes by polling (RFC 8936).
 *
 * Checked: `typ` is `secevent+jwt`; `iss`, `iat`, `jti`, `events` and `aud` are there (`audience: notChecked`: not `aud`);
 * `events` is an object that is not empty, of URIs and objects; `sub` and `exp` are not there; `sub_id` is an object; an
 * `iat` of the last 24 h (`maxLifetime`), since nothing else ends such a token.
 *
 * Not checked: whether `jti` was seen before; about whom it is (`sub_id`); what an event's payload holds, which is for a
 * schema; that it has one event, which is a SHOULD; the stream, beyond its issuer and audience.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function securityEventToken<S extends ClaimsSchema = never>(
  options: SecurityEventTokenOptions<S>,
): TokenType<WithSchema<SecurityEventTokenClaims, S>, [], WireOf<S>> {
  const readers = { ...commonOptions, ...migrationOption, audience: anAudience }
  const read = readOptions('securityEventToken', options, readers, ['issuer', 'audience'])
  const rules = completeRules(
    'securityEventToken',
    {
      kind: 'security event token (RFC 8417, Shared Signals)',
      purpose: 'what has happened, for a receiver',
      notChecked: ['replay of `jti`', 'about whom it is', 'what an event says'],
      typ: { own: 'application/secevent+jwt', otherwise: [] },
      audience: read.audience.rule,
      required: ['iss', 'iat', 'jti', 'events'],
      forbidden: ['sub', 'exp'],
      fixed: [],
      forms: { events: 'events', sub_id: 'object', txn: 'identifier', toe: 'time' },
      maxLifetime: 86400,
      checks: {},
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}
