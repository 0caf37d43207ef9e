import { defineTokens, introspectionResponse, notChecked } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verdictsOf, verifierOf } from './kinds.ts'
import { outcome } from './outcome.ts'

const fake = new FakeIssuer()
const now = fake.clock.now()
const api = 'https://api.test'
const verdict = verdictsOf('introspectionResponse', fake)

test('a valid response is accepted, with what it says, and ends five minutes after iat', async () => {
  const type = introspectionResponse({ issuer: fake.issuer, audience: api })
  const tokens = defineTokens({ response: type }, { clock: fake.clock })
  const verified = await tokens.response.verify(fake.introspectionResponse())
  expect(verified).toMatchObject({ type: 'response', expiresAt: now + 300 })
  expect(verified.claims.token_introspection).toMatchObject({ active: true, sub: 'user-1' })
})

test('a response that another library makes, as RFC 9701 shows one, is accepted', async () => {
  const token = {
    active: true,
    iss: fake.id,
    aud: api,
    iat: now,
    exp: now + 60,
    client_id: 'paiB2goo0a',
    scope: 'read write',
    sub: 'Z5O3',
  }
  const claims = { iss: fake.id, aud: api, iat: now, token_introspection: token }
  const text = await signedByJose(fake, { typ: 'token-introspection+jwt', kid: 'test' }, claims)
  expect(await outcome(verifierOf('introspectionResponse', fake)(text))).toBe('accepted')
})

test('IN-1 typ is its own, and nothing else', async () => {
  for (const typ of [undefined, 'JWT', 'at+jwt']) expect(await verdict({}, { typ })).toBe('ERR_TYP_MISMATCH')
})

test.each(['aud', 'iat', 'token_introspection'])('IN-1 %s is required', async (claim) => {
  for (const value of [undefined, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('IN-1 iss is required, and is the authorization server', async () => {
  for (const iss of [undefined, null, `${fake.id}/`]) expect(await verdict({ iss })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('IN-1 aud is this resource server', async () => {
  const byClientId = verdictsOf('introspectionResponse', fake, { audience: ['rs-1', api] })
  for (const aud of ['rs-1', api]) expect(await byClientId({ aud })).toBe('accepted')
  expect(await verdict({ aud: 'rs-1' })).toBe('ERR_AUDIENCE_MISMATCH aud')
  const open = verdictsOf('introspectionResponse', fake, { audience: notChecked })
  expect(await open({ aud: undefined })).toBe('accepted')
})

test('IN-1 token_introspection is an object', async () => {
  for (const value of ['a', [], [{ active: true }], true, 1]) {
    expect(await verdict({ token_introspection: value })).toBe('ERR_CLAIM_INVALID token_introspection')
  }
})

test('IN-1 what is no object is explained by its form', async () => {
  const type = introspectionResponse({ issuer: fake.issuer, audience: api })
  const tokens = defineTokens({ response: type }, { clock: fake.clock })
  const text = fake.introspectionResponse({ claims: { token_introspection: [] } })
  const { steps } = await tokens.response.explain(text)
  const failed = steps.find(({ outcome: how }) => how === 'failed')
  expect(failed).toMatchObject({
    step: expect.stringContaining('forms') as string,
    detail: expect.stringContaining('expected: object') as string,
  })
})

test.each(['sub', 'exp', 'events'])('IN-1 %s is not at the top, not even as null', async (claim) => {
  for (const value of ['user-1', now + 60, {}, null]) {
    expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_FORBIDDEN ${claim}`)
  }
})

test('IN-1 of a token that is not active, nothing else is said', async () => {
  expect(await verdict({ token_introspection: { active: false } })).toBe('accepted')
  for (const more of [{ sub: 'user-1' }, { exp: now }, { reason: null }]) {
    const said = { token_introspection: { active: false, ...more } }
    expect(await verdict(said)).toBe('ERR_CLAIM_INVALID token_introspection')
  }
})

test('IN-1 active is said, as true or false', async () => {
  for (const active of [undefined, null, 'true', 'false', 1, 0, {}, []]) {
    expect(await verdict({ token_introspection: { active } })).toBe('ERR_CLAIM_INVALID token_introspection')
  }
  expect(await verdict({ token_introspection: { active: true } })).toBe('accepted')
})
