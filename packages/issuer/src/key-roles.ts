import type { KeyObject } from 'node:crypto'
import { ConfigurationError } from '@jwt-guard/core'
import { invalid, isPlainObject, needed, readOptions } from './options.js'
import { IssuerKey, type RetiredKey, type SigningKey } from './signing-key.js'

/** Which key does what. One key alone is the current one. */
export interface IssuerKeys {
  /** Signs. */
  readonly current: SigningKey
  /** Are published and verify, and sign later, in this order, by `rotate`. */
  readonly next?: SigningKey | readonly SigningKey[]
  /** Are published and verify, and sign no longer. For as long as they are listed. */
  readonly retired?: readonly (SigningKey | RetiredKey)[]
}

/** A key, and for how long tokens of it may be about. */
interface Used {
  readonly key: IssuerKey
  /** Seconds since the epoch, after which no token is good that this key has signed here. */
  lastUse: number
}
/** One that may sign. */
export interface Signer extends Used {
  readonly secret: KeyObject
}

/** The keys of one issuer by what they do at present. */
export class KeyRoles {
  #current: Signer
  readonly #next: Signer[]
  #retired: readonly Used[]
  readonly #keepRetired: number

  constructor(keys: unknown, keepRetired: number) {
    const what = 'createIssuer: keys'
    const given = IssuerKey.is(keys) ? { current: keys } : keys
    const { current, next = [], retired = [] } = readOptions(what, given, ['current', 'next', 'retired'])
    this.#current = aSigner(needed(what, 'current', current))
    this.#next = [next].flat().map(aSigner)
    if (!Array.isArray(retired)) throw invalid('createIssuer: retired', 'has to be a list of keys')
    // Listed by somebody who knows for how long.
    this.#retired = Array.from(retired, (key) => ({ key: aKey(key), lastUse: Infinity }))
    this.#keepRetired = keepRetired
  }

  /** Every key by which a token may still be good, the current one first. */
  all(now: number): readonly IssuerKey[] {
    this.#retired = this.#retired.filter(({ lastUse }) => now < lastUse)
    return [this.#current, ...this.#next, ...this.#retired].map(({ key }) => key)
  }

  /** The key to sign with, for a token that may be used until then. */
  signFor(lastUse: number): Signer {
    const signer = this.#current
    signer.lastUse = Math.max(signer.lastUse, lastUse)
    return signer
  }

  /** `refuseBad` throws for keys that cannot stand together. */
  announce(given: unknown, refuseBad: (all: readonly IssuerKey[]) => void): void {
    const signer = aSigner(given)
    refuseBad([...this.all(-Infinity), signer.key])
    this.#next.push(signer)
  }

  rotate(now: number): void {
    const next = this.#next.shift()
    if (next === undefined) {
      throw new ConfigurationError(
        'ERR_OPTION_MISSING',
        'There is no next key to rotate to: list it in next, or announce it, long enough before for everybody to have seen it.',
      )
    }
    const old = this.#current
    // Other processes may sign with the old key, too, and for a moment longer: `keepRetired` is for their tokens.
    old.lastUse = Math.max(old.lastUse, now + this.#keepRetired)
    this.#retired = [...this.#retired, old]
    this.#current = next
  }
}

function aKey(given: unknown): IssuerKey {
  if (IssuerKey.is(given)) return given
  const hint = isPlainObject(given) || typeof given === 'string' ? ' (a key as such says no algorithm)' : ''
  throw invalid('A key of an issuer', `has to be what signingKey, signingSecret or retiredKey returned${hint}`)
}

function aSigner(given: unknown): Signer {
  const key = aKey(given)
  const { secret } = key
  if (secret !== undefined) return { key, secret, lastUse: -Infinity }
  throw invalid('A key of an issuer', 'that shall sign has to be what signingKey or signingSecret returned')
}
