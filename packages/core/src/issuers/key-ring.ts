import { ConfigurationError, Refusal } from '../errors/errors.js'
import type { Algorithm } from './algorithms.js'
import { haveKeyInCommon, type Key } from './key.js'

/**
 * The keys of one issuer, or of one fetched set, so arranged that a header names at most one of them: by `kid`, and
 * where a key has no `kid` because it is alone for its algorithm. Never is a second key tried.
 */
export class KeyRing {
  readonly #byAlgorithm = new Map<Algorithm, Map<string | undefined, Key>>()

  readonly keys: readonly Key[]
  /** The key of a ring that has one: most issuers of many have, and each map on the way to it is looked up in vain. */
  readonly #sole: Key | undefined

  constructor(keys: readonly Key[]) {
    this.keys = Object.freeze([...keys])
    this.#sole = keys.length === 1 ? keys[0] : undefined
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

  /** The key of this algorithm, where there is one alone. */
  only(algorithm: Algorithm): Key | undefined {
    const group = this.#byAlgorithm.get(algorithm)
    return group?.size === 1 ? group.values().next().value : undefined
  }

  /** The key of this `kid`, or the only one there is, where that one has no `kid` of its own. */
  named(algorithm: Algorithm, kid: string): Key | undefined {
    const sole = this.#sole
    if (sole !== undefined) return sole.algorithm === algorithm && isNamedBy(sole, kid) ? sole : undefined
    const group = this.#byAlgorithm.get(algorithm)
    return group?.get(kid) ?? group?.get(undefined)
  }
}

function isNamedBy(key: Key, kid: string): boolean {
  return key.kid === kid || key.kid === undefined
}

/** The key for a header without `kid`: the only candidate of several rings, and not one of many. */
export function onlyKey(rings: readonly KeyRing[], algorithm: Algorithm): Key | Refusal {
  const candidates = rings.flatMap((ring) => ring.candidates(algorithm))
  const [key] = candidates
  if (key === undefined) return new Refusal('ERR_KEY_UNKNOWN')
  return candidates.length === 1 ? key : new Refusal('ERR_KEY_AMBIGUOUS')
}

/** Why a header could not tell some two of these keys apart, or undefined. */
function clashIn(keys: readonly Key[]): string | undefined {
  for (const [index, key] of keys.entries()) {
    const clash = clashWith(key, keys.slice(index + 1))
    if (clash !== undefined) return clash
  }
  return undefined
}

/** Why a header could not tell this key from one of the others, or undefined. */
export function clashWith(key: Key, others: readonly Key[]): string | undefined {
  return others.map((other) => clashBetween(key, other)).find((clash) => clash !== undefined)
}

function clashBetween(a: Key, b: Key): string | undefined {
  if (a.algorithm !== b.algorithm && haveKeyInCommon([a], [b])) {
    return `One key is given for ${a.algorithm} and ${b.algorithm}: a key has one algorithm (RFC 8725 §3.1).`
  }
  if (a.kid !== undefined && a.kid === b.kid) return `Two keys have the kid "${a.kid}": give each its own.`
  const nameless = a.kid === undefined || b.kid === undefined
  return nameless && a.algorithm === b.algorithm
    ? `Two keys have the algorithm ${a.algorithm}: each needs a kid, or a header cannot name one.`
    : undefined
}
