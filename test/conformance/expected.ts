import type { VerdictEvent } from '@jwt-guard/core'

/** What a client gets and what an operator is told, written out: nothing here is read from the source. */
export interface Expected {
  readonly status: number
  /** Of the headers that are compared, those that are there. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly events: readonly Omit<VerdictEvent, 'type'>[]
  readonly handled: boolean
}

const json = 'application/json; charset=utf-8'
const refusal = { 'content-type': json, 'cache-control': 'no-store' }

const descriptions = {
  invalid_request: 'The request has to carry one token, in one Authorization header of the scheme Bearer.',
  invalid_token: 'The token is not valid for this resource.',
  insufficient_scope: 'The token does not grant what this request needs.',
}

/** The handler's own answer. */
export function handled(sub: string | null = 'user-1'): Expected {
  return {
    status: 200,
    headers: { 'content-type': json },
    body: JSON.stringify({ sub }),
    events: [{ verdict: 'accepted' }],
    handled: true,
  }
}

export function missing(realm = 'api'): Expected {
  return {
    status: 401,
    headers: { ...refusal, 'www-authenticate': `Bearer realm="${realm}"` },
    body: '{"error":"token_required","error_description":"This resource needs a bearer token."}',
    events: [{ verdict: 'missing', code: 'ERR_TOKEN_MISSING' }],
    handled: false,
  }
}

type Code = NonNullable<VerdictEvent['code']>

function refused(
  status: number,
  error: keyof typeof descriptions,
  event: { code: Code; claim?: string },
  more = '',
  realm = 'api',
): Expected {
  const description = descriptions[error]
  const told = status === 403 ? '' : `, error_description="${description}"`
  return {
    status,
    headers: {
      ...refusal,
      'www-authenticate': `Bearer realm="${realm}", error="${error}"${told}${more}`,
    },
    body: `{"error":"${error}","error_description":"${description}"}`,
    events: [{ verdict: 'refused', ...event }],
    handled: false,
  }
}

export function invalidRequest(code: Code): Expected {
  return refused(400, 'invalid_request', { code })
}

export function invalidToken(code: Code, claim?: string, realm?: string): Expected {
  return refused(401, 'invalid_token', { code, ...(claim === undefined ? {} : { claim }) }, '', realm)
}

/** `told` stands in the body, too: while one develops, and asks for it. */
export function explainedToken(code: Code, told: object): Expected {
  const plain = refused(401, 'invalid_token', { code })
  return { ...plain, body: JSON.stringify({ ...(JSON.parse(plain.body) as object), reason: { code, ...told } }) }
}

/** `scope` is what the challenge names. */
export function insufficientScope(scope: string): Expected {
  return refused(403, 'insufficient_scope', { code: 'ERR_SCOPE_INSUFFICIENT', claim: 'scope' }, `, scope="${scope}"`)
}

export function denied(): Expected {
  return refused(403, 'insufficient_scope', { code: 'ERR_AUTHORIZATION_DENIED' })
}

export function unavailable(code: Code): Expected {
  return {
    status: 503,
    headers: { ...refusal, 'retry-after': '5' },
    body: '{"error":"temporarily_unavailable","error_description":"The token cannot be checked at the moment."}',
    events: [{ verdict: 'unavailable', code }],
    handled: false,
  }
}
