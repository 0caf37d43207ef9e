import { createHash } from 'node:crypto'
import type { Jwk } from './jwk.js'

const members: Readonly<Record<string, readonly string[]>> = {
  RSA: ['e', 'kty', 'n'],
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  AKP: ['alg', 'kty', 'pub'],
}

/** RFC 7638 with SHA-256: the same for every JWK of one public key (RFC 8037 for OKP, RFC 9964 for AKP). */
export function thumbprint(jwk: Jwk): string {
  const named = (members[jwk.kty] ?? []).map((name) => [name, jwk[name]])
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(named)))
    .digest('base64url')
}
