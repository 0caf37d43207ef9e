import type { JsonObject } from '../encoding/strict-json.js'
import { ConfigurationError } from '../errors/errors.js'
import type { PublicKeyAlgorithm } from './algorithms.js'
import { FetchFailure } from './https-json.js'
import { algorithmsFor, isJwk, isSecretJwk, keyFromJwk } from './jwk.js'
import { isKid, type VerificationKey } from './key.js'
import { clashWith } from './key-ring.js'

/** Told of each key that is dropped. The `kid` is the issuer's own text, where it is one. */
export type OnDrop = (reason: string, kid: string | undefined) => void

const mostKeys = 100

/**
 * The keys of a fetched set that can be used. A weak, private, symmetric or unreadable key is dropped, and so are all
 * that a header could not tell apart; the others serve. A key that is for something else is passed over. A set that is
 * none, has more than 100 keys, or leaves none to use, is a failed fetch: it replaces nothing.
 */
export function publishedKeys(
  jwks: JsonObject,
  algorithms: readonly PublicKeyAlgorithm[],
  onDrop: OnDrop,
): readonly VerificationKey[] {
  const given = jwks['keys']
  if (!Array.isArray(given) || given.length > mostKeys) {
    throw new FetchFailure('the answer is not a JWK Set of at most 100 keys')
  }
  const read = given.flatMap((jwk) => readKey(jwk, algorithms, onDrop))
  const keys = read.filter((key) => !clashes(key, read, onDrop))
  if (keys.length === 0) throw new FetchFailure(`the set holds no key for ${algorithms.join(', ')}`)
  return keys
}

function readKey(jwk: unknown, algorithms: readonly PublicKeyAlgorithm[], onDrop: OnDrop): readonly VerificationKey[] {
  const kid = isJwk(jwk) && isKid(jwk['kid']) ? jwk['kid'] : undefined
  const drop = (reason: string) => {
    onDrop(reason, kid)
    return []
  }
  if (!isJwk(jwk)) return drop('something that is not a JWK')
  if (isSecretJwk(jwk)) return drop('a private or symmetric key, published')
  const [algorithm, ...more] = algorithmsFor(jwk, algorithms)
  if (algorithm === undefined) return []
  if (more.length > 0) return drop(`a key without alg could be for ${algorithm} or ${more.join(' or ')}`)
  try {
    return [keyFromJwk(jwk, algorithm)]
  } catch (error) {
    return drop(error instanceof ConfigurationError ? error.message : 'unreadable')
  }
}

/** A key with a `kid` is not dropped for one without: that one goes. */
function clashes(key: VerificationKey, keys: readonly VerificationKey[], onDrop: OnDrop): boolean {
  const others = keys.filter((other) => other !== key && (key.kid === undefined || other.kid !== undefined))
  const clash = clashWith(key, others)
  if (clash !== undefined) onDrop(clash, key.kid)
  return clash !== undefined
}
