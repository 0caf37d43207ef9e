import {
  customToken,
  defineTokens,
  idToken,
  issuanceOf,
  notChecked,
  securityEventToken,
  singleProcessStore,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer()
const common = { issuer: fake.issuer, audience: 'https://api.test', maxLifetime: '15m' } as const
const tokens = defineTokens(
  {
    once: customToken({
      ...common,
      typ: 'once+jwt',
      singleUse: singleProcessStore(),
      fixed: { use: 'a', level: [1, 2] },
    }),
    several: customToken({ ...common, typ: 'JWT', audience: ['a', 'b'], forbidden: ['jti'], clockTolerance: 10 }),
    open: customToken({ ...common, typ: 'text/open', audience: notChecked }),
    id: idToken({ issuer: fake.issuer, clientId: 'web', nonce: 'required' }),
    event: securityEventToken({ issuer: fake.issuer, audience: 'https://api.test' }),
  },
  { clock: fake.clock },
)

test('what an issuer fills in is read off the rules', () => {
  expect(issuanceOf(tokens.once)).toMatchObject({
    name: 'once',
    typ: 'once+jwt',
    audience: 'https://api.test',
    fixed: [['use', 'a']],
    forbidden: ['events'],
    lifetime: 900,
    longestUse: 960,
    maxTokenLength: 8192,
    opensEncrypted: false,
  })
  expect(issuanceOf(tokens.several)).toMatchObject({ typ: 'JWT', audience: undefined, longestUse: 920 })
  expect(issuanceOf(tokens.several).forbidden).toContain('jti')
  expect(issuanceOf(tokens.open)).toMatchObject({ typ: 'text/open', audience: undefined })
  expect(issuanceOf(tokens.id)).toMatchObject({ typ: undefined, audience: 'web' })
  expect(issuanceOf(tokens.event)).toMatchObject({ typ: 'secevent+jwt', lifetime: 86400 })
})

test('what the verifier would refuse is told, and nothing of the token', async () => {
  const { refusalOf } = issuanceOf(tokens.once)
  const good = fake.customToken('once+jwt', { use: 'a', level: 1 })
  expect(await refusalOf(good, {})).toBeUndefined()
  expect(await refusalOf(fake.customToken('once+jwt', { use: 'b', level: 1 }), {})).toEqual({
    code: 'ERR_CLAIM_MISMATCH',
    claim: 'use',
  })
  expect(await refusalOf(fake.customToken('other+jwt', {}), {})).toEqual({ code: 'ERR_TYP_MISMATCH' })
  expect(await refusalOf('text', {})).toEqual({ code: 'ERR_TOKEN_MALFORMED' })
})

test('nothing is spent by asking', async () => {
  const text = fake.customToken('once+jwt', { use: 'a', level: 1 })
  await issuanceOf(tokens.once).refusalOf(text, {})
  expect(await outcome(tokens.once.verify(text))).toBe('accepted')
  expect(await outcome(tokens.once.verify(text))).toBe('ERR_TOKEN_REPLAYED jti')
  expect(await issuanceOf(tokens.once).refusalOf(text, {})).toBeUndefined()
})

test('what is expected of a token is what its issuer says', async () => {
  const { refusalOf } = issuanceOf(tokens.id)
  const text = fake.idToken()
  expect(await refusalOf(text, { nonce: 'nonce-1' })).toBeUndefined()
  for (const claims of [{}, { nonce: 'other' }, { nonce: '' }, { nonce: 1 }]) {
    expect(await refusalOf(text, claims)).toEqual({ code: 'ERR_CLAIM_MISMATCH', claim: 'nonce' })
  }
})

test('nobody can change it', () => {
  const issuance = issuanceOf(tokens.once)
  for (const part of [issuance, issuance.fixed, issuance.fixed[0], issuance.forbidden])
    expect(part).toSatisfy(Object.isFrozen)
})

test('only of a type of a set', () => {
  expect(mistake(() => issuanceOf(customToken({ ...common, typ: 'a+jwt' }) as never))).toBe('ERR_TYPE_UNNAMED')
  expect(mistake(() => issuanceOf(undefined as never))).toBe('ERR_TYPE_UNNAMED')
})
