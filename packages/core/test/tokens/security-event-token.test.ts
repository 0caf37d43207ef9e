import { defineTokens, notChecked, securityEventToken } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verdictsOf, verifierOf } from './kinds.ts'
import { outcome } from './outcome.ts'

const fake = new FakeIssuer()
const now = fake.clock.now()
const api = 'https://api.test'
const revoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'
const verdict = verdictsOf('securityEventToken', fake)

test('a valid event is accepted, with its claims, and ends a day after iat', async () => {
  const type = securityEventToken({ issuer: fake.issuer, audience: api })
  const tokens = defineTokens({ event: type }, { clock: fake.clock })
  const verified = await tokens.event.verify(fake.securityEventToken())
  expect(verified).toMatchObject({ type: 'event', header: { typ: 'secevent+jwt' }, expiresAt: now + 86_400 })
  expect(verified.claims.events[revoked]).toEqual({})
})

test('an event that another library makes, as the Shared Signals Framework shows one, is accepted', async () => {
  const claims = {
    iss: fake.id,
    jti: '756E69717565',
    iat: now - 5,
    aud: [api, 'https://other.test'],
    txn: '8675309',
    toe: now - 10,
  }
  const sub_id = { format: 'complex', user: { format: 'iss_sub', iss: fake.id, sub: 'jane' } }
  const events = { [revoked]: { initiating_entity: 'policy', event_timestamp: now - 10 } }
  const text = await signedByJose(fake, { typ: 'secevent+jwt', kid: 'test' }, { ...claims, sub_id, events })
  expect(await outcome(verifierOf('securityEventToken', fake)(text))).toBe('accepted')
})

test.each(['aud', 'iat', 'jti', 'events'])('SET-1 %s is required', async (claim) => {
  for (const value of [undefined, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('SET-1 iss is required', async () => {
  for (const iss of [undefined, null, '']) expect(await verdict({ iss })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('SET-1 aud is not required where it is not checked, and may be several', async () => {
  const open = verdictsOf('securityEventToken', fake, { audience: notChecked })
  for (const aud of [undefined, 'https://other.test']) expect(await open({ aud })).toBe('accepted')
  expect(await verdict({ aud: ['https://other.test', api] })).toBe('accepted')
  expect(await verdict({ aud: 'https://other.test' })).toBe('ERR_AUDIENCE_MISMATCH aud')
})

test('SET-1 events is an object that is not empty, of URIs and objects', async () => {
  for (const events of [{ 'urn:a': {} }, { 'URN:A': {} }, { 'urn:a': { b: [1] }, 'https://b.test/x?y#z': {} }]) {
    expect(await verdict({ events })).toBe('accepted')
  }
  const names = ['a', '', ':a', '1a:b', 'urn:', 'urn:a b', 'urn:<a>', 'urn:a"', 'urn:\u00e9']
  const payloads = ['a', null, true, 1, [], [{}]]
  const wrong = [...names.map((name) => ({ [name]: {} })), ...payloads.map((payload) => ({ 'urn:a': payload }))]
  for (const events of [{}, [], 'urn:a', ['urn:a'], true, { 'urn:a': {}, 'urn:b': 1 }, ...wrong]) {
    expect([events, await verdict({ events })]).toEqual([events, 'ERR_CLAIM_INVALID events'])
  }
})

const forms: readonly (readonly [string, unknown, readonly unknown[]])[] = [
  ['txn', '8675309', ['', 1, {}, ['a']]],
  ['toe', now - 1, [String(now), -1, {}, now * 1000]],
  ['sub_id', { format: 'opaque', id: 'a' }, ['a', [], 1]],
]
test.each(forms)('SET-1 SSF-1 %s is not required, and where it is there it has its form', async (claim, good, bad) => {
  for (const value of [good, undefined]) expect(await verdict({ [claim]: value })).toBe('accepted')
  for (const value of [...bad, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_INVALID ${claim}`)
})

test('SSF-1 typ is its own, and nothing else', async () => {
  for (const typ of [undefined, 'JWT', 'logout+jwt', 'at+jwt'])
    expect(await verdict({}, { typ })).toBe('ERR_TYP_MISMATCH')
})

test.each(['sub', 'exp'])('SSF-1 %s is not there, not even as null', async (claim) => {
  for (const value of ['user-1', now + 300, null]) {
    expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_FORBIDDEN ${claim}`)
  }
})

test('SSF-1 the issuer is that of the stream', async () => {
  expect(await verdict({ iss: 'https://other.test' })).toBe('ERR_ISSUER_UNKNOWN iss')
})
