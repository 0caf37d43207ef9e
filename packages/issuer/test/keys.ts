import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import type { HmacAlgorithm, PublicKeyAlgorithm } from '@jwt-guard/core'
import { signingKey, signingSecret, type SigningKey } from '@jwt-guard/issuer'

export const publicKeyAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
] as const satisfies readonly PublicKeyAlgorithm[]
export const hmacAlgorithms = ['HS256', 'HS384', 'HS512'] as const satisfies readonly HmacAlgorithm[]

const curves: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }
let rsa: KeyObject | undefined

/** A fresh private key for an algorithm. RSA keys are slow to make, so that one serves all unless another is asked for. */
export function privateKey(algorithm: PublicKeyAlgorithm, another = false): KeyObject {
  const namedCurve = curves[algorithm]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve }).privateKey
  if (algorithm.startsWith('Ed')) return generateKeyPairSync('ed25519').privateKey
  if (another) return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  rsa ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  return rsa
}

export function aKey(algorithm: PublicKeyAlgorithm | HmacAlgorithm = 'ES256', kid?: string): SigningKey {
  const named = kid === undefined ? {} : { kid }
  return isHmac(algorithm)
    ? signingSecret(randomBytes(64), algorithm, named)
    : signingKey(privateKey(algorithm), algorithm, named)
}

function isHmac(algorithm: PublicKeyAlgorithm | HmacAlgorithm): algorithm is HmacAlgorithm {
  return algorithm.startsWith('HS')
}
