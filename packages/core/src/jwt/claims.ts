import { parseStrictObject, type JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { CompactJws } from './compact-jws.js'

const limits = { depth: 32, members: 256, values: 1024 }

/** RFC 7519 §7.2: the payload as the claims set that it has to be. It is read before the signature is checked. */
export function readClaims(jws: CompactJws): JsonObject | Refusal {
  jws.knownClaims ??= parseStrictObject(Buffer.from(jws.payload, 'base64url'), limits)
  return jws.knownClaims ?? new Refusal('ERR_CLAIMS_MALFORMED')
}
