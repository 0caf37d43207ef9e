import type { Jwk } from '@jwt-guard/core'
import type { IssuerKey } from './signing-key.js'

/** A JWK Set of public keys (RFC 7517 §5). */
export interface PublishedKeys {
  readonly keys: readonly Jwk[]
}

/** The public halves of keys. An HMAC secret has none, and is never among them. */
export function publishedKeys(keys: readonly IssuerKey[]): PublishedKeys {
  return Object.freeze({ keys: Object.freeze(keys.flatMap(({ jwk }) => (jwk === undefined ? [] : [jwk]))) })
}
