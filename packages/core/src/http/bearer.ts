import type { IncomingMessage } from 'node:http'
import { Refusal } from '../errors/errors.js'

/**
 * The one bearer token of a request (RFC 6750 §2.1), or why there is none. Looked at is the `Authorization` header
 * alone, as it came over the wire: Node drops a second one from `headers`, and whoever stands before us may have read
 * that one. Another scheme carries no bearer token; `Bearer` with anything but one token behind it is malformed.
 */
export function readBearer(request: IncomingMessage): string | Refusal {
  const credentials = authorizationHeaders(request)
  const [credential] = credentials
  if (credential === undefined || isForThisHopAlone(request)) return new Refusal('ERR_TOKEN_MISSING')
  if (credentials.length > 1) return new Refusal('ERR_REQUEST_AMBIGUOUS')
  const [, token] = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(credential) ?? []
  if (token !== undefined) return token
  return new Refusal(/^(?:bearer(?![!-~])|$)/i.test(credential) ? 'ERR_REQUEST_MALFORMED' : 'ERR_TOKEN_MISSING')
}

/** Whether a request carries nothing at all that could be a credential. */
export function isAnonymous(request: IncomingMessage): boolean {
  return authorizationHeaders(request).length === 0
}

function authorizationHeaders({ rawHeaders }: IncomingMessage): readonly string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'authorization')
}

/** What `Connection` names is for one hop alone (RFC 9110 §7.6.1): a proxy before us would have dropped it. */
function isForThisHopAlone({ headers }: IncomingMessage): boolean {
  return /(^|[\s,])authorization($|[\s,])/i.test(headers.connection ?? '')
}
