import type { Duration } from '../encoding/duration.js'
import { aBoolean, aDuration, aListOf, anExactName, readOptions, Wrong, type Reader } from '../encoding/options.js'
import { someAlgorithms, type PublicKeyAlgorithm } from './algorithms.js'
import { configuredUrl } from './https-json.js'
import { fixedLocation, type KeyLocation } from './key-location.js'
import { RemoteKeys, type RemoteKeySet } from './remote-keys.js'

export type { RemoteKeySet } from './remote-keys.js'

export interface RemoteKeySetOptions {
  /** The algorithms that keys of this set may have. A key without `alg` takes the one that fits it. */
  readonly algorithms: readonly PublicKeyAlgorithm[]
  /** Plain http on 127.0.0.1, ::1 and localhost. For development and tests. */
  readonly allowInsecureLoopback?: boolean
  /** How long a fetch may take: metadata, keys, whole bodies. Default 5 s, 0.1 to 60 s. */
  readonly timeout?: Duration
  /**
   * The least time between two fetches that unknown `kid`s, or bad signatures by known ones, cause while the set is
   * fresh. So a new key works at most this long after it was published, whatever else is sent. Default 30 s, 1 s to 1 h.
   */
  readonly cooldown?: Duration
  /**
   * How long a fetched set is good; it is fetched again from 80 % of that on, while requests are answered from it.
   * `Cache-Control: max-age` makes it shorter, down to a minute, and never longer. Default 10 min, 1 min to 1 day.
   */
  readonly maxAge?: Duration
  /** How much longer a set serves while fetching fails. Then: `DependencyError`. Default 1 h, 0 to 7 days. */
  readonly staleFor?: Duration
  /**
   * Hosts, with their port where it is not 443, that discovery may name besides the issuer's own. Without discovery it
   * has no effect.
   */
  readonly keyHosts?: readonly string[]
}

const aHost: Reader<string> = (value) => {
  const host = anExactName(value)
  const url = `https://${host}`
  if (URL.canParse(url) && new URL(url).host === host) return host
  throw new Wrong('has to be a host as a URL names it, such as keys.example.com or keys.example.com:8443')
}

export const remoteOptions = {
  algorithms: someAlgorithms,
  allowInsecureLoopback: aBoolean,
  timeout: aDuration(0.1, 60),
  cooldown: aDuration(1, 3600),
  maxAge: aDuration(60, 86400),
  staleFor: aDuration(0, 7 * 86400),
  keyHosts: aListOf(aHost),
} as const

/** The options, read. Durations are in seconds. */
interface ReadOptions {
  readonly algorithms: readonly PublicKeyAlgorithm[]
  readonly timeout: number | undefined
  readonly cooldown: number | undefined
  readonly maxAge: number | undefined
  readonly staleFor: number | undefined
}

/** Keys from a location, under the name that the operator knows it by. The one place of the defaults. */
export function remoteKeys(source: string, read: ReadOptions, location: KeyLocation): RemoteKeys {
  const { algorithms, timeout = 5, cooldown = 30, maxAge = 600, staleFor = 3600 } = read
  const timing = { cooldown: cooldown * 1000, maxAge: maxAge * 1000, staleFor: staleFor * 1000 }
  return new RemoteKeys({ source, algorithms, location, timeout: timeout * 1000 }, timing)
}

/**
 * The keys behind an https URL. Nothing is fetched before a token needs it, or `ready()` asks. Each call makes a source
 * of its own, with a cache of its own: make it once and name it wherever it is meant.
 *
 * Not checked: where the name of the host resolves to, which is for the operator, who wrote it down.
 *
 * @throws ConfigurationError `ERR_URL_REFUSED`, `ERR_OPTION_INVALID`, `ERR_OPTION_UNKNOWN`, `ERR_OPTION_MISSING`
 */
export function remoteKeySet(url: string | URL, options: RemoteKeySetOptions): RemoteKeySet {
  const read = readOptions('remoteKeySet', options, remoteOptions, ['algorithms'])
  const location = configuredUrl('The URL of a remote key set', url, read.allowInsecureLoopback === true)
  return remoteKeys(location.href, read, fixedLocation(location))
}
