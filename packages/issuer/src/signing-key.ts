import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import {
  hmacSecret,
  publicKey,
  type Algorithm,
  type EncodedSecret,
  type HmacAlgorithm,
  type HmacSecret,
  type Jwk,
  type KeyOptions,
  type PublicKey,
  type PublicKeyAlgorithm,
} from '@jwt-guard/core'
import { privateMaterial, publicMaterial, refuseTwoKeysInOne, type Material } from './key-material.js'
import { aKid, readOptions } from './options.js'
import { thumbprint } from './public-jwk.js'

declare const signs: unique symbol
/** A key that signs, with its one algorithm, made by `signingKey` or `signingSecret`. */
export interface SigningKey {
  readonly [signs]: true
  readonly algorithm: Algorithm
  readonly kid: string
}
/** The public half of a key that signed once, made by `retiredKey`. */
export interface RetiredKey {
  readonly [signs]: false
  readonly algorithm: Algorithm
  readonly kid: string
}

/** What stands behind both. */
export class IssuerKey {
  declare readonly [signs]: never
  readonly #made = true

  constructor(
    readonly algorithm: Algorithm,
    readonly kid: string,
    /** For the verifying side. */
    readonly source: PublicKey | HmacSecret,
    /** For publication: public members alone. An HMAC secret has none. */
    readonly jwk: Jwk | undefined,
    /** Undefined where only the public half is here. */
    readonly secret: KeyObject | undefined,
  ) {
    Object.freeze(this)
  }

  /** By the brand and not by the prototype, which anybody can put under an object. */
  static is(given: unknown): given is IssuerKey {
    return typeof given === 'object' && given !== null && #made in given && given.#made
  }
}

/**
 * A private key that signs with one algorithm: PEM text (`PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`), a private
 * JWK, or Node's `KeyObject`. Its `kid` is the option's, the JWK's, or its thumbprint (RFC 7638). Checked: that its
 * halves are of one key, and of the public half all that core's `publicKey` checks. Not checked: who else has it.
 *
 * @throws ConfigurationError `ERR_KEY_INVALID`, `ERR_KEY_WEAK`, `ERR_KEY_MISMATCH`, `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
export function signingKey(
  key: string | Jwk | KeyObject,
  algorithm: PublicKeyAlgorithm,
  options: KeyOptions = {},
): SigningKey {
  return bound(privateMaterial(key), algorithm, readOptions('signingKey', options, ['kid']))
}

/**
 * The public half of a key that has signed and does so no longer, for `retired`: the private half is best destroyed. PEM
 * text, a JWK or a `KeyObject`, with the algorithm and the `kid` under which it signed.
 *
 * @throws ConfigurationError as `signingKey`
 */
export function retiredKey(
  key: string | Jwk | KeyObject,
  algorithm: PublicKeyAlgorithm,
  options: KeyOptions = {},
): RetiredKey {
  return bound(publicMaterial(key, 'verify'), algorithm, readOptions('retiredKey', options, ['kid']))
}

function bound(material: Material, algorithm: PublicKeyAlgorithm, { kid }: { kid?: unknown }): IssuerKey {
  const { half, said, secret } = material
  const named = aKid('A key', kid ?? said['kid'] ?? thumbprint(half))
  const source = publicKey({ ...half, ...said }, algorithm, { kid: named })
  refuseTwoKeysInOne(material)
  const jwk = Object.freeze({ ...half, kid: named, alg: algorithm, use: 'sig' })
  return new IssuerKey(algorithm, named, source, jwk, secret)
}

/**
 * An HMAC secret that signs, for tokens that the same service verifies: bytes, or text with its encoding. Checked: all
 * that core's `hmacSecret` checks. It is never published. Without the option its `kid` is derived from it by HKDF
 * (RFC 5869), so that it stays the same, and tells no more than a token does.
 *
 * @throws ConfigurationError as `hmacSecret`
 */
export function signingSecret(
  secret: Uint8Array | EncodedSecret,
  algorithm: HmacAlgorithm,
  options: KeyOptions = {},
): SigningKey {
  const { kid } = readOptions('signingSecret', options, ['kid'])
  // Refuses what is no secret, before anything is read of it.
  hmacSecret(secret, algorithm)
  const bytes = bytesOf(secret)
  const named = kid === undefined ? derivedKid(bytes) : aKid('signingSecret', kid)
  return new IssuerKey(
    algorithm,
    named,
    hmacSecret(bytes, algorithm, { kid: named }),
    undefined,
    createSecretKey(bytes),
  )
}

function derivedKid(secret: Buffer): string {
  return Buffer.from(hkdfSync('sha256', secret, '', 'jwt-guard kid', 16)).toString('base64url')
}

/** Of what `hmacSecret` has accepted: one encoding, and the text keeps to it. */
function bytesOf(secret: Uint8Array | EncodedSecret): Buffer {
  if (secret instanceof Uint8Array) return Buffer.from(secret)
  const { base64url, base64, hex, utf8 } = secret
  if (base64url !== undefined) return Buffer.from(base64url, 'base64url')
  if (base64 !== undefined) return Buffer.from(base64, 'base64')
  return hex === undefined ? Buffer.from(utf8 ?? '') : Buffer.from(hex, 'hex')
}
