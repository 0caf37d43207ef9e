import { createPublicKey, type KeyObject } from 'node:crypto'
import { bytesOfBase64url } from '../encoding/base64url.js'
import { isJsonObject } from '../encoding/strict-json.js'
import { ConfigurationError } from '../errors/errors.js'
import { factsOf, type PublicKeyAlgorithm } from './algorithms.js'
import { ed25519Weakness, isEd25519Point } from './ed25519-strength.js'
import { fingerprint, isKid, type VerificationKey } from './key.js'
import { rsaWeakness } from './rsa-strength.js'

/** A JSON Web Key (RFC 7517). */
export interface Jwk {
  readonly kty: string
  readonly [member: string]: unknown
}

export function isJwk(value: unknown): value is Jwk {
  return isJsonObject(value) && typeof value['kty'] === 'string'
}

/** Whether a JWK is symmetric or private: neither has a place among published keys. */
export function isSecretJwk(jwk: Jwk): boolean {
  return jwk.kty === 'oct' || privateMembers.some((name) => Object.hasOwn(jwk, name))
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/**
 * A public JWK bound to one algorithm, held to what its kind has to be. Refused: private members whatever their value,
 * another `use`, `key_ops` or `alg`, another curve, coordinates of the wrong length or off the curve, and the weak keys
 * of `rsaWeakness` and `ed25519Weakness`. An `x5c` member is not looked at.
 */
export function keyFromJwk(given: Jwk, algorithm: PublicKeyAlgorithm, kidOption?: string): VerificationKey {
  const jwk: Readonly<Record<string, unknown>> = Object.assign(Object.create(null), given)
  const secret = privateMembers.find((name) => name in jwk)
  if (secret !== undefined) {
    throw invalid(`the key has the member "${secret}" and is private or symmetric. Give the public key alone`)
  }
  const other = otherUse(jwk, algorithm)
  if (other !== undefined) throw new ConfigurationError('ERR_KEY_MISMATCH', `A key for ${algorithm}: ${other}.`)
  const kid = kidOf(jwk['kid'], kidOption)
  const { material, signatureLength } = materialOf(jwk, algorithm)
  const identities = [fingerprint(material.export({ format: 'der', type: 'spki' }))]
  return Object.freeze({ family: 'public', algorithm, kid, material, signatureLength, identities, mark: Symbol() })
}

/** The algorithms, of these, that a JWK of a set could be for. It is used where that is exactly one. */
export function algorithmsFor(jwk: Jwk, algorithms: readonly PublicKeyAlgorithm[]): readonly PublicKeyAlgorithm[] {
  return algorithms.filter((algorithm) => otherUse(jwk, algorithm) === undefined)
}

/** Why a JWK is not for this algorithm, read off its members. */
function otherUse(jwk: Readonly<Record<string, unknown>>, algorithm: PublicKeyAlgorithm): string | undefined {
  const { kty, crv } = factsOf(algorithm)
  if (jwk['kty'] !== kty) return `its kty has to be "${kty}"`
  if (crv !== undefined && jwk['crv'] !== crv) return `its crv has to be "${crv}"`
  if (Object.hasOwn(jwk, 'alg') && jwk['alg'] !== algorithm) return 'its alg is another one'
  if (kty === 'AKP' && !Object.hasOwn(jwk, 'alg')) return 'it has no alg, which its kty asks for (RFC 9964)'
  if (Object.hasOwn(jwk, 'use') && jwk['use'] !== 'sig') return 'its use is not "sig"'
  return Object.hasOwn(jwk, 'key_ops') && !mayVerify(jwk['key_ops']) ? 'its key_ops do not hold "verify"' : undefined
}

function mayVerify(operations: unknown): boolean {
  return Array.isArray(operations) && operations.includes('verify') && new Set(operations).size === operations.length
}

/** The `kid` of a JWK, or the one that it is given; they may not differ. */
export function kidOf(member: unknown, option: string | undefined): string | undefined {
  if (member !== undefined && !isKid(member)) throw invalid('its kid is not 1 to 256 printable ASCII characters')
  if (option !== undefined && member !== undefined && option !== member) {
    throw new ConfigurationError('ERR_OPTIONS_CONTRADICT', `The key says kid "${member}" and the option kid another.`)
  }
  return option ?? member
}

interface Material {
  readonly material: KeyObject
  readonly signatureLength: number
}

function materialOf(jwk: Readonly<Record<string, unknown>>, algorithm: PublicKeyAlgorithm): Material {
  const { kty, coordinate, lengths } = factsOf(algorithm)
  if (lengths !== undefined) {
    const { text } = octetsOf(jwk, 'pub', lengths.key)
    return { material: load({ kty, alg: algorithm, pub: text }), signatureLength: lengths.signature }
  }
  if (coordinate === undefined) return rsa(jwk)
  const crv = String(jwk['crv'])
  const x = octetsOf(jwk, 'x', coordinate)
  const signatureLength = coordinate * 2
  if (kty === 'EC') {
    const y = octetsOf(jwk, 'y', coordinate)
    return { material: load({ kty, crv, x: x.text, y: y.text }), signatureLength }
  }
  refuseWeak(ed25519Weakness(x.bytes))
  if (!isEd25519Point(x.bytes)) throw invalid('its point is not on the curve')
  return { material: load({ kty, crv, x: x.text }), signatureLength }
}

function rsa(jwk: Readonly<Record<string, unknown>>): Material {
  const n = octetsOf(jwk, 'n')
  const e = octetsOf(jwk, 'e')
  refuseWeak(rsaWeakness(n.bytes, e.bytes))
  const leadingZeros = n.bytes.findIndex((byte) => byte !== 0)
  return { material: load({ kty: 'RSA', n: n.text, e: e.text }), signatureLength: n.bytes.length - leadingZeros }
}

function octetsOf(jwk: Readonly<Record<string, unknown>>, name: string, length?: number) {
  const text = jwk[name]
  const bytes = bytesOfBase64url(text)
  if (typeof text !== 'string' || bytes === undefined || bytes.length === 0) throw invalid(`"${name}" is not base64url`)
  if (length !== undefined && bytes.length !== length) throw invalid(`"${name}" does not have ${length} bytes`)
  return { text, bytes }
}

function refuseWeak(weakness: string | undefined): void {
  if (weakness !== undefined) throw new ConfigurationError('ERR_KEY_WEAK', `A key is refused: ${weakness}.`)
}

function load(jwk: Readonly<Record<string, string>>): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    throw invalid('its point is not on the curve')
  }
}

function invalid(why: string): ConfigurationError {
  return new ConfigurationError('ERR_KEY_INVALID', `A key cannot be used: ${why}.`)
}
