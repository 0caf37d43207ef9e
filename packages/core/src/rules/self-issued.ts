import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'

/** OpenID Connect Core §9, RFC 7523 §3: a client that authenticates itself is both the issuer and the subject. */
export function checkSelfIssued(claims: JsonObject): Refusal | undefined {
  return claims['sub'] === claims['iss'] ? undefined : new Refusal('ERR_CLAIM_MISMATCH', 'sub')
}
