import { accessToken, defineTokens, issuer, issuers, remoteKeySet, type Issuer } from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testKey } from '@jwt-guard/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { es256, keyServer, outcomes, rejected } from './world.js'

const away = expect.objectContaining({ name: 'DependencyError', code: 'ERR_ISSUER_UNAVAILABLE' }) as Error

/** A type whose issuers are looked up, and what was looked up. */
function resolved(resolve: (iss: string, asked: number) => unknown) {
  const clock = fixedClock()
  const asked: string[] = []
  const known = issuers((iss) => {
    asked.push(iss)
    return resolve(iss, asked.length) as Promise<Issuer | undefined>
  })
  const { access } = defineTokens({ access: accessToken({ issuer: known, audience: 'https://api.test' }) }, { clock })
  return { clock, asked, verify: (text: string) => access.verify(text) }
}

const fake = new FakeIssuer()
const stranger = (iss: string) => fake.accessToken({ claims: { iss } })

test('an issuer is asked for by the exact iss, once in ten minutes', async () => {
  const { asked, clock, verify } = resolved(async () => fake.issuer)
  const token = () => fake.accessToken({ claims: { iat: clock.now(), exp: clock.now() + 300 } })
  await Promise.all(Array.from({ length: 20 }, () => verify(token())))
  clock.advance(599)
  await verify(token())
  expect(asked).toEqual([fake.id])
  clock.advance(1)
  await verify(token())
  expect(asked).toEqual([fake.id, fake.id])
})

test('whoever comes while an issuer is asked for anew waits for that answer', async () => {
  const { asked, clock, verify } = resolved(async () => fake.issuer)
  await verify(fake.accessToken())
  clock.advance(600)
  const late = fake.accessToken({ claims: { iat: clock.now(), exp: clock.now() + 300 } })
  await Promise.all(Array.from({ length: 100 }, () => verify(late)))
  expect(asked.length).toBe(2)
})

test('an issuer that is not known is asked for again after thirty seconds', async () => {
  const { asked, clock, verify } = resolved(() => undefined)
  const token = () => stranger('https://stranger.test')
  expect(await outcomes([verify(token()), verify(token()), verify(token())])).toEqual({ ERR_ISSUER_UNKNOWN: 3 })
  clock.advance(29)
  await expect(verify(token())).rejects.toThrow(rejected('ERR_ISSUER_UNKNOWN'))
  expect(asked.length).toBe(1)
  clock.advance(1)
  await expect(verify(token())).rejects.toThrow(rejected('ERR_ISSUER_UNKNOWN'))
  expect(asked.length).toBe(2)
})

test('nobody is asked about a token that is no token, or of another kind', async () => {
  const { asked, verify } = resolved(() => fake.issuer)
  const codes = await outcomes([
    verify('x'),
    verify(fake.idToken()),
    verify(fake.accessToken({ claims: { iss: 7 } })),
    verify(fake.accessToken({ claims: { iss: undefined } })),
  ])
  expect(codes).toEqual({ ERR_TOKEN_MALFORMED: 1, ERR_TYP_MISMATCH: 1, ERR_ISSUER_UNKNOWN: 2 })
  expect(asked).toEqual([])
})

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('away')
    },
  ],
  ['rejects', () => Promise.reject(new Error('away'))],
  ['answers with another issuer', () => new FakeIssuer({ id: 'https://other.test' }).issuer],
  ['answers with null', () => null],
  ['answers with false', () => false],
  ['answers with an id', () => fake.id],
  ['answers with what looks like an issuer', () => ({ ...fake.issuer })],
])('a function that %s is away, and is asked again', async (_, broken) => {
  const { asked, verify } = resolved((_iss, count) => (count === 1 ? broken() : fake.issuer))
  await expect(verify(fake.accessToken())).rejects.toThrow(away)
  await verify(fake.accessToken())
  expect(asked.length).toBe(2)
})

test('an alias is an exact id too', async () => {
  const own = issuer('https://issuer.test', { keys: testKey().source, aliases: ['https://old.test'] })
  const { verify } = resolved(() => own)
  await expect(verify(stranger('https://old.test'))).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
  await expect(verify(stranger('https://OLD.test'))).rejects.toThrow(away)
})

test('a thousand answers are kept, and those longest unused go first', async () => {
  const { asked, verify } = resolved(() => undefined)
  const ask = async (name: string) => {
    await expect(verify(stranger(name))).rejects.toThrow(rejected('ERR_ISSUER_UNKNOWN'))
  }
  await ask('first')
  for (let index = 0; index < 999; index++) await ask(`filler-${index}`)
  await ask('first')
  expect(asked.length).toBe(1000)
  await ask('one more')
  await ask('first')
  expect(asked.length).toBe(1001)
  await ask('filler-0')
  expect(asked.length).toBe(1002)
})

test('the keys of a resolved issuer may be fetched, by the clock of the set', async () => {
  const remote = new FakeIssuer()
  const server = await keyServer(remote.jwks)
  const found = issuer(remote.id, { keys: remoteKeySet(server.jwksUrl, es256) })
  const { clock, verify } = resolved(() => found)
  const token = () => remote.accessToken({ claims: { iat: clock.now(), exp: clock.now() + 300 } })
  await verify(token())
  clock.advance(600)
  await verify(token())
  expect(server.requests.length).toBe(2)
})

test.each([undefined, null, 'https://issuer.test', [], {}])('issuers takes a function, and not %s', (given) => {
  const make = issuers as (resolve: unknown) => unknown
  expect(() => make(given)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
})

/** Timers that run when the test says so. */
function timers() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
}

test.each<[string, () => unknown]>([
  ['throws at once', () => new URL('no URL')],
  ['rejects', () => Promise.reject(new Error('away'))],
])('a function that %s leaves no deadline behind that could end the process', async (_, resolve) => {
  timers()
  const { verify } = resolved(resolve)
  await expect(verify(fake.accessToken())).rejects.toThrow(away)
  expect(vi.getTimerCount()).toBe(0)
})

test('an answer leaves no deadline behind', async () => {
  timers()
  const { verify } = resolved(() => fake.issuer)
  await verify(fake.accessToken())
  expect(vi.getTimerCount()).toBe(0)
})

test('a function that never answers is unavailable after five seconds, and is asked anew', async () => {
  timers()
  const { asked, verify } = resolved(() => new Promise(() => {}))
  const first = outcomes([verify(fake.accessToken())])
  await vi.advanceTimersByTimeAsync(4999)
  expect(vi.getTimerCount()).toBe(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(await first).toEqual({ ERR_ISSUER_UNAVAILABLE: 1 })
  const second = outcomes([verify(fake.accessToken())])
  await vi.advanceTimersByTimeAsync(5000)
  expect(await second).toEqual({ ERR_ISSUER_UNAVAILABLE: 1 })
  expect(asked).toEqual([fake.id, fake.id])
})
