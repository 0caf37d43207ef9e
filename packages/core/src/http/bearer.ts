import type { IncomingMessage } from 'node:http'
import { Refusal } from '../errors/errors.js'

/**
 * The one bearer token of a request (RFC 6750 §2.1), or why there is none. Looked at is the `Authorization` header
 * alone, as it came over the wire: Node drops a second one from `headers`, and whoever stands before us may have read
 * that one. Another scheme carries no bearer token; `Bearer` with anything but one token behind it is malformed.
 */
export function readBearer(request: IncomingMessage): string | Refusal {
  const credentials = valuesOf(request, 'authorization')
  const credential = credentials[0]
  if (credential === undefined || isForThisHopAlone(request)) return new Refusal('ERR_TOKEN_MISSING')
  if (credentials.length > 1) return new Refusal('ERR_REQUEST_AMBIGUOUS')
  const token = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(credential)?.[1]
  if (token !== undefined) return token
  return new Refusal(/^(?:bearer(?![!-~])|$)/i.test(credential) ? 'ERR_REQUEST_MALFORMED' : 'ERR_TOKEN_MISSING')
}

/** Whether a request carries nothing at all that could be a credential. */
export function isAnonymous(request: IncomingMessage): boolean {
  return valuesOf(request, 'authorization').length === 0
}

/** Read off the raw headers: Node makes `headers` when it is first asked for, which takes longer than a verification. */
function valuesOf({ rawHeaders }: IncomingMessage, lowerCaseName: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName)
      values.push(rawHeaders[at + 1] ?? '')
  }
  return values
}

/** What `Connection` names is for one hop alone (RFC 9110 §7.6.1): a proxy before us would have dropped it. */
function isForThisHopAlone(request: IncomingMessage): boolean {
  return valuesOf(request, 'connection').some((value) => /(^|[\s,])authorization($|[\s,])/i.test(value))
}
