import { authorizationGrant, defineTokens, notChecked } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verdictsOf, verifierOf } from './kinds.ts'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer()
const now = fake.clock.now()
const server = 'https://as.test'
const verdict = verdictsOf('authorizationGrant', fake)

test('a valid grant is accepted, with its claims', async () => {
  const type = authorizationGrant({ issuer: fake.issuer, audience: server })
  const tokens = defineTokens({ grant: type }, { clock: fake.clock })
  const verified = await tokens.grant.verify(fake.authorizationGrant())
  expect(verified).toMatchObject({ type: 'grant', claims: { iss: fake.id, sub: 'user-1', aud: server } })
})

test('a grant that another library makes, as RFC 7523 shows one, is accepted', async () => {
  const claims = {
    iss: fake.id,
    sub: 'mailto:mike@example.com',
    nbf: now,
    exp: now + 60,
    'http://claims.test/member': true,
  }
  for (const aud of [server, `${server}/token`, [server, `${server}/token`]]) {
    const text = await signedByJose(fake, { kid: 'test' }, { ...claims, aud })
    const verify = verifierOf('authorizationGrant', fake, { audience: [server, `${server}/token`] })
    expect(await outcome(verify(text))).toBe('accepted')
  }
})

test.each(['sub', 'aud', 'exp'])('JB-1 %s is required', async (claim) => {
  for (const value of [undefined, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('JB-1 iss is required, and is one that is trusted', async () => {
  for (const iss of [undefined, null, 'https://other.test'])
    expect(await verdict({ iss })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('JB-1 aud holds a name of the authorization server, and perhaps others', async () => {
  expect(await verdict({ aud: [server, 'https://other.test'] })).toBe('accepted')
  expect(await verdict({ aud: `${server}/token` })).toBe('ERR_AUDIENCE_MISMATCH aud')
  const open = verdictsOf('authorizationGrant', fake, { audience: notChecked })
  for (const aud of [undefined, 'https://other.test']) expect(await open({ aud })).toBe('accepted')
})

test('JB-1 jti, nbf and iat are not required, and where they are there they count', async () => {
  expect(await verdict({ jti: undefined, nbf: undefined, iat: undefined })).toBe('accepted')
  expect(await verdict({ jti: '' })).toBe('ERR_CLAIM_INVALID jti')
  expect(await verdict({ nbf: now + 31 })).toBe('ERR_TOKEN_NOT_YET_VALID nbf')
  expect(await verdict({ iat: undefined, exp: now + 3630 })).toBe('accepted')
  expect(await verdict({ iat: undefined, exp: now + 3631 })).toBe('ERR_LIFETIME_EXCEEDED exp')
})

test('JB-1 sub may be anybody, the issuer included, and is at most 255 characters', async () => {
  for (const sub of [fake.id, 'mailto:a@b.test', 'é']) expect(await verdict({ sub })).toBe('accepted')
  expect(await verdict({ sub: 'x'.repeat(256) })).toBe('ERR_CLAIM_INVALID sub')
})

test('a profile has a typ, which is then taken, beside none and JWT', async () => {
  const profiled = verdictsOf('authorizationGrant', fake, { profile: 'Bank-Grant+JWT' })
  for (const typ of [undefined, 'JWT', 'bank-grant+jwt', 'application/BANK-grant+jwt']) {
    expect(await profiled({}, { typ })).toBe('accepted')
  }
  for (const typ of ['at+jwt', 'oauth-id-jag+jwt']) expect(await profiled({}, { typ })).toBe('ERR_TYP_MISMATCH')
  expect(await verdict({}, { typ: 'bank-grant+jwt' })).toBe('ERR_TYP_MISMATCH')
})

test('with typ: required it is the profile’s and nothing else', async () => {
  const strict = verdictsOf('authorizationGrant', fake, { profile: 'bank-grant+jwt', typ: 'required' })
  expect(await strict({}, { typ: 'bank-grant+jwt' })).toBe('accepted')
  for (const typ of [undefined, 'JWT', 'at+jwt']) expect(await strict({}, { typ })).toBe('ERR_TYP_MISMATCH')
})

test('a profile is a media type', () => {
  for (const profile of ['', 'a b', 1, null, 'a/b/c']) {
    const make = () => authorizationGrant({ issuer: fake.issuer, audience: server, profile: profile as never })
    expect(mistake(make)).toBe('ERR_OPTION_INVALID')
  }
})

test('events is not there', async () => {
  for (const events of [{}, null]) expect(await verdict({ events })).toBe('ERR_CLAIM_FORBIDDEN events')
})
