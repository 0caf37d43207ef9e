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
    return certificate.raw.toString('base64') === der.toString('base64') ? certificate : undefined
  } catch {
    return undefined
  }
}

/** A certificate that is believed because it was given, and its text as `x5c` would have it. */
export interface Anchor {
  readonly certificate: X509Certificate
  readonly text: string
}
type Path = readonly X509Certificate[]

/**
 * The paths that a chain is: certificates in base64 with padding (RFC 7515 §4.1.6), each issued by the next one, and the
 * last by an anchor. Several, where several anchors have one name and key. Where the chain holds an anchor itself, it
 * ends there, and what is behind is not looked at.
 *
 * Checked by OpenSSL, from the anchor down, so that a stranger's chain costs one certificate: names, key identifiers,
 * key usage, and that each is signed by the next. Not checked: anything else.
 */
export function pathsOf(chain: readonly string[], anchors: readonly Anchor[]): readonly Path[] {
  if (chain.length > mostCertificates) return []
  const held = chain.findIndex((text) => anchors.some((anchor) => anchor.text === text))
  const own = held === -1 ? chain : chain.slice(0, held)
  const last = inBase64(own.at(-1))
  const issuers = anchors.filter(({ certificate }) => last !== undefined && isIssuedBy(last, certificate))
  const path = last === undefined || issuers.length === 0 ? undefined : pathTo(last, own.slice(0, -1))
  return path === undefined ? [] : issuers.map(({ certificate }) => path.concat(certificate))
}

/** The leaf first. */
function pathTo(last: X509Certificate, below: readonly string[]): Path | undefined {
  const path = [last]
  for (const text of below.toReversed()) {
    const [issuer = last] = path
    const certificate = inBase64(text)
    if (certificate === undefined || !isIssuedBy(certificate, issuer)) return undefined
    path.unshift(certificate)
  }
  return path
}

function inBase64(text = ''): X509Certificate | undefined {
  const der = Buffer.from(text, 'base64')
  return der.toString('base64') === text ? certificateOf(der) : undefined
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}
