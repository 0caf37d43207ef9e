import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { ConfigurationError, DependencyError, type Duration } from '@jwt-guard/core'
import type { TokenIssuer } from './create-issuer.js'
import { readOptions, secondsOf } from './options.js'

export interface JwksOptions {
  /** For how long others may keep the keys (`Cache-Control`). Default 5 min. */
  readonly maxAge?: Duration
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a Koa context has that is needed here. */
export interface JwksContext {
  readonly method: string
  status: number
  body: unknown
  get(field: string): string
  set(fields: Record<string, string>): void
}

/**
 * Publishes an issuer's public keys (RFC 7517 §5), for Node, Express and Nest: `app.get('/jwks', jwksHandler(mine))`,
 * `app.use('/jwks', jwksHandler(mine))`. It answers GET and HEAD alone, with `Cache-Control` and `ETag`. Private members
 * cannot be in the answer, which is made of public ones by their names.
 *
 * @throws ConfigurationError `ERR_OPTION_*`; `ERR_OPTIONS_CONTRADICT` for an issuer of HMAC secrets
 */
export function jwksHandler(issuer: TokenIssuer, options: JwksOptions = {}) {
  const answerTo = answersOf('jwksHandler', issuer, options)
  return function jwks(request: IncomingMessage, response: ServerResponse): void {
    const { status, headers, body } = answerTo(request.method ?? '', request.headers['if-none-match'] ?? '')
    response.writeHead(status, headers).end(body)
  }
}

/** The same for Koa: `router.get('/jwks', koaJwksHandler(mine))`. */
export function koaJwksHandler(issuer: TokenIssuer, options: JwksOptions = {}) {
  const answerTo = answersOf('koaJwksHandler', issuer, options)
  return function jwks(ctx: JwksContext): void {
    const { status, headers, body } = answerTo(ctx.method, ctx.get('If-None-Match'))
    ctx.status = status
    ctx.set({ ...headers })
    ctx.body = body === '' ? null : body
    // Koa takes a missing body for a 204.
    ctx.status = status
  }
}

function answersOf(what: string, issuer: TokenIssuer, options: JwksOptions) {
  const { maxAge = '5m' } = readOptions(what, options, ['maxAge'])
  const seconds = secondsOf(`${what}: maxAge`, maxAge, 0, 86400)
  if (issuer.jwks().keys.length === 0) {
    throw new ConfigurationError('ERR_OPTIONS_CONTRADICT', `${what}: an issuer of HMAC secrets has nothing to publish.`)
  }
  return (method: string, known: string): Answer => {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, headers: { Allow: 'GET, HEAD' }, body: '' }
    const body = bodyOf(issuer)
    return body === undefined ? unavailable : published(body, seconds, known)
  }
}

function published(body: string, seconds: number, known: string): Answer {
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
  const headers = { 'Cache-Control': `public, max-age=${seconds}`, ETag: etag }
  const isKnown = known.split(',').some((tag) => ['*', etag, `W/${etag}`].includes(tag.trim()))
  if (isKnown) return { status: 304, headers, body: '' }
  const about = { 'Content-Type': 'application/jwk-set+json', 'Content-Length': String(Buffer.byteLength(body)) }
  return { status: 200, headers: { ...about, ...headers }, body }
}

const unavailable: Answer = { status: 503, headers: { 'Cache-Control': 'no-store', 'Retry-After': '5' }, body: '' }

function bodyOf(issuer: TokenIssuer): string | undefined {
  try {
    return JSON.stringify(issuer.jwks())
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error
    return undefined
  }
}
