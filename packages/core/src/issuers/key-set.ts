import { readOptions } from '../encoding/options.js'
import { isJsonObject } from '../encoding/strict-json.js'
import { ConfigurationError } from '../errors/errors.js'
import { factsOf, isPublicKeyAlgorithm, someAlgorithms, type PublicKeyAlgorithm } from './algorithms.js'
import { algorithmsFor, isJwk, keyFromJwk, type Jwk } from './jwk.js'
import type { Key } from './key.js'
import { KeyRing } from './key-ring.js'
import { LocalKeys, type KeySet } from './key-source.js'
import { kind } from './kind.js'

/** A JWK Set (RFC 7517 §5). */
export interface JwkSet {
  readonly keys: readonly Jwk[]
}

export class GivenKeySet extends LocalKeys implements KeySet {
  readonly [kind] = 'key set'
  constructor(
    readonly keys: readonly Key[],
    readonly algorithms: readonly PublicKeyAlgorithm[],
  ) {
    super()
    Object.freeze(this)
  }
}

/**
 * Public keys given as a JWK Set. A key without `alg` takes the one of `algorithms` that fits it; a key that is for
 * something else (another algorithm, `use` "enc") is left out. Everything that `publicKey` refuses is refused here too,
 * and so are private, symmetric and indistinguishable keys anywhere in the set, and a set with no key to use.
 *
 * @throws ConfigurationError as `publicKey`, and `ERR_KEY_AMBIGUOUS`
 */
export function keySet(jwks: JwkSet, options: { readonly algorithms: readonly PublicKeyAlgorithm[] }): KeySet {
  const { algorithms } = readOptions('keySet', options, { algorithms: someAlgorithms }, ['algorithms'])
  const given: unknown = isJsonObject(jwks) ? jwks['keys'] : undefined
  if (!Array.isArray(given)) {
    throw new ConfigurationError('ERR_KEY_INVALID', 'keySet takes a JWK Set: { keys: [ … ] }.')
  }
  const keys = given.flatMap((jwk) => usable(jwk, algorithms))
  if (keys.length === 0) {
    throw new ConfigurationError('ERR_KEY_INVALID', `The set holds no key for ${algorithms.join(', ')}.`)
  }
  return new GivenKeySet(new KeyRing(keys).keys, algorithms)
}

function usable(jwk: unknown, algorithms: readonly PublicKeyAlgorithm[]): readonly Key[] {
  if (!isJwk(jwk)) throw new ConfigurationError('ERR_KEY_INVALID', 'The set holds something that is not a JWK.')
  const [algorithm, ...more] = algorithmsFor(jwk, algorithms)
  if (more.length > 0) throw mismatch(`has no alg and could be for ${algorithm} or ${more.join(' or ')}: say which`)
  if (algorithm !== undefined) return [keyFromJwk(jwk, algorithm)]
  const exposed = ['d', 'k', 'priv'].some((name) => Object.hasOwn(jwk, name))
  if (exposed || jwk.kty === 'oct') {
    throw new ConfigurationError('ERR_KEY_INVALID', 'The set holds a private or symmetric key. Give public keys alone.')
  }
  const { kty, alg } = jwk
  if (isPublicKeyAlgorithm(alg) && factsOf(alg).kty !== kty) throw mismatch(`has kty "${kty}" and alg "${alg}"`)
  return []
}

function mismatch(what: string): ConfigurationError {
  return new ConfigurationError('ERR_KEY_MISMATCH', `A key of the set ${what}.`)
}
