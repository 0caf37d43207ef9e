import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'

/**
 * Whether the bytes offered as an HMAC secret are a key of another kind, whose public half everybody has: PEM, SSH,
 * JWK or DER, as such or written in base64 or hex. Attacks on "algorithm confusion" live on exactly this.
 */
export function isKeyText(bytes: Buffer): boolean {
  return spellings(bytes).some((spelling) => isKeyString(spelling.toString('latin1')) || isDer(spelling))
}

function spellings(bytes: Buffer): readonly Buffer[] {
  const text = bytes.toString('latin1').replace(/\s/g, '')
  if (/^([0-9a-f]{2})+$/i.test(text)) return [bytes, Buffer.from(text, 'hex')]
  return /^[A-Za-z0-9+/_-]+=*$/.test(text) ? [bytes, Buffer.from(text, 'base64')] : [bytes]
}

function isKeyString(text: string): boolean {
  const trimmed = text.replace(/^(\u00ef\u00bb\u00bf|\s)+/, '')
  if (/-----BEGIN |---- BEGIN /.test(trimmed)) return true
  if (/ssh-(rsa|dss|ed25519)|ecdsa-sha2-/.test(trimmed)) return true
  return /^["[{]/.test(trimmed) && /"(kty|keys)\\?"\s*:/.test(trimmed)
}

const asn1Sequence = 0x30

function isDer(bytes: Buffer): boolean {
  if (bytes[0] !== asn1Sequence) return false
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
