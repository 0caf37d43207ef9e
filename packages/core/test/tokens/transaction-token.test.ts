import {
  defineTokens,
  issuer,
  issuers,
  separation,
  transactionToken,
  type AnyTokenType,
  type Issuer,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verdictsOf, verifierOf } from './kinds.ts'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer()
const now = fake.clock.now()
const domain = 'https://api.test'
const verdict = verdictsOf('transactionToken', fake)

test('a valid transaction token is accepted, with its claims', async () => {
  const type = transactionToken({ issuer: fake.issuer, audience: domain })
  const tokens = defineTokens({ transaction: type }, { clock: fake.clock })
  const verified = await tokens.transaction.verify(fake.transactionToken({ claims: { tctx: { amount: 5 } } }))
  expect(verified).toMatchObject({
    type: 'transaction',
    claims: { scope: 'read', req_wl: 'gateway', tctx: { amount: 5 } },
  })
})

test('a transaction token that another library makes, as the draft shows one, is accepted', async () => {
  const claims = {
    iat: now,
    aud: domain,
    exp: now + 360,
    txn: '97053963',
    sub: 'd084sdrt234fsaw34tr23t',
    scope: 'trade.stocks',
  }
  const told = { req_wl: 'apigateway.test', rctx: { req_ip: '69.151.72.123', authn: 'face' }, tctx: { action: 'BUY' } }
  for (const iss of [{}, { iss: fake.id }]) {
    const text = await signedByJose(fake, { typ: 'txntoken+jwt', kid: 'test' }, { ...claims, ...told, ...iss })
    expect(await outcome(verifierOf('transactionToken', fake)(text))).toBe('accepted')
  }
})

test('TX-1 typ is its own, and nothing else', async () => {
  for (const typ of [undefined, 'JWT', 'at+jwt', 'txn_token'])
    expect(await verdict({}, { typ })).toBe('ERR_TYP_MISMATCH')
})

test.each(['aud', 'exp', 'iat', 'sub', 'txn', 'scope', 'req_wl'])('TX-1 %s is required', async (claim) => {
  for (const value of [undefined, null]) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('TX-1 iss may be absent, and where it is there it is the issuer', async () => {
  expect(await verdict({ iss: undefined })).toBe('accepted')
  for (const iss of [null, '', 'https://other.test', [fake.id], 1, `${fake.id}/`]) {
    expect(await verdict({ iss })).toBe('ERR_ISSUER_UNKNOWN iss')
  }
})

test('TX-1 without iss the signature is that of the only issuer', async () => {
  const stranger = new FakeIssuer({ clock: fake.clock })
  const text = stranger.transactionToken({ claims: { iss: undefined } })
  expect(await outcome(verifierOf('transactionToken', fake)(text))).toBe('ERR_SIGNATURE_INVALID')
})

test('TX-1 iss is not absent where it could be one of several, or of many', async () => {
  const other = new FakeIssuer({ id: 'https://other.test', clock: fake.clock })
  for (const issuer of [[fake.issuer, other.issuer], issuers(() => fake.issuer)]) {
    const several = verdictsOf('transactionToken', fake, { issuer })
    expect(await several()).toBe('accepted')
    expect(await several({ iss: undefined })).toBe('ERR_ISSUER_UNKNOWN iss')
  }
})

test('TX-1 two that may leave iss out are told apart by their keys, and not by their issuers', () => {
  const other = new FakeIssuer({ id: 'https://other.test', clock: fake.clock })
  const remote = issuer('https://remote.test', { algorithms: ['ES256'] })
  const pairOf = (one: Issuer, two: Issuer) => {
    const [a, b] = [one, two].map((from) => transactionToken({ issuer: from, audience: domain }))
    return defineTokens({ a: a as AnyTokenType, b: b as AnyTokenType })
  }
  expect(separation(pairOf(fake.issuer, other.issuer))).toMatchObject([
    { witness: expect.stringMatching(/^keys:/) as string },
  ])
  expect(mistake(() => pairOf(fake.issuer, remote))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
})

test('TX-1 aud is the trust domain', async () => {
  expect(await verdict({ aud: ['https://other.test', domain] })).toBe('accepted')
  expect(await verdict({ aud: 'https://other.test' })).toBe('ERR_AUDIENCE_MISMATCH aud')
})

const forms: readonly (readonly [string, unknown, readonly unknown[]])[] = [
  ['txn', '97053963', ['', 1, {}, ['a']]],
  ['req_wl', 'gateway', ['', 1, {}, ['gateway']]],
  ['tctx', {}, ['a', [], 1, null]],
  ['rctx', { req_ip: '::1' }, ['a', [], 1, null]],
  ['scope', 'a b', ['', 'a  b', ['a'], 1]],
]
test.each(forms)('TX-1 %s has its form', async (claim, good, bad) => {
  expect(await verdict({ [claim]: good })).toBe('accepted')
  for (const value of bad) expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_INVALID ${claim}`)
})

test('TX-1 tctx and rctx are not required', async () => {
  expect(await verdict({ tctx: undefined, rctx: undefined })).toBe('accepted')
})

test('TX-1 it lives for ten minutes at most', async () => {
  expect(await verdict({ exp: now + 600 })).toBe('accepted')
  expect(await verdict({ exp: now + 601 })).toBe('ERR_LIFETIME_EXCEEDED exp')
})

test('events is not there', async () => {
  for (const events of [{}, null]) expect(await verdict({ events })).toBe('ERR_CLAIM_FORBIDDEN events')
})
