import type { X509Certificate } from 'node:crypto'
import type { Duration } from '../encoding/duration.js'
import { notChecked, type NotChecked } from '../encoding/not-checked.js'
import { aBoolean, aDuration, aListOf, oneOrMore, readOptions, Wrong, type Reader } from '../encoding/options.js'
import { ConfigurationError } from '../errors/errors.js'
import { factsOf, someAlgorithms, type PublicKeyAlgorithm } from './algorithms.js'
import { RemoteChain } from './certificate-fetch.js'
import { refuseWeakAuthority } from './certificate-key.js'
import { CertificateKeys, type CertificateChain } from './certificate-keys.js'
import { mostCertificates } from './certificate-links.js'
import {
  alternativeNames,
  aSubject,
  somePurposes,
  type ExpectedNames,
  type SubjectAttribute,
} from './certificate-names.js'
import { aPem, textOf } from './certificate-pem.js'
import { configuredUrl } from './https-json.js'

export type { CertificateChain } from './certificate-keys.js'

export interface CertificateChainOptions {
  /** Certificates of authorities in PEM, one text or several: a chain has to end at one of exactly these. */
  readonly trustAnchors: string | readonly string[]
  /** The algorithms that certified keys may have; of one kind of key (RSA, a curve) one. */
  readonly algorithms: readonly PublicKeyAlgorithm[]
  /**
   * Attributes that the subject has to have, each once and with exactly this value: `{ CN: 'client-1' }`. `notChecked`
   * says in so many words that whoever has a certificate of these authorities is this issuer.
   */
  readonly subject?: Readonly<Partial<Record<SubjectAttribute, string>>> | NotChecked
  /** A DNS name, a URI, or both, that has to be among the subject's alternative names, exactly. No wildcards. */
  readonly subjectAlternativeName?: { readonly dns?: string; readonly uri?: string }
  /** Object identifiers that the leaf has to have as extended key usages, and no authority may lack that has any. */
  readonly extendedKeyUsage?: readonly string[]
  /** Certificates that `x5t` and `x5t#S256` may select: each the PEM of a leaf and what lies between it and an anchor. */
  readonly certificates?: readonly string[]
  /** Lets `x5u` name one of these https URLs, exactly. Default: `x5u` is refused. */
  readonly x5u?: {
    readonly urls: readonly string[]
    /** How long a fetch may take. Default 5 s, 0.1 to 60 s. */
    readonly timeout?: Duration
    /** Plain http on 127.0.0.1, ::1 and localhost. For development and tests. */
    readonly allowInsecureLoopback?: boolean
  }
}

/**
 * Keys by certificates (RFC 7515 §4.1.5 to §4.1.8): for tokens whose header carries the chain of their key (`x5c`), or
 * selects one of the `certificates` given here (`x5t`, `x5t#S256`), or names a listed place of a chain (`x5u`). It is
 * the only source of its issuer for such headers, and `jwk` and `jku` are refused all the same. It needs `pkijs`, an
 * optional peer: `npm install pkijs@4`.
 *
 * Checked (RFC 5280 §6.1): that each certificate is issued and signed by the next, the last by a trust anchor; the dates
 * of all, for every token; that authorities are authorities, may sign certificates, and allow this length; the leaf's
 * key usage, where it is said; signatures by RSA (PKCS #1 v1.5) or ECDSA with SHA-256 or better; the strength of every
 * key; who the leaf is for. Refused: critical extensions other than these, and every chain with name or policy
 * constraints; more than 5 certificates; a leaf that is an authority. The leaf's key has the one of `algorithms` that
 * fits it, and the header has to name that.
 *
 * Not checked: **revocation** (neither CRL nor OCSP): a stolen key is good until its certificate expires, so have them
 * live shortly. Nor what the certificate is for, unless `extendedKeyUsage` says it, nor who issued it below an anchor.
 *
 * A chain that was good is remembered by its text, 1000 of them, and its dates are looked at each time. A key that comes
 * with a token never tells two types of a set apart (see `separation`).
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`, `ERR_KEY_WEAK`, `ERR_KEY_MISMATCH`, `ERR_URL_REFUSED`
 */
export function certificateChain(options: CertificateChainOptions): CertificateChain {
  const read = readOptions('certificateChain', options, readers, ['trustAnchors', 'algorithms'])
  const names = expectedNames(read.subject, read.subjectAlternativeName)
  refuseUndecided(read.algorithms)
  const anchors = read.trustAnchors.flat().map((certificate) => ({ certificate, text: textOf(certificate) }))
  const trust = { anchors, algorithms: read.algorithms, names, purposes: read.extendedKeyUsage ?? [] }
  return new CertificateKeys({ trust, given: read.certificates ?? [], places: placesOf(read.x5u) })
}

const anAnchor: Reader<readonly X509Certificate[]> = (value) => {
  const certificates = aPem(value)
  if (!certificates.every(({ ca }) => ca)) throw new Wrong('holds a certificate that is not one of an authority')
  certificates.forEach(refuseWeakAuthority)
  return certificates
}

const aGivenChain: Reader<readonly X509Certificate[]> = (value) => {
  const chain = aPem(value)
  if (chain.length <= mostCertificates) return chain
  throw new Wrong(`holds a chain of more than ${mostCertificates} certificates`)
}

const somePlaces: Reader<ReadonlyMap<string, RemoteChain>> = (value) => {
  const places = { urls: aListOf(aText), timeout: aDuration(0.1, 60), allowInsecureLoopback: aBoolean }
  const { urls, timeout = 5, allowInsecureLoopback = false } = readOptions('x5u', value, places, ['urls'])
  const placeOf = (url: string) => {
    return new RemoteChain(configuredUrl('A URL of x5u', url, allowInsecureLoopback), timeout * 1000)
  }
  return new Map(urls.map((url) => [url, placeOf(url)]))
}

const aText: Reader<string> = (value) => {
  if (typeof value === 'string') return value
  throw new Wrong('has to hold URLs as text')
}

const subjectOrNot: Reader<ExpectedNames['subject'] | NotChecked> = (value) => {
  return value === notChecked ? notChecked : aSubject(value)
}

const readers = {
  trustAnchors: oneOrMore(anAnchor),
  algorithms: someAlgorithms,
  subject: subjectOrNot,
  subjectAlternativeName: alternativeNames,
  extendedKeyUsage: somePurposes,
  certificates: aListOf(aGivenChain),
  x5u: somePlaces,
} as const

function placesOf(places: ReadonlyMap<string, RemoteChain> | undefined): ReadonlyMap<string, RemoteChain> {
  return places ?? new Map()
}

function expectedNames(
  subject: ExpectedNames['subject'] | NotChecked | undefined,
  alternatives: ExpectedNames['alternativeNames'] | undefined,
): ExpectedNames {
  if (subject === undefined && alternatives === undefined) {
    throw new ConfigurationError(
      'ERR_OPTION_MISSING',
      'certificateChain needs subject or subjectAlternativeName: who this issuer is among all who have a certificate of ' +
        'these authorities. Where that is everybody, write subject: notChecked.',
    )
  }
  if (subject === notChecked && alternatives !== undefined) {
    throw new ConfigurationError(
      'ERR_OPTIONS_CONTRADICT',
      'certificateChain: subject: notChecked is for nothing being checked. Leave it out beside subjectAlternativeName.',
    )
  }
  return Object.freeze({ subject: typeof subject === 'object' ? subject : [], alternativeNames: alternatives ?? [] })
}

/** RFC 8725 §3.1: a certificate says the kind of its key and not the algorithm, so each kind has one. */
function refuseUndecided(algorithms: readonly PublicKeyAlgorithm[]): void {
  const kinds = algorithms.map((algorithm) => `${factsOf(algorithm).kty} ${factsOf(algorithm).crv ?? ''}`)
  const undecided = algorithms.find((_, index) => kinds.indexOf(kinds[index] ?? '') !== index)
  if (undecided === undefined) return
  throw new ConfigurationError(
    'ERR_OPTIONS_CONTRADICT',
    `certificateChain: one key could be for ${undecided} and for another of algorithms. A certificate does not say: name one.`,
  )
}
