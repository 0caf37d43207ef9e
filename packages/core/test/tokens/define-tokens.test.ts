import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  accessToken,
  ConfigurationError,
  customToken,
  defineTokens,
  hmacSecret,
  idToken,
  issuer,
  issuers,
  remoteKeySet,
  separation,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testKey, testSecret } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer()
const audience = 'https://api.test'
const access = accessToken({ issuer: fake.issuer, audience })
const id = idToken({ issuer: fake.issuer, clientId: 'web' })
const base = { issuer: fake.issuer, audience, maxLifetime: 60 }

test('a set holds its types by their names, and nothing else', () => {
  const set = defineTokens({ access, id })
  expect(Object.keys(set)).toEqual(['access', 'id'])
  expect([set.access.name, set.id.name]).toEqual(['access', 'id'])
  expect(Object.getPrototypeOf(set)).toBeNull()
})

test('verify can be handed on by itself', async () => {
  const { verify } = defineTokens({ access }, { clock: fake.clock }).access
  expect((await verify(fake.accessToken())).claims.sub).toBe('user-1')
})

test('without a clock it is the one of the system', async () => {
  const set = defineTokens({ access })
  const now = Math.floor(Date.now() / 1000)
  expect(await set.access.verify(fake.accessToken({ claims: { iat: now, exp: now + 60 } }))).toBeDefined()
  await expect(set.access.verify(fake.accessToken({ claims: { iat: 1, exp: 60 } }))).rejects.toMatchObject({
    code: 'ERR_TOKEN_EXPIRED',
  })
})

test('a pair that nothing separates is named, with what would separate it', () => {
  const twin = customToken({ ...base, typ: 'at+jwt' })
  const start = () => defineTokens({ id, first: access, second: twin })
  expect(mistake(start)).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
  expect(start).toThrow(ConfigurationError)
  expect(start).toThrow(/both first \(.*RFC 9068\)\) and second \(.*at\+jwt\)/)
  expect(start).toThrow(/typ of its own/)
})

test('the matrix has one witness for every pair', () => {
  const types = { access, id, a: customToken({ ...base, typ: 'a+jwt' }), b: customToken({ ...base, typ: 'b+jwt' }) }
  const matrix = separation(defineTokens(types))
  const pairs = matrix.map(({ pair }) => pair.join(' '))
  expect(pairs).toEqual(['access id', 'access a', 'access b', 'id a', 'id b', 'a b'])
  expect(matrix.every(({ witness }) => witness.length > 0)).toBe(true)
  expect(separation(defineTokens({ access }))).toEqual([])
})

test('the matrix is that of one set', () => {
  const [one, other] = [defineTokens({ access }), defineTokens({ access })]
  expect(mistake(() => separation({ one: one.access, other: other.access }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
  expect(mistake(() => separation({ access: access as never }))).toBe('ERR_TYPE_UNNAMED')
})

test('a key belongs to one issuer of a set', () => {
  const secret = randomBytes(32)
  const [a, b] = ['a', 'b'].map((name) => issuer(name, { keys: hmacSecret(secret, 'HS256') })) as [
    typeof fake.issuer,
    typeof fake.issuer,
  ]
  const kind = (typ: string, of: typeof a) => customToken({ ...base, typ, issuer: of })
  expect(mistake(() => defineTokens({ a: kind('a+jwt', a), b: kind('b+jwt', b) }))).toBe('ERR_KEY_SHARED')
  expect(mistake(() => defineTokens({ a: kind('a+jwt', a), b: kind('b+jwt', a) }))).toBe('accepted')
  // One issuer, written down twice: the same id may have the same keys.
  const again = issuer('a', { keys: hmacSecret(secret, 'HS256') })
  expect(mistake(() => defineTokens({ a: kind('a+jwt', a), b: kind('b+jwt', again) }))).toBe('accepted')
})

test('an issuer that fetches has one clock', () => {
  const remote = issuer('https://a.test', { keys: remoteKeySet('https://a.test/jwks', { algorithms: ['ES256'] }) })
  const type = accessToken({ issuer: remote, audience })
  const clock = fixedClock()
  expect(mistake(() => defineTokens({ type }, { clock }))).toBe('accepted')
  expect(mistake(() => defineTokens({ type }, { clock }))).toBe('accepted')
  expect(mistake(() => defineTokens({ type }, { clock: fixedClock() }))).toBe('ERR_OPTIONS_CONTRADICT')
})

test('one issuer, a list of issuers and a resolver may serve', async () => {
  const other = new FakeIssuer({ id: 'https://other.test', keys: [testSecret()], clock: fake.clock })
  for (const given of [[fake.issuer, other.issuer], issuers((iss) => (iss === fake.id ? fake.issuer : other.issuer))]) {
    const set = defineTokens({ type: accessToken({ issuer: given, audience }) }, { clock: fake.clock })
    for (const one of [fake, other]) {
      expect((await set.type.verify(one.accessToken())).claims.iss).toBe(one.id)
    }
  }
})

test('two issuers of one type do not share a spelling of iss', () => {
  const [a, b] = [testKey(), testKey()]
  const twins = [issuer('a', { keys: a.source, aliases: ['x'] }), issuer('b', { keys: b.source, aliases: ['x'] })]
  expect(mistake(() => accessToken({ issuer: twins, audience }))).toBe('ERR_OPTION_INVALID')
})

test('every verification says once what became of it, without anything of the token', async () => {
  const events: unknown[] = []
  const listen = (event: unknown) => events.push(event)
  const away = issuers(() => {
    throw new Error('away')
  })
  const set = defineTokens(
    { access, away: customToken({ ...base, typ: 'a+jwt', issuer: away }) },
    { clock: fake.clock },
  )
  subscribe('jwt-guard:verdict', listen)
  try {
    await set.access.verify(fake.accessToken())
    await set.access.verify('x').catch(() => undefined)
    await set.access.verify(fake.accessToken({ claims: { sub: 1 } })).catch(() => undefined)
    await set.away.verify(fake.customToken('a+jwt', {})).catch(() => undefined)
  } finally {
    unsubscribe('jwt-guard:verdict', listen)
  }
  await set.access.verify(fake.accessToken())
  expect(events).toEqual([
    { verdict: 'accepted', type: 'access' },
    { verdict: 'refused', type: 'access', code: 'ERR_TOKEN_MALFORMED' },
    { verdict: 'refused', type: 'access', code: 'ERR_CLAIM_INVALID', claim: 'sub' },
    { verdict: 'unavailable', type: 'away', code: 'ERR_ISSUER_UNAVAILABLE' },
  ])
})

test('a resolver is not asked about an iss that is no text', async () => {
  const asked: unknown[] = []
  const resolving = issuers((iss) => {
    asked.push(iss)
    return fake.issuer
  })
  const set = defineTokens({ type: accessToken({ issuer: resolving, audience }) }, { clock: fake.clock })
  expect(await outcome(set.type.verify(fake.accessToken()))).toBe('accepted')
  for (const iss of [42, null, true, [fake.id], undefined]) {
    expect(await outcome(set.type.verify(fake.accessToken({ claims: { iss } })))).toBe('ERR_ISSUER_UNKNOWN iss')
  }
  expect(asked).toEqual([fake.id])
})
