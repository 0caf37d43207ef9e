import { normalisedTyp } from '../encoding/media-type.js'
import { parseStrictObject, type Json, type JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import { isAlgorithm } from '../issuers/algorithms.js'
import { bringsKey, certificateReference, isChainText } from '../issuers/certificate-reference.js'
import type { Keys } from '../issuers/issuer.js'
import { isKid } from '../issuers/key.js'
import { longestHeader, type CompactJws, type UnverifiedHeader } from './compact-jws.js'

const limits = { depth: 4, members: 16, values: 64 }

/**
 * The parameters that may stand in a header, each with the question whether its value is good. What is refused always:
 * a payload that is not encoded (`b64`, RFC 7797 §7); keys and places of keys, since keys belong to an issuer
 * (RFC 8725 §3.10); and the parameters of encryption. `x5c` and `x5u` are refused where no issuer takes certificates.
 * `x5t` chooses nothing elsewhere and is passed over, as is every name that is not here (RFC 7515 §4).
 */
const parameters = new Map<string, (value: Json | undefined) => boolean>([
  ['kid', isKid],
  ['typ', (value) => mediaType(value) !== undefined],
  ['cty', (value) => ![undefined, 'application/jwt'].includes(mediaType(value))],
  ['x5t', () => true],
  ['x5t#S256', () => true],
  ['x5c', isChainText],
  ['x5u', (value) => typeof value === 'string'],
  ['crit', (value) => isListOfNames(value)],
  ...['b64', 'jwk', 'jku', 'enc', 'zip', 'epk', 'apu', 'apv', 'p2c', 'p2s', 'iv', 'tag'].map(
    (name) => [name, () => false] as const,
  ),
])
const spellings = new Map([...parameters.keys(), 'alg'].map((name) => [name.toLowerCase(), name]))

/** RFC 7515 §4: the header's policy, the same for every kind of token but for keys that come with the token. */
export function readHeader(jws: CompactJws, takesCertificates = false): UnverifiedHeader | Refusal {
  const header = jws.knownHeader ?? parseHeader(jws.header)
  if (header instanceof Refusal) return header
  jws.knownHeader = header
  return takesCertificates || !bringsKey(header.certificate) ? header : new Refusal('ERR_HEADER_INVALID')
}

/** Where some issuers take certificates, and this one does not: its headers are as short, and bring no key. */
export function refusedWith(keys: Keys, { headerLength }: CompactJws, { certificate }: UnverifiedHeader) {
  if (keys.certificates !== undefined) return undefined
  if (headerLength > longestHeader) return new Refusal('ERR_TOKEN_TOO_LONG')
  return bringsKey(certificate) ? new Refusal('ERR_HEADER_INVALID') : undefined
}

function parseHeader(segment: string): UnverifiedHeader | Refusal {
  const header = parseStrictObject(Buffer.from(segment, 'base64url'), limits)
  if (header === undefined) return new Refusal('ERR_HEADER_MALFORMED')
  const { alg } = header
  if (!isAlgorithm(alg)) return new Refusal('ERR_ALGORITHM_INVALID')
  if (!Object.keys(header).every((name) => isGood(name, header))) return new Refusal('ERR_HEADER_INVALID')
  const kid = textOf(header['kid'])
  const writtenTyp = textOf(header['typ'])
  const typ = writtenTyp === undefined ? undefined : normalisedTyp(writtenTyp)
  const critical = criticalIn(header)
  if (critical === undefined) return new Refusal('ERR_HEADER_INVALID')
  const shown = Object.freeze({ alg, ...(writtenTyp && { typ: writtenTyp }), ...(kid && { kid }) })
  return { alg, kid, certificate: certificateReference(header), typ, critical, shown }
}

/** RFC 7515 §4.1.11: what `crit` names is there, and is no parameter that everybody understands. */
function criticalIn(header: JsonObject): UnverifiedHeader['critical'] | undefined {
  const names = header['crit'] ?? []
  const critical: (readonly [string, Json])[] = []
  for (const name of isListOfNames(names) ? names : []) {
    const value = Object.hasOwn(header, name) ? header[name] : undefined
    if (value === undefined || isRegisteredParameter(name)) return undefined
    critical.push([name, value])
  }
  return Object.freeze(critical)
}

function isListOfNames(value: Json | undefined): value is readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || new Set(value).size !== value.length) return false
  return value.every((item) => typeof item === 'string' && item !== '')
}

/** Whether a name is one that RFC 7515, 7516 or 7797 gives a meaning: no extension may take it. */
export function isRegisteredParameter(name: string): boolean {
  return spellings.has(name.toLowerCase())
}

function mediaType(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? normalisedTyp(value) : undefined
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function isGood(name: string, header: JsonObject): boolean {
  return !isMisspelt(name) && (parameters.get(name)?.(header[name]) ?? true)
}

/** `Kid` beside `kid` is unknown to us, and means something to a parser that folds case. */
export function isMisspelt(name: string): boolean {
  return (spellings.get(name.toLowerCase()) ?? name) !== name
}
