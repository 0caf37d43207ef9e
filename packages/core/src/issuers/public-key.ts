import { createPublicKey, KeyObject } from 'node:crypto'
import { ConfigurationError } from '../errors/errors.js'
import { isPublicKeyAlgorithm, lackOf, type PublicKeyAlgorithm } from './algorithms.js'
import { isJwk, keyFromJwk, type Jwk } from './jwk.js'
import { readKeyOptions, type KeyOptions } from './key.js'
import { OneKey, type PublicKey } from './key-source.js'

/**
 * One public key with its one algorithm: PEM text (`PUBLIC KEY` or `RSA PUBLIC KEY`), a JWK, or Node's `KeyObject`.
 * Checked: that it is public, fits the algorithm and its `use`, is on its curve, and is neither too small nor forgeable
 * (RSA from 2048 to 8192 bits with an exponent from 65537; no Ed25519 point of small order). A certificate is refused:
 * nobody here would check its chain or its dates.
 *
 * @throws ConfigurationError `ERR_KEY_INVALID`, `ERR_KEY_WEAK`, `ERR_KEY_MISMATCH`, `ERR_OPTION_INVALID`
 */
export function publicKey(
  key: string | Jwk | KeyObject,
  algorithm: PublicKeyAlgorithm,
  options: KeyOptions = {},
): PublicKey {
  if (!isPublicKeyAlgorithm(algorithm)) {
    throw new ConfigurationError(
      'ERR_OPTION_INVALID',
      'publicKey takes one public-key algorithm, such as RS256 or Ed25519. For HS256 there is hmacSecret.',
    )
  }
  const lack = lackOf(algorithm)
  if (lack !== undefined) throw new ConfigurationError('ERR_OPTION_INVALID', `publicKey: ${lack}.`)
  const { kid } = readKeyOptions('publicKey', options)
  return new OneKey('public key', keyFromJwk(jwkOf(key), algorithm, kid))
}

function jwkOf(key: unknown): Jwk {
  if (typeof key === 'string') return exported(fromPem(key))
  if (key instanceof KeyObject) return exported(key)
  if (isJwk(key)) return key
  throw invalid('has to be PEM text, a JWK or a KeyObject')
}

function fromPem(text: string): KeyObject {
  const pem = /^\s*-----BEGIN ((?:RSA )?PUBLIC KEY)-----[A-Za-z0-9+/=\s]+-----END \1-----\s*$/.exec(text)
  if (pem === null) {
    throw invalid(
      'has to be one PEM block "PUBLIC KEY" or "RSA PUBLIC KEY". Of a certificate: new X509Certificate(pem).publicKey; ' +
        'of a private key: createPublicKey(pem)',
    )
  }
  try {
    return createPublicKey(text.trim())
  } catch {
    throw invalid('is PEM text that holds no key')
  }
}

function exported(key: KeyObject): Jwk {
  if (key.type !== 'public') throw invalid(`is a ${key.type} key. Give the public one: createPublicKey(key)`)
  const jwk = jwkForm(key)
  if (isJwk(jwk)) return jwk
  throw new ConfigurationError(
    'ERR_KEY_MISMATCH',
    `A key of the kind "${key.asymmetricKeyType}" fits no algorithm here.`,
  )
}

/** Node throws for kinds and curves that have none: they fit no algorithm either. */
function jwkForm(key: KeyObject): unknown {
  try {
    return key.export({ format: 'jwk' })
  } catch {
    return undefined
  }
}

function invalid(why: string): ConfigurationError {
  return new ConfigurationError('ERR_KEY_INVALID', `A public key ${why}.`)
}
