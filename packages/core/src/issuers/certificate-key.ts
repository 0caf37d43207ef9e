import type { KeyObject } from 'node:crypto'
import { ConfigurationError } from '../errors/errors.js'
import type { PublicKeyAlgorithm } from './algorithms.js'
import { algorithmsFor, isJwk, keyFromJwk } from './jwk.js'
import type { VerificationKey } from './key.js'

/** What authorities may sign with, as far as it is read off the key. Ed25519 is not among it: pkijs cannot check it. */
const authorityAlgorithms = ['RS256', 'ES256', 'ES384', 'ES512'] as const

/**
 * The key of a certificate, held to what every key is, and bound to the one algorithm that fits it.
 *
 * @throws ConfigurationError `ERR_KEY_WEAK`, `ERR_KEY_INVALID`, `ERR_KEY_MISMATCH`
 */
export function keyOfCertificate(
  certificate: { readonly publicKey: KeyObject },
  algorithms: readonly PublicKeyAlgorithm[],
): VerificationKey {
  const jwk = jwkOf(certificate)
  const [algorithm] = isJwk(jwk) ? algorithmsFor(jwk, algorithms) : []
  if (algorithm === undefined || !isJwk(jwk)) {
    throw new ConfigurationError('ERR_KEY_MISMATCH', `The key of a certificate fits none of ${algorithms.join(', ')}.`)
  }
  return keyFromJwk(jwk, algorithm)
}

/** Throws as `keyOfCertificate` does, where certificates that this key signs prove nothing. */
export function refuseWeakAuthority(certificate: { readonly publicKey: KeyObject }): void {
  keyOfCertificate(certificate, authorityAlgorithms)
}

/** Node throws for kinds and curves that have none: they fit no algorithm either. */
function jwkOf(certificate: { readonly publicKey: KeyObject }): unknown {
  try {
    return certificate.publicKey.export({ format: 'jwk' })
  } catch {
    return undefined
  }
}
