import { codes, type PublicError } from '../errors/codes.js'
import { DependencyError, type Refusal } from '../errors/errors.js'
import type { ScopeDemand } from '../rules/scope.js'
import type { Reason } from './reason.js'

/** Why a request is not let in, as a client is told: complete, and the same whatever the reason within one `error`. */
export interface Refused {
  readonly verdict: 'missing' | 'refused' | 'unavailable'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: { readonly error: PublicError; readonly error_description: string; readonly reason?: Reason }
}

interface Answer {
  readonly verdict: Refused['verdict']
  readonly status: number
  readonly description: string
}

/** RFC 6750 §3.1. One fixed text for each: a client learns nothing of what was wrong with a token. */
const answers: Readonly<Record<PublicError, Answer>> = {
  token_required: { verdict: 'missing', status: 401, description: 'This resource needs a bearer token.' },
  invalid_request: {
    verdict: 'refused',
    status: 400,
    description: 'The request has to carry one token, in one Authorization header of the scheme Bearer.',
  },
  invalid_token: { verdict: 'refused', status: 401, description: 'The token is not valid for this resource.' },
  insufficient_scope: {
    verdict: 'refused',
    status: 403,
    description: 'The token does not grant what this request needs.',
  },
  temporarily_unavailable: {
    verdict: 'unavailable',
    status: 503,
    description: 'The token cannot be checked at the moment.',
  },
}

/**
 * What one guard answers. Where nothing is told beyond what every client may know, an answer is made once for all of its
 * error: a flood of bad tokens costs no more than what is looked at in them.
 */
export class Answers {
  readonly #realm: string
  readonly #demand: ScopeDemand
  readonly #fixed = new Map<PublicError, Refused>()

  /** A scope that is demanded is named where it was not met. */
  constructor(realm: string, demand: ScopeDemand) {
    this.#realm = realm
    this.#demand = demand
  }

  /** The answer to a request that is not let in. `told` is the reason, where the guard's user wants it in the answer. */
  to(why: Refusal | DependencyError, told?: Reason): Refused {
    if (why instanceof DependencyError) return answer('temporarily_unavailable', retryAfter(why), told)
    const { error } = codes.refusals[why.code]
    if (told !== undefined) return answer(error, challenge(error, this.#realm, this.#demand), told)
    const fixed = this.#fixed.get(error) ?? answer(error, challenge(error, this.#realm, this.#demand))
    this.#fixed.set(error, fixed)
    return fixed
  }
}

function answer(error: PublicError, headers: Refused['headers'], told?: Reason): Refused {
  const { verdict, status, description } = answers[error]
  return Object.freeze({
    verdict,
    status,
    headers: Object.freeze({
      ...headers,
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json; charset=utf-8',
    }),
    body: Object.freeze({ error, error_description: description, ...(told && { reason: told }) }),
  })
}

export function retryAfter({ retryAfter: seconds }: DependencyError) {
  return { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) }
}

/** RFC 6750 §3. Without credentials there is no error to tell; where a scope is missing, the scope tells all. */
function challenge(error: PublicError, realm: string, { all, any }: ScopeDemand) {
  const parameters = [`realm="${realm}"`]
  if (error !== 'token_required') parameters.push(`error="${error}"`)
  if (error === 'invalid_request' || error === 'invalid_token') {
    parameters.push(`error_description="${answers[error].description}"`)
  }
  const scopes = [...all, ...any]
  if (error === 'insufficient_scope' && scopes.length > 0) parameters.push(`scope="${scopes.join(' ')}"`)
  return { 'WWW-Authenticate': `Bearer ${parameters.join(', ')}` }
}

/** A refusal as an error that http-errors would have made: for `onRefusal: 'forward'`. */
export interface HttpError extends Error {
  readonly status: number
  readonly statusCode: number
  readonly expose: true
  readonly headers: Readonly<Record<string, string>>
}

/** The refusal as an error of the application's framework. Its message is the public description. */
export function httpError({ status, headers, body }: Refused): HttpError {
  // The type of the answer is the application's to choose.
  const { 'Content-Type': _, ...kept } = headers
  return Object.assign(new Error(body.error_description), {
    status,
    statusCode: status,
    expose: true as const,
    headers: kept,
  })
}
