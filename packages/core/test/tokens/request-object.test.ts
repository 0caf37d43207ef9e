import { defineTokens, issuers, requestObject } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verdictsOf, verifierOf } from './kinds.ts'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer({ id: 'client-1' })
const now = fake.clock.now()
const server = 'https://as.test'
const context = { clientId: 'client-1' }
const verdict = verdictsOf('requestObject', fake)

test('a valid request is accepted, with its parameters', async () => {
  const tokens = defineTokens(
    { request: requestObject({ issuer: fake.issuer, audience: server }) },
    { clock: fake.clock },
  )
  const text = fake.requestObject({ claims: { state: 'af0ifjsldkj', max_age: 86_400 } })
  const verified = await tokens.request.verify(text, context)
  expect(verified).toMatchObject({ type: 'request', claims: { client_id: 'client-1', state: 'af0ifjsldkj' } })
})

test('a request that another library makes, as RFC 9101 shows one, is accepted', async () => {
  const claims = { iss: 'client-1', aud: server, response_type: 'code id_token', client_id: 'client-1', exp: now + 300 }
  const asked = {
    redirect_uri: 'https://client.test/cb',
    scope: 'openid',
    state: 'af0',
    nonce: 'n-0S6',
    max_age: 86_400,
  }
  const text = await signedByJose(fake, { typ: 'oauth-authz-req+jwt', kid: 'test' }, { ...claims, ...asked })
  expect(await outcome(verifierOf('requestObject', fake)(text, context))).toBe('accepted')
})

test('JAR-1 typ is its own, and nothing else', async () => {
  for (const typ of [undefined, 'JWT', 'client-authentication+jwt', 'at+jwt']) {
    expect(await verdict({}, { typ })).toBe('ERR_TYP_MISMATCH')
  }
})

test.each(['aud', 'exp', 'client_id'])('JAR-1 %s is required', async (claim) => {
  for (const value of [undefined, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('JAR-1 iss is required, and is the client that client_id names', async () => {
  for (const iss of [undefined, null, '']) expect(await verdict({ iss })).toBe('ERR_ISSUER_UNKNOWN iss')
  const other = new FakeIssuer({ id: 'client-2', clock: fake.clock })
  const resolve = (id: string) => [fake, other].find((client) => client.id === id)?.issuer
  const type = requestObject({ issuer: issuers(resolve), audience: server })
  const { request } = defineTokens({ request: type }, { clock: fake.clock })
  const verify = (client_id: string, clientId: string) =>
    outcome(request.verify(other.requestObject({ claims: { client_id } }), { clientId }))
  expect(await verify('client-2', 'client-2')).toBe('accepted')
  expect(await verify('client-1', 'client-1')).toBe('ERR_CLAIM_MISMATCH client_id')
})

test('JAR-1 client_id inside is the one outside', async () => {
  for (const clientId of ['client-2', 'CLIENT-1', 'client-1 ']) {
    expect(await verdict({}, {}, { clientId })).toBe('ERR_CLAIM_MISMATCH client_id')
  }
})

test('JAR-1 aud holds the authorization server, and perhaps others', async () => {
  for (const aud of [server, [server], [server, 'https://other.test']]) expect(await verdict({ aud })).toBe('accepted')
  expect(await verdict({ aud: `${server}/par` })).toBe('ERR_AUDIENCE_MISMATCH aud')
})

test.each(['request', 'request_uri', 'events'])('JAR-1 %s is not inside, not even as null', async (claim) => {
  for (const value of ['https://client.test/r', {}, null]) {
    expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_FORBIDDEN ${claim}`)
  }
})

test('JAR-1 sub does not name the client, so that no request serves as a client assertion', async () => {
  expect(await verdict({ sub: 'client-1' })).toBe('ERR_CLAIM_MISMATCH sub')
  for (const sub of ['user-1', undefined]) expect(await verdict({ sub })).toBe('accepted')
})

test('JAR-1 it is signed with the client’s algorithm, and never with none', async () => {
  expect(await verdict({}, { alg: 'none' })).toBe('ERR_ALGORITHM_INVALID')
  expect(await verdict({}, { alg: 'RS256' })).toBe('ERR_ALGORITHM_MISMATCH')
})

test('JAR-1 where nbf is there, exp is at most an hour after it, so that it is no further back either', async () => {
  expect(await verdict({ iat: undefined, nbf: now - 3300 })).toBe('accepted')
  expect(await verdict({ iat: undefined, nbf: now - 3301 })).toBe('ERR_LIFETIME_EXCEEDED exp')
  expect(await verdict({ iat: undefined, nbf: now, exp: now + 3600 })).toBe('accepted')
  expect(await verdict({ iat: undefined, nbf: now, exp: now + 3601 })).toBe('ERR_LIFETIME_EXCEEDED exp')
  expect(await verdict({ nbf: now + 31, iat: undefined })).toBe('ERR_TOKEN_NOT_YET_VALID nbf')
})

test('JAR-1 without iat and nbf, exp is at most an hour away', async () => {
  expect(await verdict({ iat: undefined, exp: now + 3630 })).toBe('accepted')
  expect(await verdict({ iat: undefined, exp: now + 3631 })).toBe('ERR_LIFETIME_EXCEEDED exp')
})

test('JAR-1 nbf is required where that was said', async () => {
  const fapi = verdictsOf('requestObject', fake, { notBefore: 'required' })
  expect(await verdict({ nbf: undefined })).toBe('accepted')
  for (const nbf of [undefined, null]) expect(await fapi({ nbf })).toBe('ERR_CLAIM_MISSING nbf')
  expect(await fapi({ nbf: now })).toBe('accepted')
  for (const notBefore of [true, 'optional', 1]) {
    const make = () => requestObject({ issuer: fake.issuer, audience: server, notBefore: notBefore as never })
    expect(mistake(make)).toBe('ERR_OPTION_INVALID')
  }
})

const parameters = ['response_type', 'redirect_uri', 'state', 'nonce', 'code_challenge', 'code_challenge_method']
test.each(parameters)('JAR-1 the parameter %s is text where it is there', async (claim) => {
  for (const value of ['text', undefined]) expect(await verdict({ [claim]: value })).toBe('accepted')
  for (const value of [1, ['text'], {}, null])
    expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_INVALID ${claim}`)
})

test('JAR-1 client_id names something', async () => {
  for (const value of ['', 1, ['client-1'], 'x'.repeat(1025)]) {
    expect(await verdict({ client_id: value })).toBe('ERR_CLAIM_INVALID client_id')
  }
})
