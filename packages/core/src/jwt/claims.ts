import { outlineOf, stringAt, type JsonOutline } from '../encoding/json-outline.js'
import { parseOutlined, type Json, type JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { CompactJws } from './compact-jws.js'

/** What is no larger is parsed before its signature is checked, to say what is wrong: that takes no longer than a MAC. */
const small = { values: 16, bytes: 1024 }
const limits = { depth: 32, members: 256, values: 1024 }

/** What may be known of a payload before its signature is: whose the token says it is, and no more. */
export interface UnverifiedPayload {
  /** Undefined where it does not say, null where it says what is no text. */
  readonly iss: Json | undefined
  /** Undefined where the claims are known already. */
  readonly outline: JsonOutline | undefined
}

/**
 * Reads `iss` off the payload's bytes. Anybody can send those, since the signature has not been looked at: they are
 * counted, and nothing is made of them. Where there is no `iss`, a payload that is small is parsed, to say whether that is
 * all that is wrong with it. A name with an escape in it is another one: nobody writes `iss` so to be understood.
 */
export function readPayload(jws: CompactJws): UnverifiedPayload | Refusal {
  if (jws.knownClaims !== undefined) return { iss: jws.knownClaims['iss'], outline: undefined }
  const outline = outlineOf(jws.payloadBytes, limits, 'iss')
  if (outline === undefined) return new Refusal('ERR_CLAIMS_MALFORMED')
  const { valueAt, values, bytes } = outline
  if (valueAt !== -1) return { iss: stringAt(outline, valueAt), outline }
  const isSmall = values <= small.values && bytes.length <= small.bytes
  const isNone = isSmall && parseOutlined(outline) === undefined
  return isNone ? new Refusal('ERR_CLAIMS_MALFORMED') : { iss: undefined, outline }
}

/**
 * RFC 7519 §7.2: the payload as the claims set that it has to be, of the very issuer that was read off it. To be called
 * when the signature was good.
 */
export function readClaims(jws: CompactJws, { iss, outline }: UnverifiedPayload): JsonObject | Refusal {
  const claims = jws.knownClaims ?? (outline && parseOutlined(outline))
  if (claims === undefined || claims['iss'] !== iss) return new Refusal('ERR_CLAIMS_MALFORMED')
  jws.knownClaims = claims
  if (outline !== undefined) jws.isPlain = outline.plain
  return claims
}
