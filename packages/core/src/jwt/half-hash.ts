import { createHash } from 'node:crypto'
import type { Algorithm } from '../issuers/algorithms.js'

/**
 * OpenID Connect Core §3.1.3.6: the left half of the hash of a text's ASCII octets, with the hash of the ID token's
 * algorithm; for Ed25519 that is SHA-512.
 */
export function halfHash(algorithm: Algorithm, text: string): string {
  const hash = algorithm.endsWith('256') ? 'sha256' : algorithm.endsWith('384') ? 'sha384' : 'sha512'
  const digest = createHash(hash).update(text, 'latin1').digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
