import type { IncomingMessage } from 'node:http'
import { ConfigurationError, Refusal } from '../errors/errors.js'

/** Bytes of a body. A logout token has some hundreds. */
const mostBytes = 16 * 1024

/**
 * The logout token of a request (OpenID Connect Back-Channel Logout 1.0 §2.5): of a form, its one parameter `logout_token`;
 * parameters that are not known are passed over. `parsed` is what a parser before this one has left of the body, and is
 * looked at only where the body itself has been read.
 */
export async function readLogoutToken(request: IncomingMessage, parsed: unknown): Promise<string | Refusal> {
  if (!isForm(request)) return malformed()
  const tokens = request.readableDidRead ? tokensIn(parsed) : await tokensFrom(request)
  const [token] = tokens
  return tokens.length === 1 && typeof token === 'string' && token.length <= mostBytes ? token : malformed()
}

function isForm({ method, headers }: IncomingMessage): boolean {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';', 1)
  const isOfType = mediaType.trim().toLowerCase() === 'application/x-www-form-urlencoded'
  const isTooLong = Number(headers['content-length'] ?? 0) > mostBytes
  return method === 'POST' && isOfType && !isTooLong && headers['content-encoding'] === undefined
}

async function tokensFrom(request: IncomingMessage): Promise<readonly unknown[]> {
  const body = await bodyOf(request)
  return body === undefined ? [] : tokensInForm(body)
}

/** Undefined where it is too long, or breaks off. What is too long is read to its end, and not kept. */
async function bodyOf(request: AsyncIterable<unknown>): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of request) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
      length += bytes.length
      if (length <= mostBytes) chunks.push(bytes)
    }
  } catch {
    return undefined
  }
  return length <= mostBytes ? Buffer.concat(chunks).toString('latin1') : undefined
}

function tokensIn(parsed: unknown): readonly unknown[] {
  if (typeof parsed === 'string') return tokensInForm(parsed)
  if (Buffer.isBuffer(parsed)) return tokensInForm(parsed.toString('latin1'))
  if (typeof parsed === 'object' && parsed !== null) {
    return Object.hasOwn(parsed, 'logout_token') ? [Reflect.get(parsed, 'logout_token')] : []
  }
  throw new ConfigurationError(
    'ERR_BODY_CONSUMED',
    'Something read the body of a logout request and left nothing of it: mount backChannelLogout before it.',
  )
}

function tokensInForm(text: string): readonly string[] {
  return text.length <= mostBytes ? new URLSearchParams(text).getAll('logout_token') : []
}

function malformed(): Refusal {
  return new Refusal('ERR_REQUEST_MALFORMED')
}
