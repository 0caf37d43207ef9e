import { createHash } from 'node:crypto'
import type { HmacAlgorithm } from '@jwt-guard/core'
import { forge } from '@jwt-guard/testing'

/** The day on which types that are being migrated take untyped tokens no longer, and its first second. */
export const day = '2027-01-15'
export const midnight = Date.parse(day) / 1000

/** Bytes that look random, and are the same in every run. */
export function bytesOf(length: number, seed: string): Buffer {
  return createHash('shake256', { outputLength: length }).update(seed).digest()
}

const k1 = bytesOf(48, 'a')
const long = bytesOf(100, 'b')
/** Some are one key to HMAC, though their bytes differ. */
export const secrets = {
  k1: [k1, 'HS256'],
  k1Padded: [Buffer.concat([k1, Buffer.alloc(16)]), 'HS256'],
  k1OfAnotherHash: [k1, 'HS384'],
  k2: [bytesOf(32, 'c'), 'HS256'],
  k3OfAnotherHash: [bytesOf(48, 'd'), 'HS384'],
  long: [long, 'HS256'],
  longHashed: [createHash('sha256').update(long).digest(), 'HS256'],
} as const satisfies Readonly<Record<string, readonly [Uint8Array, HmacAlgorithm]>>
export type SecretName = keyof typeof secrets
export const secretNames = Object.keys(secrets) as readonly SecretName[]

export const ids = ['i1', 'i2', 'i3'] as const
export const logout = 'http://schemas.openid.net/event/backchannel-logout'
const subjects = [undefined, 's', 'i1', 'i2', 'i3', null]

const written =
  'JWT jwt application/jwt a+jwt application/A+jwt b+jwt p+jwt at+jwt logout+jwt client-authentication+jwt'
const typs = `${written} oauth-id-jag+jwt secevent+jwt oauth-authz-req+jwt token-introspection+jwt txntoken+jwt`.split(
  ' ',
)

/** Whatever a token can be made of: the values of every part, `undefined` for what is left out. */
export const universe = {
  typ: [undefined, ...typs],
  signed: [...ids, undefined, null].flatMap((iss) => secretNames.map((secret) => ({ iss, secret }))),
  aud: [undefined, 'u', 'v', 'w', ['u'], ['u', 'u'], ['u', 'v'], ['u', 'w'], ['u', 'v', 'w']],
  /** Seconds from midnight. */
  times: [
    { exp: 60, iat: -10 },
    { iat: -10 },
    { exp: 60 },
    {},
    { exp: 60, iat: -10, nbf: -10 },
    { exp: 60, nbf: -10 },
    { iat: -10, nbf: -10 },
    { exp: null, iat: -10 },
    { exp: 60, iat: null },
    { exp: -3000 },
    { exp: 60, iat: -4000 },
    { exp: 700, iat: -10 },
    { iat: -130 },
    { iat: -400 },
  ],
  subject: [undefined, 'd'].flatMap((sid) => subjects.map((sub) => ({ sub, sid }))),
  client_id: [undefined, 'c', 'i1', 'i2', 'i3', null],
  events: [
    undefined,
    { [logout]: {} },
    { 'https://e.test/x': {} },
    { [logout]: {}, 'https://e.test/x': {} },
    { [logout]: {}, x: 1 },
    {},
    null,
  ],
  token_introspection: [undefined, { active: true }, { active: false }, { active: false, sub: 's' }, null],
  nonce: [undefined, 'n', null],
  jti: [undefined, 'j'],
  txn: [undefined, 't'],
  scope: [undefined, 'r'],
  req_wl: [undefined, 'l'],
  request: [undefined, 'q'],
  at_hash: [undefined, 'h'],
  p: [undefined, null, 'x', 'y', 1, ['x']],
  q: [undefined, null, 'x', 'y', true, {}],
} as const satisfies Readonly<Record<string, readonly unknown[]>>

export type Part = keyof typeof universe
export const parts = Object.keys(universe) as readonly Part[]
export type Universe = Readonly<Record<Part, readonly unknown[]>>
export type Choice = { readonly [P in Part]: (typeof universe)[P][number] }

const known = new Map<string, string>()

/** The token of this choice, signed. */
export function tokenOf({ typ, signed, times, subject, ...claims }: Choice): string {
  const [secret, algorithm] = secrets[signed.secret]
  const header = { alg: algorithm, typ }
  const at = Object.entries(times).map(([name, after]) => [name, after === null ? null : midnight + after] as const)
  const payload = { iss: signed.iss, ...Object.fromEntries(at), ...subject, ...claims }
  const key = JSON.stringify([header, payload, signed.secret])
  const text = known.get(key) ?? forge({ header, payload, key: { algorithm, secret } })
  known.set(key, text)
  return text
}
