import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { TokenRules } from './token-rules.js'

/** RFC 7519 §4: a required claim is an own member and not null; a forbidden one is no own member at all. */
export function checkPresence(claims: JsonObject, { required, forbidden }: TokenRules): Refusal | undefined {
  for (const claim of required) {
    if (!Object.hasOwn(claims, claim) || claims[claim] === null) return new Refusal('ERR_CLAIM_MISSING', claim)
  }
  const present = forbidden.find((claim) => Object.hasOwn(claims, claim))
  return present === undefined ? undefined : new Refusal('ERR_CLAIM_FORBIDDEN', present)
}
