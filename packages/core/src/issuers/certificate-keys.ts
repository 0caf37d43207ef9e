import { createHash, type X509Certificate } from 'node:crypto'
import { AdoptedClock, readClock, type Clock } from '../encoding/clock.js'
import { Refusal } from '../errors/errors.js'
import type { PublicKeyAlgorithm } from './algorithms.js'
import type { RemoteChain } from './certificate-fetch.js'
import { certificateLibrary } from './certificate-library.js'
import { KnownChains } from './certificate-memory.js'
import { certifiedKey, type Trust } from './certificate-path.js'
import { chainOf } from './certificate-pem.js'
import type { CertificateReference } from './certificate-reference.js'
import type { VerificationKey } from './key.js'
import { kind } from './kind.js'

/** Keys by the certificates that headers carry or name, made by `certificateChain`. */
export interface CertificateChain {
  readonly [kind]: 'certificate chain'
  readonly algorithms: readonly PublicKeyAlgorithm[]
}

/** What the operator wrote down, read. */
interface Settings {
  readonly trust: Trust
  /** Chains that a thumbprint may select, the leaf first. */
  readonly given: readonly (readonly X509Certificate[])[]
  /** Places that `x5u` may name, by exactly that text. */
  readonly places: ReadonlyMap<string, RemoteChain>
}

type Chain = readonly string[]

/** From what a header says of a certificate to the key of that certificate, which holds now and is for who it should be. */
export class CertificateKeys implements CertificateChain {
  readonly [kind] = 'certificate chain'
  readonly algorithms: readonly PublicKeyAlgorithm[]
  readonly #trust: Trust
  readonly #given: readonly Chain[]
  readonly #places: Settings['places']
  readonly #known = new KnownChains()
  readonly #clock = new AdoptedClock()

  constructor({ trust, given, places }: Settings) {
    this.algorithms = trust.algorithms
    this.#trust = trust
    this.#given = given.map(chainOf)
    this.#places = places
    Object.freeze(this)
  }

  adopt(clock: Clock): void {
    this.#clock.adopt(clock)
    for (const place of this.#places.values()) place.adopt(clock)
  }

  async ready(): Promise<void> {
    await certificateLibrary()
    await Promise.all([...this.#places.values()].map((place) => place.find()))
  }

  close(): void {
    for (const place of this.#places.values()) place.close()
  }

  /** Whether this header's key is to be found here: a thumbprint alone counts where certificates were given. */
  takes({ x5c, x5u, thumbprints }: CertificateReference): boolean {
    return x5c !== undefined || x5u !== undefined || (thumbprints.length > 0 && this.#given.length > 0)
  }

  /** The key, where its chain is at hand and was validated before: nothing has to be waited for. */
  atHand(reference: CertificateReference): VerificationKey | undefined {
    const chain = this.#chain(reference)
    if (chain === undefined || chain instanceof Refusal || !isNamedBy(chain, reference)) return undefined
    const known = this.#known.find(chain, this.#now())
    return known && this.#doubtable(known, reference)
  }

  async find(reference: CertificateReference): Promise<VerificationKey | Refusal> {
    const chain = this.#chain(reference) ?? (await this.#places.get(reference.x5u ?? '')?.find())
    if (chain === undefined) return new Refusal('ERR_KEY_UNKNOWN')
    if (chain instanceof Refusal) return chain
    if (!isNamedBy(chain, reference)) return new Refusal('ERR_CERTIFICATE_MISMATCH')
    const key = this.#known.find(chain, this.#now()) ?? (await this.#validated(chain))
    return key instanceof Refusal ? key : this.#doubtable(key, reference)
  }

  /** Undefined: it is not known, or has to be fetched. */
  #chain(reference: CertificateReference): Chain | Refusal | undefined {
    const { x5c, x5u } = reference
    if (x5c !== undefined) return x5u === undefined ? x5c : new Refusal('ERR_HEADER_INVALID')
    if (x5u === undefined) return this.#given.find((chain) => isNamedBy(chain, reference))
    const place = this.#places.get(x5u)
    return place === undefined ? new Refusal('ERR_HEADER_INVALID') : place.atHand()
  }

  async #validated(chain: Chain): Promise<VerificationKey | Refusal> {
    const certified = await certifiedKey(chain, this.#trust, this.#now())
    if (certified instanceof Refusal) return certified
    this.#known.keep(chain, certified)
    return certified.key
  }

  #now(): number {
    return readClock(this.#clock.own, 'now')
  }

  /** What is fetched may be another chain by the time that a signature is bad. */
  #doubtable(key: VerificationKey, { x5u }: CertificateReference): VerificationKey {
    const place = x5u === undefined ? undefined : this.#places.get(x5u)
    return place === undefined ? key : Object.freeze({ ...key, doubted: () => place.doubt() })
  }
}

/** RFC 7515 §4.1.7 and §4.1.8: every thumbprint is that of the leaf, in its one spelling. */
function isNamedBy([leaf = '']: Chain, { thumbprints }: CertificateReference): boolean {
  return thumbprints.every(([hash, value]) => createHash(hash).update(leaf, 'base64').digest('base64url') === value)
}
