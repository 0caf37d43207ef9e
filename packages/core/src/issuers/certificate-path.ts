import type { X509Certificate } from 'node:crypto'
import { ConfigurationError, Refusal } from '../errors/errors.js'
import type { PublicKeyAlgorithm } from './algorithms.js'
import { keyOfCertificate, refuseWeakAuthority } from './certificate-key.js'
import { validated } from './certificate-library.js'
import { pathsOf, type Anchor } from './certificate-links.js'
import { hasNames, type ExpectedNames } from './certificate-names.js'
import { readCertificate, type ReadCertificate } from './certificate-reading.js'
import { brokenRule } from './certificate-rules.js'
import type { VerificationKey } from './key.js'

/** Whose certificates are believed, and for what. */
export interface Trust {
  readonly anchors: readonly Anchor[]
  readonly algorithms: readonly PublicKeyAlgorithm[]
  readonly names: ExpectedNames
  /** Extended key usages that the leaf has to have. */
  readonly purposes: readonly string[]
}

/** A key whose certificate holds, and the seconds between which its whole path is valid. */
export interface CertifiedKey {
  readonly key: VerificationKey
  readonly validFrom: number
  readonly validUntil: number
}

/** The key that a chain in `x5c`'s texts certifies at one second, or why it does not. Revocation is not looked at. */
export async function certifiedKey(
  chain: readonly string[],
  trust: Trust,
  now: number,
): Promise<CertifiedKey | Refusal> {
  let refusal = invalidCertificate('it is not 1 to 5 texts that lead from certificate to certificate to a trust anchor')
  for (const path of pathsOf(chain, trust.anchors)) {
    const found = await keyByPath(path, trust, now)
    if (!(found instanceof Refusal)) return found
    refusal = found
  }
  return refusal
}

async function keyByPath(
  path: readonly X509Certificate[],
  { algorithms, names, purposes }: Trust,
  now: number,
): Promise<CertifiedKey | Refusal> {
  const [leaf, ...authorities] = path
  const library = await validated(
    path.map(({ raw }) => raw),
    now,
  )
  if (library === 'expired') return new Refusal('ERR_CERTIFICATE_EXPIRED')
  if (library === 'invalid' || leaf === undefined) return invalidCertificate('pkijs does not validate the path')
  const read = library.map(readCertificate)
  const broken = brokenRule(read, purposes)
  if (broken !== undefined) return invalidCertificate(broken)
  const key = strongKey(leaf, authorities, algorithms)
  if (key instanceof Refusal) return key
  return isFor(read[0], names) ? { key, ...validity(read) } : new Refusal('ERR_CERTIFICATE_MISMATCH')
}

function isFor(leaf: ReadCertificate | undefined, names: ExpectedNames): boolean {
  return leaf !== undefined && hasNames(leaf, names)
}

/** Of the keys that were given, weakness is a mistake of the program; of these, of whoever sent the token. */
function strongKey(
  leaf: X509Certificate,
  authorities: readonly X509Certificate[],
  algorithms: readonly PublicKeyAlgorithm[],
): VerificationKey | Refusal {
  try {
    for (const authority of authorities) refuseWeakAuthority(authority)
    return keyOfCertificate(leaf, algorithms)
  } catch (error) {
    if (error instanceof ConfigurationError) return invalidCertificate(error.message)
    throw error
  }
}

function validity(path: readonly ReadCertificate[]): Pick<CertifiedKey, 'validFrom' | 'validUntil'> {
  return {
    validFrom: Math.max(...path.map(({ validFrom }) => validFrom)),
    validUntil: Math.min(...path.map(({ validUntil }) => validUntil)),
  }
}

function invalidCertificate(why: string): Refusal {
  return new Refusal('ERR_CERTIFICATE_INVALID', undefined, why)
}
