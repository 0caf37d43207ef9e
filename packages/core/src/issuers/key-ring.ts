import { ConfigurationError, Refusal } from '../errors/errors.js'
import type { Algorithm } from './algorithms.js'
import type { Key } from './key.js'

/**
 * The keys of one issuer, or of one fetched set, so arranged that a header names at most one of them: by `kid`, and
 * where a key has no `kid` because it is alone for its algorithm. Never is a second key tried.
 */
export class KeyRing {
  readonly #byAlgorithm = new Map<Algorithm, Map<string | undefined, Key>>()

  constructor(readonly keys: readonly Key[]) {
    const clash = clashIn(keys)
    if (clash !== undefined) throw new ConfigurationError('ERR_KEY_AMBIGUOUS', clash)
    for (const key of keys) {
      const group = this.#byAlgorithm.get(key.algorithm) ?? new Map<string | undefined, Key>()
      this.#byAlgorithm.set(key.algorithm, group.set(key.kid, key))
    }
  }

  candidates(algorithm: Algorithm): readonly Key[] {
    return [...(this.#byAlgorithm.get(algorithm)?.values() ?? [])]
  }

  /** The key of this `kid`, or the only one there is, where that one has no `kid` of its own. */
  named(algorithm: Algorithm, kid: string): Key | undefined {
    const group = this.#byAlgorithm.get(algorithm)
    return group?.get(kid) ?? group?.get(undefined)
  }
}

/** The key for a header without `kid`: the only candidate of several rings, and not one of many. */
export function onlyKey(rings: readonly KeyRing[], algorithm: Algorithm): Key | Refusal {
  const candidates = rings.flatMap((ring) => ring.candidates(algorithm))
  const [key] = candidates
  if (key === undefined) return new Refusal('ERR_KEY_UNKNOWN')
  return candidates.length === 1 ? key : new Refusal('ERR_KEY_AMBIGUOUS')
}

/** Why a header could not tell these keys apart, or undefined. */
export function clashIn(keys: readonly Key[]): string | undefined {
  const kids = new Set<string>()
  const identities = new Set<string>()
  for (const key of keys) {
    const alone = keys.filter((other) => other.algorithm === key.algorithm).length === 1
    if (key.kid === undefined && !alone) {
      return `Several keys have the algorithm ${key.algorithm}: each needs a kid, or a header cannot name one.`
    }
    if (key.kid !== undefined && kids.has(key.kid)) return `Two keys have the kid "${key.kid}": give each its own.`
    if (key.identities.some((identity) => identities.has(identity))) {
      return 'One key is given twice: a key has one algorithm and one kid (RFC 8725 §3.1).'
    }
    if (key.kid !== undefined) kids.add(key.kid)
    for (const identity of key.identities) identities.add(identity)
  }
  return undefined
}
