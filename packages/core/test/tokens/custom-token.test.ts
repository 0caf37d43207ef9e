import { customToken, defineTokens, notChecked, type CustomTokenOptions } from '@jwt-guard/core'
import { FakeIssuer, testSecret, type Claims } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer({ keys: [testSecret()] })
const base = { typ: 'reset+jwt', issuer: fake.issuer, audience: 'https://api.test', maxLifetime: '15m' } as const

/** What a kind with these options makes of a token with these claims. */
function verdict(options: Partial<CustomTokenOptions>, claims: Claims = {}, changes: Claims = {}) {
  const set = defineTokens({ own: customToken({ ...base, ...options }) }, { clock: fake.clock })
  return outcome(set.own.verify(fake.customToken('reset+jwt', claims, { claims: changes })))
}

test('a token of the kind is accepted', async () => {
  expect(await verdict({})).toBe('accepted')
})

test.each(['iss', 'exp', 'iat', 'aud'])('%s is always required', async (claim) => {
  const code = claim === 'iss' ? 'ERR_ISSUER_UNKNOWN' : 'ERR_CLAIM_MISSING'
  expect(await verdict({}, {}, { [claim]: undefined })).toBe(`${code} ${claim}`)
})

test('aud is not required where it is not checked, unless it is named', async () => {
  const open: Partial<CustomTokenOptions> = { audience: notChecked }
  expect(await verdict(open, {}, { aud: undefined })).toBe('accepted')
  expect(await verdict({ ...open, required: ['aud'] }, {}, { aud: undefined })).toBe('ERR_CLAIM_MISSING aud')
})

test('a required claim is there and not null', async () => {
  const options = { required: ['sub', 'step'] }
  expect(await verdict(options, { sub: 'a', step: 0 })).toBe('accepted')
  expect(await verdict(options, { sub: 'a', step: false })).toBe('accepted')
  expect(await verdict(options, { sub: 'a' })).toBe('ERR_CLAIM_MISSING step')
  expect(await verdict(options, { sub: 'a', step: null })).toBe('ERR_CLAIM_MISSING step')
})

test('a forbidden claim is not there, not even as null', async () => {
  for (const value of [null, '', 0, 'a', {}]) {
    expect(await verdict({ forbidden: ['step'] }, { step: value })).toBe('ERR_CLAIM_FORBIDDEN step')
  }
  expect(await verdict({ forbidden: ['events'] }, { events: {} })).toBe('ERR_CLAIM_FORBIDDEN events')
  expect(await verdict({ forbidden: ['step'] })).toBe('accepted')
})

test('a fixed claim has one of its values, compared exactly', async () => {
  const options = { fixed: { use: 'a', level: [1, 2], strict: true } }
  const good = { use: 'a', level: 2, strict: true }
  expect(await verdict(options, good)).toBe('accepted')
  for (const [claim, values] of Object.entries({
    use: ['b', 'A', ['a'], { a: 1 }, null, ''],
    level: [3, '1', 1.5, [1], [1, 2], true],
    strict: ['true', 1, false, [true]],
  })) {
    for (const value of values) {
      expect(await verdict(options, { ...good, [claim]: value })).toBe(`ERR_CLAIM_MISMATCH ${claim}`)
    }
    expect(await verdict(options, { ...good, [claim]: undefined })).toBe(`ERR_CLAIM_MISSING ${claim}`)
  }
})

test('the lifetime is at most the one given', async () => {
  const now = fake.clock.now()
  expect(await verdict({}, {}, { exp: now + 900 })).toBe('accepted')
  expect(await verdict({}, {}, { exp: now + 901 })).toBe('ERR_LIFETIME_EXCEEDED exp')
})

test('a claim is not both demanded and forbidden', () => {
  const contradictions: readonly Partial<CustomTokenOptions>[] = [
    { required: ['a'], forbidden: ['a'] },
    { fixed: { a: 1 }, forbidden: ['a'] },
    { required: ['events'] },
    { fixed: { events: true } },
    ...['iss', 'exp', 'iat', 'aud'].map((claim) => ({ forbidden: [claim] })),
  ]
  for (const options of contradictions) {
    expect(mistake(() => customToken({ ...base, ...options }))).toBe('ERR_OPTIONS_CONTRADICT')
  }
  expect(mistake(() => customToken({ ...base, audience: notChecked, forbidden: ['aud'] }))).toBe('accepted')
  expect(mistake(() => customToken({ ...base, required: ['a'], fixed: { a: 1 } }))).toBe('accepted')
})

test('a schema is a Standard Schema', () => {
  const schemas = [
    null,
    {},
    () => true,
    'schema',
    { '~standard': null },
    { '~standard': {} },
    { '~standard': 5 },
    { '~standard': { validate: 5 } },
  ]
  for (const claims of schemas) {
    expect(mistake(() => customToken({ ...base, claims: claims as never }))).toBe('ERR_OPTION_INVALID')
  }
})

test('a token has a longest length', async () => {
  for (const maxTokenLength of [255, 1024 * 1024 + 1, 0, -1, NaN, Infinity, 512.5, '8192', null]) {
    expect(mistake(() => customToken({ ...base, maxTokenLength: maxTokenLength as number }))).toBe('ERR_OPTION_INVALID')
  }
  const claims = { pad: 'x'.repeat(200) }
  expect(await verdict({ maxTokenLength: 256 }, claims)).toBe('ERR_TOKEN_TOO_LONG')
  expect(await verdict({ maxTokenLength: 1024 }, claims)).toBe('accepted')
})

test('a lifetime is at most ten years', () => {
  expect(mistake(() => customToken({ ...base, maxLifetime: '3650d' }))).toBe('accepted')
  for (const maxLifetime of [3650 * 86400 + 1, '3651d', 0] as const) {
    expect(mistake(() => customToken({ ...base, maxLifetime }))).toBe('ERR_OPTION_INVALID')
  }
})
