import type { IncomingMessage } from 'node:http'
import { DependencyError, Refusal } from '../errors/errors.js'
import { retryAfter } from './answers.js'

/** What a logout request is answered, whole. Nothing of it depends on why a token was refused. */
export interface LogoutAnswer {
  readonly status: 200 | 400 | 405 | 503
  readonly headers: Readonly<Record<string, string>>
  /** Undefined for an answer without a body. */
  readonly body: { readonly error: string; readonly error_description: string } | undefined
}

const invalid = Object.freeze({ error: 'invalid_request', error_description: 'The logout request is not valid.' })
const away = Object.freeze({
  error: 'temporarily_unavailable',
  error_description: 'The logout cannot be recorded at the moment.',
})

/** OpenID Connect Back-Channel Logout 1.0 §2.8. A 503 is ours: to be told that it failed, a server may try again. */
export function logoutAnswer({ method }: IncomingMessage, outcome: object): LogoutAnswer {
  if (outcome instanceof DependencyError) return answer(503, retryAfter(outcome), away)
  if (!(outcome instanceof Refusal)) return answer(200, {}, undefined)
  return method === 'POST' ? answer(400, {}, invalid) : answer(405, { Allow: 'POST' }, invalid)
}

function answer(
  status: LogoutAnswer['status'],
  headers: Readonly<Record<string, string>>,
  body: LogoutAnswer['body'],
): LogoutAnswer {
  const content = body === undefined ? {} : { 'Content-Type': 'application/json; charset=utf-8' }
  return Object.freeze({
    status,
    headers: Object.freeze({ ...headers, 'Cache-Control': 'no-store', ...content }),
    body,
  })
}
