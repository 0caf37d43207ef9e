import { createHash } from 'node:crypto'
import type { Jwk } from '@jwt-guard/core'

/** The members of a public key and no others (RFC 7518 §6.2.1, §6.3.1; RFC 8037 §2), in the order of RFC 7638 §3. */
const publicMembers = new Map([
  ['EC', ['crv', 'kty', 'x', 'y']],
  ['OKP', ['crv', 'kty', 'x']],
  ['RSA', ['e', 'kty', 'n']],
])

/** The public half of a key: a new object made of the members that may be known. Nothing else is ever copied. */
export function publicHalf(key: Readonly<Record<string, unknown>>): Jwk | undefined {
  const { kty } = key
  const members = typeof kty === 'string' ? publicMembers.get(kty) : undefined
  if (typeof kty !== 'string' || members === undefined) return undefined
  const texts = members.map((name) => [name, Object.hasOwn(key, name) ? key[name] : undefined] as const)
  return texts.every(([, value]) => typeof value === 'string') ? { kty, ...Object.fromEntries(texts) } : undefined
}

/** RFC 7638: equal for equal keys, wherever it is computed. Of what `publicHalf` made. */
export function thumbprint(half: Jwk): string {
  const members = (publicMembers.get(half.kty) ?? []).map((name) => [name, half[name]] as const)
  return createHash('sha256')
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest('base64url')
}
