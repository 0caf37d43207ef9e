import { AdoptedClock, type Clock } from '../encoding/clock.js'
import { DependencyError } from '../errors/errors.js'
import type { Algorithm, PublicKeyAlgorithm } from './algorithms.js'
import { FetchSchedule, type Timing } from './fetch-schedule.js'
import { FetchFailure } from './https-json.js'
import { isSameKey, type Key, type VerificationKey } from './key.js'
import { publishKeyEvent, rotation } from './key-events.js'
import { KeyFetch, type FetchedSet, type KeyEndpoint } from './key-fetch.js'
import { KeyRing } from './key-ring.js'
import { kind } from './kind.js'

/** Public keys behind a URL, made by `remoteKeySet`. */
export interface RemoteKeySet {
  readonly [kind]: 'remote key set'
  readonly algorithms: readonly PublicKeyAlgorithm[]
  /**
   * Fetches now, unless keys are held that may serve. Rejects with a `DependencyError` where none are and fetching
   * fails. It tries each time it is asked, whatever the pause after a failure: nothing that a stranger can call should
   * call it.
   */
  ready(): Promise<void>
  /** Ends a fetch that is running, and forgets the keys; nothing is fetched or found afterwards. */
  close(): void
}

/** Seconds. One answer for all: when the next fetch is due is nobody's business, and what is held may serve by then. */
const retryAfter = 5

/**
 * Fetched keys: the last good set, and at most one fetch at a time. Whether one is made and who waits for it is said by
 * `FetchSchedule`. What a fetch brings takes the place of what was held, as a whole; one that fails replaces nothing.
 */
export class RemoteKeys implements RemoteKeySet {
  readonly [kind] = 'remote key set'
  readonly source: string
  readonly algorithms: readonly PublicKeyAlgorithm[]
  readonly #endpoint: KeyEndpoint
  readonly #schedule: FetchSchedule
  readonly #clock = new AdoptedClock()
  #ring: KeyRing | undefined
  #failure: unknown
  #staleTold = false
  #running: Promise<void> | undefined
  #attempt: KeyFetch | undefined
  #closed = false

  constructor(endpoint: KeyEndpoint, timing: Timing) {
    this.source = endpoint.source
    this.algorithms = endpoint.algorithms
    this.#endpoint = endpoint
    this.#schedule = new FetchSchedule(timing)
    Object.freeze(this)
  }

  /** Ages are told by the clock of the set of token types that uses these keys. */
  adopt(clock: Clock): void {
    if (!this.#clock.adopt(clock)) return
    this.#schedule.restart(this.#clock.monotonic())
    this.#endpoint.location.forget()
  }

  async ready(): Promise<void> {
    const phase = this.#schedule.phase(this.#clock.monotonic())
    if (phase === 'absent' || phase === 'expired') await this.#fetch()
    if (this.#serving() === undefined) throw this.#unavailable()
  }

  close(): void {
    this.#closed = true
    this.#ring = undefined
    this.#attempt?.abort()
  }

  /** The key that a header names, where it is held and nothing has to be waited for. */
  atHand(algorithm: Algorithm, kid: string): Key | undefined {
    const key = this.#ring?.named(algorithm, kid)
    if (key === undefined || this.#hasToWait(true)) return undefined
    return this.#serving() === undefined ? undefined : key
  }

  /** The keys as they have to be to look for this one in them. */
  async ringFor(algorithm: Algorithm, kid: string | undefined): Promise<KeyRing> {
    const hasKey = holds(this.#ring, algorithm, kid)
    const waits = this.#hasToWait(hasKey)
    if (waits) await this.#fetch(!hasKey)
    const ring = this.#serving()
    if (ring === undefined) throw this.#unavailable()
    if (holds(ring, algorithm, kid)) return ring
    if (waits) this.#schedule.searched()
    // The key may be one that the fetch would have brought: nobody can say that the token is bad.
    if (this.#schedule.failures > 0) throw this.#unavailable()
    return ring
  }

  /** Takes the step that is due, and answers whether a request has to wait for a fetch. */
  #hasToWait(hasKey: boolean): boolean {
    const step = this.#schedule.step(this.#clock.monotonic(), hasKey)
    if (step === 'answer, and fetch meanwhile') this.#fetchMeanwhile()
    if (step === 'fetch first') return true
    return this.#running !== undefined && (!hasKey || step === 'refuse')
  }

  #serving(): KeyRing | undefined {
    const phase = this.#schedule.phase(this.#clock.monotonic())
    if (phase === 'stale' && !this.#staleTold) {
      this.#staleTold = true
      publishKeyEvent({ event: 'stale', source: this.source })
    }
    return phase === 'absent' ? undefined : this.#ring
  }

  /** `forKey`: for one that is not held, which may be where the metadata says by now. */
  #fetch(forKey = false): Promise<void> {
    this.#running ??= this.#renew(forKey).finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  #fetchMeanwhile(forKey = false): void {
    // Rejects where the clock is away alone, and the next request reads the clock itself.
    this.#fetch(forKey).catch(() => undefined)
  }

  async #renew(forKey: boolean): Promise<void> {
    if (this.#closed) return
    const now = this.#clock.monotonic()
    this.#schedule.began(now)
    if (forKey) this.#endpoint.location.forget()
    this.#attempt = new KeyFetch()
    try {
      const set = await this.#attempt.run(this.#endpoint, now)
      if (!this.#closed) this.#hold(set)
    } catch (failure) {
      if (!this.#closed) this.#fail(failure)
    }
  }

  #hold({ keys, freshFor }: FetchedSet): void {
    const doubted = () => this.#doubt()
    const before = this.#ring
    // A key that stays is the same object: what is remembered of its signatures still holds.
    const held = (key: VerificationKey) => before?.keys.find((one) => isSameKey(one, key))
    const ring = new KeyRing(keys.map((key) => held(key) ?? Object.freeze({ ...key, doubted })))
    this.#ring = ring
    this.#failure = undefined
    const goodFor = this.#schedule.succeeded(freshFor) / 1000
    publishKeyEvent({ event: 'fetched', source: this.source, keys: keys.length, goodFor })
    const changed = before === undefined ? undefined : rotation(before, ring)
    if (changed !== undefined) publishKeyEvent({ event: 'rotated', source: this.source, ...changed })
  }

  #fail(failure: unknown): void {
    this.#failure = failure
    this.#staleTold = false
    this.#endpoint.location.forget()
    const pause = this.#schedule.failed(this.#clock.monotonic()) / 1000
    const { failures } = this.#schedule
    publishKeyEvent({ event: 'failed', source: this.source, reason: reasonOf(failure), failures, pause })
  }

  /** A signature by a fetched key was bad: its `kid` may have new material. Asked for like an unknown `kid`. */
  #doubt(): void {
    if (this.#schedule.step(this.#clock.monotonic(), false) !== 'fetch first') return
    this.#fetchMeanwhile(true)
    this.#schedule.searched()
  }

  #unavailable(): DependencyError {
    const detail = `${this.source}: ${this.#closed ? 'closed' : reasonOf(this.#failure)}`
    return new DependencyError('ERR_KEYS_UNAVAILABLE', { detail, retryAfter, cause: this.#failure })
  }
}

function holds(ring: KeyRing | undefined, algorithm: Algorithm, kid: string | undefined): boolean {
  if (ring === undefined) return false
  return kid === undefined ? ring.candidates(algorithm).length > 0 : ring.named(algorithm, kid) !== undefined
}

function reasonOf(failure: unknown): string {
  return failure instanceof FetchFailure ? failure.message : 'not fetched'
}
