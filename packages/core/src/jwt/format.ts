import { bytesOfBase64url, isCanonicalBase64url } from '../encoding/base64url.js'
import { Refusal } from '../errors/errors.js'
import { CompactJws, longestHeader } from './compact-jws.js'
import { knownHeader } from './known-headers.js'
import { remembered } from './remembered.js'

const encrypted = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*){4}$/

/**
 * RFC 7515 §3.1 and rfc8725bis §3.14: three segments of canonical base64url and nothing else around or between them.
 * The length is looked at first, so that nothing that follows can be made expensive.
 */
export function readFormat(text: unknown, maxLength: number, maxHeaderLength = longestHeader): CompactJws | Refusal {
  if (typeof text !== 'string') return new Refusal('ERR_TOKEN_MALFORMED')
  if (text.length > maxLength) return new Refusal('ERR_TOKEN_TOO_LONG')
  const jws = remembered.find(text) ?? split(text)
  if (jws instanceof Refusal || jws.headerLength <= maxHeaderLength) return jws
  return new Refusal('ERR_TOKEN_TOO_LONG')
}

function split(text: string): CompactJws | Refusal {
  const first = text.indexOf('.')
  const second = text.indexOf('.', first + 1)
  const hasSegments = first > 0 && second > first + 1 && second < text.length - 1
  const payload = hasSegments ? bytesOfBase64url(text.slice(first + 1, second)) : undefined
  const jws = new CompactJws(text, first, second, payload)
  if (payload !== undefined && hasCanonicalHeader(jws) && isCanonicalBase64url(jws.signature)) return jws
  const hasThirdDot = second !== -1 && text.includes('.', second + 1)
  return new Refusal(hasThirdDot && encrypted.test(text) ? 'ERR_TOKEN_ENCRYPTED' : 'ERR_TOKEN_MALFORMED')
}

function hasCanonicalHeader(jws: CompactJws): boolean {
  const { header } = jws
  jws.knownHeader = knownHeader(header)
  return jws.knownHeader !== undefined || isCanonicalBase64url(header)
}
