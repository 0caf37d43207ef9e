import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { fromUtf16 } from './guessing/text.js'

/**
 * Whether the bytes offered as an HMAC secret are a key of another kind, whose public half everybody has: PEM, SSH,
 * JWK or DER, as such or in UTF-16, hex, base64, or several of these in turn. Attacks on "algorithm confusion" live on
 * exactly this. A token is one too: whoever got it knows it.
 */
export function isKeyText(bytes: Buffer): boolean {
  return spellings(bytes, 3).some((spelling) => isKeyString(spelling.toString('latin1')) || isDer(spelling))
}

/** The bytes, and what they are an encoding of, so many times over. */
function spellings(given: Buffer, depth: number): readonly Buffer[] {
  const bytes = fromUtf16(given)
  const text = bytes.toString('latin1').replaceAll(/\s|\\[nr]/g, '')
  const hex = text.replaceAll(/[:-]/g, '')
  const decoded = /^([0-9a-f]{2})+$/i.test(hex) ? Buffer.from(hex, 'hex') : base64Of(text)
  return decoded === undefined || depth === 0 ? [bytes] : [bytes, ...spellings(decoded, depth - 1)]
}

function base64Of(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/_-]+=*$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

function isKeyString(text: string): boolean {
  const trimmed = text.replace(/^(\u00ef\u00bb\u00bf|\s)+/, '')
  if (/-----BEGIN |---- BEGIN /.test(trimmed)) return true
  if (/ssh-(rsa|dss|ed25519)|ecdsa-sha2-/.test(trimmed)) return true
  if (/^eyJ[\w-]*\.[\w-]+\.[\w-]*/.test(trimmed)) return true
  return /^["[{]/.test(trimmed) && /"(kty|keys)\\?"\s*:/.test(trimmed)
}

const asn1Sequence = 0x30
/** The object identifiers of RSA and EC keys and of PKCS #5: in a key that was cut off, too. */
const identifiers = ['06092a864886f70d010101', '06072a8648ce3d0201', '06092a864886f70d01050d'].map((hex) =>
  Buffer.from(hex, 'hex'),
)

function isDer(bytes: Buffer): boolean {
  if (bytes[0] !== asn1Sequence) return false
  if (identifiers.some((identifier) => bytes.includes(identifier))) return true
  const readers = [
    () => createPublicKey({ key: bytes, format: 'der', type: 'spki' }),
    () => createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'pkcs1' }),
    () => createPrivateKey({ key: bytes, format: 'der', type: 'sec1' }),
    () => new X509Certificate(bytes),
  ]
  return readers.some(succeeds)
}

function succeeds(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}
