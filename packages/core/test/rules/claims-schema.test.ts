import {
  accessToken,
  customToken,
  defineTokens,
  introspectionResponse,
  transactionToken,
  type ClaimsSchema,
} from '@jwt-guard/core'
import { FakeIssuer, testSecret, type Claims } from '@jwt-guard/testing'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { outcome } from '../tokens/outcome.ts'

const fake = new FakeIssuer({ keys: [testSecret()] })
const { clock } = fake
const common = { issuer: fake.issuer, audience: 'https://api.test' }
const { iss, ...registered } = { iss: fake.id, sub: 'user-1', client_id: 'web', aud: 'https://api.test' }

describe.each([
  ['zod', z.object({ tenant: z.string(), level: z.number().optional() })],
  ['valibot', v.object({ tenant: v.string(), level: v.optional(v.number()) })],
  ['arktype', type({ tenant: 'string', 'level?': 'number' })],
])('%s', (_, schema) => {
  const set = defineTokens({ access: accessToken({ ...common, claims: schema }) }, { clock })
  const verify = (claims: Claims) => set.access.verify(fake.accessToken({ claims }))

  test('what the schema says is there, beside the registered claims', async () => {
    const { claims } = await verify({ tenant: 'a', level: 2 })
    expect(claims).toMatchObject({ iss, ...registered, tenant: 'a', level: 2 })
    const typed: { readonly tenant: string; readonly level?: number | undefined; readonly sub: string } = claims
    expect(typed.tenant.toUpperCase()).toBe('A')
  })

  test('a claim that the schema refuses, or misses, refuses the token and is not named', async () => {
    for (const claims of [{}, { tenant: 1 }, { tenant: null }, { tenant: 'a', level: 'x' }]) {
      expect(await outcome(verify(claims))).toBe('ERR_CLAIMS_INVALID')
    }
  })
})

test('unlisted claims are there without a schema, and not with one', async () => {
  const without = defineTokens({ access: accessToken(common) }, { clock })
  const listed = defineTokens({ access: accessToken({ ...common, claims: z.object({ a: z.number() }) }) }, { clock })
  const text = fake.accessToken({ claims: { a: 1, b: 2 } })
  expect((await without.access.verify(text)).claims).toMatchObject({ a: 1, b: 2 })
  const { claims } = await listed.access.verify(text)
  expect(claims).toMatchObject({ a: 1, ...registered })
  expect(Object.keys(claims)).not.toContain('b')
})

test('what a kind requires or fixes, and the claim of its scopes, is there with a schema', async () => {
  const own = customToken({
    typ: 'a+jwt',
    ...common,
    maxLifetime: 900,
    required: ['step'],
    fixed: { use: 'x' },
    scopeClaim: 'scp',
    claims: z.object({ a: z.number() }),
  })
  const set = defineTokens({ own }, { clock })
  const text = fake.customToken('a+jwt', { step: { nested: true }, use: 'x', scp: ['s'], a: 1, b: 2 })
  const { claims } = await set.own.verify(text)
  expect(claims).toMatchObject({ step: { nested: true }, use: 'x', scp: ['s'], a: 1 })
  expect(Object.keys(claims)).not.toContain('b')
})

type Validate = (claims: Readonly<Record<string, unknown>>) => unknown
const schemaOf = (validate: Validate): ClaimsSchema => ({
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (given) => ({ value: validate(given as Readonly<Record<string, unknown>>) as object }),
  },
})

/** What becomes of an access token whose schema makes this of its claims. */
async function shown(validate: Validate, changes: Claims = {}) {
  const set = defineTokens({ access: accessToken({ ...common, claims: schemaOf(validate) }) }, { clock })
  return (await set.access.verify(fake.accessToken({ claims: changes }))).claims as Readonly<Record<string, unknown>>
}
const refused = 'ERR_CLAIMS_INVALID'

test('a schema may narrow a registered claim, or hand it on', async () => {
  expect(await shown(({ sub }) => ({ sub }))).toMatchObject(registered)
  const narrowed = z.object({ sub: z.literal('user-1'), roles: z.array(z.enum(['a', 'b'])) })
  const set = defineTokens({ access: accessToken({ ...common, claims: narrowed }) }, { clock })
  const { claims } = await set.access.verify(fake.accessToken({ claims: { roles: ['a'] } }))
  const sub: 'user-1' = claims.sub
  expect([sub, claims.roles]).toEqual(['user-1', ['a']])
})

test.each(['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id', 'scope'])(
  'a schema does not rewrite %s',
  async (claim) => {
    for (const value of ['admin', 1, null, [], ['https://api.test'], {}]) {
      expect(await outcome(shown(() => ({ [claim]: value })))).toBe(refused)
    }
  },
)

test.each(['nbf', 'acr', 'auth_time', 'roles'])('a schema does not invent %s', async (claim) => {
  for (const value of ['admin', 1, null, ['admin']]) {
    expect(await outcome(shown(() => ({ [claim]: value })))).toBe(refused)
  }
  expect(await shown(() => ({ [claim]: undefined }))).toMatchObject(registered)
})

test('a list that is registered may be handed on as an equal one', async () => {
  const aud = ['https://api.test', 'https://other.test']
  expect(await shown((claims) => ({ aud: [...(claims['aud'] as string[])] }), { aud })).toMatchObject({ aud })
  expect(await outcome(shown(() => ({ aud: [...aud].toReversed() }), { aud }))).toBe(refused)
})

test('a schema may leave out members of a registered claim that is an object, which is shown whole, and rewrite none', async () => {
  const acts = { tctx: { amount: 5, unit: 'b', to: { account: 'b', name: 'B' } }, rctx: { list: [{ a: 1, b: 2 }] } }
  const verdict = (claims: ClaimsSchema) => {
    const type = transactionToken({ ...common, claims })
    const set = defineTokens({ transaction: type }, { clock })
    return set.transaction.verify(fake.transactionToken({ claims: acts }))
  }
  const tctx = z.object({ amount: z.number(), to: z.object({ account: z.string() }) })
  const { claims } = await verdict(z.object({ tctx, rctx: z.object({ list: z.array(z.object({ a: z.number() })) }) }))
  expect(claims).toMatchObject({ txn: expect.any(String) as string, req_wl: 'gateway' })
  expect([claims['tctx' as never], claims['rctx' as never]]).toEqual([acts.tctx, acts.rctx])
  for (const changed of [
    { amount: '5', to: { account: 'b' } },
    { amount: 6 },
    { amount: 5, to: { account: 'b', more: 1 } },
    { to: { account: 'c' } },
    { to: ['b'] },
    { unit: ['b'] },
    { to: 'b' },
    { to: null },
    { more: {} },
    [],
    'a',
    null,
  ]) {
    expect(await outcome(verdict(schemaOf(() => ({ tctx: changed }))))).toBe(refused)
  }
  for (const list of [[], [{ a: 1 }, { a: 1 }], [{ a: 2 }], [{ c: 1 }], {}, { 0: { a: 1 } }, { length: 1 }]) {
    expect(await outcome(verdict(schemaOf(() => ({ rctx: { list } }))))).toBe(refused)
  }
  expect(await outcome(verdict(schemaOf(() => ({ rctx: { list: [{ b: 2 }] }, tctx: {} }))))).toBe('accepted')
})

test('an introspection response is read with a schema that names what it needs', async () => {
  const schema = z.object({ token_introspection: z.object({ active: z.literal(true), scope: z.string() }) })
  const type = introspectionResponse({ ...common, claims: schema })
  const set = defineTokens({ response: type }, { clock })
  const verify = (token: object) =>
    set.response.verify(fake.introspectionResponse({ claims: { token_introspection: token } }))
  const { claims } = await verify({ active: true, scope: 'read', sub: 'user-1' })
  expect(claims.token_introspection).toEqual({ active: true, scope: 'read', sub: 'user-1' })
  expect(Object.isFrozen(claims.token_introspection)).toBe(true)
  expect(await outcome(verify({ active: false }))).toBe(refused)
})

test('a schema that does not speak of active cannot take active: false away', async () => {
  const schema = z.object({ token_introspection: z.object({ scope: z.string().optional() }) })
  const set = defineTokens({ response: introspectionResponse({ ...common, claims: schema }) }, { clock })
  const text = fake.introspectionResponse({ claims: { token_introspection: { active: false } } })
  expect((await set.response.verify(text)).claims.token_introspection).toEqual({ active: false })
})

test('a list with a hole, or of a class of its own, is not handed on as it is', async () => {
  class Lenient extends Array<string> {
    override includes = () => true
  }
  expect(await outcome(shown(() => ({ aud: Array.from({ length: 2 }).fill(undefined) })))).toBe(refused)
  expect(await outcome(shown(() => ({ tags: [, 'a'] })))).toBe(refused) // oxlint-disable-line no-sparse-arrays
  const { tags } = (await shown(() => ({ tags: Lenient.from(['a']) }))) as { readonly tags: readonly string[] }
  expect([Object.getPrototypeOf(tags) === Array.prototype, tags.includes('b')]).toEqual([true, false])
})

class Tenant {
  readonly name = 'a'
}
const notPlain: readonly (readonly [string, () => unknown])[] = [
  ['a Date', () => new Date(0)],
  ['a Set', () => new Set(['a'])],
  ['a Map', () => new Map([['a', 1]])],
  ['an object of a class', () => new Tenant()],
  ['bytes', () => Buffer.from('a')],
  ['a regular expression', () => /a/],
  ['an error', () => new Error('a')],
  ['a promise', () => Promise.resolve(1)],
  ['a function', () => () => 1],
  ['a symbol', () => Symbol('a')],
  ['a bigint', () => 1n],
  ['NaN', () => NaN],
  ['Infinity', () => -Infinity],
  ['undefined in a list', () => [undefined]],
  ['a boxed string', () => Object('a') as object],
  ['an heir of an object', () => Object.create({ inherited: 1 }) as object],
  [
    'what throws when it is read',
    () => ({
      get a(): never {
        throw new Error('a')
      },
    }),
  ],
]
test.each(notPlain)('an output that holds %s is no JSON data, at any depth', async (_, make) => {
  for (const place of [() => ({ a: make() }), () => ({ a: { b: make() } }), () => ({ a: [[make()]] })]) {
    expect(await outcome(shown(place))).toBe(refused)
  }
})

const notClaims: readonly (readonly [string, () => unknown])[] = [
  ...notPlain,
  ['a list', () => []],
  ['a text', () => 'a'],
  ['null', () => null],
  ['undefined', () => undefined],
]
test.each(notClaims)('an output that is %s is no claims', async (_, make) => {
  expect(await outcome(shown(make))).toBe(refused)
})

test('an output that holds itself is refused', async () => {
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  const ring: unknown[] = []
  ring.push(ring)
  expect(await outcome(shown(() => circle))).toBe(refused)
  expect(await outcome(shown(() => ({ ring })))).toBe(refused)
  expect(await outcome(shown(() => ({ a: [circle] })))).toBe(refused)
})

test('an output is 32 deep at most', async () => {
  const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) })
  const listed = (depth: number): readonly unknown[] => (depth === 0 ? [] : [listed(depth - 1)])
  expect(await outcome(shown(() => nested(32)))).toBe('accepted')
  expect(await outcome(shown(() => nested(33)))).toBe(refused)
  expect(await outcome(shown(() => ({ a: listed(31) })))).toBe('accepted')
  expect(await outcome(shown(() => ({ a: listed(32) })))).toBe(refused)
})

test('members that are undefined are dropped', async () => {
  const claims = await shown(() => ({ a: undefined, b: { c: undefined, d: 1 } }))
  expect(Object.keys(claims)).not.toContain('a')
  expect(Object.keys(claims['b'] as object)).toEqual(['d'])
})

test('an output is copied: frozen, without prototypes, and deaf to what the schema keeps', async () => {
  const kept = { list: [{ a: 1 }] }
  const claims = await shown(() => kept)
  kept.list[0] = { a: 2 }
  kept.list.push({ a: 3 })
  expect(claims['list']).toEqual([{ a: 1 }])
  const [item] = claims['list'] as readonly object[]
  expect([claims, claims['list'], item].every((value) => Object.isFrozen(value))).toBe(true)
  expect([claims, item].map((value) => Object.getPrototypeOf(value) as unknown)).toEqual([null, null])
})

test('a default and a transformation of the schema are there', async () => {
  const schema = z.object({ plan: z.string().default('free'), tenant: z.string().transform((name) => ({ name })) })
  const set = defineTokens({ access: accessToken({ ...common, claims: schema }) }, { clock })
  const { claims } = await set.access.verify(fake.accessToken({ claims: { tenant: 'a' } }))
  expect(claims).toMatchObject({ plan: 'free', tenant: { name: 'a' } })
})

test('a schema that makes a Date of a claim refuses the token, and does not compile where it is read', async () => {
  const schema = z.object({ since: z.coerce.date() })
  const set = defineTokens({ access: accessToken({ ...common, claims: schema }) }, { clock })
  expect(await outcome(set.access.verify(fake.accessToken({ claims: { since: 0 } })))).toBe(refused)
})

test('a schema sees the claims only once everything else was good', async () => {
  let seen = 0
  const count = () => {
    seen++
    return {}
  }
  for (const changes of [{ aud: 'other' }, { exp: 1 }, { sub: 1 }, { cnf: {} }, { events: {} }]) {
    expect(await outcome(shown(count, changes))).not.toBe('accepted')
  }
  expect(seen).toBe(0)
  await shown(count)
  expect(seen).toBe(1)
})

test('null, true and false are plain data', async () => {
  const plain = { nothing: null, yes: true, no: false, list: [null, true, false] }
  expect(await shown(() => plain)).toMatchObject(plain)
})

test.each(['__proto__', 'constructor', 'prototype', '\ud800'])(
  'an output with a member %j is no JSON data, at any depth',
  async (name) => {
    const member = () => Object.fromEntries([[name, 1]])
    for (const place of [member, () => ({ a: member() }), () => ({ a: [member()] })]) {
      expect(await outcome(shown(place))).toBe(refused)
    }
  },
)

test('with a schema, a registered claim that the token does not have is no member', async () => {
  const claims = await shown(() => ({ a: 1 }))
  expect(Object.keys(claims).filter((name) => claims[name] === undefined)).toEqual([])
})
