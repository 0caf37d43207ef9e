import { createPrivateKey, createPublicKey, createSecretKey, KeyObject, type JsonWebKey } from 'node:crypto'
import { readOptions, Wrong, type Reader } from '../encoding/options.js'
import { ConfigurationError } from '../errors/errors.js'
import { secretBytes, withoutZerosAtEnd, type EncodedSecret } from './hmac-secret.js'
import { isJwk, kidOf, type Jwk } from './jwk.js'
import { aKid, fingerprint, haveKeyInCommon } from './key.js'
import { kind } from './kind.js'
import { rsaWeakness } from './rsa-strength.js'

/** How a token's key is handed over (RFC 7518 §4.1). `RSA1_5`, `dir` and the password algorithms are not offered. */
const keyManagement = {
  'RSA-OAEP': { kty: 'RSA' },
  'RSA-OAEP-256': { kty: 'RSA' },
  'RSA-OAEP-384': { kty: 'RSA' },
  'RSA-OAEP-512': { kty: 'RSA' },
  'ECDH-ES': { kty: 'EC' },
  'ECDH-ES+A128KW': { kty: 'EC' },
  'ECDH-ES+A192KW': { kty: 'EC' },
  'ECDH-ES+A256KW': { kty: 'EC' },
  A128KW: { kty: 'oct', bytes: 16 },
  A192KW: { kty: 'oct', bytes: 24 },
  A256KW: { kty: 'oct', bytes: 32 },
  A128GCMKW: { kty: 'oct', bytes: 16 },
  A192GCMKW: { kty: 'oct', bytes: 24 },
  A256GCMKW: { kty: 'oct', bytes: 32 },
} as const satisfies Readonly<Record<string, { readonly kty: 'RSA' | 'EC' | 'oct'; readonly bytes?: number }>>
const contentEncryption = ['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'] as const

export type KeyManagementAlgorithm = keyof typeof keyManagement
export type ContentEncryptionAlgorithm = (typeof contentEncryption)[number]

/** A key of one's own that opens encrypted tokens, made by `decryptionKey`. */
export interface DecryptionKey {
  readonly [kind]: 'decryption key'
  readonly algorithm: KeyManagementAlgorithm
  readonly encryption: ContentEncryptionAlgorithm
}

export interface DecryptionKeyOptions {
  readonly algorithm: KeyManagementAlgorithm
  readonly encryption: ContentEncryptionAlgorithm
  /** The `kid` that a header names this key by. */
  readonly kid?: string
}

export class OwnDecryptionKey implements DecryptionKey {
  readonly [kind] = 'decryption key'
  readonly #made = true

  constructor(
    readonly algorithm: KeyManagementAlgorithm,
    readonly encryption: ContentEncryptionAlgorithm,
    readonly kid: string | undefined,
    readonly material: KeyObject,
    /** Of the public half, or of the secret: to be compared with those of keys that verify. */
    readonly identities: readonly string[],
  ) {
    Object.freeze(this)
  }

  static is(given: unknown): given is OwnDecryptionKey {
    return typeof given === 'object' && given !== null && #made in given && given.#made
  }
}

/**
 * A key that opens encrypted tokens (RFC 7516), for one algorithm and one content encryption: a private key as PEM text
 * (`PRIVATE KEY`), JWK or `KeyObject`, or for the `KW` algorithms a secret of exactly their length, as bytes or with its
 * encoding. Checked: that it fits the algorithm and its `use`, and the size of RSA keys. Not checked: who encrypted, which
 * nobody can know: whoever has the public key can. A token is believed for the signature within. Not checked either:
 * whether a secret can be guessed; make it with `randomBytes`.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_KEY_INVALID`, `ERR_KEY_WEAK`, `ERR_KEY_MISMATCH`, `ERR_SECRET_INVALID`,
 * `ERR_OPTIONS_CONTRADICT`
 */
export function decryptionKey(
  key: string | Jwk | KeyObject | Uint8Array | EncodedSecret,
  options: DecryptionKeyOptions,
): DecryptionKey {
  const { algorithm, encryption, kid } = readOptions('decryptionKey', options, readers, ['algorithm', 'encryption'])
  const facts: { readonly kty: string; readonly bytes?: number } = keyManagement[algorithm]
  if (facts.bytes !== undefined) return withSecret(algorithm, encryption, kid, secretOf(key, facts.bytes))
  const material = privateKeyOf(key, algorithm)
  if (facts.kty !== typeOf(material)) throw mismatch(`A key for ${algorithm} is ${inWords[facts.kty]}.`)
  const open = createPublicKey(material).export({ format: 'jwk' })
  refuseWeak(open)
  // By way of a JWK: in PEM one curve, and one point on it, can be written in several ways.
  const identity = createPublicKey({ key: open, format: 'jwk' }).export({ format: 'der', type: 'spki' })
  const named = isJwk(key) ? kidOf(key['kid'], kid) : kid
  return new OwnDecryptionKey(algorithm, encryption, named, material, Object.freeze([fingerprint(identity)]))
}

/** Why a header could not tell some two of these keys apart, or undefined. */
export function clashAmong(keys: readonly OwnDecryptionKey[]): string | undefined {
  const clashing = keys.find((key, index) => keys.slice(index + 1).some((other) => isLike(key, other)))
  if (clashing === undefined) return undefined
  return `Two keys are for ${clashing.algorithm} and ${clashing.encryption}: each needs a kid of its own.`
}

function isLike(a: OwnDecryptionKey, b: OwnDecryptionKey): boolean {
  const same = a.algorithm === b.algorithm && a.encryption === b.encryption
  return same && (a.kid === undefined || b.kid === undefined || a.kid === b.kid)
}

/** RFC 8725 §3.1: a key of these that is for two algorithms, which a header could play off against one another. */
export function usedForTwo(keys: readonly OwnDecryptionKey[]): OwnDecryptionKey | undefined {
  return keys.find((key) => keys.some((other) => other.algorithm !== key.algorithm && haveKeyInCommon([key], [other])))
}

const inWords: Readonly<Record<string, string>> = { RSA: 'an RSA key', EC: 'one on P-256, P-384, P-521 or X25519' }

const oneOf = <const T extends string>(names: readonly T[]): Reader<T> => {
  return (value) => {
    const name = names.find((one) => one === value)
    if (name !== undefined) return name
    throw new Wrong(`has to be one of ${names.join(', ')}`)
  }
}

const readers = {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
  algorithm: oneOf(Object.keys(keyManagement) as readonly KeyManagementAlgorithm[]),
  encryption: oneOf(contentEncryption),
  kid: aKid,
} as const

function withSecret(
  algorithm: KeyManagementAlgorithm,
  encryption: ContentEncryptionAlgorithm,
  kid: string | undefined,
  bytes: Buffer,
): DecryptionKey {
  // As that of an HMAC secret, which is padded with zeros: 32 bytes could be both.
  const identities = Object.freeze([fingerprint(withoutZerosAtEnd(bytes))])
  return new OwnDecryptionKey(algorithm, encryption, kid, createSecretKey(bytes), identities)
}

function secretOf(given: unknown, length: number): Buffer {
  const bytes = secretBytes(given)
  if (bytes.length === length) return bytes
  throw mismatch(`A key for this algorithm has ${length} bytes, and this one, decoded, ${bytes.length}.`)
}

function privateKeyOf(given: unknown, algorithm: string): KeyObject {
  if (given instanceof KeyObject) return aPrivateKey(given)
  if (typeof given === 'string') return loaded(() => createPrivateKey(given))
  if (!isJwk(given)) throw invalid('has to be a private key: PEM text, a JWK or a KeyObject')
  refuseOtherUse(given, algorithm)
  // RFC 7518 §6.3.2.7. Node before 26 passes over them.
  if (given['oth'] !== undefined) throw invalid('has more than two primes (oth)')
  return loaded(() => createPrivateKey({ key: { ...given }, format: 'jwk' }))
}

const opening = new Set(['decrypt', 'unwrapKey', 'deriveKey', 'deriveBits'])

function refuseOtherUse(jwk: Jwk, algorithm: string): void {
  const { use, alg, key_ops: operations } = jwk
  if (use !== undefined && use !== 'enc') throw mismatch('Its use is not "enc": a key that signs decrypts nothing.')
  if (alg !== undefined && alg !== algorithm) throw mismatch('Its alg is another one.')
  if (operations !== undefined && !(Array.isArray(operations) && operations.some((one) => opening.has(one)))) {
    throw mismatch('Its key_ops open nothing.')
  }
}

function aPrivateKey(key: KeyObject): KeyObject {
  if (key.type === 'private') return key
  throw invalid(`is a ${key.type} key, and opening takes the private one`)
}

function loaded(load: () => KeyObject): KeyObject {
  try {
    return load()
  } catch {
    throw invalid('cannot be read as a private key')
  }
}

/** The kinds that fit an algorithm; any other fits none. */
function typeOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  if (asymmetricKeyType === 'rsa') return 'RSA'
  if (asymmetricKeyType === 'x25519') return 'EC'
  const curves = ['prime256v1', 'secp384r1', 'secp521r1']
  return asymmetricKeyType === 'ec' && curves.includes(asymmetricKeyDetails?.namedCurve ?? '') ? 'EC' : undefined
}

function refuseWeak({ n, e }: JsonWebKey): void {
  if (n === undefined || e === undefined) return
  const weakness = rsaWeakness(Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url'))
  if (weakness !== undefined) throw new ConfigurationError('ERR_KEY_WEAK', `A key is refused: ${weakness}.`)
}

function invalid(why: string): ConfigurationError {
  return new ConfigurationError('ERR_KEY_INVALID', `A decryption key ${why}.`)
}

function mismatch(why: string): ConfigurationError {
  return new ConfigurationError('ERR_KEY_MISMATCH', why)
}
