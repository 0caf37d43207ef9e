import { AdoptedClock, type Clock } from '../encoding/clock.js'
import { DependencyError } from '../errors/errors.js'
import { mostCertificates } from './certificate-links.js'
import { certificatesInPem, chainOf } from './certificate-pem.js'
import { FetchSchedule } from './fetch-schedule.js'
import { fetchBody, FetchFailure } from './https-json.js'
import { publishKeyEvent } from './key-events.js'

/** Milliseconds: what `remoteKeySet` has by default. */
const timing = { cooldown: 30_000, maxAge: 600_000, staleFor: 3_600_000 }
const retryAfter = 5
const wanted = {
  kind: 'PEM',
  mediaTypes: ['application/pem-certificate-chain', 'application/x-pem-file'],
  mostBytes: 64 * 1024,
} as const

/**
 * A chain behind a URL that the operator wrote down: the last good one, and at most one fetch at a time, when
 * `FetchSchedule` says so. Nothing that is fetched is believed: it is validated like a chain that came with the token.
 */
export class RemoteChain {
  readonly #url: URL
  readonly #timeout: number
  readonly #schedule = new FetchSchedule(timing)
  readonly #clock = new AdoptedClock()
  #chain: readonly string[] | undefined
  #failure: unknown
  #staleTold = false
  #running: Promise<void> | undefined
  #stop: AbortController | undefined
  #closed = false

  /** `timeout` is in milliseconds, for connecting and the whole body. */
  constructor(url: URL, timeout: number) {
    this.#url = url
    this.#timeout = timeout
    Object.freeze(this)
  }

  adopt(clock: Clock): void {
    if (this.#clock.adopt(clock)) this.#schedule.restart(this.#clock.monotonic())
  }

  close(): void {
    this.#closed = true
    this.#chain = undefined
    this.#stop?.abort()
  }

  /** The chain, where nothing has to be waited for. */
  atHand(): readonly string[] | undefined {
    if (this.#chain === undefined) return undefined
    const step = this.#schedule.step(this.#clock.monotonic(), true)
    if (step === 'answer, and fetch meanwhile') this.#fetchMeanwhile()
    return step === 'fetch first' ? undefined : this.#serving()
  }

  async find(): Promise<readonly string[]> {
    const held = this.atHand()
    if (held !== undefined) return held
    const step = this.#schedule.step(this.#clock.monotonic(), this.#chain !== undefined)
    if (step === 'fetch first' || this.#running !== undefined) await this.#fetch()
    const chain = this.#serving()
    if (chain === undefined) throw this.#unavailable()
    return chain
  }

  /** A signature by the key of the chain was bad: there may be another chain by now. Asks once per cooldown. */
  doubt(): void {
    if (this.#schedule.step(this.#clock.monotonic(), false) !== 'fetch first') return
    this.#fetchMeanwhile()
    this.#schedule.searched()
  }

  #serving(): readonly string[] | undefined {
    const phase = this.#schedule.phase(this.#clock.monotonic())
    if (phase === 'stale' && !this.#staleTold) {
      this.#staleTold = true
      publishKeyEvent({ event: 'stale', source: this.#url.href })
    }
    return phase === 'absent' ? undefined : this.#chain
  }

  #fetch(): Promise<void> {
    this.#running ??= this.#renew().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  #fetchMeanwhile(): void {
    // Rejects where the clock is away alone, and the next request reads the clock itself.
    this.#fetch().catch(() => undefined)
  }

  async #renew(): Promise<void> {
    if (this.#closed) return
    this.#schedule.began(this.#clock.monotonic())
    this.#stop = new AbortController()
    const { signal } = this.#stop
    const late = setTimeout(() => this.#stop?.abort(), this.#timeout)
    try {
      const { body } = await fetchBody(this.#url, signal, wanted)
      if (!this.#closed) this.#hold(body)
    } catch (failure) {
      if (!this.#closed) this.#fail(failure)
    } finally {
      clearTimeout(late)
    }
  }

  #hold(body: Buffer): void {
    const certificates = certificatesInPem(body.toString('latin1'))
    if (certificates === undefined || certificates.length > mostCertificates) {
      throw new FetchFailure(`the answer is not PEM of 1 to ${mostCertificates} certificates`)
    }
    this.#chain = chainOf(certificates)
    this.#failure = undefined
    const goodFor = this.#schedule.succeeded() / 1000
    publishKeyEvent({ event: 'fetched', source: this.#url.href, keys: 1, goodFor })
  }

  #fail(failure: unknown): void {
    this.#failure = failure
    this.#staleTold = false
    const pause = this.#schedule.failed(this.#clock.monotonic()) / 1000
    const { failures } = this.#schedule
    publishKeyEvent({ event: 'failed', source: this.#url.href, reason: reasonOf(failure), failures, pause })
  }

  #unavailable(): DependencyError {
    const detail = `${this.#url.href}: ${this.#closed ? 'closed' : reasonOf(this.#failure)}`
    return new DependencyError('ERR_KEYS_UNAVAILABLE', { detail, retryAfter, cause: this.#failure })
  }
}

function reasonOf(failure: unknown): string {
  if (failure === undefined) return 'not fetched'
  return failure instanceof FetchFailure ? failure.message : 'the answer cannot be read'
}
