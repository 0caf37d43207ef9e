import { createPublicKey, type KeyObject } from 'node:crypto'
import {
  ConfigurationError,
  publicKey,
  type ContentEncryptionAlgorithm,
  type Jwk,
  type KeyManagementAlgorithm,
  type PublicKeyAlgorithm,
} from '@jwt-guard/core'
import { publicMaterial } from './key-material.js'
import { aKid, invalid, needed, readOptions } from './options.js'

/** Those that take a public key. */
export type EncryptionAlgorithm = Extract<KeyManagementAlgorithm, `RSA-OAEP${string}` | `ECDH-ES${string}`>

/** Who is to open a token, beside whom nobody reads it. */
export interface EncryptFor {
  /** The recipient's public key: PEM text, a JWK or a `KeyObject`. */
  readonly key: string | Jwk | KeyObject
  readonly algorithm: EncryptionAlgorithm
  readonly encryption: ContentEncryptionAlgorithm
  /** The `kid` by which the recipient knows the key. Default: that of the JWK, if it has one. */
  readonly kid?: string
}

export interface Recipient {
  readonly key: KeyObject
  readonly algorithm: EncryptionAlgorithm
  readonly encryption: ContentEncryptionAlgorithm
  readonly kid: string | undefined
}

/** By which signature algorithm the strength of a key is looked at, since that is where core looks at it. */
const likeSignature: Readonly<Record<string, PublicKeyAlgorithm>> = {
  RSA: 'RS256',
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
}
const algorithms: Readonly<Record<EncryptionAlgorithm, 'RSA' | 'EC'>> = {
  'RSA-OAEP': 'RSA',
  'RSA-OAEP-256': 'RSA',
  'RSA-OAEP-384': 'RSA',
  'RSA-OAEP-512': 'RSA',
  'ECDH-ES': 'EC',
  'ECDH-ES+A128KW': 'EC',
  'ECDH-ES+A192KW': 'EC',
  'ECDH-ES+A256KW': 'EC',
}
const encryptions: Readonly<Record<ContentEncryptionAlgorithm, true>> = {
  A128GCM: true,
  A192GCM: true,
  A256GCM: true,
  'A128CBC-HS256': true,
  'A192CBC-HS384': true,
  'A256CBC-HS512': true,
}

/** The option `encryptFor`, its key held to the strength of keys that verify. */
export function readRecipient(given: unknown): Recipient {
  const what = 'encryptFor'
  const read = readOptions(what, given, ['key', 'algorithm', 'encryption', 'kid'])
  const algorithm = oneOf(what, 'algorithm', read.algorithm, algorithms)
  const encryption = oneOf(what, 'encryption', read.encryption, encryptions)
  const { half, said } = publicMaterial(needed(what, 'key', read.key), 'encrypt')
  if (half.kty !== algorithms[algorithm]) throw mismatch(`is of another kind than ${algorithm} takes`)
  if (said['use'] !== undefined && said['use'] !== 'enc') throw mismatch('is not for encryption: its use is not "enc"')
  if (said['alg'] !== undefined && said['alg'] !== algorithm) throw mismatch('says another alg')
  const kid = read.kid ?? said['kid']
  refuseWeak(half)
  const material = createPublicKey({ key: { ...half }, format: 'jwk' })
  return { key: material, algorithm, encryption, kid: kid === undefined ? undefined : aKid(what, kid) }
}

function oneOf<Name extends string>(
  what: string,
  option: string,
  given: unknown,
  names: Readonly<Record<Name, unknown>>,
): Name {
  const value = needed(what, option, given)
  if (isOneOf(value, names)) return value
  throw invalid(`${what}: ${option}`, `has to be one of ${Object.keys(names).join(', ')}`)
}

function isOneOf<Name extends string>(value: unknown, names: Readonly<Record<Name, unknown>>): value is Name {
  return typeof value === 'string' && Object.hasOwn(names, value)
}

function refuseWeak(half: Jwk): void {
  const like = likeSignature[half.kty === 'RSA' ? 'RSA' : String(half['crv'])]
  if (like === undefined) throw mismatch('is on a curve that is not offered')
  publicKey(half, like)
}

function mismatch(why: string): ConfigurationError {
  return new ConfigurationError('ERR_KEY_MISMATCH', `The key of encryptFor ${why}.`)
}
