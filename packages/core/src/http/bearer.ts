import type { IncomingMessage } from 'node:http'
import { Refusal } from '../errors/errors.js'
import { memberOf } from './member.js'

/**
 * What stands behind `Bearer` in the one credential of a request (RFC 6750 §2.1), or why there is none. Looked at is the
 * `Authorization` header alone, as it came over the wire: Node drops a second one from `headers`, and whoever stands
 * before us may have read that one. Another scheme carries no bearer token. Whether it may be a token at all is left to
 * `isBearerToken`, which is asked where it was refused: what is accepted has been looked at more closely.
 */
export function readBearer(request: IncomingMessage): string | Refusal {
  const rawHeaders = memberOf(request, 'rawHeaders')
  const at = indexOf(rawHeaders, 'authorization')
  if (at === -1 || isForThisHopAlone(rawHeaders)) return new Refusal('ERR_TOKEN_MISSING')
  if (indexOf(rawHeaders, 'authorization', at + 2) !== -1) return new Refusal('ERR_REQUEST_AMBIGUOUS')
  const credential = rawHeaders[at + 1] ?? ''
  if (credential.slice(0, scheme.length).toLowerCase() === scheme) return credential.slice(startOfToken(credential))
  return new Refusal(/^(?:bearer(?![!-~])|$)/i.test(credential) ? 'ERR_REQUEST_MALFORMED' : 'ERR_TOKEN_MISSING')
}

/** RFC 6750 §2.1: whether a bearer token is written so. */
export function isBearerToken(text: string): boolean {
  return /^[A-Za-z0-9\-._~+/]+=*$/.test(text)
}

/** Whether a request carries nothing at all that could be a credential. */
export function isAnonymous(request: IncomingMessage): boolean {
  return indexOf(memberOf(request, 'rawHeaders'), 'authorization') === -1
}

const scheme = 'bearer '

function startOfToken(credential: string): number {
  let at = scheme.length
  while (credential[at] === ' ') at++
  return at
}

/**
 * Where a header of this name stands, the first from there on, or -1. Among the raw headers: Node makes `headers` when it
 * is first asked for, which takes longer than a verification.
 */
function indexOf(rawHeaders: readonly string[], lowerCaseName: string, from = 0): number {
  for (let at = from; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) return at
  }
  return -1
}

/** What `Connection` names is for one hop alone (RFC 9110 §7.6.1): a proxy before us would have dropped it. */
function isForThisHopAlone(rawHeaders: readonly string[]): boolean {
  for (let at = indexOf(rawHeaders, 'connection'); at !== -1; at = indexOf(rawHeaders, 'connection', at + 2)) {
    if (/(^|[\s,])authorization($|[\s,])/i.test(rawHeaders[at + 1] ?? '')) return true
  }
  return false
}
