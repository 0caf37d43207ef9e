import type { X509Certificate } from 'node:crypto'
import { Wrong, type Reader } from '../encoding/options.js'
import { certificateOf } from './certificate-links.js'

const block = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g

/** The certificates of a text in PEM (RFC 7468), in their order, or undefined where it holds anything else. */
export function certificatesInPem(text: string): readonly X509Certificate[] | undefined {
  if (!/^\s*$/.test(text.replace(block, ''))) return undefined
  const certificates = [...text.matchAll(block)].map(([, body = '']) => certificateOf(Buffer.from(body, 'base64')))
  const readable = certificates.filter((certificate) => certificate !== undefined)
  return readable.length === certificates.length && readable.length > 0 ? readable : undefined
}

/** PEM text of one certificate or of several. */
export const aPem: Reader<readonly X509Certificate[]> = (value) => {
  const certificates = typeof value === 'string' ? certificatesInPem(value) : undefined
  if (certificates !== undefined) return certificates
  throw new Wrong('has to be PEM text of certificates ("-----BEGIN CERTIFICATE-----") and of nothing else')
}

/** As `x5c` would have it. */
export function textOf({ raw }: X509Certificate): string {
  return raw.toString('base64')
}

export function chainOf(certificates: readonly X509Certificate[]): readonly string[] {
  return Object.freeze(certificates.map(textOf))
}
