import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import {
  generateSigningKey,
  hmacSecret,
  publicKey,
  type Algorithm,
  type HmacAlgorithm,
  type HmacSecret,
  type Jwk,
  type PublicKey,
  type PublicKeyAlgorithm,
} from '@jwt-guard/core'

/** A key pair of one algorithm, made for one test run. */
export interface TestKey<Source extends PublicKey | HmacSecret = PublicKey | HmacSecret> {
  readonly algorithm: Algorithm
  readonly kid: string
  /** Signs. For HMAC the bytes of the secret. */
  readonly secret: KeyObject | Uint8Array
  /** What a verifier is given. */
  readonly source: Source
  /** The public key with `kid`, `alg` and `use`; an HMAC secret has none. */
  readonly jwk: Source extends PublicKey ? Jwk : undefined
}

const hmacBytes: Readonly<Record<HmacAlgorithm, number>> = { HS256: 32, HS384: 48, HS512: 64 }

/** A fresh HMAC secret of the length that its hash asks for. */
export function testSecret(algorithm: HmacAlgorithm = 'HS256', kid = 'test'): TestKey<HmacSecret> {
  const secret = randomBytes(hmacBytes[algorithm])
  return { algorithm, kid, secret, source: hmacSecret(secret, algorithm, { kid }), jwk: undefined }
}

/** A fresh key pair. RSA keys have 2048 bits. */
export function testKey(algorithm: PublicKeyAlgorithm = 'ES256', kid = 'test'): TestKey<PublicKey> {
  const { publicKey: open, privateKey } = pairFor(algorithm)
  const exported = open.export({ format: 'jwk' })
  const jwk = { ...exported, kty: String(exported.kty), kid, alg: algorithm, use: 'sig' }
  return { algorithm, kid, secret: privateKey, source: publicKey(jwk, algorithm), jwk }
}

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

const publicKeyEncoding = { format: 'pem', type: 'spki' } as const
const privateKeyEncoding = { format: 'pem', type: 'pkcs8' } as const

/** Written out and read again: a generated key that is exported at once can stop Node 20 for ever (`generateSigningKey`). */
function pairFor(algorithm: PublicKeyAlgorithm) {
  const texts = textsFor(algorithm)
  return { publicKey: createPublicKey(texts.publicKey), privateKey: createPrivateKey(texts.privateKey) }
}

function textsFor(algorithm: PublicKeyAlgorithm) {
  const namedCurve = curves[algorithm]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding })
  if (algorithm === 'Ed25519' || algorithm === 'EdDSA') {
    return generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding })
  }
  if (algorithm.startsWith('ML-DSA')) return mlDsaTexts(algorithm)
  return generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding, privateKeyEncoding })
}

/** Where this Node.js has none, the library's own error says so. */
function mlDsaTexts(algorithm: PublicKeyAlgorithm) {
  const { privatePem, publicPem } = generateSigningKey(algorithm)
  return { publicKey: publicPem, privateKey: privatePem }
}
