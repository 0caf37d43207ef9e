import { createHash, randomBytes, type KeyObject } from 'node:crypto'
import { readOptions, Wrong } from '../encoding/options.js'
import type { HmacAlgorithm, PublicKeyAlgorithm } from './algorithms.js'

interface Bound<Family, Algorithm> {
  readonly family: Family
  readonly algorithm: Algorithm
  readonly kid: string | undefined
  readonly material: KeyObject
  /** Fingerprints: two keys that have one in common can verify one another's signatures. */
  readonly identities: readonly string[]
  /** This material's alone, and leads to nothing: what is remembered to be good by a key names it so, and holds no key. */
  readonly mark: symbol
}
export type SecretKey = Bound<'secret', HmacAlgorithm>
export interface VerificationKey extends Bound<'public', PublicKeyAlgorithm> {
  /** Bytes of a signature by this key. OpenSSL takes a shorter one for RSA-PSS, which RFC 8017 §8.1.2 does not. */
  readonly signatureLength: number
  /** Tells the source of a fetched key that a signature by it was bad: its `kid` may have new material by now. */
  readonly doubted?: () => void
}
/** Material and exactly one algorithm, bound when it is loaded (RFC 8725 §3.1). */
export type Key = SecretKey | VerificationKey

const ofThisProcess = randomBytes(32)

/** Equal for equal bytes, in this process alone: a plain hash of a weak secret, once logged, could be searched. */
export function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(ofThisProcess).update(bytes).digest('base64url')
}

export function isKid(value: unknown): value is string {
  return typeof value === 'string' && /^[\x20-\x7e]{1,256}$/.test(value)
}

type Identified = Pick<Key, 'identities'>
export function haveKeyInCommon(some: readonly Identified[], others: readonly Identified[]): boolean {
  const identities = new Set(some.flatMap((key) => key.identities))
  return others.some((key) => key.identities.some((identity) => identities.has(identity)))
}

/** Whether a header that names one names the other, and means the same material. */
export function isSameKey(one: Key, other: Key): boolean {
  return one.kid === other.kid && one.algorithm === other.algorithm && haveKeyInCommon([one], [other])
}

export interface KeyOptions {
  /** The `kid` that a header names this key by: 1 to 256 printable ASCII characters. */
  readonly kid?: string
}

/** The options of a key that was given alone. */
export function readKeyOptions(what: string, options: unknown): { readonly kid: string | undefined } {
  return readOptions(what, options, { kid: aKid })
}

export function aKid(value: unknown): string {
  if (isKid(value)) return value
  throw new Wrong('has to be 1 to 256 printable ASCII characters')
}
