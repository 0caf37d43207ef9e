import {
  outlineOf,
  parseOutlined,
  stringAt,
  type Json,
  type JsonObject,
  type JsonOutline,
} from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { CompactJws } from './compact-jws.js'

/** Of so many members a payload is parsed at once where that is needed to say what is wrong with it: that takes no longer than a MAC. */
const few = 16
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
 * counted, and not parsed. Only where no `iss` is to be seen, and there is little else: that may be no JSON at all, or
 * have an escape in the very name.
 */
export function readPayload(jws: CompactJws): UnverifiedPayload | Refusal {
  if (jws.knownClaims !== undefined) return { iss: jws.knownClaims['iss'], outline: undefined }
  const outline = outlineOf(Buffer.from(jws.payload, 'base64url'), limits, 'iss')
  if (outline === undefined) return new Refusal('ERR_CLAIMS_MALFORMED')
  const { valueAt, members } = outline
  if (valueAt !== -1) return { iss: stringAt(outline, valueAt), outline }
  const claims = members > few ? {} : parseOutlined(outline)
  return claims === undefined ? new Refusal('ERR_CLAIMS_MALFORMED') : { iss: claims['iss'], outline }
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
