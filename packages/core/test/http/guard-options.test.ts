import { accessToken, createGuard, guardFor, type ConfigurationError } from '@jwt-guard/core'
import { describe, expect, test } from 'vitest'
import { received } from './received.js'
import { fake, tokens } from './service.js'

/** As JavaScript calls it, with no compiler in between. */
const make = createGuard as (type: unknown, options?: unknown) => ReturnType<typeof createGuard>

function refusalOf(construct: () => unknown): ConfigurationError {
  try {
    construct()
  } catch (error) {
    return error as ConfigurationError
  }
  throw new Error('nothing was thrown')
}

test.each([
  ['an unknown name', { scopes: ['a'] }, 'ERR_OPTION_UNKNOWN'],
  ['a name in another case', { Scope: 'a' }, 'ERR_OPTION_UNKNOWN'],
  ['a symbol', { [Symbol('scope')]: 'a' }, 'ERR_OPTION_UNKNOWN'],
  ['a scope with a space', { scope: 'a b' }, 'ERR_OPTION_INVALID'],
  ['a list with such a scope', { scope: ['a', 'b c'] }, 'ERR_OPTION_INVALID'],
  ['a scope with a quote', { scope: 'a"' }, 'ERR_OPTION_INVALID'],
  ['a scope with a backslash', { scope: 'a\\' }, 'ERR_OPTION_INVALID'],
  ['a scope with a line break', { scope: 'a\r\nSet-Cookie: x' }, 'ERR_OPTION_INVALID'],
  ['a scope beyond ASCII', { scope: 'lösen' }, 'ERR_OPTION_INVALID'],
  ['an empty scope', { scope: '' }, 'ERR_OPTION_INVALID'],
  ['no scopes', { scope: [] }, 'ERR_OPTION_INVALID'],
  ['a scope twice', { scope: ['a', 'a'] }, 'ERR_OPTION_INVALID'],
  ['a scope that is undefined', { scope: undefined }, 'ERR_OPTION_MISSING'],
  ['a list with undefined', { scope: [undefined] }, 'ERR_OPTION_INVALID'],
  ['a scope that is null', { scope: null }, 'ERR_OPTION_INVALID'],
  ['a scope that is a number', { scope: 1 }, 'ERR_OPTION_INVALID'],
  ['a set of scopes', { scope: new Set(['a']) }, 'ERR_OPTION_INVALID'],
  ['anyScope that is no list', { anyScope: 'a' }, 'ERR_OPTION_INVALID'],
  ['anyScope of none', { anyScope: [] }, 'ERR_OPTION_INVALID'],
  ['anyScope with a space', { anyScope: ['a b'] }, 'ERR_OPTION_INVALID'],
  ['optional that is no boolean', { optional: 'false' }, 'ERR_OPTION_INVALID'],
  ['optional that is undefined', { optional: undefined }, 'ERR_OPTION_MISSING'],
  ['another onRefusal', { onRefusal: 'throw' }, 'ERR_OPTION_INVALID'],
  ['a realm with a quote', { realm: 'a"b' }, 'ERR_OPTION_INVALID'],
  ['a realm with a backslash', { realm: 'a\\b' }, 'ERR_OPTION_INVALID'],
  ['a realm with a line break', { realm: 'a\r\nX: y' }, 'ERR_OPTION_INVALID'],
  ['a realm beyond ASCII', { realm: 'Käse' }, 'ERR_OPTION_INVALID'],
  ['an empty realm', { realm: '' }, 'ERR_OPTION_INVALID'],
  ['a realm that is no text', { realm: ['api'] }, 'ERR_OPTION_INVALID'],
  ['an empty slot', { as: '' }, 'ERR_OPTION_INVALID'],
  ['a slot with a dot', { as: 'a.b' }, 'ERR_OPTION_INVALID'],
  ['a slot that is __proto__', { as: '__proto__' }, 'ERR_OPTION_INVALID'],
  ['a slot that is constructor', { as: 'constructor' }, 'ERR_OPTION_INVALID'],
  ['a slot that is toString', { as: 'toString' }, 'ERR_OPTION_INVALID'],
  ['a slot that is a symbol', { as: Symbol('auth') }, 'ERR_OPTION_INVALID'],
  ['authorize that is no function', { authorize: true }, 'ERR_OPTION_INVALID'],
  ['a context for a type that needs none', { context: () => ({}) }, 'ERR_OPTION_UNKNOWN'],
  ['null', null, 'ERR_OPTION_INVALID'],
  ['a list', [], 'ERR_OPTION_INVALID'],
  ['a text', 'reports:read', 'ERR_OPTION_INVALID'],
  ['a function', () => ({}), 'ERR_OPTION_INVALID'],
])('as the options of a guard is refused: %s', (_, options, code) => {
  expect(refusalOf(() => make(tokens.access, options))).toMatchObject({ name: 'ConfigurationError', code })
})

test.each([
  ['no context', {}, 'ERR_OPTION_MISSING'],
  ['a context that is undefined', { context: undefined }, 'ERR_OPTION_MISSING'],
  ['a context that is no function', { context: { nonce: 'x' } }, 'ERR_OPTION_INVALID'],
])('a type that needs a context is not guarded with %s', (_, options, code) => {
  expect(refusalOf(() => make(tokens.id, options))).toMatchObject({ code })
})

test('a type that needs a context is not guarded without options', () => {
  expect(refusalOf(() => make(tokens.id))).toMatchObject({ code: 'ERR_OPTION_MISSING' })
})

test('options are read once: what is changed afterwards has no effect', async () => {
  const scope = ['reports:read']
  const options = { scope, optional: false }
  const guard = createGuard(tokens.access, options)
  scope[0] = 'reports:delete'
  options.optional = true
  const request = await received(`Authorization: Bearer ${fake.accessToken()}`)
  expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(await guard.check(await received())).toMatchObject({ verdict: 'missing' })
})

test('options of a prototype are refused, since they would be lost', () => {
  expect(() => make(tokens.access, Object.create({ optional: true }))).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION_INVALID' }),
  )
})

test.each([
  ['a type without a name', accessToken({ issuer: fake.issuer, audience: 'https://api.test' })],
  ['a set of types', tokens],
  ['a name', 'access'],
  ['undefined', undefined],
  ['null', null],
  ['what looks like a type', { ...tokens.access }],
])('only a named type is guarded, not %s', (_, given) => {
  expect(refusalOf(() => make(given))).toMatchObject({ code: 'ERR_TYPE_UNNAMED' })
})

test('a guard says what an adapter has to know, and cannot be changed', () => {
  const guard = createGuard(tokens.access, { optional: true, as: 'partner', onRefusal: 'forward' })
  expect(guard).toMatchObject({ optional: true, slot: 'partner', onRefusal: 'forward' })
  expect(createGuard(tokens.access)).toMatchObject({ optional: false, slot: 'auth', onRefusal: 'answer' })
  expect(Object.isFrozen(guard)).toBe(true)
})

test('check can be handed on by itself', async () => {
  const { check } = createGuard(tokens.access)
  expect(await check(await received())).toMatchObject({ verdict: 'missing' })
})

describe('guardFor, for adapters', () => {
  const guard = createGuard(tokens.access)

  test('takes a guard as it is', () => {
    expect(guardFor(guard)).toBe(guard)
  })

  test('refuses options beside a guard, which has its own', () => {
    expect(refusalOf(() => guardFor(guard, { optional: true }))).toMatchObject({ code: 'ERR_OPTION_UNKNOWN' })
  })

  test('makes the guard of a type', () => {
    expect(guardFor(tokens.access, { as: 'partner' })).toMatchObject({ slot: 'partner' })
    expect(guardFor(tokens.access)).toMatchObject({ slot: 'auth' })
  })

  test('knows a request, and that whoever gives it mounted jwtGuard itself', async () => {
    const request = await received()
    expect(refusalOf(() => guardFor(request))).toMatchObject({ code: 'ERR_GUARD_NOT_CALLED' })
    expect(refusalOf(() => guardFor({ req: request }))).toMatchObject({ code: 'ERR_GUARD_NOT_CALLED' })
  })

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['an object', {}],
    ['a copy of a guard', { ...guard }],
    ['req that is no request', { req: {} }],
  ])('refuses %s', (_, given) => {
    expect(refusalOf(() => guardFor(given))).toMatchObject({ code: 'ERR_TYPE_UNNAMED' })
  })
})
