import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { TokenRules } from './token-rules.js'

/**
 * RFC 7519 §4: a required claim is an own member and not null; a forbidden one is no own member at all. Claims have no
 * prototype: whatever is found in them is their own.
 */
export function checkPresence(claims: JsonObject, { required, forbidden }: TokenRules): Refusal | undefined {
  for (const claim of required) {
    if ((claims[claim] ?? null) === null) return new Refusal('ERR_CLAIM_MISSING', claim)
  }
  for (const claim of forbidden) {
    if (claims[claim] !== undefined) return new Refusal('ERR_CLAIM_FORBIDDEN', claim)
  }
  return undefined
}
