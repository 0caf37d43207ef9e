import { itemAt } from '../encoding/lists.js'
import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { TokenRules } from './token-rules.js'

/**
 * RFC 7519 §4: a required claim is an own member and not null; a forbidden one is no own member at all. Claims have no
 * prototype: whatever is found in them is their own.
 */
export function checkPresence(claims: JsonObject, { required, forbidden }: TokenRules): Refusal | undefined {
  for (let at = 0; at < required.length; at++) {
    const claim = itemAt(required, at)
    if ((claims[claim] ?? null) === null) return new Refusal('ERR_CLAIM_MISSING', claim)
  }
  for (let at = 0; at < forbidden.length; at++) {
    const claim = itemAt(forbidden, at)
    if (claims[claim] !== undefined) return new Refusal('ERR_CLAIM_FORBIDDEN', claim)
  }
  return undefined
}
