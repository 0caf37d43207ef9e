import { endsCanonically } from '../encoding/base64url.js'
import { Refusal } from '../errors/errors.js'

/** The three parts of a JWS in compact form, as they stand in the text. Nothing in them is verified. */
export interface Segments {
  readonly header: string
  readonly payload: string
  readonly signature: string
  /** What was signed: header, dot, payload. */
  readonly signed: string
}

const compact = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/
const encrypted = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){4}$/
/** Characters. A header that brings a chain of certificates is longer than any other. */
export const longestHeader = 2048
export const longestCertifiedHeader = 16 * 1024

/**
 * RFC 7515 §3.1 and rfc8725bis §3.14: three segments of canonical base64url and nothing else around or between them.
 * The length is looked at first, so that nothing that follows can be made expensive.
 */
export function readFormat(text: unknown, maxLength: number, maxHeaderLength = longestHeader): Segments | Refusal {
  if (typeof text !== 'string') return new Refusal('ERR_TOKEN_MALFORMED')
  if (text.length > maxLength) return new Refusal('ERR_TOKEN_TOO_LONG')
  if (!compact.test(text)) return new Refusal(encrypted.test(text) ? 'ERR_TOKEN_ENCRYPTED' : 'ERR_TOKEN_MALFORMED')
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  const header = text.slice(0, first)
  const payload = text.slice(first + 1, second)
  const signature = text.slice(second + 1)
  if (header.length > maxHeaderLength) return new Refusal('ERR_TOKEN_TOO_LONG')
  return [header, payload, signature].every(endsCanonically)
    ? { header, payload, signature, signed: text.slice(0, second) }
    : new Refusal('ERR_TOKEN_MALFORMED')
}
