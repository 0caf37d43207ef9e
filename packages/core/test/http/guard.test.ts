import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import {
  accessToken,
  createGuard,
  defineTokens,
  issuer,
  issuers,
  remoteKeySet,
  tokenOf,
  type GuardOptions,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { received, receivedWith } from './received.js'
import { fake, recordedEvents, tokens } from './service.js'

const events = recordedEvents()
const good = fake.accessToken()
const accessGuard = (options: object) => createGuard(tokens.access, options as GuardOptions)

test('an accepted request carries the token, frozen, and one event', async () => {
  const verdict = await createGuard(tokens.access).check(await receivedWith(good))
  expect(verdict).toMatchObject({ verdict: 'accepted', token: { type: 'access', claims: { sub: 'user-1' } } })
  expect(verdict.verdict === 'accepted' && Object.isFrozen(verdict.token)).toBe(true)
  expect(events).toEqual([{ verdict: 'accepted', type: 'access' }])
})

test('a request without credentials passes an optional guard, with no token', async () => {
  expect(await createGuard(tokens.access, { optional: true }).check(await received())).toEqual({
    verdict: 'accepted',
    token: undefined,
  })
  expect(events).toEqual([{ verdict: 'accepted', type: 'access' }])
})

test.each([
  ['credentials of another scheme', ['Authorization: Basic dXNlcjpwYXNz'], 401],
  ['an empty header', ['Authorization:'], 400],
  ['a bad token', ['Authorization: Bearer x'], 401],
  ['a token of another kind', [`Authorization: Bearer ${fake.idToken()}`], 401],
  ['two headers', ['Authorization: Basic x', 'Authorization: Basic y'], 400],
  ['a header for this hop alone', ['Connection: authorization', `Authorization: Bearer ${good}`], 401],
])('an optional guard does not take %s for nobody', async (_, lines, status) => {
  const guard = createGuard(tokens.access, { optional: true })
  expect(await guard.check(await received(...lines))).toMatchObject({ status })
})

test('optional: false is the default, said aloud', async () => {
  expect(await createGuard(tokens.access, { optional: false }).check(await received())).toMatchObject({ status: 401 })
})

test('authorize is asked last, with the token and the request', async () => {
  const asked: unknown[] = []
  const guard = createGuard(tokens.access, {
    authorize: (token, request: IncomingMessage) => {
      asked.push(token.claims.sub, request.url)
      return true
    },
  })
  expect(await guard.check(await receivedWith(good))).toMatchObject({ verdict: 'accepted' })
  expect(await guard.check(await receivedWith('x'))).toMatchObject({ verdict: 'refused' })
  expect(await guard.check(await received())).toMatchObject({ verdict: 'missing' })
  expect(asked).toEqual(['user-1', '/'])
})

test('authorize sees what an adapter says that it sees', async () => {
  const seen = { a: 'context of a framework' }
  const asked: unknown[] = []
  const guard = accessGuard({ authorize: (_: unknown, request: unknown) => asked.push(request) > 0 })
  await guard.check(await receivedWith(good), seen)
  expect(asked).toEqual([seen])
})

test('authorize is not asked about nobody', async () => {
  const guard = accessGuard({ optional: true, authorize: () => false })
  expect(await guard.check(await received())).toMatchObject({ verdict: 'accepted' })
})

test('authorize that says no is a 403 without a scope', async () => {
  const verdict = await accessGuard({ authorize: () => false }).check(await receivedWith(good))
  expect(verdict).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } })
  expect('headers' in verdict && verdict.headers['WWW-Authenticate']).not.toContain('scope="')
  expect(events).toEqual([{ verdict: 'refused', type: 'access', code: 'ERR_AUTHORIZATION_DENIED' }])
})

test.each([
  [
    'throws an error',
    () => {
      throw new Error('secret')
    },
  ],
  [
    'throws null',
    () => {
      throw null as unknown
    },
  ],
  [
    'throws a text',
    () => {
      throw 'secret' as unknown
    },
  ],
  [
    'throws a proxy that throws',
    () => {
      throw new Proxy(
        {},
        {
          get: () => {
            throw new Error('again')
          },
        },
      ) as unknown
    },
  ],
  ['rejects', () => Promise.reject(new Error('secret'))],
  ['rejects with nothing', () => Promise.reject(undefined as unknown)],
  ['answers nothing', () => undefined],
  ['answers null', () => null],
  ['answers 1', () => 1],
  ['answers a text', () => 'true'],
  ['answers an object', () => ({ allowed: true })],
  ['answers nothing later', () => Promise.resolve()],
])("authorize that %s lets nobody in, and is our fault and not the token's", async (_, authorize) => {
  const verdict = await accessGuard({ authorize }).check(await receivedWith(good))
  expect(verdict).toMatchObject({ verdict: 'unavailable', status: 503, headers: { 'Retry-After': '5' } })
  expect(events).toEqual([{ verdict: 'unavailable', type: 'access', code: 'ERR_AUTHORIZE_UNAVAILABLE' }])
})

test.each([
  [
    'throws',
    () => {
      throw new Error('secret')
    },
  ],
  [
    'throws undefined',
    () => {
      throw undefined as unknown
    },
  ],
  ['rejects', () => Promise.reject(new Error('secret'))],
  ['answers nothing', () => undefined],
  ['answers null', () => null],
  ['answers without a nonce', () => ({})],
  ['answers with an undefined nonce', () => ({ nonce: undefined })],
  ['answers with an empty nonce', () => ({ nonce: '' })],
  ['answers with a number', () => ({ nonce: 1 })],
  ['answers with something unknown', () => ({ nonce: 'nonce-1', noonce: 1 })],
  ['answers with a text', () => 'nonce-1'],
])("a context that %s lets nobody in, and is our fault and not the token's", async (_, context) => {
  const guard = createGuard(tokens.id, { context: context as () => { nonce: string } })
  const verdict = await guard.check(await receivedWith(fake.idToken()))
  expect(verdict).toMatchObject({ verdict: 'unavailable', status: 503 })
  expect(events).toEqual([{ verdict: 'unavailable', type: 'id', code: 'ERR_CONTEXT_UNAVAILABLE' }])
})

test('a context is made from the request, and may be late', async () => {
  const guard = createGuard(tokens.id, {
    context: async (request: IncomingMessage) => ({ nonce: String(request.headers['x-nonce']) }),
  })
  const lines = (nonce: string) => [`Authorization: Bearer ${fake.idToken()}`, `X-Nonce: ${nonce}`]
  expect(await guard.check(await received(...lines('nonce-1')))).toMatchObject({ verdict: 'accepted' })
  expect(await guard.check(await received(...lines('nonce-2')))).toMatchObject({ status: 401 })
})

test('a context is not asked for where no token is', async () => {
  let asked = 0
  const guard = createGuard(tokens.id, { optional: true, context: () => ({ nonce: String(asked++) }) })
  await guard.check(await received())
  await guard.check(await received('Authorization: Bearer'))
  expect(await guard.check(await received('Authorization: Bearer no token'))).toMatchObject({ status: 400 })
  expect(asked).toBe(0)
})

test.each([
  [
    'throws',
    () => {
      throw new Error('no time')
    },
  ],
  ['answers NaN', () => Number.NaN],
  ['answers a text', () => '1' as unknown as number],
])('a clock that %s lets nobody in, and is our fault', async (_, now) => {
  const issued = new FakeIssuer()
  const set = defineTokens(
    { access: accessToken({ issuer: issued.issuer, audience: 'https://api.test' }) },
    { clock: { now, monotonic: () => 0 } },
  )
  const verdict = await createGuard(set.access).check(await receivedWith(issued.accessToken()))
  expect(verdict).toMatchObject({ verdict: 'unavailable', status: 503 })
  expect(events).toEqual([{ verdict: 'unavailable', type: 'access', code: 'ERR_CLOCK_UNAVAILABLE' }])
})

test('what is wrong with the program is no verdict: check rejects, and nobody is let in', async () => {
  const keys = remoteKeySet('https://issuer.test/jwks', { algorithms: ['ES256'] })
  const own = issuer(fake.id, { keys })
  const setOf = (trusted: typeof own | ReturnType<typeof issuers>, clock = fixedClock()) =>
    defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock })
  setOf(own)
  const { access } = setOf(issuers(() => own))
  const request = await receivedWith(good)
  await expect(createGuard(access).check(request)).rejects.toMatchObject({ code: 'ERR_OPTIONS_CONTRADICT' })
  expect(() => tokenOf(request, access)).toThrow(expect.objectContaining({ code: 'ERR_GUARD_NOT_PASSED' }))
  expect(events).toEqual([])
})

test('what a function of the application threw is the cause of the failure that is published', async () => {
  const causes: unknown[] = []
  const record = (failure: unknown) => causes.push((failure as Error).cause)
  const thrown = new Error('away')
  const fail = () => {
    throw thrown
  }
  subscribe('jwt-guard:failure', record)
  try {
    await accessGuard({ authorize: fail }).check(await receivedWith(good))
    await accessGuard({ authorize: () => 1 }).check(await receivedWith(good))
    await createGuard(tokens.id, { context: fail }).check(await receivedWith(fake.idToken()))
  } finally {
    unsubscribe('jwt-guard:failure', record)
  }
  expect(causes).toEqual([thrown, expect.any(TypeError), thrown])
})

describe('a polluted Object.prototype', () => {
  function pollute(name: string, value: unknown) {
    Reflect.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
    return () => Reflect.deleteProperty(Object.prototype, name)
  }

  test.each(['optional', 'explainRefusals'])('does not say %s of a guard', async (name) => {
    const clean = pollute(name, true)
    const guard = createGuard(tokens.access)
    clean()
    expect(guard.optional).toBe(false)
    expect(await guard.check(await received())).toMatchObject({ verdict: 'missing', body: { error: 'token_required' } })
    const { body } = (await guard.check(await receivedWith('x'))) as { readonly body?: object }
    expect(body).not.toHaveProperty('reason')
  })

  test.each([false, true])('with a then of its own lets in nobody, optional: %s', async (optional) => {
    const guard = createGuard(tokens.access, { optional })
    const requests = [await receivedWith(`${good}x`), await receivedWith('x')]
    const clean = pollute('then', () => undefined)
    let answers: unknown[]
    try {
      answers = requests.map((request) => verdictOf(() => guard.verdictOn(request)))
    } finally {
      clean()
    }
    expect(answers).toEqual(['thrown', 'thrown'])
  })

  function verdictOf(judge: () => unknown): unknown {
    try {
      return judge()
    } catch {
      return 'thrown'
    }
  }
})

describe('verdictOn', () => {
  test('answers at once where nothing has to be waited for, with what check resolves to', async () => {
    for (const text of [good, `${good}x`, fake.idToken()]) {
      const verdict = createGuard(tokens.access).verdictOn(await receivedWith(text))
      expect(verdict).not.toBeInstanceOf(Promise)
      expect(verdict).toEqual(await createGuard(tokens.access).check(await receivedWith(text)))
    }
    const nobody = createGuard(tokens.access, { optional: true }).verdictOn(await received())
    expect(nobody).toEqual({ verdict: 'accepted', token: undefined })
  })

  test('answers in time where somebody is asked first', async () => {
    const verdict = accessGuard({ authorize: () => false }).verdictOn(await receivedWith(good))
    expect(verdict).toBeInstanceOf(Promise)
    expect(await verdict).toMatchObject({ verdict: 'refused', status: 403 })
  })

  test('throws what check rejects with', async () => {
    const request = await receivedWith(good)
    await createGuard(tokens.access).check(request)
    const { verdictOn, check } = createGuard(tokens.counted)
    const code = expect.objectContaining({ code: 'ERR_SLOT_TAKEN' })
    expect(() => verdictOn(request)).toThrow(code)
    await expect(check(request)).rejects.toThrow(code)
  })
})
