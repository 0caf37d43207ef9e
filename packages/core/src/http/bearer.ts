import type { IncomingMessage } from 'node:http'
import { Refusal } from '../errors/errors.js'

/**
 * What stands behind `Bearer` in the one credential of a request (RFC 6750 §2.1), or why there is none. Looked at is the
 * `Authorization` header alone, as it came over the wire: Node drops a second one from `headers`, and whoever stands
 * before us may have read that one. Another scheme carries no bearer token. Whether it may be a token at all is left to
 * `isBearerToken`, which is asked where it was refused: what is accepted has been looked at more closely.
 */
export function readBearer(request: IncomingMessage): string | Refusal {
  const credentials = valuesOf(request, 'authorization')
  const credential = credentials[0]
  if (credential === undefined || isForThisHopAlone(request)) return new Refusal('ERR_TOKEN_MISSING')
  if (credentials.length > 1) return new Refusal('ERR_REQUEST_AMBIGUOUS')
  if (credential.slice(0, scheme.length).toLowerCase() === scheme) return credential.slice(startOfToken(credential))
  return new Refusal(/^(?:bearer(?![!-~])|$)/i.test(credential) ? 'ERR_REQUEST_MALFORMED' : 'ERR_TOKEN_MISSING')
}

/** RFC 6750 §2.1: whether a bearer token is written so. */
export function isBearerToken(text: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(text)
}

/** Whether a request carries nothing at all that could be a credential. */
export function isAnonymous(request: IncomingMessage): boolean {
  return valuesOf(request, 'authorization').length === 0
}

const scheme = 'bearer '

function startOfToken(credential: string): number {
  let at = scheme.length
  while (credential[at] === ' ') at++
  return at
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
