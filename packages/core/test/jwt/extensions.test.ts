import { customToken, defineTokens, describe as described, verifyCompactJws } from '@jwt-guard/core'
import { FakeIssuer, segment } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { readHeader } from '../../src/jwt/header.js'
import { knownHeader } from '../../src/jwt/known-headers.js'
import { jwsOf } from './jws-of.js'
import { mistake, outcome } from '../tokens/outcome.js'

const fake = new FakeIssuer()
const asked: unknown[] = []

function typeWith(extensions?: unknown) {
  const make = customToken as (options: object) => ReturnType<typeof customToken>
  const common = { typ: 'x+jwt', issuer: fake.issuer, audience: 'https://api.test', maxLifetime: '15m' }
  return make(extensions === undefined ? common : { ...common, extensions })
}
function verifierWith(extensions?: unknown) {
  const { x } = defineTokens({ x: typeWith(extensions) }, { clock: fake.clock })
  return x
}
const token = (header: object, claims: object = {}) =>
  fake.customToken('x+jwt', {}, { header: { ...header }, claims: { ...claims } })

const understood = verifierWith({
  tenant: (value: unknown) => {
    asked.push(value)
    return value === 'a'
  },
  'https://example.com/b': () => true,
})

describe('an extension that a type understands', () => {
  test('is accepted where its check is content', async () => {
    asked.length = 0
    expect(await outcome(understood.verify(token({ crit: ['tenant'], tenant: 'a' })))).toBe('accepted')
    expect(asked).toEqual(['a'])
    const both = { crit: ['tenant', 'https://example.com/b'], tenant: 'a', 'https://example.com/b': null }
    expect(await outcome(understood.verify(token(both)))).toBe('accepted')
  })

  test('has to be there', async () => {
    const crit = ['https://example.com/b']
    expect(await outcome(understood.verify(token({ crit, [String(crit)]: 1 })))).toBe('accepted')
    expect(await outcome(understood.verify(token({ crit })))).toBe('ERR_HEADER_INVALID')
  })

  test('does not make others understood', async () => {
    for (const crit of [['tenant', 'exp'], ['exp', 'tenant'], ['Tenant'], ['tenant '], ['toString']]) {
      const header = { crit, tenant: 'a', exp: 1, Tenant: 'a', 'tenant ': 'a', toString: 'a' }
      expect(await outcome(understood.verify(token(header))), `crit: ${crit.join()}`).toBe('ERR_HEADER_INVALID')
    }
  })

  test('has to stand in crit once, and crit to be a list of names', async () => {
    for (const crit of [['tenant', 'tenant'], [], 'tenant', ['tenant', ''], ['tenant', 1], null, { 0: 'tenant' }]) {
      expect(await outcome(understood.verify(token({ crit, tenant: 'a' }))), `crit: ${JSON.stringify(crit)}`).toBe(
        'ERR_HEADER_INVALID',
      )
    }
  })

  test('is passed over where crit does not name it', async () => {
    asked.length = 0
    expect(await outcome(understood.verify(token({ tenant: 'b' })))).toBe('accepted')
    expect(asked).toEqual([])
  })

  test.each<[string, (value: unknown) => unknown]>([
    ['answers false', () => false],
    ['answers nothing', () => undefined],
    ['answers 1', () => 1],
    ['answers text', () => 'true'],
    ['answers an object', () => ({})],
    ['promises', async () => true],
    ['promises and fails', async () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    [
      'throws what is no error',
      () => {
        // oxlint-disable-next-line typescript/only-throw-error -- what a check of one's own may do
        throw undefined
      },
    ],
  ])('is refused where its check %s', async (_, check) => {
    const { verify } = verifierWith({ tenant: check })
    expect(await outcome(verify(token({ crit: ['tenant'], tenant: 'a' })))).toBe('ERR_HEADER_INVALID')
    expect(await outcome(verify(token({})))).toBe('accepted')
  })

  test('is handed to its check once it is signed, and frozen', async () => {
    asked.length = 0
    const header = { crit: ['tenant'], tenant: { a: ['b'] } }
    const forged = fake.customToken('x+jwt', {}, { header, key: new FakeIssuer().key })
    expect(await outcome(understood.verify(forged))).toBe('ERR_SIGNATURE_INVALID')
    expect(asked).toEqual([])
    expect(await outcome(understood.verify(token(header)))).toBe('ERR_HEADER_INVALID')
    expect(Object.isFrozen(asked[0])).toBe(true)
    expect(Object.isFrozen((asked[0] as { a: unknown }).a)).toBe(true)
    expect(Object.getPrototypeOf(asked[0])).toBe(null)
  })

  test('is told by its step and in the description', async () => {
    const { steps } = await understood.explain(token({ crit: ['tenant'], tenant: 'b' }))
    expect(steps.find((step) => step.outcome === 'failed')).toMatchObject({ step: 'extensions' })
    const unknown = await understood.explain(token({ crit: ['exp'], exp: 1 }))
    expect(unknown.steps.find((step) => step.outcome === 'failed')).toMatchObject({ step: 'header' })
    expect((await understood.explain(token({}))).steps.map(({ step }) => step)).toContain('extensions')
    expect(described(understood)).toContain('| understood in `crit` | `tenant`, `https://example.com/b` |')
  })

  test('leaves a clock that is away as it is', async () => {
    const clock = { now: () => Number.NaN, monotonic: () => 0 }
    const { x } = defineTokens({ x: typeWith() }, { clock })
    const { steps } = await x.explain(token({}))
    expect(steps.find((step) => step.outcome === 'failed')).toMatchObject({ step: 'claims' })
  })
})

test('a header whose crit names what everybody understands, or nothing, is none for any type', () => {
  const read = (header: object) =>
    readHeader(jwsOf(segment(JSON.stringify({ alg: 'ES256', typ: 'x+jwt', '': 1, ...header }))))
  for (const crit of [['alg'], ['typ'], ['crit'], [''], ['tenant', 'alg']]) {
    expect(read({ crit, tenant: 'a' })).toEqual({ code: 'ERR_HEADER_INVALID', claim: undefined })
  }
  expect(read({ crit: ['tenant'], tenant: 'a' })).toMatchObject({ critical: [['tenant', 'a']] })
})

describe('a remembered header', () => {
  const header = { crit: ['tenant'], tenant: 'a' }

  test('is checked anew each time', async () => {
    let answer = true
    const { verify } = verifierWith({ tenant: () => answer })
    const text = token(header)
    expect(await outcome(verify(text))).toBe('accepted')
    const [first = ''] = text.split('.')
    expect(knownHeader(first)).toMatchObject({ critical: [['tenant', 'a']] })
    answer = false
    expect(await outcome(verify(text))).toBe('ERR_HEADER_INVALID')
  })

  test('is understood by no other type for it', async () => {
    expect(await outcome(understood.verify(token(header)))).toBe('accepted')
    expect(await outcome(verifierWith().verify(token(header)))).toBe('ERR_HEADER_INVALID')
    expect(await outcome(verifierWith({ other: () => true }).verify(token(header)))).toBe('ERR_HEADER_INVALID')
    expect(await outcome(verifierWith({ tenant: () => false }).verify(token(header)))).toBe('ERR_HEADER_INVALID')
  })

  test('is none for verifyCompactJws, which understands nothing', async () => {
    expect(await outcome(understood.verify(token(header)))).toBe('accepted')
    expect(await outcome(verifyCompactJws(token(header), fake.key.source))).toBe('ERR_HEADER_INVALID')
    expect(await outcome(verifyCompactJws(token({}), fake.key.source))).toBe('accepted')
  })
})

describe('extensions are refused when a type is made', () => {
  test.each(['alg', 'typ', 'kid', 'crit', 'b64', 'enc', 'zip', 'epk', 'p2c', 'jwk', 'x5t#S256', 'ALG', 'Crit'])(
    'for %s, which has rules of its own',
    (name) => {
      expect(mistake(() => typeWith({ [name]: () => true }))).toBe('ERR_OPTION_INVALID')
    },
  )

  test.each<[string, unknown]>([
    ['a name that does harm', JSON.parse('{"__proto__":1}')],
    ['another such', { constructor: () => true }],
    ['an empty name', { '': () => true }],
    ['a name with a space at an end', { 'tenant ': () => true }],
    ['a check that is no function', { tenant: true }],
    ['no check', { tenant: undefined }],
    ['a list', ['tenant']],
    ['a name', 'tenant'],
    ['a map', new Map([['tenant', () => true]])],
    ['null', null],
  ])('for %s', (_, extensions) => {
    expect(mistake(() => typeWith(extensions))).toBe('ERR_OPTION_INVALID')
  })
})

test('what a type is given afterwards changes nothing', async () => {
  const extensions: Record<string, () => boolean> = { tenant: () => false }
  const { verify } = verifierWith(extensions)
  extensions['tenant'] = () => true
  extensions['exp'] = () => true
  expect(await outcome(verify(token({ crit: ['tenant'], tenant: 'a' })))).toBe('ERR_HEADER_INVALID')
  expect(await outcome(verify(token({ crit: ['exp'], exp: 1 })))).toBe('ERR_HEADER_INVALID')
})
