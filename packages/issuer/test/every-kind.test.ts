import { expect, test } from 'vitest'
import { clock, issued, kinds, tokens, verify, type Kind } from './kinds.ts'
import { outcome, read } from './outcome.ts'

const typ: Readonly<Record<Kind, string | undefined>> = {
  access: 'at+jwt',
  id: undefined,
  logout: 'logout+jwt',
  userInfo: undefined,
  introspection: 'token-introspection+jwt',
  event: 'secevent+jwt',
  transaction: 'txntoken+jwt',
  assertion: 'client-authentication+jwt',
  request: 'oauth-authz-req+jwt',
  grant: undefined,
  idJag: 'oauth-id-jag+jwt',
  reset: 'password-reset+jwt',
}
/** In seconds. Undefined: the kind forbids `exp`. */
const lifetime: Readonly<Record<Kind, number | undefined>> = {
  access: 86400,
  id: 86400,
  logout: 120,
  userInfo: 600,
  introspection: undefined,
  event: undefined,
  transaction: 600,
  assertion: 3600,
  request: 3600,
  grant: 3600,
  idJag: 3600,
  reset: 900,
}
const audience: Readonly<Partial<Record<Kind, string>>> = {
  id: 'web',
  logout: 'web',
  userInfo: 'web',
  assertion: 'https://as.test',
  request: 'https://as.test',
  grant: 'https://as.test',
  idJag: 'https://as.test',
}

test('every type of the set is issued here', () => {
  expect(kinds.toSorted()).toEqual(Object.keys(tokens).toSorted())
})

test.each(kinds)('a token of the type %s is accepted by its type and by no other', async (kind) => {
  const text = await issued[kind]()
  expect(await outcome(verify(kind, text))).toBe('done')
  for (const other of kinds.filter((one) => one !== kind)) {
    expect(await outcome(verify(other, text))).toMatch(/^ERR_/)
  }
})

test.each(kinds)('of the type %s is filled in what can be known, and what it forbids is not there', async (kind) => {
  const { header, claims } = read(await issued[kind]())
  expect(header['typ']).toBe(typ[kind])
  expect(header).toMatchObject({ alg: 'ES256', kid: expect.stringMatching(/^[\w-]{43}$/) })
  const now = clock.now()
  const span = lifetime[kind]
  expect(claims).toMatchObject({
    iss: 'https://issuer.test',
    aud: audience[kind] ?? 'https://api.test',
    iat: now,
    jti: expect.stringMatching(/^[\da-f-]{36}$/),
  })
  expect(claims['exp']).toBe(span === undefined ? undefined : now + span)
})

test('no two tokens have one jti', async () => {
  const ids = await Promise.all([issued.reset(), issued.reset()])
  expect(new Set(ids.map((text) => read(text).claims['jti'])).size).toBe(2)
})
