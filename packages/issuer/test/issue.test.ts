import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  accessToken,
  customToken,
  defineTokens,
  DependencyError,
  idToken,
  issuer,
  singleProcessStore,
  type CustomTokenOptions,
} from '@jwt-guard/core'
import { createIssuer, TokenNotIssuedError, type IssueOptions } from '@jwt-guard/issuer'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { aKey } from './keys.ts'
import { api, clock, mine, tokens } from './kinds.ts'
import { outcome, read } from './outcome.ts'

const self = issuer(mine.id, { keys: mine.verificationKeys })
const base = { typ: 'own+jwt', issuer: self, audience: api, maxLifetime: '15m' } as const

/** A set of one kind of one's own, whose claims the compiler does not know. */
function own(options: Partial<CustomTokenOptions> = {}) {
  return defineTokens({ own: customToken({ ...base, ...options }) }, { clock }).own
}
/** As a program that the compiler has not seen would call it. */
function issue(claims: unknown, options: Partial<CustomTokenOptions> = {}, more: IssueOptions = {}): Promise<string> {
  return mine.issue(own(options), claims as {}, more)
}
const claimsOf = async (text: Promise<string>) => read(await text).claims

test('what the caller says is used and not overwritten', async () => {
  const now = clock.now()
  const said = { iss: mine.id, aud: [api, 'https://other.test'], iat: now - 10, exp: now + 20, jti: 'mine', nbf: now }
  expect(await claimsOf(issue(said))).toEqual(said)
})

test('an iat that the caller says is what the lifetime counts from', async () => {
  const iat = clock.now() - 100
  expect(await claimsOf(issue({ iat }))).toMatchObject({ iat, exp: iat + 900 })
  expect(await claimsOf(issue({ iat }, {}, { expiresIn: '2m' }))).toMatchObject({ iat, exp: iat + 120 })
})

test('a token lives as long as expiresIn says, and no longer than its type allows', async () => {
  expect(await claimsOf(issue({}, {}, { expiresIn: 60 }))).toMatchObject({ exp: clock.now() + 60 })
  expect(await claimsOf(issue({}, {}, { expiresIn: '15m' }))).toMatchObject({ exp: clock.now() + 900 })
  expect(await outcome(issue({}, {}, { expiresIn: 901 }))).toBe('ERR_LIFETIME_EXCEEDED exp')
  expect(await outcome(issue({ exp: clock.now() + 901 }))).toBe('ERR_LIFETIME_EXCEEDED exp')
})

test.each([0, -1, 1.5, NaN, '5 minutes', '1y', null, {}, '0s'])('a lifetime of %s is a mistake', async (expiresIn) => {
  expect(await outcome(issue({}, {}, { expiresIn: expiresIn as 1 }))).toBe('ERR_OPTION_INVALID')
})

test('expiresIn beside exp, or for a kind without exp, is a contradiction', async () => {
  expect(await outcome(issue({ exp: clock.now() + 5 }, {}, { expiresIn: 5 }))).toBe('ERR_OPTIONS_CONTRADICT')
  const event = mine.issue(tokens.event, { events: { 'urn:a': {} } }, { expiresIn: 5 })
  expect(await outcome(event)).toBe('ERR_OPTIONS_CONTRADICT')
})

test('options that do not exist, or are undefined, are mistakes', async () => {
  expect(await outcome(issue({}, {}, { expires: 5 } as {}))).toBe('ERR_OPTION_UNKNOWN')
  expect(await outcome(issue({}, {}, { expiresIn: undefined } as {}))).toBe('ERR_OPTION_MISSING')
  expect(await outcome(issue({}, {}, null as unknown as {}))).toBe('ERR_OPTION_INVALID')
})

test('the audience is filled in where the type names one, and has to be said where it names several', async () => {
  const several = { audience: [api, 'https://other.test'] }
  expect(await claimsOf(issue({}))).toMatchObject({ aud: api })
  expect(await outcome(issue({}, several))).toBe('ERR_CLAIM_MISSING aud')
  expect(await claimsOf(issue({ aud: 'https://other.test' }, several))).toMatchObject({ aud: 'https://other.test' })
  await expect(issue({}, several)).rejects.toThrow(/say which/)
})

test('a claim fixed to one value is filled in, one of several values has to be said', async () => {
  const fixed = { fixed: { use: 'a', level: [1, 2] } }
  expect(await claimsOf(issue({ level: 2 }, fixed))).toMatchObject({ use: 'a', level: 2 })
  expect(await outcome(issue({}, fixed))).toBe('ERR_CLAIM_MISSING level')
  expect(await outcome(issue({ level: 2, use: 'b' }, fixed))).toBe('ERR_CLAIM_MISMATCH use')
})

test('what a type forbids is not filled in', async () => {
  const forbidden = { forbidden: ['jti'] }
  expect(await claimsOf(issue({}, forbidden))).not.toHaveProperty('jti')
  expect(await outcome(issue({ jti: 'a' }, forbidden))).toBe('ERR_CLAIM_FORBIDDEN jti')
})

test.each([
  ['another issuer', { iss: 'https://other.test' }, 'ERR_CLAIM_MISMATCH iss'],
  ['an issuer that is no text', { iss: [mine.id] }, 'ERR_CLAIM_MISMATCH iss'],
  ['another audience', { aud: 'https://other.test' }, 'ERR_AUDIENCE_MISMATCH aud'],
  ['an empty audience', { aud: [] }, 'ERR_CLAIM_INVALID aud'],
  ['an exp that is a text', { exp: '9999999999' }, 'ERR_CLAIM_INVALID exp'],
  ['an iat that is a text', { iat: 'now' }, 'ERR_CLAIM_INVALID iat'],
  ['an exp that has passed', { exp: clock.now() - 60, iat: clock.now() - 120 }, 'ERR_TOKEN_EXPIRED exp'],
  ['an iat to come', { iat: clock.now() + 60 }, 'ERR_TOKEN_NOT_YET_VALID iat'],
  ['an nbf to come', { nbf: clock.now() + 60 }, 'ERR_TOKEN_NOT_YET_VALID nbf'],
  ['a subject that is no text', { sub: 1 }, 'ERR_CLAIM_INVALID sub'],
  ['a confirmation key', { cnf: { jkt: 'x' } }, 'ERR_TOKEN_BOUND cnf'],
  ['too much of it', { pad: 'x'.repeat(9000) }, 'ERR_TOKEN_TOO_LONG'],
])('claims with %s are refused', async (_, claims, code) => {
  expect(await outcome(issue(claims))).toBe(code)
})

test('a missing claim is refused, and one that is null', async () => {
  const required = { required: ['sub', 'step'] }
  expect(await outcome(issue({ sub: 'a', step: 0 }, required))).toBe('done')
  expect(await outcome(issue({ sub: 'a' }, required))).toBe('ERR_CLAIM_MISSING step')
  expect(await outcome(issue({ sub: 'a', step: null }, required))).toBe('ERR_CLAIM_MISSING step')
})

const deep = { inner: {} }
Object.assign(deep.inner, { deep })
test.each([
  ['undefined', undefined],
  ['NaN', NaN],
  ['an infinite number', Infinity],
  ['a date', new Date(0)],
  ['a big integer', 1n],
  ['a function', () => 1],
  ['a symbol', Symbol('a')],
  ['a Map', new Map()],
  ['an instance', Buffer.from('a')],
  ['half a character', '\ud800'],
  ['a hole', Array.from({ length: 1 })],
  ['an undefined member', { a: undefined }],
  ['itself', deep],
])('%s is no claim: JSON would make something else of it', async (_, value) => {
  expect(await outcome(issue({ extra: value }))).toBe('ERR_CLAIM_INVALID extra')
})

test('a claim may be 31 lists within one another, as deep as a verifier reads, and not more', async () => {
  const within = (depth: number): unknown => (depth === 0 ? 'a' : [within(depth - 1)])
  expect(await outcome(issue({ extra: within(31) }))).toBe('done')
  expect(await outcome(issue({ extra: within(32) }))).toBe('ERR_CLAIM_INVALID extra')
})

test.each([undefined, null, 'claims', 1, [], new Map(), () => ({}), { [Symbol('a')]: 1 }])(
  'claims are a plain object, and not %s',
  async (claims) => {
    expect(await outcome(issue(claims))).toBe('ERR_CLAIMS_MALFORMED')
  },
)

test('a claim whose getter throws is refused', async () => {
  const claims = Object.defineProperty({}, 'sub', { enumerable: true, get: () => void JSON.parse('{') })
  expect(await outcome(issue(claims))).toBe('ERR_CLAIM_INVALID sub')
})

test.each(['__proto__', 'constructor', 'prototype'])('a claim named %s is refused', async (name) => {
  expect(await outcome(issue(JSON.parse(`{"${name}":{"admin":true}}`)))).toBe('ERR_CLAIMS_MALFORMED')
})

test('the schema looks at what is issued, and its input is what is issued', async () => {
  const schema = { claims: z.object({ born: z.string().transform(Number) }) }
  expect(await claimsOf(issue({ born: '1999' }, schema))).toMatchObject({ born: '1999' })
  expect(await outcome(issue({ born: 1999 }, schema))).toBe('ERR_CLAIMS_INVALID')
  expect(await outcome(issue({}, schema))).toBe('ERR_CLAIMS_INVALID')
})

test('an issuer that is none of the type issues nothing of it', async () => {
  const other = createIssuer({ id: 'https://other.test', keys: aKey(), clock })
  expect(await outcome(other.issue(own(), {}))).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('a key that the type does not know issues nothing of it', async () => {
  const impostor = createIssuer({ id: mine.id, keys: aKey(), clock })
  expect(await outcome(impostor.issue(own(), {}))).toBe('ERR_KEY_UNKNOWN')
  const other = createIssuer({ id: mine.id, keys: aKey('Ed25519'), clock })
  expect(await outcome(other.issue(own(), {}))).toBe('ERR_ALGORITHM_MISMATCH')
})

test('what the kind expects of a token is taken from the claims', async () => {
  const set = defineTokens({ id: idToken({ issuer: self, clientId: 'web' }) }, { clock })
  expect(await outcome(mine.issue(set.id, { sub: 'a', nonce: 'n' }))).toBe('done')
  expect(await outcome(mine.issue(set.id, { sub: 'a' }))).toBe('done')
  expect(await outcome(mine.issue(set.id, { sub: 'a', nonce: '' }))).toBe('ERR_CLAIM_MISMATCH nonce')
  expect(await outcome(mine.issue(tokens.request, { client_id: 'other' }))).toBe('ERR_CLAIM_MISMATCH client_id')
  expect(await outcome(mine.issue(tokens.assertion, { sub: 'other' }))).toBe('ERR_CLAIM_MISMATCH sub')
})

test('to be issued does not use a token up', async () => {
  const once = own({ singleUse: singleProcessStore() })
  const text = await mine.issue(once, {})
  expect(await outcome(once.verify(text))).toBe('done')
  expect(await outcome(once.verify(text))).toBe('ERR_TOKEN_REPLAYED jti')
})

test('to be issued, or not, is no verdict', async () => {
  const seen: unknown[] = []
  const see = (event: unknown) => seen.push(event)
  subscribe('jwt-guard:verdict', see)
  await issue({})
  await outcome(issue({ sub: 1 }))
  unsubscribe('jwt-guard:verdict', see)
  expect(seen).toEqual([])
})

test('what is wrong is said without the value of a claim', async () => {
  const refusals = [{ sub: ['s3cret'] }, { aud: 's3cret' }, { iss: 's3cret' }, { extra: [undefined, 's3cret'] }]
  for (const claims of refusals) {
    const error: unknown = await issue(claims).catch((refused: unknown) => refused)
    expect(error).toBeInstanceOf(TokenNotIssuedError)
    expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain('s3cret')
  }
})

test('only a type of a set is issued', async () => {
  const unnamed = accessToken({ issuer: self, audience: api }) as unknown as typeof tokens.access
  expect(await outcome(mine.issue(unnamed, { sub: 'a', client_id: 'b' }))).toBe('ERR_TYPE_UNNAMED')
  expect(await outcome(mine.issue(undefined as unknown as typeof tokens.access, { sub: 'a', client_id: 'b' }))).toBe(
    'ERR_TYPE_UNNAMED',
  )
})

test.each([
  ['throws', () => JSON.parse('{')],
  ['answers nonsense', () => NaN],
])('by a clock that %s nothing is issued', async (_, now) => {
  const stopped = createIssuer({ id: mine.id, keys: aKey(), clock: { now } })
  await expect(stopped.issue(own(), {})).rejects.toThrow(DependencyError)
})

test('times are whole seconds, whatever the clock says', async () => {
  const precise = createIssuer({ id: mine.id, keys: aKey(), clock: { now: () => clock.now() + 0.75 } })
  const set = { issuer: issuer(mine.id, { keys: precise.verificationKeys }) }
  const { iat, exp } = read(await precise.issue(own(set), {})).claims
  expect([iat, exp]).toEqual([clock.now(), clock.now() + 900])
})
