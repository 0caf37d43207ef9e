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
  const kty = String(key['kty'])
  const members = publicMembers
    .get(kty)
    ?.map((name) => [name, Object.hasOwn(key, name) ? key[name] : undefined] as const)
  if (!members?.every(([, value]) => typeof value === 'string')) return undefined
  return { ...Object.fromEntries(members), kty }
}

/** RFC 7638, of what `publicHalf` made: its members, in their order. */
export function thumbprint(half: Jwk): string {
  return createHash('sha256').update(JSON.stringify(half)).digest('base64url')
}
