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
  readonly kty: 'RSA' | 'EC' | 'OKP'
  readonly hash: 'sha256' | 'sha384' | 'sha512' | undefined
  readonly crv?: string
  /** Bytes of one coordinate. */
  readonly coordinate?: number
  readonly pss?: true
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
  if (isPublicKeyAlgorithm(value)) return value
  throw new Wrong(`holds ${JSON.stringify(value)}. There are: ${Object.keys(publicKeyAlgorithms).join(', ')}`)
})
