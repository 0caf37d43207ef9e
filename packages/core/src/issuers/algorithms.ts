import { createPublicKey } from 'node:crypto'
import { aListOf, Wrong } from '../encoding/options.js'

interface Hmac {
  readonly hash: string
  /** Bytes of the hash's output, which is also the least a key may have (RFC 7518 §3.2), and of its block. */
  readonly output: number
  readonly block: number
}
export const hmacAlgorithms = {
  HS256: { hash: 'sha256', output: 32, block: 64 },
  HS384: { hash: 'sha384', output: 48, block: 128 },
  HS512: { hash: 'sha512', output: 64, block: 128 },
} as const satisfies Readonly<Record<string, Hmac>>

interface PublicKeyKind {
  readonly kty: 'RSA' | 'EC' | 'OKP' | 'AKP'
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined
  readonly crv?: string
  /** Bytes of one coordinate. */
  readonly coordinate?: number
  readonly pss?: true
  /** Bytes of a public key that is not made of coordinates, and of its signatures. */
  readonly lengths?: { readonly key: number; readonly signature: number }
}
export const publicKeyAlgorithms = {
  RS256: { kty: 'RSA', hash: 'sha256' },
  RS384: { kty: 'RSA', hash: 'sha384' },
  RS512: { kty: 'RSA', hash: 'sha512' },
  PS256: { kty: 'RSA', hash: 'sha256', pss: true },
  PS384: { kty: 'RSA', hash: 'sha384', pss: true },
  PS512: { kty: 'RSA', hash: 'sha512', pss: true },
  ES256: { kty: 'EC', hash: 'sha256', crv: 'P-256', coordinate: 32 },
  ES384: { kty: 'EC', hash: 'sha384', crv: 'P-384', coordinate: 48 },
  ES512: { kty: 'EC', hash: 'sha512', crv: 'P-521', coordinate: 66 },
  // One curve under two names, RFC 9864 and RFC 8037: a key has one of them, and a header has to say that one.
  Ed25519: { kty: 'OKP', hash: undefined, crv: 'Ed25519', coordinate: 32 },
  EdDSA: { kty: 'OKP', hash: undefined, crv: 'Ed25519', coordinate: 32 },
  // RFC 9964, FIPS 204 table 2. Node has them from 24.6 on.
  'ML-DSA-44': { kty: 'AKP', hash: undefined, lengths: { key: 1312, signature: 2420 } },
  'ML-DSA-65': { kty: 'AKP', hash: undefined, lengths: { key: 1952, signature: 3309 } },
  'ML-DSA-87': { kty: 'AKP', hash: undefined, lengths: { key: 2592, signature: 4627 } },
} as const satisfies Readonly<Record<string, PublicKeyKind>>

export type HmacAlgorithm = keyof typeof hmacAlgorithms
export type PublicKeyAlgorithm = keyof typeof publicKeyAlgorithms
export type Algorithm = HmacAlgorithm | PublicKeyAlgorithm

export function isHmacAlgorithm(value: unknown): value is HmacAlgorithm {
  return typeof value === 'string' && Object.hasOwn(hmacAlgorithms, value)
}

export function isPublicKeyAlgorithm(value: unknown): value is PublicKeyAlgorithm {
  return typeof value === 'string' && Object.hasOwn(publicKeyAlgorithms, value)
}

export function isAlgorithm(value: unknown): value is Algorithm {
  return isHmacAlgorithm(value) || isPublicKeyAlgorithm(value)
}

export function factsOf(algorithm: PublicKeyAlgorithm): PublicKeyKind {
  return publicKeyAlgorithms[algorithm]
}

/** The option `algorithms`: public-key algorithms by their exact names. */
export const someAlgorithms = aListOf((value): PublicKeyAlgorithm => {
  if (!isPublicKeyAlgorithm(value)) {
    throw new Wrong(`holds ${JSON.stringify(value)}. There are: ${Object.keys(publicKeyAlgorithms).join(', ')}`)
  }
  const lack = lackOf(value)
  if (lack !== undefined) throw new Wrong(`holds one that cannot be used here: ${lack}`)
  return value
})

/** What this Node.js lacks for an algorithm, or undefined. It is tried out: OpenSSL decides, not the version. */
export function lackOf(algorithm: PublicKeyAlgorithm): string | undefined {
  const { kty, lengths } = factsOf(algorithm)
  if (lengths === undefined) return undefined
  try {
    createPublicKey({ key: { kty, alg: algorithm, pub: 'A'.repeat(Math.ceil((lengths.key * 4) / 3)) }, format: 'jwk' })
    return undefined
  } catch {
    return `${algorithm} needs Node.js 24.6 or later, and this is ${process.version}`
  }
}
