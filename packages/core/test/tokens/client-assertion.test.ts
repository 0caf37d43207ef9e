import { clientAssertion, defineTokens, issuer, issuers } from '@jwt-guard/core'
import { FakeIssuer, testSecret } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verdictsOf, verifierOf } from './kinds.ts'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer({ id: 'client-1' })
const now = fake.clock.now()
const server = 'https://as.test'
const verdict = verdictsOf('clientAssertion', fake)

test('a valid client assertion is accepted, and its iss is the client', async () => {
  const type = clientAssertion({ issuer: fake.issuer, audience: server })
  const tokens = defineTokens({ client: type }, { clock: fake.clock })
  const verified = await tokens.client.verify(fake.clientAssertion())
  expect(verified).toMatchObject({ type: 'client', claims: { iss: 'client-1', sub: 'client-1', aud: server } })
})

test('an assertion that another library makes, as clients without explicit typing do, is accepted', async () => {
  const claims = { iss: 'client-1', sub: 'client-1', aud: server, jti: 'j', iat: now, nbf: now, exp: now + 60 }
  const text = await signedByJose(fake, { kid: 'test' }, claims)
  expect(await outcome(verifierOf('clientAssertion', fake)(text))).toBe('accepted')
})

test('CA-1 aud is the issuer identifier of the authorization server, as its only value', async () => {
  for (const aud of [server, [server]]) expect(await verdict({ aud })).toBe('accepted')
  const others = [`${server}/token`, `${server}/`, 'https://other.test', [server, `${server}/token`]]
  for (const aud of [...others, ['https://other.test', server], [server, server]]) {
    expect([aud, await verdict({ aud })]).toEqual([aud, 'ERR_AUDIENCE_MISMATCH aud'])
  }
})

test('CA-1 an audience that is several, or none, cannot be configured', () => {
  const make = (audience: unknown) => mistake(() => clientAssertion({ issuer: fake.issuer, audience } as never))
  for (const audience of [[server], [server, `${server}/token`], '', Symbol('notChecked'), '*']) {
    expect(make(audience)).toBe('ERR_OPTION_INVALID')
  }
})

test('CA-2 sub is iss, the client', async () => {
  for (const sub of ['client-2', 'CLIENT-1', 'client-1 ']) {
    expect(await verdict({ sub })).toBe('ERR_CLAIM_MISMATCH sub')
  }
})

test('CA-2 a client id may be as long as a name is', async () => {
  const long = new FakeIssuer({ id: `https://client.test/${'x'.repeat(300)}` })
  expect(await verdictsOf('clientAssertion', long)()).toBe('accepted')
  expect(await verdict({ sub: 'x'.repeat(1025) })).toBe('ERR_CLAIM_INVALID sub')
})

test('CA-2 a client cannot speak for another one', async () => {
  const other = new FakeIssuer({ id: 'client-2', clock: fake.clock })
  const resolve = (id: string) => [fake, other].find((client) => client.id === id)?.issuer
  const type = clientAssertion({ issuer: issuers(resolve), audience: server })
  const { client } = defineTokens({ client: type }, { clock: fake.clock })
  for (const one of [fake, other]) expect(await outcome(client.verify(one.clientAssertion()))).toBe('accepted')
  const verify = (claims: object) => outcome(client.verify(other.clientAssertion({ claims: { ...claims } })))
  expect(await verify({ iss: 'client-1', sub: 'client-1' })).toBe('ERR_SIGNATURE_INVALID')
  expect(await verify({ sub: 'client-1' })).toBe('ERR_CLAIM_MISMATCH sub')
  expect(await verify({ iss: 'client-3', sub: 'client-3' })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test.each(['sub', 'aud', 'exp', 'jti'])('CA-2 CA-3 %s is required', async (claim) => {
  for (const value of [undefined, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('CA-2 iss is required', async () => {
  for (const iss of [undefined, null, '']) expect(await verdict({ iss })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('CA-3 nbf and iat are not required, and where they are there they count', async () => {
  expect(await verdict({ iat: undefined, nbf: undefined })).toBe('accepted')
  expect(await verdict({ nbf: now + 31 })).toBe('ERR_TOKEN_NOT_YET_VALID nbf')
  expect(await verdict({ iat: now + 31 })).toBe('ERR_TOKEN_NOT_YET_VALID iat')
  expect(await verdict({ iat: now - 3300 })).toBe('accepted')
  expect(await verdict({ iat: now - 3301 })).toBe('ERR_LIFETIME_EXCEEDED exp')
})

test('CA-3 without iat, exp is at most an hour away', async () => {
  expect(await verdict({ iat: undefined, exp: now + 3630 })).toBe('accepted')
  expect(await verdict({ iat: undefined, exp: now + 3631 })).toBe('ERR_LIFETIME_EXCEEDED exp')
})

test('CA-4 typ is its own or absent, and with typ: required never absent', async () => {
  expect(await verdict({}, { typ: undefined })).toBe('accepted')
  for (const typ of ['JWT', 'at+jwt', 'oauth-id-jag+jwt']) expect(await verdict({}, { typ })).toBe('ERR_TYP_MISMATCH')
  const strict = verdictsOf('clientAssertion', fake, { typ: 'required' })
  expect(await strict()).toBe('accepted')
  for (const typ of [undefined, 'JWT']) expect(await strict({}, { typ })).toBe('ERR_TYP_MISMATCH')
})

test('CA-5 the algorithm is that of the client’s key, a secret included, and never none', async () => {
  for (const alg of ['RS256', 'HS256']) expect(await verdict({}, { alg })).toBe('ERR_ALGORITHM_MISMATCH')
  expect(await verdict({}, { alg: 'none' })).toBe('ERR_ALGORITHM_INVALID')
  const secret = testSecret()
  const confidential = new FakeIssuer({ id: 'client-1', keys: [secret], clock: fake.clock })
  const type = clientAssertion({ issuer: issuer('client-1', { keys: secret.source }), audience: server })
  const { client } = defineTokens({ client: type }, { clock: fake.clock })
  expect(await outcome(client.verify(confidential.clientAssertion()))).toBe('accepted')
  expect(await outcome(client.verify(fake.clientAssertion()))).toBe('ERR_ALGORITHM_MISMATCH')
})

test('events is not there', async () => {
  for (const events of [{}, null]) expect(await verdict({ events })).toBe('ERR_CLAIM_FORBIDDEN events')
})
