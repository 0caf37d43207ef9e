import { isCanonicalBase64url } from '../encoding/base64url.js'
import { normalisedTyp } from '../encoding/media-type.js'
import { parseStrictObject, type Json, type JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { OwnDecryptionKey } from '../issuers/decryption-key.js'
import { isKid } from '../issuers/key.js'
import type { Decryption } from '../rules/token-rules.js'
import { isMisspelt } from './header.js'

/** The signed token within, and the claims that the header around it repeats. Neither is verified. */
export interface Opened {
  readonly text: string
  readonly replicated: JsonObject | undefined
}

const encrypted = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){4}$/
const longestHeader = 2048

/**
 * The one place where a JWE is opened (RFC 7516), by `jose`. What is within is a signed token or nothing (`cty` is `JWT`,
 * RFC 7519 §5.2): to encrypt proves nothing, since anybody can who has the public key. Whatever goes wrong with the
 * cryptography is one refusal, so that no answer tells one failure from another (RFC 7516 §11.5).
 */
export async function open(
  text: unknown,
  { keys, unencrypted }: Decryption,
  mostLength: number,
): Promise<Opened | Refusal> {
  if (typeof text !== 'string') return new Refusal('ERR_TOKEN_MALFORMED')
  if (text.length > mostLength) return new Refusal('ERR_TOKEN_TOO_LONG')
  if (!encrypted.test(text)) return unencrypted ? { text, replicated: undefined } : plain(text)
  const segments = text.split('.')
  if (!segments.every(isCanonicalBase64url)) return new Refusal('ERR_TOKEN_MALFORMED')
  const header = readHeader(segments[0] ?? '')
  if (header instanceof Refusal) return header
  const key = keyFor(header, keys)
  if (key instanceof Refusal) return key
  const inner = await decrypted(text, key)
  return inner === undefined ? new Refusal('ERR_DECRYPTION_FAILED') : { text: inner, replicated: header }
}

function plain(text: string): Refusal {
  return new Refusal(text.split('.', 4).length === 3 ? 'ERR_TOKEN_NOT_ENCRYPTED' : 'ERR_TOKEN_MALFORMED')
}

/**
 * Compression, which can be a bomb (RFC 8725 §3.6), extensions, passwords, and keys and places of keys: a key is one of
 * the type's. A name that means nothing here is passed over (RFC 7516 §4).
 */
const refused = new Set(['zip', 'crit', 'b64', 'p2c', 'p2s', 'jwk', 'jku', 'x5c', 'x5u'])

function readHeader(segment: string): JsonObject | Refusal {
  if (segment.length > longestHeader) return new Refusal('ERR_TOKEN_TOO_LONG')
  const header = parseStrictObject(Buffer.from(segment, 'base64url'), { depth: 4, members: 32, values: 64 })
  if (header === undefined) return new Refusal('ERR_HEADER_MALFORMED')
  const { cty, kid, typ } = header
  const good =
    Object.keys(header).every((name) => !refused.has(name) && !isMisspelt(name)) &&
    (kid === undefined || isKid(kid)) &&
    (typ === undefined || mediaType(typ) !== undefined) &&
    mediaType(cty) === 'application/jwt'
  return good ? header : new Refusal('ERR_HEADER_INVALID')
}

function mediaType(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? normalisedTyp(value) : undefined
}

/** The key that the header names; without a `kid` the only one that it could mean. */
function keyFor({ alg, enc, kid }: JsonObject, keys: readonly OwnDecryptionKey[]): OwnDecryptionKey | Refusal {
  const fitting = keys.filter(({ algorithm, encryption }) => algorithm === alg && encryption === enc)
  if (fitting.length === 0) return new Refusal('ERR_ALGORITHM_MISMATCH')
  const meant = fitting.filter((key) => kid === undefined || key.kid === undefined || key.kid === kid)
  const [only, ...others] = meant
  if (only === undefined) return new Refusal('ERR_KEY_UNKNOWN')
  return others.length === 0 ? only : new Refusal('ERR_KEY_AMBIGUOUS')
}

async function decrypted(
  text: string,
  { algorithm, encryption, material }: OwnDecryptionKey,
): Promise<string | undefined> {
  // When it is first needed: most services never open anything. Outside, since a package that is not there is no token's fault.
  const { compactDecrypt } = await import('jose/jwe/compact/decrypt')
  const options = { keyManagementAlgorithms: [algorithm], contentEncryptionAlgorithms: [encryption] }
  try {
    const { plaintext } = await compactDecrypt(text, material, options)
    return Buffer.from(plaintext).toString('latin1')
  } catch {
    return undefined
  }
}
