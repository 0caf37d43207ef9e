import { accessToken, defineTokens, DependencyError, issuer, issuers, type Issuer } from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testSecret } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { outcome } from '../tokens/outcome.ts'

const audience = 'https://api.test'

/** A set whose issuers are resolved by this function, which is counted. */
function resolving(resolve: (iss: string, fake: FakeIssuer) => Issuer | undefined | Promise<Issuer | undefined>) {
  const fake = new FakeIssuer({ keys: [testSecret()] })
  const asked: string[] = []
  const resolver = issuers((iss) => {
    asked.push(iss)
    return resolve(iss, fake)
  })
  const { access } = defineTokens({ access: accessToken({ issuer: resolver, audience }) }, { clock: fake.clock })
  const verify = (iss: string = fake.id) =>
    access.verify(fake.accessToken({ claims: { iss, exp: 1_800_000_000 + 80_000, iat: 1_800_000_000 } }))
  return { fake, asked, verify }
}

test('a known issuer is asked for once in ten minutes', async () => {
  const { fake, asked, verify } = resolving((_, { issuer: known }) => known)
  for (let at = 0; at < 3; at++) expect(await outcome(verify())).toBe('accepted')
  expect(asked).toEqual([fake.id])
  fake.clock.advance(599)
  await verify()
  expect(asked).toHaveLength(1)
  fake.clock.advance(1)
  await verify()
  expect(asked).toHaveLength(2)
})

test('an issuer that was known for ten minutes is so no longer, though the clock runs backwards', async () => {
  const fake = new FakeIssuer({ keys: [testSecret()] })
  let [now, isKnown] = [0, true]
  const clock = { now: () => fake.clock.now(), monotonic: () => now }
  const resolver = issuers(() => (isKnown ? fake.issuer : undefined))
  const { access } = defineTokens({ access: accessToken({ issuer: resolver, audience }) }, { clock })
  expect(await outcome(access.verify(fake.accessToken()))).toBe('accepted')
  ;[now, isKnown] = [600_000, false]
  const first = outcome(access.verify(fake.accessToken()))
  now = 599_999
  const second = outcome(access.verify(fake.accessToken()))
  expect(await Promise.all([first, second])).toEqual(['ERR_ISSUER_UNKNOWN iss', 'ERR_ISSUER_UNKNOWN iss'])
})

test('an unknown issuer is asked for once in thirty seconds, however often it is offered', async () => {
  const { fake, asked, verify } = resolving(() => undefined)
  for (let at = 0; at < 30; at++) {
    expect(await outcome(verify())).toBe('ERR_ISSUER_UNKNOWN iss')
    fake.clock.advance(1)
  }
  expect(asked).toHaveLength(1)
  await outcome(verify())
  expect(asked).toHaveLength(2)
})

test('an answer that failed is not kept', async () => {
  let away = true
  const { asked, verify } = resolving((_, fake) => {
    if (away) throw new Error('away')
    return fake.issuer
  })
  await expect(verify()).rejects.toBeInstanceOf(DependencyError)
  away = false
  expect(await outcome(verify())).toBe('accepted')
  expect(asked).toHaveLength(2)
})

test('requests at the same time ask once', async () => {
  const { asked, verify } = resolving(async (_, fake) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    return fake.issuer
  })
  await Promise.all([verify(), verify(), verify()])
  expect(asked).toHaveLength(1)
})

test('a thousand answers are kept, and those used last stay longest', async () => {
  const { fake, asked, verify } = resolving((iss, { id, issuer: known }) => (iss === id ? known : undefined))
  await verify()
  for (let at = 0; at < 1500; at++) {
    await outcome(verify(`https://${at}.test`))
    if (at % 100 === 0) await verify()
  }
  expect(asked.filter((iss) => iss === fake.id)).toHaveLength(1)
  expect(asked).toHaveLength(1501)
  await outcome(verify('https://1499.test'))
  expect(asked).toHaveLength(1501)
  await outcome(verify('https://0.test'))
  expect(asked).toHaveLength(1502)
})

test('of a thousand known issuers those used last stay longest', async () => {
  const key = testSecret()
  const fake = new FakeIssuer({ keys: [key] })
  const asked: string[] = []
  const resolver = issuers((iss) => {
    asked.push(iss)
    return issuer(iss, { keys: key.source })
  })
  const { access } = defineTokens({ access: accessToken({ issuer: resolver, audience }) }, { clock: fake.clock })
  const verify = (at: number) => outcome(access.verify(fake.accessToken({ claims: { iss: `https://${at}.test` } })))
  for (let at = 0; at < 1000; at++) expect(await verify(at)).toBe('accepted')
  expect(await verify(0)).toBe('accepted')
  expect(await verify(1000)).toBe('accepted')
  expect(asked).toHaveLength(1001)
  await verify(0)
  expect(asked).toHaveLength(1001)
  await verify(1)
  expect(asked).toHaveLength(1002)
})

test('an issuer may be answered for any of its spellings, and for no other', async () => {
  const key = testSecret()
  const fake = new FakeIssuer({ keys: [key] })
  const aliased = issuer('a', { keys: key.source, aliases: ['b'] })
  const set = defineTokens({ access: accessToken({ issuer: issuers(() => aliased), audience }) }, { clock: fake.clock })
  const verify = (iss: string) => set.access.verify(fake.accessToken({ claims: { iss } }))
  expect(await outcome(verify('a'))).toBe('accepted')
  expect(await outcome(verify('b'))).toBe('accepted')
  await expect(verify('c')).rejects.toMatchObject({ name: 'DependencyError', code: 'ERR_ISSUER_UNAVAILABLE' })
})

test('a clock that is away makes a resolved issuer unavailable', async () => {
  const fake = new FakeIssuer({ keys: [testSecret()] })
  const clock = { now: () => fake.clock.now(), monotonic: () => NaN }
  const set = defineTokens({ access: accessToken({ issuer: issuers(() => fake.issuer), audience }) }, { clock })
  await expect(set.access.verify(fake.accessToken())).rejects.toMatchObject({ code: 'ERR_CLOCK_UNAVAILABLE' })
})

test('an issuer that fetches and is used by two clocks is a mistake of the program, when it is seen', async () => {
  const remote = issuer('https://a.test', { algorithms: ['ES256'] })
  defineTokens({ access: accessToken({ issuer: remote, audience }) }, { clock: fixedClock() })
  const { verify } = resolving(() => remote)
  await expect(verify('https://a.test')).rejects.toMatchObject({
    name: 'ConfigurationError',
    code: 'ERR_OPTIONS_CONTRADICT',
  })
})
