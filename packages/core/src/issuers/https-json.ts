import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { ConfigurationError } from '../errors/errors.js'
import { parseStrictObject, type JsonObject } from '../encoding/strict-json.js'

const limits = { depth: 16, members: 4096, values: 16_384 }
const keySets = {
  kind: 'JSON',
  mediaTypes: ['application/json', 'application/jwk-set+json'],
  mostBytes: 256 * 1024,
} as const

/** Why nothing usable came back. The message is for operators; it quotes nothing of what was sent. */
export class FetchFailure extends Error {}

export interface Fetched {
  readonly json: JsonObject
  readonly headers: IncomingHttpHeaders
}

/** What an answer has to be. */
interface Wanted {
  /** Of its media types, for people. */
  readonly kind: string
  readonly mediaTypes: readonly string[]
  readonly mostBytes: number
}

/** One JSON object, of at most 256 KiB, as `fetchBody` gets it. */
export async function fetchJson(url: URL, deadline: AbortSignal): Promise<Fetched> {
  const { body, headers } = await fetchBody(url, deadline, keySets)
  const json = parseStrictObject(body, limits)
  if (json === undefined) throw new FetchFailure('the answer is not a strict JSON object')
  return { json, headers }
}

/**
 * One answer by GET. Accepted is status 200, uncompressed, of a media type that is wanted, not too long, before
 * the deadline, which covers connecting and the whole body. Redirects are not followed, no cookie, credential or proxy
 * is used, and no connection is kept. Certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says.
 */
export async function fetchBody(
  url: URL,
  deadline: AbortSignal,
  wanted: Wanted,
): Promise<{ readonly body: Buffer; readonly headers: IncomingHttpHeaders }> {
  try {
    const response = await requested(url, { signal: deadline }, wanted)
    const wrong = refusalOf(response, wanted)
    if (wrong !== undefined) {
      response.destroy()
      throw new FetchFailure(wrong)
    }
    return { body: await bodyOf(response, wanted), headers: response.headers }
  } catch (error) {
    if (deadline.aborted) throw new FetchFailure('no whole answer in time', { cause: error })
    throw error instanceof FetchFailure ? error : new FetchFailure(reasonOf(error), { cause: error })
  }
}

async function requested(url: URL, options: RequestOptions, { mediaTypes }: Wanted): Promise<IncomingMessage> {
  // Who is given all keys never needs TLS, which is dear to load.
  const { get } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'))
  const headers = { accept: mediaTypes.join(', '), 'user-agent': 'jwt-guard' }
  const safe: RequestOptions = { ...options, agent: false, headers, rejectUnauthorized: true }
  return new Promise((resolve, reject) => {
    const answered = get(url, safe, resolve).on('error', reject)
    // A 101 ends a request without an answer and without an error.
    answered.on('close', () => reject(new FetchFailure('the connection closed without an answer')))
  })
}

function refusalOf({ statusCode, headers }: IncomingMessage, { kind, mediaTypes }: Wanted): string | undefined {
  if (statusCode !== 200) return `status ${statusCode}`
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === undefined || !mediaTypes.includes(mediaType)) return `the answer is not of a ${kind} media type`
  return headers['content-encoding'] === undefined ? undefined : 'the answer is compressed, which was not asked for'
}

async function bodyOf(response: IncomingMessage, { mostBytes }: Wanted): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > mostBytes) throw new FetchFailure(`the answer has more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'the connection failed'
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Why a URL is not one that keys are fetched from, or undefined. */
export function urlRefusal(url: URL, allowInsecureLoopback: boolean): string | undefined {
  if (url.username !== '' || url.password !== '') return 'has a user name in it'
  if (url.hash !== '') return 'has a fragment'
  if (['undefined', 'null'].includes(url.hostname)) return 'has no host: a value was missing where it was put together'
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:' || !loopback.test(url.hostname)) return 'is not an https URL'
  return allowInsecureLoopback
    ? undefined
    : 'is plain http: on loopback, in development, say allowInsecureLoopback: true'
}

/** A URL that the operator wrote down. */
export function configuredUrl(what: string, text: string | URL, allowInsecureLoopback: boolean): URL {
  const isText = typeof text === 'string' || text instanceof URL
  const url = isText && URL.canParse(String(text)) ? new URL(text) : undefined
  const wrong = url === undefined ? 'is not a URL' : urlRefusal(url, allowInsecureLoopback)
  if (url === undefined || wrong !== undefined) throw new ConfigurationError('ERR_URL_REFUSED', `${what} ${wrong}.`)
  return url
}
