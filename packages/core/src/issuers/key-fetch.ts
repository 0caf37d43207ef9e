import type { PublicKeyAlgorithm } from './algorithms.js'
import { freshSeconds } from './cache-control.js'
import { fetchJson } from './https-json.js'
import type { VerificationKey } from './key.js'
import { publishKeyEvent } from './key-events.js'
import type { KeyLocation } from './key-location.js'
import { publishedKeys } from './published-keys.js'

/** A place that keys are fetched from. */
export interface KeyEndpoint {
  /** What the operator wrote: an issuer id or a URL. */
  readonly source: string
  readonly algorithms: readonly PublicKeyAlgorithm[]
  readonly location: KeyLocation
  /** Milliseconds of real time, for location and keys together. */
  readonly timeout: number
}

export interface FetchedSet {
  readonly keys: readonly VerificationKey[]
  /** For how many seconds the issuer says that it is fresh. */
  readonly freshFor: number | undefined
}

/** One attempt to get a set of keys. It leaves no timer and no connection, however it ends. */
export class KeyFetch {
  readonly #stop = new AbortController()

  abort(): void {
    this.#stop.abort()
  }

  /** Rejects with a `FetchFailure`. A key of the set that is not used is told on the channel of key events. */
  async run({ source, algorithms, location, timeout }: KeyEndpoint, now: number): Promise<FetchedSet> {
    const late = setTimeout(() => this.abort(), timeout)
    const drop = (reason: string, kid: string | undefined) =>
      publishKeyEvent({ event: 'dropped', source, reason, ...(kid === undefined ? {} : { kid }) })
    try {
      const { json, headers } = await fetchJson(await location.find(now, this.#stop.signal), this.#stop.signal)
      return { keys: publishedKeys(json, algorithms, drop), freshFor: freshSeconds(headers) }
    } finally {
      clearTimeout(late)
    }
  }
}
