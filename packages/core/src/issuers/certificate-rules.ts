import { extensionIds, type ReadCertificate } from './certificate-reading.js'

/** RSA (PKCS #1 v1.5) and ECDSA, each with SHA-256, SHA-384 and SHA-512. */
const signatureAlgorithms = new Set([
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.1.12',
  '1.2.840.113549.1.1.13',
  '1.2.840.10045.4.3.2',
  '1.2.840.10045.4.3.3',
  '1.2.840.10045.4.3.4',
])

/** Extensions that may be critical, since they are looked at, or allow everything that is not narrowed elsewhere. */
const understood = new Set<string>([
  extensionIds.keyUsage,
  extensionIds.subjectAlternativeName,
  extensionIds.basicConstraints,
  extensionIds.certificatePolicies,
])

/** Extensions that narrow what is below them in ways that nobody here applies. */
const narrowing = new Set<string>([
  extensionIds.nameConstraints,
  extensionIds.policyConstraints,
  extensionIds.policyMappings,
  extensionIds.inhibitAnyPolicy,
])

const anyPurpose = '2.5.29.37.0'
const digitalSignature = 0x80

/**
 * Which rule of RFC 5280 §6.1 a path breaks, or undefined, of those that the library leaves out: the leaf first, the
 * anchor last, every link validated.
 *
 * Stricter than the specification: the leaf is no authority, every authority counts for a path length, and a path with
 * name or policy constraints is refused as a whole, since those of several authorities would have to be combined.
 */
export function brokenRule(path: readonly ReadCertificate[], purposes: readonly string[]): string | undefined {
  const [leaf, ...authorities] = path
  if (leaf === undefined) return 'there is no certificate'
  return (
    path.map((certificate) => brokenByAny(certificate, purposes)).find(isSaid) ??
    path.slice(0, -1).map(weakSignature).find(isSaid) ??
    brokenByLeaf(leaf, purposes) ??
    authorities.map((authority, below) => brokenByAuthority(authority, below, purposes)).find(isSaid)
  )
}

function isSaid(broken: string | undefined): broken is string {
  return broken !== undefined
}

function brokenByAny(
  { version, readable, extensions }: ReadCertificate,
  purposes: readonly string[],
): string | undefined {
  if (version !== 3) return 'a certificate is not of version 3'
  if (!readable) return 'an extension cannot be read, or is there twice'
  if (extensions.some(({ extnID }) => narrowing.has(extnID))) return 'there are name or policy constraints'
  const isUnderstood = (id: string) =>
    understood.has(id) || (id === extensionIds.extendedKeyUsage && purposes.length > 0)
  return extensions.some(({ critical, extnID }) => critical && !isUnderstood(extnID))
    ? 'a critical extension is not understood'
    : undefined
}

/** Not asked of the anchor: who signed that is nobody's business. */
function weakSignature({ signatureAlgorithm }: ReadCertificate): string | undefined {
  return signatureAlgorithms.has(signatureAlgorithm)
    ? undefined
    : 'a certificate is signed with an algorithm that is weak or unknown'
}

function brokenByLeaf(leaf: ReadCertificate, purposes: readonly string[]): string | undefined {
  if (leaf.isAuthority) return 'the certificate of the key is that of an authority'
  if (leaf.keyUsage !== undefined && (leaf.keyUsage & digitalSignature) === 0) return 'the key is not for signatures'
  return purposes.every((purpose) => leaf.extendedKeyUsage?.includes(purpose) === true)
    ? undefined
    : 'the key is not for the purpose that is asked for'
}

/** `below` is how many authorities are between this one and the leaf. */
function brokenByAuthority(
  { pathLength, extendedKeyUsage: own }: ReadCertificate,
  below: number,
  purposes: readonly string[],
): string | undefined {
  if (pathLength !== undefined && below > pathLength) return 'a path is longer than an authority allows'
  const allows = own === undefined || own.includes(anyPurpose) || purposes.every((purpose) => own.includes(purpose))
  return allows ? undefined : 'an authority is not for the purpose that is asked for'
}
