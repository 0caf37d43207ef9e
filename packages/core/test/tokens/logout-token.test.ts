import { defineTokens, logoutToken } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verdictsOf, verifierOf } from './kinds.ts'
import { outcome } from './outcome.ts'

const fake = new FakeIssuer()
const now = fake.clock.now()
const event = 'http://schemas.openid.net/event/backchannel-logout'
const verdict = verdictsOf('logoutToken', fake)

test('a valid logout token is accepted, with its claims and its end', async () => {
  const tokens = defineTokens({ logout: logoutToken({ issuer: fake.issuer, clientId: 'web' }) }, { clock: fake.clock })
  const verified = await tokens.logout.verify(fake.logoutToken({ claims: { sid: 'session-1' } }))
  expect(verified).toMatchObject({ type: 'logout', header: { typ: 'logout+jwt' }, expiresAt: now + 300 })
  expect(verified.claims).toMatchObject({ sub: 'user-1', sid: 'session-1', events: { [event]: {} } })
})

test('a logout token that another library makes, as the specification shows one, is accepted', async () => {
  const claims = { iss: fake.id, sub: '248289761001', aud: 'web', iat: now, exp: now + 120, jti: 'bWJq' }
  const text = await signedByJose(
    fake,
    { typ: 'logout+jwt', kid: 'test' },
    { ...claims, sid: '08a5019c', events: { [event]: {} } },
  )
  expect(await outcome(verifierOf('logoutToken', fake)(text))).toBe('accepted')
})

test('LO-2 the algorithm is that of the key, and never none', async () => {
  expect(await verdict({}, { alg: 'none' })).toBe('ERR_ALGORITHM_INVALID')
  for (const alg of ['HS256', 'RS256', 'ES384']) expect(await verdict({}, { alg })).toBe('ERR_ALGORITHM_MISMATCH')
})

test.each(['aud', 'iat', 'jti', 'events'])('LO-3 LO-5 LO-7 %s is required', async (claim) => {
  for (const value of [undefined, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('LO-3 iss is required, and is exactly the issuer', async () => {
  for (const iss of [undefined, null, `${fake.id}/`]) expect(await verdict({ iss })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('LO-3 aud is this client, alone or beside those that it trusts', async () => {
  const trusting = verdictsOf('logoutToken', fake, { trustedAudiences: ['api'] })
  for (const aud of ['web', ['web'], ['api', 'web']]) expect(await trusting({ aud })).toBe('accepted')
  for (const aud of ['api', ['web', 'other']]) expect(await trusting({ aud })).toBe('ERR_AUDIENCE_MISMATCH aud')
  expect(await verdict({ aud: ['web', 'api'] })).toBe('ERR_AUDIENCE_MISMATCH aud')
})

test('LO-3 exp is not required, and where it is there it counts', async () => {
  expect(await verdict({ exp: now + 3600 })).toBe('accepted')
  expect(await verdict({ exp: now - 30, iat: now - 60 })).toBe('ERR_TOKEN_EXPIRED exp')
  expect(await verdict({ exp: null })).toBe('ERR_CLAIM_INVALID exp')
  expect(await verdict({ exp: now + 3601 })).toBe('ERR_LIFETIME_EXCEEDED exp')
})

test('LO-3 without exp, iat is of the last two minutes', async () => {
  expect(await verdict({ exp: undefined })).toBe('accepted')
  expect(await verdict({ exp: undefined, iat: now - 149 })).toBe('accepted')
  expect(await verdict({ exp: undefined, iat: now - 150 })).toBe('ERR_TOKEN_EXPIRED iat')
})

test('LO-3 a longer lifetime makes no token older that has no exp, and a shorter one makes it younger', async () => {
  const verdictWith = (maxLifetime: string, iat: number) => {
    const type = logoutToken({ issuer: fake.issuer, clientId: 'web', maxLifetime: maxLifetime as '1m' })
    const { logout } = defineTokens({ logout: type }, { clock: fake.clock })
    return outcome(logout.verify(fake.logoutToken({ claims: { exp: undefined, iat } })))
  }
  expect(await verdictWith('10m', now - 150)).toBe('ERR_TOKEN_EXPIRED iat')
  expect(await verdictWith('1m', now - 89)).toBe('accepted')
  expect(await verdictWith('1m', now - 90)).toBe('ERR_TOKEN_EXPIRED iat')
})

test('LO-4 it has sub, sid, or both', async () => {
  for (const claims of [{ sid: undefined }, { sid: 's' }, { sub: undefined, sid: 's' }]) {
    expect(await verdict(claims)).toBe('accepted')
  }
  expect(await verdict({ sub: undefined })).toBe('ERR_CLAIM_MISSING sub')
})

test('LO-4 sub is at most 255 ASCII characters, and sid names something', async () => {
  for (const sub of ['x'.repeat(256), 'é', '', null]) expect(await verdict({ sub })).toBe('ERR_CLAIM_INVALID sub')
  for (const sid of ['', null, 1, ['s']]) expect(await verdict({ sid })).toBe('ERR_CLAIM_INVALID sid')
})

test('LO-5 events holds the logout event, and others beside it', async () => {
  for (const besides of [{ 'urn:other': {} }, { revoke_offline_access: true }]) {
    expect(await verdict({ events: { [event]: {}, ...besides } })).toBe('accepted')
  }
  expect(await verdict({ events: { [event]: { reason: 'x' } } })).toBe('accepted')
  for (const events of [{}, { [`${event}/`]: {} }, { [event.toUpperCase()]: {} }, { 'urn:other': {} }]) {
    expect(await verdict({ events })).toBe('ERR_CLAIM_MISMATCH events')
  }
})

test('LO-5 events is an object, and so is the logout event', async () => {
  for (const events of [event, [event], [{ [event]: {} }], true, 1]) {
    expect(await verdict({ events })).toBe('ERR_CLAIM_INVALID events')
  }
  for (const payload of [null, true, 'x', [], [{}], 1]) {
    expect(await verdict({ events: { [event]: payload } })).toBe('ERR_CLAIM_INVALID events')
  }
})

test('LO-6 nonce is not there, not even as null', async () => {
  for (const nonce of ['nonce-1', '', null]) expect(await verdict({ nonce })).toBe('ERR_CLAIM_FORBIDDEN nonce')
})

test('LO-10 typ is its own or absent, and with typ: required never absent', async () => {
  expect(await verdict({}, { typ: undefined })).toBe('accepted')
  for (const typ of ['JWT', 'at+jwt', 'secevent+jwt']) expect(await verdict({}, { typ })).toBe('ERR_TYP_MISMATCH')
  const strict = verdictsOf('logoutToken', fake, { typ: 'required' })
  expect(await strict()).toBe('accepted')
  for (const typ of [undefined, 'JWT']) expect(await strict({}, { typ })).toBe('ERR_TYP_MISMATCH')
})
