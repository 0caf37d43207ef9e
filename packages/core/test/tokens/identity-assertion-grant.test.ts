import { defineTokens, identityAssertionGrant } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verdictsOf, verifierOf } from './kinds.ts'
import { outcome } from './outcome.ts'

const fake = new FakeIssuer()
const now = fake.clock.now()
const server = 'https://as.test'
const verdict = verdictsOf('identityAssertionGrant', fake)
const context = { clientId: 'web' }

test('a valid grant is accepted, with its claims', async () => {
  const type = identityAssertionGrant({ issuer: fake.issuer, audience: server })
  const tokens = defineTokens({ grant: type }, { clock: fake.clock })
  const verified = await tokens.grant.verify(fake.identityAssertionGrant({ claims: { tenant: 't' } }), context)
  expect(verified).toMatchObject({ type: 'grant', claims: { sub: 'user-1', client_id: 'web', tenant: 't' } })
})

test('a grant that another library makes, as the draft shows one, is accepted', async () => {
  const claims = {
    jti: '9e43f81b',
    iss: fake.id,
    sub: 'U019488227',
    aud: server,
    client_id: 'web',
    iat: now,
    exp: now + 300,
  }
  const asked = { resource: 'https://mcp.test/', scope: 'chat.read chat.history', auth_time: now, amr: ['mfa', 'hwk'] }
  const text = await signedByJose(fake, { typ: 'oauth-id-jag+jwt', kid: 'test' }, { ...claims, ...asked })
  expect(await outcome(verifierOf('identityAssertionGrant', fake)(text, context))).toBe('accepted')
})

test('JAG-1 typ is its own, and nothing else', async () => {
  for (const typ of [undefined, 'JWT', 'at+jwt', 'id-jag+jwt'])
    expect(await verdict({}, { typ })).toBe('ERR_TYP_MISMATCH')
})

test('JAG-2 aud is the authorization server, a string or a list of one', async () => {
  for (const aud of [server, [server]]) expect(await verdict({ aud })).toBe('accepted')
  for (const aud of [`${server}/token`, [server, 'https://other.test'], [server, server]]) {
    expect(await verdict({ aud })).toBe('ERR_AUDIENCE_MISMATCH aud')
  }
})

test('JAG-3 client_id is the client that has authenticated itself', async () => {
  for (const clientId of ['other', 'WEB', 'we', 'web ']) {
    expect(await verdict({}, {}, { clientId })).toBe('ERR_CLAIM_MISMATCH client_id')
    expect(await verdict({ client_id: clientId })).toBe('ERR_CLAIM_MISMATCH client_id')
    expect(await verdict({ client_id: clientId }, {}, { clientId })).toBe('accepted')
  }
})

test.each(['aud', 'exp', 'iat', 'sub', 'client_id', 'jti'])('JAG-4 %s is required', async (claim) => {
  for (const value of [undefined, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('JAG-4 iss is required', async () => {
  for (const iss of [undefined, null, '']) expect(await verdict({ iss })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('JAG-5 a grant that is bound to a key is refused, since no proof can be checked', async () => {
  for (const cnf of [{ jkt: 'a' }, { other: 'a' }, {}, null]) expect(await verdict({ cnf })).toBe('ERR_TOKEN_BOUND cnf')
})

const forms: readonly (readonly [string, readonly unknown[], readonly unknown[]])[] = [
  ['client_id', ['web'], ['', 1, ['web'], {}]],
  ['resource', ['https://a.test', ['https://a.test', 'urn:b'], []], ['', [''], [1], {}, 1]],
  ['authorization_details', [[], [{ type: 'a' }]], [{ type: 'a' }, ['a'], [[]], [null], 'a']],
  ['act', [{}, { sub: 'a' }], ['a', [], 1]],
  ['tenant', ['t'], ['', 1, ['t'], {}]],
  ['aud_tenant', ['t'], ['', 1, ['t'], {}]],
  ['aud_sub', ['s'], ['', 1, ['s'], {}]],
  ['email', ['a@b.test'], [1, ['a@b.test'], {}]],
  ['auth_time', [now], [String(now), -1, {}]],
  ['acr', ['silver'], [1, ['silver'], {}]],
  ['amr', [['pwd'], []], ['pwd', [1], {}]],
]
test.each(forms)('JAG-6 %s has its form where it is there', async (claim, good, bad) => {
  for (const value of good) expect(await verdict({ [claim]: value })).toBe('accepted')
  for (const value of bad)
    expect([value, await verdict({ [claim]: value })]).toEqual([value, `ERR_CLAIM_INVALID ${claim}`])
})

test('JAG-6 none but client_id is required, and none is null', async () => {
  for (const [claim] of forms.slice(1)) {
    expect(await verdict({ [claim]: undefined })).toBe('accepted')
    expect(await verdict({ [claim]: null })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  }
})

test('events is not there', async () => {
  for (const events of [{}, null]) expect(await verdict({ events })).toBe('ERR_CLAIM_FORBIDDEN events')
})
