import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { readOptions, Wrong } from '../encoding/options.js'
import { ConfigurationError } from '../errors/errors.js'
import {
  factsOf,
  hmacAlgorithms,
  isHmacAlgorithm,
  isPublicKeyAlgorithm,
  lackOf,
  type HmacAlgorithm,
  type PublicKeyAlgorithm,
} from './algorithms.js'
import type { Jwk } from './jwk.js'
import { thumbprint } from './thumbprint.js'

/** A new HMAC secret. Both forms hold the secret itself: keep them where secrets are kept. */
export interface GeneratedSecret {
  readonly algorithm: HmacAlgorithm
  /** Random: the thumbprint of a secret would tell something of it. */
  readonly kid: string
  /** For `hmacSecret({ base64url }, algorithm, { kid })`. */
  readonly base64url: string
  /** `kty` "oct" with `k`, `kid`, `alg` and `use`. */
  readonly jwk: Jwk
}

/** A new key pair. What begins with `private` signs and goes to the issuer alone; what begins with `public` verifies. */
export interface GeneratedSigningKey {
  readonly algorithm: PublicKeyAlgorithm
  /** The thumbprint of the public key (RFC 7638, SHA-256). */
  readonly kid: string
  readonly privateJwk: Jwk
  /** PKCS #8. */
  readonly privatePem: string
  /** For `publicKey` and `keySet`, and to be published. */
  readonly publicJwk: Jwk
  /** SPKI. */
  readonly publicPem: string
}

export interface SigningKeyOptions {
  /** Bits of an RSA modulus: 3072 unless said, from 2048 to 8192. For RSA alone. */
  readonly modulusLength?: number
}

/**
 * An HMAC secret from the system's random source, as long as the hash: 32, 48 or 64 bytes (RFC 7518 §3.2).
 *
 * @throws ConfigurationError `ERR_OPTION_INVALID`
 */
export function generateSecret(algorithm: HmacAlgorithm): GeneratedSecret {
  if (!isHmacAlgorithm(algorithm)) throw invalid('generateSecret takes HS256, HS384 or HS512')
  const base64url = randomBytes(hmacAlgorithms[algorithm].output).toString('base64url')
  const kid = randomBytes(16).toString('base64url')
  const jwk = Object.freeze({ kty: 'oct', k: base64url, kid, alg: algorithm, use: 'sig' })
  return Object.freeze({ algorithm, kid, base64url, jwk })
}

/**
 * A key pair from the system's random source, in the forms in which keys are stored and published, each JWK with `kid`,
 * `alg` and `use`. It is made at once and nothing else runs meanwhile: that takes long for RSA (a good part of a second
 * for 3072 bits, many seconds for 8192).
 *
 * @throws ConfigurationError `ERR_OPTION_INVALID` (also where this Node.js has no ML-DSA), `ERR_OPTION_UNKNOWN`,
 * `ERR_OPTIONS_CONTRADICT`
 */
export function generateSigningKey(
  algorithm: PublicKeyAlgorithm,
  options: SigningKeyOptions = {},
): GeneratedSigningKey {
  if (!isPublicKeyAlgorithm(algorithm)) {
    throw invalid('generateSigningKey takes one public-key algorithm, such as ES256. For HS256 there is generateSecret')
  }
  const lack = lackOf(algorithm)
  if (lack !== undefined) throw invalid(`generateSigningKey: ${lack}`)
  const { modulusLength } = readOptions('generateSigningKey', options, { modulusLength: aModulusLength })
  if (modulusLength !== undefined && factsOf(algorithm).kty !== 'RSA') {
    throw new ConfigurationError('ERR_OPTIONS_CONTRADICT', `generateSigningKey: ${algorithm} has no modulusLength.`)
  }
  return inEveryForm(algorithm, privateKeyFor(algorithm, modulusLength))
}

function inEveryForm(algorithm: PublicKeyAlgorithm, privateKey: KeyObject): GeneratedSigningKey {
  const publicKey = createPublicKey(privateKey)
  const { kty } = factsOf(algorithm)
  const open = { ...publicKey.export({ format: 'jwk' }), kty, alg: algorithm }
  const kid = thumbprint(open)
  const named = { kid, alg: algorithm, use: 'sig' }
  return Object.freeze({
    algorithm,
    kid,
    privateJwk: Object.freeze({ ...privateKey.export({ format: 'jwk' }), kty, ...named }),
    privatePem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicJwk: Object.freeze({ ...open, ...named }),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  })
}

const publicKeyEncoding = { format: 'der', type: 'spki' } as const
const privateKeyEncoding = { format: 'der', type: 'pkcs8' } as const

/**
 * Generated keys are written out and read again. Node 20 locks a generated key while it exports it as a JWK, and waits
 * for that lock itself, for ever, where the garbage of the generation is collected meanwhile.
 */
function privateKeyFor(algorithm: PublicKeyAlgorithm, modulusLength = 3072): KeyObject {
  const { kty, crv } = factsOf(algorithm)
  if (kty === 'RSA') {
    return fromPkcs8(generateKeyPairSync('rsa', { modulusLength, publicKeyEncoding, privateKeyEncoding }).privateKey)
  }
  if (kty === 'OKP') {
    return fromPkcs8(generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }).privateKey)
  }
  if (kty !== 'EC') return fromSeed(algorithm)
  const namedCurve = String(crv)
  return fromPkcs8(generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding }).privateKey)
}

function fromPkcs8(key: Buffer): KeyObject {
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

const parameterSets = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']

/** RFC 9881 §6: PKCS #8 around a seed, from which the whole key follows (FIPS 204 §5.1). */
function fromSeed(algorithm: PublicKeyAlgorithm): KeyObject {
  const head = Buffer.from('3034020100300b06096086480165030403', 'hex')
  const set = Buffer.from([0x11 + parameterSets.indexOf(algorithm), 0x04, 0x22, 0x80, 0x20])
  return fromPkcs8(Buffer.concat([head, set, randomBytes(32)]))
}

function aModulusLength(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 2048 && value <= 8192) return value
  throw new Wrong('has to be a whole number from 2048 to 8192')
}

function invalid(why: string): ConfigurationError {
  return new ConfigurationError('ERR_OPTION_INVALID', `${why}.`)
}
