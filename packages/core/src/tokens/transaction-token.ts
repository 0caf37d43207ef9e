import { readOptions } from '../encoding/options.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import { anAudience, type AudienceOptions } from './audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions } from './common-options.js'
import { completeRules } from './complete-rules.js'
import { noContext, RuledType, type TokenType } from './token-type.js'
import { migrationOption, type Migration } from './typ.js'

/** draft-ietf-oauth-transaction-tokens. `iss` may be absent: the trust domain has one issuer. */
export interface TransactionTokenClaims extends Omit<RegisteredClaims, 'iss'> {
  readonly iss?: string
  readonly iat: number
  readonly sub: string
  /** The transaction. */
  readonly txn: string
  readonly scope: string
  /** The workload that asked for it. */
  readonly req_wl: string
  readonly tctx?: Readonly<Record<string, unknown>>
  readonly rctx?: Readonly<Record<string, unknown>>
}

export interface TransactionTokenOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends AudienceOptions<Schema>, Migration {}

/**
 * A transaction token: for whom and for what a call travels through the services of one trust domain
 * (draft-ietf-oauth-transaction-tokens). It comes in the header `Txn-Token`, and is neither an access token nor a
 * credential.
 *
 * Checked: `typ` is `txntoken+jwt`; `aud`, `iat`, `exp`, `txn`, `sub`, `scope` and `req_wl` are there; `iss` is, where several
 * issuers are configured, and where it is there it is one of them; one of `audience`, the trust domain, is among the
 * audiences; `tctx` and `rctx` are objects; times, and a lifetime of at most 10 minutes. `events` is forbidden.
 *
 * Not checked: whether `txn` was seen before, since one token passes many services; what `tctx` and `rctx` hold, which
 * is for a schema; who calls, who has to authenticate by other means.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function transactionToken<S extends ClaimsSchema = never>(
  options: TransactionTokenOptions<S>,
): TokenType<WithSchema<TransactionTokenClaims, S>, [], WireOf<S>> {
  const readers = { ...commonOptions, ...migrationOption, audience: anAudience }
  const read = readOptions('transactionToken', options, readers, ['issuer', 'audience'])
  const rules = completeRules(
    'transactionToken',
    {
      kind: 'transaction token',
      purpose: 'for whom and what a call is, within one trust domain',
      notChecked: ['replay of `txn`', 'who calls', 'what `tctx` and `rctx` hold'],
      typ: { own: 'application/txntoken+jwt', otherwise: [] },
      audience: read.audience.rule,
      required: ['exp', 'iat', 'sub', 'txn', 'scope', 'req_wl'],
      forbidden: ['events'],
      fixed: [],
      forms: { txn: 'identifier', req_wl: 'identifier', tctx: 'object', rctx: 'object' },
      maxLifetime: 600,
      checks: {},
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}
