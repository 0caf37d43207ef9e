import { X509Certificate } from 'node:crypto'

/** Certificates of a chain, without the anchor. */
export const mostCertificates = 5
/** Bytes of one. */
const longest = 4096

/**
 * A certificate in DER, or undefined for anything but exactly one: OpenSSL takes PEM, too, and looks at nothing behind
 * the end.
 */
export function certificateOf(der: Buffer): X509Certificate | undefined {
  if (der.length > longest) return undefined
  try {
    const certificate = new X509Certificate(der)
    return certificate.raw.equals(der) ? certificate : undefined
  } catch {
    return undefined
  }
}

/** The certificates that the texts of `x5c` are: base64 with padding, not base64url (RFC 7515 §4.1.6). */
export function certificatesOf(texts: readonly string[]): readonly X509Certificate[] | undefined {
  if (texts.length === 0 || texts.length > mostCertificates) return undefined
  const certificates: X509Certificate[] = []
  for (const text of texts) {
    const certificate = certificateOf(Buffer.from(text, 'base64'))
    if (certificate === undefined || certificate.raw.toString('base64') !== text) return undefined
    certificates.push(certificate)
  }
  return certificates
}

/**
 * The paths that a chain can be: each certificate issued by the next one (RFC 7515 §4.1.6), and the last by an anchor.
 * Several, where several anchors have one name and key. Where the chain holds an anchor itself, it ends there.
 *
 * Checked by OpenSSL, from the anchor down, so that a stranger's chain costs one signature: names, key identifiers, key
 * usage, and that each is signed by the next. Not checked: anything else.
 */
export function pathsOf(
  chain: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
): readonly (readonly X509Certificate[])[] {
  const held = chain.findIndex((certificate) => anchors.some((anchor) => anchor.raw.equals(certificate.raw)))
  const own = held === -1 ? chain : chain.slice(0, held)
  const last = own.at(-1)
  if (last === undefined) return []
  const above = held === -1 ? anchors : chain.slice(held, held + 1)
  const issuers = above.filter((anchor) => isIssuedBy(last, anchor))
  return issuers.length > 0 && isLinked(own) ? issuers.map((anchor) => own.concat(anchor)) : []
}

function isLinked(chain: readonly X509Certificate[]): boolean {
  return chain
    .slice(1)
    .map((issuer, index) => [chain[index], issuer] as const)
    .toReversed()
    .every(([certificate, issuer]) => certificate !== undefined && isIssuedBy(certificate, issuer))
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}
