import type { Algorithm, HmacAlgorithm, PublicKeyAlgorithm } from './algorithms.js'
import type { CertificateChain } from './certificate-keys.js'
import type { Key } from './key.js'
import { kind } from './kind.js'
import type { RemoteKeySet } from './remote-key-set.js'

/** An HMAC secret, made by `hmacSecret`. */
export interface HmacSecret {
  readonly [kind]: 'hmac secret'
  readonly algorithm: HmacAlgorithm
}
/** One public key, made by `publicKey`. */
export interface PublicKey {
  readonly [kind]: 'public key'
  readonly algorithm: PublicKeyAlgorithm
}
/** Public keys given as a JWK Set, made by `keySet`. */
export interface KeySet {
  readonly [kind]: 'key set'
  readonly algorithms: readonly PublicKeyAlgorithm[]
}
export type PublicKeySource = PublicKey | KeySet | RemoteKeySet | CertificateChain
export type KeySource = PublicKeySource | HmacSecret

/** Keys that are here and never change. */
export abstract class LocalKeys {
  abstract readonly keys: readonly Key[]
  abstract readonly algorithms: readonly Algorithm[]
}

/** One key that was given alone: what `hmacSecret` and `publicKey` make. */
export class OneKey<Name extends 'hmac secret' | 'public key', K extends Key> extends LocalKeys {
  readonly [kind]: Name
  readonly keys: readonly [K]
  readonly algorithm: K['algorithm']
  readonly algorithms: readonly K['algorithm'][]

  constructor(name: Name, key: K) {
    super()
    this[kind] = name
    this.keys = Object.freeze([key] as const)
    this.algorithm = key.algorithm
    this.algorithms = Object.freeze([key.algorithm])
    Object.freeze(this)
  }
}
