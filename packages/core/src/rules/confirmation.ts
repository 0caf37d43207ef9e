import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'

/**
 * RFC 7800 §3.1, RFC 9449 §7.2: a token with `cnf` is good only together with proof of a key. Nothing here checks such
 * proof, so a token that asks for it is refused, whatever `cnf` holds.
 */
export function checkConfirmation(claims: JsonObject): Refusal | undefined {
  return claims['cnf'] !== undefined ? new Refusal('ERR_TOKEN_BOUND', 'cnf') : undefined
}
