import { accessToken, anyOf, createGuard, customToken, defineTokens, idToken, separation } from '@jwt-guard/core'
import { FakeIssuer, fixedClock } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { receivedWith } from '../http/received.ts'
import { recordedEvents } from '../http/service.ts'
import { kindNames, kindOf, verdictsOf, type KindName } from './kinds.ts'
import { mistake, outcome } from './outcome.ts'

/** 2027-01-15T08:00:00Z, so that the sixteenth begins 16 hours later. */
const start = 1_800_000_000
const date = '2027-01-16'
const untilThen = 16 * 3600
const fake = new FakeIssuer({ clock: fixedClock(start) })
const events = recordedEvents()

/** Options that make every kind one with a `typ` of its own, and that `typ`. */
const typed: Readonly<Partial<Record<KindName, readonly [typ: string, options?: object]>>> = {
  accessToken: ['at+jwt'],
  logoutToken: ['logout+jwt'],
  clientAssertion: ['client-authentication+jwt'],
  authorizationGrant: ['bank-grant+jwt', { profile: 'bank-grant+jwt' }],
  identityAssertionGrant: ['oauth-id-jag+jwt'],
  securityEventToken: ['secevent+jwt'],
  requestObject: ['oauth-authz-req+jwt'],
  introspectionResponse: ['token-introspection+jwt'],
  transactionToken: ['txntoken+jwt'],
  customToken: ['own+jwt'],
}
const migrating = Object.entries(typed) as readonly (readonly [KindName, readonly [string, object?]])[]
const withRequirement: readonly KindName[] = ['logoutToken', 'clientAssertion', 'authorizationGrant']

describe.each(migrating)('%s', (name, [own, options]) => {
  /** What becomes of a token with this `typ`, made that long after the start. */
  const after = (seconds: number, typ: string | undefined, more?: object) => {
    const then = new FakeIssuer({ clock: fixedClock(start + seconds) })
    return verdictsOf(name, then, { ...options, untypedUntil: date, ...more })({}, { typ })
  }

  test('C-09 until the date a typ that says nothing is taken, and from then on none is', async () => {
    for (const typ of [undefined, 'JWT', 'jwt', 'application/jwt']) {
      expect(await after(0, typ)).toBe('accepted')
      expect(await after(untilThen - 1, typ)).toBe('accepted')
      expect(await after(untilThen - 0.001, typ)).toBe('accepted')
      for (const seconds of [untilThen, untilThen + 1, 1e8]) expect(await after(seconds, typ)).toBe('ERR_TYP_MISMATCH')
    }
  })

  test('C-09 its own typ is taken before, at and after the date', async () => {
    for (const seconds of [0, untilThen - 1, untilThen, 1e8]) expect(await after(seconds, own)).toBe('accepted')
  })

  test('C-09 another typ that says something is never taken', async () => {
    for (const typ of ['id+jwt', 'dpop+jwt', 'JWTs', `text/${own}`]) {
      for (const seconds of [0, untilThen, 1e8]) expect(await after(seconds, typ)).toBe('ERR_TYP_MISMATCH')
    }
  })

  test('a date that has passed already takes none', async () => {
    for (const typ of [undefined, 'JWT'])
      expect(await after(0, typ, { untypedUntil: '2027-01-15' })).toBe('ERR_TYP_MISMATCH')
    expect(await after(0, own, { untypedUntil: '2027-01-15' })).toBe('accepted')
  })
})

const noDates = ['2027-02-30', '2027-13-01', '2027-00-10', '2027-1-1', '20270630', '2027-06-30T00:00:00Z', '30.06.2027']
test.each([
  ...noDates,
  '',
  ' ',
  'soon',
  '+02027-06-30',
  '+010000-01',
  '-000001-01',
  1_800_000_000,
  NaN,
  null,
  true,
  ['2027-06-30'],
  new Date(0),
])('a date is written as 2027-06-30, and is one: %j is not', (untypedUntil) => {
  for (const [name, [, options]] of migrating) {
    expect(mistake(() => kindOf(name).type(fake, { ...options, untypedUntil }))).toBe('ERR_OPTION_INVALID')
  }
})

test('the 29th of February is a date where there is one', () => {
  const make = (untypedUntil: string) => mistake(() => kindOf('accessToken').type(fake, { untypedUntil }))
  expect([make('2028-02-29'), make('2027-02-29')]).toEqual(['accepted', 'ERR_OPTION_INVALID'])
})

test('undefined is no date and no requirement', () => {
  for (const options of [{ untypedUntil: undefined }, { typ: undefined }]) {
    expect(mistake(() => kindOf('logoutToken').type(fake, options))).toBe('ERR_OPTION_MISSING')
  }
})

test('only the word required requires a typ', () => {
  for (const typ of ['optional', 'logout+jwt', true, null, '']) {
    for (const name of withRequirement) {
      expect(mistake(() => kindOf(name).type(fake, { ...typed[name]?.[1], typ }))).toBe('ERR_OPTION_INVALID')
    }
  }
})

test('what has a typ of its own anyway cannot be told to require it, and what has none can neither', () => {
  const others = kindNames.filter((name) => !withRequirement.includes(name) && name !== 'customToken')
  for (const name of others) {
    expect(mistake(() => kindOf(name).type(fake, { typ: 'required' }))).toBe('ERR_OPTION_UNKNOWN')
  }
  for (const name of ['idToken', 'userInfoResponse'] as const) {
    expect(mistake(() => kindOf(name).type(fake, { untypedUntil: date }))).toBe('ERR_OPTION_UNKNOWN')
  }
})

test('to take JWT for ever and until a date contradict one another', () => {
  for (const name of ['logoutToken', 'clientAssertion'] as const) {
    const make = () => kindOf(name).type(fake, { typ: 'or JWT', untypedUntil: date })
    expect(mistake(make)).toBe('ERR_OPTIONS_CONTRADICT')
  }
})

test('what was accepted untyped holds on a request until the date, and then no longer', async () => {
  const clock = fixedClock(start)
  const then = new FakeIssuer({ clock })
  const type = accessToken({ issuer: then.issuer, audience: 'https://api.test', untypedUntil: date, maxLifetime: '2d' })
  const guard = createGuard(defineTokens({ access: type }, { clock }).access)
  const claims = { exp: start + 86_400 }
  const untyped = await receivedWith(then.accessToken({ header: { typ: undefined }, claims }))
  const typedRequest = await receivedWith(then.accessToken({ claims }))
  for (const request of [untyped, typedRequest]) {
    expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  }
  clock.advance(untilThen)
  expect(await guard.check(untyped)).toMatchObject({ status: 401 })
  expect(await guard.check(typedRequest)).toMatchObject({ verdict: 'accepted' })
})

test('a kind whose own typ is none, or JWT, has nothing to require and nothing to migrate to', () => {
  for (const profile of [{}, { profile: 'JWT' }, { profile: 'application/jwt' }]) {
    for (const options of [{ typ: 'required' }, { untypedUntil: date }, { typ: 'required', untypedUntil: date }]) {
      const make = () => kindOf('authorizationGrant').type(fake, { ...profile, ...options })
      expect(mistake(make)).toBe('ERR_OPTIONS_CONTRADICT')
    }
  }
  expect(mistake(() => kindOf('customToken').type(fake, { typ: 'JWT', untypedUntil: date }))).toBe(
    'ERR_OPTIONS_CONTRADICT',
  )
})

test.each(withRequirement)('%s may require typ from a date on', async (name) => {
  const options = { ...typed[name]?.[1], typ: 'required', untypedUntil: date }
  expect(await verdictsOf(name, fake, options)({}, { typ: undefined })).toBe('accepted')
  const later = new FakeIssuer({ clock: fixedClock(start + untilThen) })
  expect(await verdictsOf(name, later, options)({}, { typ: undefined })).toBe('ERR_TYP_MISMATCH')
})

const access = accessToken({ issuer: fake.issuer, audience: 'https://api.test', untypedUntil: date })
const own = customToken({ issuer: fake.issuer, audience: 'https://api.test', typ: 'own+jwt', maxLifetime: 900 })
const tokens = defineTokens({ access, own }, { clock: fake.clock })
const tokenWith = (typ: string | undefined) => fake.accessToken({ header: { typ } })

test('verify tells of each untyped token that it accepts, and of no other', async () => {
  for (const typ of [undefined, 'JWT', 'at+jwt', 'id+jwt']) await outcome(tokens.access.verify(tokenWith(typ)))
  await tokens.own.verify(fake.customToken('own+jwt', {}))
  await outcome(tokens.access.verify(fake.accessToken({ header: { typ: 'JWT' }, claims: { aud: 'other' } })))
  expect(events).toEqual([
    { verdict: 'accepted', type: 'access', untyped: true },
    { verdict: 'accepted', type: 'access', untyped: true },
    { verdict: 'accepted', type: 'access' },
    { verdict: 'refused', type: 'access', code: 'ERR_TYP_MISMATCH' },
    { verdict: 'accepted', type: 'own' },
    { verdict: 'refused', type: 'access', code: 'ERR_AUDIENCE_MISMATCH', claim: 'aud' },
  ])
})

test.each([
  ['one type', () => createGuard(tokens.access)],
  ['several', () => createGuard(anyOf(tokens.own, tokens.access))],
])('a guard of %s tells of each untyped token that it lets in, once', async (_, makeGuard) => {
  const guard = makeGuard()
  for (const typ of [undefined, 'JWT', 'at+jwt']) {
    const request = await receivedWith(tokenWith(typ))
    for (const again of [1, 2])
      expect([again, await guard.check(request)]).toMatchObject([again, { verdict: 'accepted' }])
  }
  expect(events).toEqual([
    { verdict: 'accepted', type: 'access', untyped: true },
    { verdict: 'accepted', type: 'access', untyped: true },
    { verdict: 'accepted', type: 'access' },
  ])
})

test('a kind that takes untyped tokens for good does not tell of them', async () => {
  const id = idToken({ issuer: fake.issuer, clientId: 'web' })
  const set = defineTokens({ id }, { clock: fake.clock })
  for (const typ of [undefined, 'JWT']) await set.id.verify(fake.idToken({ header: { typ } }), { nonce: 'nonce-1' })
  expect(events).toEqual([
    { verdict: 'accepted', type: 'id' },
    { verdict: 'accepted', type: 'id' },
  ])
})

test('the proof counts untyped tokens as accepted, before and after the date', () => {
  const id = idToken({ issuer: fake.issuer, clientId: 'https://api.test' })
  const typedOnly = accessToken({ issuer: fake.issuer, audience: 'https://api.test' })
  expect(separation(defineTokens({ access: typedOnly, id })).map(({ witness }) => witness.slice(0, 4))).toEqual([
    'typ:',
  ])
  for (const seconds of [0, untilThen, 1e8]) {
    const clock = fixedClock(start + seconds)
    expect(mistake(() => defineTokens({ access, id }, { clock }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
  }
})

test('the step of the date is explained, and fails by it', async () => {
  const dated = expect.stringContaining('until') as string
  const { steps } = await tokens.access.explain(tokenWith(undefined))
  expect(steps).toContainEqual({ step: dated, outcome: 'passed' })
  const late = fixedClock(start + untilThen)
  const set = defineTokens({ access }, { clock: late })
  const own = new FakeIssuer({ keys: [fake.key as never], clock: late })
  const explained = await set.access.explain(own.accessToken({ header: { typ: 'JWT' } }))
  expect(explained).toMatchObject({ accepted: false, code: 'ERR_TYP_MISMATCH' })
  expect(explained.steps).toContainEqual(expect.objectContaining({ step: dated, outcome: 'failed' }))
})

describe.each(['logoutToken', 'clientAssertion'] as const)('%s with typ: or JWT', (name) => {
  const [own] = typed[name] ?? ['']
  const verdict = (typ: string | undefined, options: Readonly<Record<string, unknown>> = { typ: 'or JWT' }) =>
    verdictsOf(name, fake, options)({}, { typ })

  test('LO-10 CA-4 takes its own, none and JWT, and no other that says something', async () => {
    for (const typ of [own, undefined, 'JWT', 'application/jwt']) expect(await verdict(typ)).toBe('accepted')
    for (const typ of ['at+jwt', 'dpop+jwt', 'id+jwt']) expect(await verdict(typ)).toBe('ERR_TYP_MISMATCH')
  })

  test('C-09 JWT is refused unless that is said', async () => {
    expect(await verdict('JWT', {})).toBe('ERR_TYP_MISMATCH')
  })
})

test.each(['JWT', 'or jwt', 'optional', true, undefined])('typ: %j is refused when a type is made', (typ) => {
  expect(mistake(() => kindOf('logoutToken').type(fake, { typ }))).toMatch(/^ERR_OPTION_(INVALID|MISSING)$/)
})
