import { defineTokens, idToken, userInfoResponse } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verdictsOf, verifierOf } from './kinds.ts'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer()
const now = fake.clock.now()
const verdict = verdictsOf('userInfoResponse', fake)
const context = { subject: 'user-1' }

test('a valid response is accepted, with its claims', async () => {
  const type = userInfoResponse({ issuer: fake.issuer, clientId: 'web' })
  const tokens = defineTokens({ user: type }, { clock: fake.clock })
  const verified = await tokens.user.verify(fake.userInfoResponse(), context)
  expect(verified).toMatchObject({ type: 'user', claims: { sub: 'user-1', name: 'User One' }, expiresAt: now + 300 })
})

test('a response that another library makes, with times and without any, is accepted', async () => {
  const claims = { iss: fake.id, aud: 'web', sub: 'user-1', email: 'jane@example.com', email_verified: true }
  for (const [header, times] of [
    [{}, { iat: now, exp: now + 3600 }],
    [{ typ: 'JWT' }, {}],
    [{}, { iat: now }],
  ]) {
    const text = await signedByJose(fake, { kid: 'test', ...header }, { ...claims, ...times })
    expect(await outcome(verifierOf('userInfoResponse', fake)(text, context))).toBe('accepted')
  }
})

test.each(['aud', 'sub'])('UI-1 %s is required', async (claim) => {
  for (const value of [undefined, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('UI-1 iss is required, and is the issuer', async () => {
  for (const iss of [undefined, null, `${fake.id}/`]) expect(await verdict({ iss })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('UI-1 aud is this client, alone or beside those that it trusts', async () => {
  expect(await verdict({ aud: ['web', 'api'] })).toBe('ERR_AUDIENCE_MISMATCH aud')
  const trusting = verdictsOf('userInfoResponse', fake, { trustedAudiences: ['api'] })
  expect(await trusting({ aud: ['web', 'api'] })).toBe('accepted')
  expect(await trusting({ aud: ['web', 'api', 'other'] })).toBe('ERR_AUDIENCE_MISMATCH aud')
})

test('UI-1 sub is the one of the ID token', async () => {
  for (const subject of ['user-2', 'USER-1', 'user-1 ', 'user']) {
    expect(await verdict({}, {}, { subject })).toBe('ERR_CLAIM_MISMATCH sub')
    expect(await verdict({ sub: subject }, {}, { subject })).toBe('accepted')
  }
})

test('UI-1 sub is at most 255 ASCII characters', async () => {
  for (const sub of ['x'.repeat(256), 'é', '']) expect(await verdict({ sub })).toBe('ERR_CLAIM_INVALID sub')
})

test('UI-1 exp and iat are not required, and where they are there they count', async () => {
  expect(await verdict({ exp: undefined, iat: undefined })).toBe('accepted')
  expect(await verdict({ exp: now - 30, iat: undefined })).toBe('ERR_TOKEN_EXPIRED exp')
  expect(await verdict({ exp: undefined, iat: now - 630 })).toBe('ERR_TOKEN_EXPIRED iat')
  expect(await verdict({ exp: undefined, iat: now + 31 })).toBe('ERR_TOKEN_NOT_YET_VALID iat')
  expect(await verdict({ exp: undefined, iat: undefined, nbf: now + 31 })).toBe('ERR_TOKEN_NOT_YET_VALID nbf')
})

test('UI-1 without exp and iat it is good for ten minutes from now', async () => {
  const text = fake.userInfoResponse({ claims: { exp: undefined, iat: undefined } })
  expect(await verifierOf('userInfoResponse', fake)(text, context)).toMatchObject({ expiresAt: now + 600 })
})

test.each(['nonce', 'at_hash', 'c_hash', 'events'])(
  'UI-1 %s, which an ID token may have, is not there',
  async (claim) => {
    for (const value of ['a', {}, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_FORBIDDEN ${claim}`)
  },
)

test('UI-1 beside an ID token for the same client it starts only where every ID token has a nonce', () => {
  const options = { issuer: fake.issuer, clientId: 'web' }
  const user = userInfoResponse(options)
  expect(mistake(() => defineTokens({ user, id: idToken(options) }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
  expect(mistake(() => defineTokens({ user, id: idToken({ ...options, nonce: 'required' }) }))).toBe('accepted')
})

const standard: readonly (readonly [string, unknown, unknown])[] = [
  ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture']
    .concat('website', 'email', 'gender', 'birthdate', 'zoneinfo', 'locale', 'phone_number')
    .map((claim) => [claim, 'text', ['text']] as const),
  ['email_verified', false, 'true'],
  ['phone_number_verified', true, 1],
  ['updated_at', 1, '1'],
  ['address', { formatted: 'a' }, { formatted: 1 }],
]
test.each(standard)('%s has its form where it is there', async (claim, good, bad) => {
  for (const value of [good, undefined]) expect(await verdict({ [claim]: value })).toBe('accepted')
  for (const value of [bad, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_INVALID ${claim}`)
})
