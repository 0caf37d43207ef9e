import type { HmacAlgorithm, HmacSecret, PublicKey, PublicKeyAlgorithm } from '@jwt-guard/core'
import { testKey, testSecret, type TestKey } from '@jwt-guard/testing'

const hmacAlgorithms: readonly HmacAlgorithm[] = ['HS256', 'HS384', 'HS512']
export const rsaAlgorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const
export const publicKeyAlgorithms: readonly PublicKeyAlgorithm[] = [
  ...rsaAlgorithms,
  ...(['ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA'] as const),
]

/** A fresh key for every algorithm, all of them with the same `kid`. */
export const secrets: readonly TestKey<HmacSecret>[] = hmacAlgorithms.map((algorithm) => testSecret(algorithm))
export const publicKeys: readonly TestKey<PublicKey>[] = publicKeyAlgorithms.map((algorithm) => testKey(algorithm))
export const everyKey: readonly TestKey[] = [...secrets, ...publicKeys]
