import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { TokenRules } from './token-rules.js'

/**
 * RFC 9101 §4 and §10.8: the client that sends the request has issued it, and `sub` does not name that client, since
 * such an object could serve as a client assertion. FAPI 2.0 Message Signing §5.3.1: where `nbf` is there, `exp` is at
 * most `maxLifetime` after it, so that it lies no further back either.
 */
export function checkRequestObject(claims: JsonObject, { maxLifetime }: TokenRules): Refusal | undefined {
  const { iss, sub, client_id: client, nbf, exp } = claims
  if (client !== iss) return new Refusal('ERR_CLAIM_MISMATCH', 'client_id')
  if (sub === client) return new Refusal('ERR_CLAIM_MISMATCH', 'sub')
  const tooLong = typeof nbf === 'number' && typeof exp === 'number' && exp - nbf > maxLifetime
  return tooLong ? new Refusal('ERR_LIFETIME_EXCEEDED', 'exp') : undefined
}
