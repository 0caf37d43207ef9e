import { isJsonObject, type JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'

/** RFC 9701 §5 and RFC 7662 §2.2: `active` is said, and of a token that is not active nothing else is. */
export function checkIntrospection(claims: JsonObject): Refusal | undefined {
  const { token_introspection: response } = claims
  const active = isJsonObject(response) ? response['active'] : undefined
  const good = active === true || (active === false && Object.keys(response ?? {}).length === 1)
  return good ? undefined : new Refusal('ERR_CLAIM_INVALID', 'token_introspection')
}
