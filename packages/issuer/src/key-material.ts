import { createPrivateKey, createPublicKey, KeyObject, sign, verify } from 'node:crypto'
import { ConfigurationError, type Jwk } from '@jwt-guard/core'
import { isPlainObject } from './options.js'
import { publicHalf } from './public-jwk.js'

/** A key as it was given: the public half, what its JWK says of its use, and the private half where there is one. */
export interface Material {
  readonly half: Jwk
  /** `kid`, `alg` and `use` of a JWK. */
  readonly said: Readonly<Record<string, unknown>>
  readonly secret: KeyObject | undefined
}

/** A private key: PEM text, a JWK or a `KeyObject`. */
export function privateMaterial(key: unknown): Material {
  const secret = privateObject(key)
  const half = isPlainObject(key) ? publicHalf(key) : exported(createPublicKey(secret))
  if (half === undefined) throw unfit()
  return { half, said: isPlainObject(key) ? usesOf(key, 'sign') : {}, secret }
}

/** A public key: PEM text, a JWK or a `KeyObject`. */
export function publicMaterial(key: unknown, purpose: 'verify' | 'encrypt'): Material {
  if (isPlainObject(key)) {
    if (Object.hasOwn(key, 'd')) throw keyInvalid('is private. Give the public half alone')
    const half = publicHalf(key)
    if (half === undefined) throw unfit()
    return { half, said: usesOf(key, purpose), secret: undefined }
  }
  const half = exported(publicObject(key))
  if (half === undefined) throw unfit()
  return { half, said: {}, secret: undefined }
}

function privateObject(key: unknown): KeyObject {
  if (key instanceof KeyObject) {
    if (key.type === 'private') return key
    throw keyInvalid(`is a ${key.type} one. To sign takes the private key; for an HMAC secret there is signingSecret`)
  }
  if (typeof key === 'string') return fromPem(key)
  if (!isPlainObject(key) || typeof key['kty'] !== 'string')
    throw keyInvalid('has to be PEM text, a JWK or a KeyObject')
  if (key['kty'] === 'oct') throw keyInvalid('is an HMAC secret: for that there is signingSecret')
  if (!Object.hasOwn(key, 'd')) throw keyInvalid('is public. To sign takes the private key')
  // RFC 7518 §6.3.2.7. Node before 26 passes over them.
  if (key['oth'] !== undefined) throw keyInvalid('has more than two primes (oth)')
  return loaded(() => createPrivateKey({ key: { ...key }, format: 'jwk' }))
}

function fromPem(text: string): KeyObject {
  const label = /^\s*-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\s*$/.exec(text)?.[1]
  if (label === 'ENCRYPTED PRIVATE KEY' || text.includes('Proc-Type: 4,ENCRYPTED')) {
    throw keyInvalid('is encrypted. Open it: createPrivateKey({ key: pem, passphrase })')
  }
  if (label === undefined || !['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY'].includes(label)) {
    throw keyInvalid('has to be one PEM block of a private key')
  }
  return loaded(() => createPrivateKey(text))
}

function publicObject(key: unknown): KeyObject {
  if (typeof key === 'string') {
    if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(key)) throw keyInvalid('is private. Give the public half alone')
    return loaded(() => createPublicKey(key))
  }
  if (!(key instanceof KeyObject)) throw keyInvalid('has to be PEM text, a JWK or a KeyObject')
  if (key.type !== 'public') throw keyInvalid(`is a ${key.type} one. Give the public half: createPublicKey(key)`)
  return key
}

/** Node throws for kinds and curves that have no such form: they fit no algorithm here either. */
function exported(key: KeyObject): Jwk | undefined {
  try {
    return publicHalf({ ...key.export({ format: 'jwk' }) })
  } catch {
    return undefined
  }
}

/** What a JWK says of its use. `key_ops` that name another job refuse it; to encrypt has many names there. */
function usesOf(jwk: Readonly<Record<string, unknown>>, purpose: 'sign' | 'verify' | 'encrypt'): Material['said'] {
  const operations = jwk['key_ops']
  const named = Array.isArray(operations) ? operations : []
  const fits = purpose === 'encrypt' ? !named.includes('verify') : named.includes(purpose)
  if (operations !== undefined && !fits) {
    throw new ConfigurationError('ERR_KEY_MISMATCH', `A key is used to ${purpose}, and its key_ops say otherwise.`)
  }
  const said = ['kid', 'alg', 'use'].filter((name) => Object.hasOwn(jwk, name))
  return Object.fromEntries(said.map((name) => [name, jwk[name]]))
}

/** Found out by a signature, since a JWK is loaded without anybody comparing its halves. The text is no token's. */
export function refuseTwoKeysInOne({ half, secret }: Material): void {
  if (secret === undefined || belongTogether(secret, half)) return
  throw keyInvalid('has a private and a public half that are not of one key')
}

function belongTogether(secret: KeyObject, half: Jwk): boolean {
  const text = Buffer.from('jwt-guard: is this one key?')
  const hash = half.kty === 'OKP' ? null : 'sha256'
  try {
    const open = createPublicKey({ key: { ...half }, format: 'jwk' })
    return verify(hash, text, open, sign(hash, text, secret))
  } catch {
    return false
  }
}

function loaded(load: () => KeyObject): KeyObject {
  try {
    return load()
  } catch {
    throw keyInvalid('cannot be read')
  }
}

function keyInvalid(why: string): ConfigurationError {
  return new ConfigurationError('ERR_KEY_INVALID', `A key ${why}.`)
}

function unfit(): ConfigurationError {
  return new ConfigurationError('ERR_KEY_MISMATCH', 'A key is of a kind or a curve that fits no algorithm here.')
}
