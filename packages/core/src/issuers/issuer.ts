import type { Clock } from '../encoding/clock.js'
import { aListOf, anExactName, anything, readOne, readOptions, Wrong, type Reader } from '../encoding/options.js'
import { ConfigurationError, Refusal } from '../errors/errors.js'
import type { Algorithm } from './algorithms.js'
import { CertificateKeys } from './certificate-keys.js'
import type { CertificateReference } from './certificate-reference.js'
import { DiscoveredLocation } from './discovery.js'
import { configuredUrl } from './https-json.js'
import type { Key } from './key.js'
import { LocalKeys, type HmacSecret, type PublicKeySource } from './key-source.js'
import { KeyRing, onlyKey } from './key-ring.js'
import { kind } from './kind.js'
import { remoteKeys, remoteOptions, type RemoteKeySetOptions } from './remote-key-set.js'
import { RemoteKeys } from './remote-keys.js'

/** Somebody whose tokens are believed: an id and keys. Made by `issuer`. */
export interface Issuer {
  readonly [kind]: 'issuer'
  readonly id: string
  /**
   * Fetches keys that are to be fetched, unless some are held that may serve: for start-up and readiness probes. Rejects
   * with a `DependencyError` where none are and fetching fails.
   */
  ready(): Promise<void>
  /** Ends a fetch that is running, and forgets fetched keys; none are fetched or found afterwards. */
  close(): void
}

/** An issuer whose keys are found by its metadata. */
export interface DiscoveredKeys extends RemoteKeySetOptions {
  /** Other exact spellings of `iss` that this issuer signs under. */
  readonly aliases?: readonly string[]
  readonly keys?: never
}
/** An issuer whose keys are given. */
export interface GivenKeys {
  /** All public, or all secret: the two meet nowhere. */
  readonly keys: PublicKeySource | readonly PublicKeySource[] | HmacSecret | readonly HmacSecret[]
  /** Other exact spellings of `iss` that this issuer signs under. */
  readonly aliases?: readonly string[]
  readonly algorithms?: never
}

/** Key sources that belong together, and the one key among them that a header names. */
export class Keys {
  readonly local: KeyRing
  readonly remotes: readonly RemoteKeys[]
  /** Where keys come with a token, or are named by a certificate. */
  readonly certificates: CertificateKeys | undefined
  readonly algorithms: readonly Algorithm[]

  constructor(sources: readonly unknown[]) {
    const local = sources.filter((source) => source instanceof LocalKeys)
    this.remotes = Object.freeze(sources.filter((source) => source instanceof RemoteKeys))
    const certified = sources.filter((source) => source instanceof CertificateKeys)
    if (sources.length === 0 || local.length + this.remotes.length + certified.length !== sources.length) {
      throw new ConfigurationError(
        'ERR_OPTION_INVALID',
        'keys has to be what hmacSecret, publicKey, keySet, remoteKeySet or certificateChain returned, or a list of such.',
      )
    }
    this.certificates = onlyOne(certified)
    const given = local.flatMap((source) => source.keys)
    const families = new Set([
      ...given.map((key) => key.family),
      ...[...this.remotes, ...certified].map(() => 'public'),
    ])
    if (families.size > 1) {
      throw new ConfigurationError(
        'ERR_OPTIONS_CONTRADICT',
        'HMAC secrets and public keys cannot belong to one issuer.',
      )
    }
    this.local = new KeyRing(given)
    const algorithms = [...local, ...this.remotes, ...certified].flatMap(
      (source): readonly Algorithm[] => source.algorithms,
    )
    this.algorithms = Object.freeze([...new Set(algorithms)])
    refuseNamelessBesideRemote(given, this.remotes)
    Object.freeze(this)
  }

  /** The key that a header names, where it is at hand: nothing has to be waited for. */
  given(algorithm: Algorithm, kid: string | undefined, certificate?: CertificateReference): Key | undefined {
    const source = this.#sourceOf(certificate)
    if (source !== undefined && certificate !== undefined) return source.atHand(certificate)
    if (kid === undefined) return this.remotes.length === 0 ? this.local.only(algorithm) : undefined
    const local = this.local.named(algorithm, kid)
    if (local !== undefined) return local
    for (const remote of this.remotes) {
      const key = remote.atHand(algorithm, kid)
      if (key !== undefined) return key
    }
    return undefined
  }

  /** The key that a header names, or why there is none. Fetches only for an algorithm that a fetched key may have. */
  async find(
    algorithm: Algorithm,
    kid: string | undefined,
    certificate?: CertificateReference,
  ): Promise<Key | Refusal> {
    if (!this.algorithms.includes(algorithm)) return new Refusal('ERR_ALGORITHM_MISMATCH')
    const source = this.#sourceOf(certificate)
    if (source !== undefined && certificate !== undefined) return source.find(certificate)
    const here = this.given(algorithm, kid)
    if (here !== undefined) return here
    const possible = this.remotes.filter((remote) => remote.algorithms.some((name) => name === algorithm))
    const asked = await Promise.all(possible.map((remote) => ringOrOutage(remote, algorithm, kid)))
    const rings = [this.local, ...asked.filter((answer) => answer instanceof KeyRing)]
    const named = kid === undefined ? undefined : rings.map((ring) => ring.named(algorithm, kid)).find(isKey)
    if (named !== undefined) return named
    // Only where every source could be asked is it known that there is no such key, or no second one.
    const away = asked.find((answer) => 'outage' in answer)
    if (away !== undefined) throw away.outage
    return kid === undefined ? onlyKey(rings, algorithm) : new Refusal('ERR_KEY_UNKNOWN')
  }

  /** Of a header that is the certificates' affair no `kid` is looked at. */
  #sourceOf(certificate: CertificateReference | undefined): CertificateKeys | undefined {
    return certificate !== undefined && this.certificates?.takes(certificate) === true ? this.certificates : undefined
  }
}

/** Not `allSettled`, whose answers have another form where `Promise` has been replaced. */
async function ringOrOutage(remote: RemoteKeys, algorithm: Algorithm, kid: string | undefined) {
  try {
    return await remote.ringFor(algorithm, kid)
  } catch (outage) {
    return { outage }
  }
}

function onlyOne([first, ...others]: readonly CertificateKeys[]): CertificateKeys | undefined {
  if (others.length === 0) return first
  throw new ConfigurationError(
    'ERR_OPTIONS_CONTRADICT',
    'An issuer has one certificateChain, with all its trustAnchors: a header could not name one of several.',
  )
}

function isKey(found: Key | undefined): found is Key {
  return found !== undefined
}

function refuseNamelessBesideRemote(given: readonly Key[], remotes: readonly RemoteKeys[]): void {
  const fetched = new Set<Algorithm>(remotes.flatMap((remote) => remote.algorithms))
  const nameless = given.find((key) => key.kid === undefined && fetched.has(key.algorithm))
  if (nameless !== undefined) {
    throw new ConfigurationError(
      'ERR_KEY_AMBIGUOUS',
      `A key for ${nameless.algorithm} has no kid, and fetched keys may have that algorithm too: give it its kid.`,
    )
  }
}

export class TrustedIssuer implements Issuer {
  readonly [kind] = 'issuer'
  readonly #made = true
  /** Every spelling of `iss` that is this issuer. */
  readonly ids: readonly string[]

  constructor(
    readonly id: string,
    aliases: readonly string[],
    readonly keys: Keys,
  ) {
    this.ids = Object.freeze([...new Set([id, ...aliases])])
    Object.freeze(this)
  }

  /** By the brand and not by the prototype, which anybody can put under an object. */
  static is(given: unknown): given is TrustedIssuer {
    return typeof given === 'object' && given !== null && #made in given && given.#made
  }

  adopt(clock: Clock): void {
    for (const remote of this.keys.remotes) remote.adopt(clock)
    this.keys.certificates?.adopt(clock)
  }

  async ready(): Promise<void> {
    await Promise.all([...this.keys.remotes.map((remote) => remote.ready()), this.keys.certificates?.ready()])
  }

  close(): void {
    for (const remote of this.keys.remotes) remote.close()
    this.keys.certificates?.close()
  }
}

/**
 * An issuer, with the keys that are its own: given (`keys`), or found by its metadata and fetched (`algorithms`; the id
 * is then an https URL). `iss` is compared with the id and its `aliases` exactly, code unit by code unit. Given keys
 * never change; to rotate them, build a new set of types. Nothing is fetched before a token needs it, or `ready()` asks.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`, `ERR_URL_REFUSED`, `ERR_KEY_AMBIGUOUS`
 */
export function issuer(id: string, options: DiscoveredKeys | GivenKeys): Issuer {
  const read = readOne('The id of an issuer', id, anIssuerId)
  const given = typeof options === 'object' && options !== null && Object.hasOwn(options, 'keys')
  return given ? withGivenKeys(read, options) : withDiscoveredKeys(read, options)
}

function withGivenKeys(id: string, options: unknown): TrustedIssuer {
  const { keys, aliases = [] } = readOptions('issuer with keys', options, { keys: anything, aliases: someIds }, [
    'keys',
  ])
  return new TrustedIssuer(id, aliases, new Keys([keys].flat()))
}

function withDiscoveredKeys(id: string, options: unknown): TrustedIssuer {
  const readers = { ...remoteOptions, aliases: someIds }
  const read = readOptions('issuer without keys', options, readers, ['algorithms'])
  const { keyHosts = [], aliases = [], allowInsecureLoopback = false } = read
  configuredUrl(`The issuer ${id}, whose keys are to be fetched,`, id, allowInsecureLoopback)
  const location = new DiscoveredLocation({ issuer: id, keyHosts, allowInsecureLoopback })
  return new TrustedIssuer(id, aliases, new Keys([remoteKeys(id, read, location)]))
}

const anIssuerId: Reader<string> = (value) => {
  const id = anExactName(value)
  if (/[?#\s]/.test(id)) throw new Wrong('has a query, a fragment or a space')
  return id
}
const someIds = aListOf(anIssuerId)
