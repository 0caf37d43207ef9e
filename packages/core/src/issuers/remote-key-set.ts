import { AdoptedClock, type Clock } from '../encoding/clock.js'
import type { Duration } from '../encoding/duration.js'
import { aBoolean, aDuration, aListOf, aName, readOptions } from '../encoding/options.js'
import type { JsonObject } from '../encoding/strict-json.js'
import { ConfigurationError, DependencyError } from '../errors/errors.js'
import { someAlgorithms, type Algorithm, type PublicKeyAlgorithm } from './algorithms.js'
import { configuredUrl, FetchFailure, fetchJson } from './https-json.js'
import { algorithmsFor, isJwk, isSecretJwk, keyFromJwk } from './jwk.js'
import type { Key } from './key.js'
import { publishKeyEvent } from './key-events.js'
import { clashWith, KeyRing } from './key-ring.js'
import { kind } from './kind.js'

/** Public keys behind a URL, made by `remoteKeySet`. */
export interface RemoteKeySet {
  readonly [kind]: 'remote key set'
  readonly algorithms: readonly PublicKeyAlgorithm[]
  /** Fetches now, if nothing was fetched yet. Rejects with a `DependencyError` where that fails. */
  ready(): Promise<void>
  /** Forgets the keys; nothing is fetched or found afterwards. */
  close(): void
}

export interface RemoteKeySetOptions {
  /** The algorithms that keys of this set may have. A key without `alg` takes the one that fits it. */
  readonly algorithms: readonly PublicKeyAlgorithm[]
  /** Plain http on 127.0.0.1, ::1 and localhost. For development and tests. */
  readonly allowInsecureLoopback?: boolean
  /** How long a refresh may take: metadata, keys, whole bodies. Default 5 s. */
  readonly timeout?: Duration
  /** The least time between two fetches that unknown `kid`s cause. Default 30 s, at least 1 s. */
  readonly cooldown?: Duration
  /** How long fetched keys serve without being fetched again. Default 10 min. */
  readonly maxAge?: Duration
  /** How much longer they serve while fetching fails. Default 1 h. Then: `DependencyError`. */
  readonly staleFor?: Duration
  /** Hosts, with port, that discovery may name besides the issuer's own. Without discovery it has no effect. */
  readonly keyHosts?: readonly string[]
}

export const remoteOptions = {
  algorithms: someAlgorithms,
  allowInsecureLoopback: aBoolean,
  timeout: aDuration(0.1, 60),
  cooldown: aDuration(1, 3600),
  maxAge: aDuration(60, 86400),
  staleFor: aDuration(0, 7 * 86400),
  keyHosts: aListOf(aName),
} as const

/** In seconds. */
interface Timing {
  readonly timeout: number | undefined
  readonly cooldown: number | undefined
  readonly maxAge: number | undefined
  readonly staleFor: number | undefined
}

const mostKeys = 100
/** After a failure the next attempt waits this long, and answers say so in `Retry-After`. */
const pauseAfterFailure = 5000

/**
 * Fetched keys. One fetch at a time; an unknown `kid` or a set past its `maxAge` causes one, the former at most once
 * per cooldown; while fetching fails the last good set serves for `staleFor`. A key that is weak, private, symmetric or
 * ambiguous is dropped, with an event, and the others serve.
 */
export class RemoteKeys implements RemoteKeySet {
  readonly [kind] = 'remote key set'
  readonly #timing: Record<keyof Timing, number>
  readonly #clock = new AdoptedClock()
  #held: { readonly ring: KeyRing; readonly since: number } | undefined
  #last: { readonly at: number; readonly failure: unknown } | undefined
  #running: Promise<void> | undefined
  #closed = false

  constructor(
    readonly source: string,
    readonly algorithms: readonly PublicKeyAlgorithm[],
    { timeout = 5, cooldown = 30, maxAge = 600, staleFor = 3600 }: Timing,
    readonly locate: (deadline: AbortSignal) => Promise<URL>,
  ) {
    this.#timing = {
      timeout: timeout * 1000,
      cooldown: cooldown * 1000,
      maxAge: maxAge * 1000,
      staleFor: staleFor * 1000,
    }
    Object.freeze(this)
  }

  /** Ages are told by the clock of the set of token types that uses these keys. */
  adopt(clock: Clock): void {
    if (!this.#clock.adopt(clock)) return
    this.#last = undefined
    if (this.#held !== undefined) this.#held = { ...this.#held, since: this.#clock.monotonic() }
  }

  async ready(): Promise<void> {
    if (this.#held === undefined) await this.#refresh()
    if (this.#held === undefined) throw this.#unavailable()
  }

  close(): void {
    this.#closed = true
    this.#held = undefined
  }

  /** The keys as they have to be to look for this one in them. */
  async ringFor(algorithm: Algorithm, kid: string | undefined): Promise<KeyRing> {
    if (this.#wantsRefresh(algorithm, kid)) await this.#refresh()
    const held = this.#held
    const oldest = this.#clock.monotonic() - this.#timing.maxAge - this.#timing.staleFor
    if (held === undefined || held.since <= oldest) throw this.#unavailable()
    // Fetching fails, and the key may be one that it would have brought: nobody can say that the token is bad.
    if (this.#last?.failure !== undefined && lacks(held.ring, algorithm, kid)) throw this.#unavailable()
    return held.ring
  }

  #wantsRefresh(algorithm: Algorithm, kid: string | undefined): boolean {
    const now = this.#clock.monotonic()
    const isOld = this.#held === undefined || now - this.#held.since >= this.#timing.maxAge
    if (!isOld && !lacks(this.#held?.ring, algorithm, kid)) return false
    if (this.#running !== undefined || this.#last === undefined) return true
    const since = now - this.#last.at
    if (this.#last.failure !== undefined) return since >= pauseAfterFailure
    return isOld || since >= this.#timing.cooldown
  }

  #refresh(): Promise<void> {
    this.#running ??= this.#fetch().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #fetch(): Promise<void> {
    if (this.#closed) return
    try {
      const deadline = AbortSignal.timeout(this.#timing.timeout)
      const keys = this.#usable(await fetchJson(await this.locate(deadline), deadline))
      if (this.#closed) return
      const at = this.#clock.monotonic()
      this.#held = { ring: new KeyRing(keys), since: at }
      this.#last = { at, failure: undefined }
      publishKeyEvent({ event: 'fetched', source: this.source, keys: keys.length })
    } catch (failure) {
      this.#last = { at: this.#clock.monotonic(), failure }
      publishKeyEvent({ event: 'failed', source: this.source, reason: reasonOf(failure) })
      if (this.#held !== undefined) publishKeyEvent({ event: 'stale', source: this.source })
    }
  }

  #usable(jwks: JsonObject): readonly Key[] {
    const given = jwks['keys']
    if (!Array.isArray(given) || given.length > mostKeys)
      throw new FetchFailure('the answer is not a JWK Set of at most 100 keys')
    const read = given.flatMap((jwk) => this.#keyOf(jwk))
    const keys = read.filter((key) => !this.#clashes(key, read))
    if (keys.length === 0) throw new FetchFailure(`the set holds no key for ${this.algorithms.join(', ')}`)
    return keys
  }

  #keyOf(jwk: unknown): readonly Key[] {
    if (!isJwk(jwk)) return this.#drop('something that is not a JWK')
    if (isSecretJwk(jwk)) return this.#drop('a private or symmetric key, published')
    const [algorithm, ...more] = algorithmsFor(jwk, this.algorithms)
    if (algorithm === undefined) return []
    if (more.length > 0) return this.#drop(`a key without alg could be for ${algorithm} or ${more.join(' or ')}`)
    try {
      return [keyFromJwk(jwk, algorithm)]
    } catch (error) {
      return this.#drop(error instanceof ConfigurationError ? error.message : 'unreadable')
    }
  }

  /** A key with a `kid` is not dropped for one without: that one goes. */
  #clashes(key: Key, keys: readonly Key[]): boolean {
    const others = keys.filter((other) => other !== key && (key.kid === undefined || other.kid !== undefined))
    const clash = clashWith(key, others)
    if (clash !== undefined) this.#drop(clash)
    return clash !== undefined
  }

  #drop(reason: string): readonly Key[] {
    publishKeyEvent({ event: 'dropped', source: this.source, reason })
    return []
  }

  #unavailable(): DependencyError {
    const failure = this.#last?.failure
    const detail = `${this.source}: ${this.#closed ? 'closed' : reasonOf(failure)}`
    return new DependencyError('ERR_KEYS_UNAVAILABLE', { detail, retryAfter: pauseAfterFailure / 1000, cause: failure })
  }
}

function lacks(ring: KeyRing | undefined, algorithm: Algorithm, kid: string | undefined): boolean {
  if (ring === undefined) return true
  return kid === undefined ? ring.candidates(algorithm).length === 0 : ring.named(algorithm, kid) === undefined
}

function reasonOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : 'not fetched'
}

/**
 * The keys behind an https URL. Nothing is fetched before a token needs it, or `ready()` asks.
 *
 * @throws ConfigurationError `ERR_URL_REFUSED`, `ERR_OPTION_INVALID`, `ERR_OPTION_UNKNOWN`, `ERR_OPTION_MISSING`
 */
export function remoteKeySet(url: string | URL, options: RemoteKeySetOptions): RemoteKeySet {
  const read = readOptions('remoteKeySet', options, remoteOptions, ['algorithms'])
  const location = configuredUrl('The URL of a remote key set', url, read.allowInsecureLoopback === true)
  return new RemoteKeys(location.href, read.algorithms, read, () => Promise.resolve(location))
}
