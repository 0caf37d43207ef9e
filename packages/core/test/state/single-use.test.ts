import {
  anyOf,
  authorizationGrant,
  clientAssertion,
  customToken,
  defineTokens,
  describe as described,
  DependencyError,
  issuer,
  singleProcessStore,
  transactionToken,
  userInfoResponse,
  type ReplayStore,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testKey } from '@jwt-guard/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import * as z from 'zod'
import { mistake, outcome } from '../tokens/outcome.js'

const audience = 'https://api.test'
const clock = fixedClock()
const fake = new FakeIssuer({ clock })
const other = new FakeIssuer({ clock, id: 'https://other.test' })

function resetWith(singleUse: ReplayStore, options: object = {}) {
  const issuer = [fake.issuer, other.issuer]
  const type = customToken({ typ: 'reset+jwt', issuer, audience, maxLifetime: '15m', singleUse, ...options })
  return defineTokens({ reset: type }, { clock }).reset
}
const token = (claims: object = {}, by = fake) => by.customToken('reset+jwt', { ...claims })
const used = 'ERR_TOKEN_REPLAYED jti'

/** A store that notes what it is asked, and answers as it is told. */
function noting(answer: () => unknown = () => true) {
  const asked: (readonly [key: string, seconds: number])[] = []
  const add = (key: string, seconds: number) => {
    asked.push([key, seconds])
    return answer() as boolean
  }
  return { asked, store: { add } }
}

test('a token is accepted once, each token for itself', async () => {
  const reset = resetWith(singleProcessStore())
  const [first, second] = [token(), token()]
  expect(await outcome(reset.verify(first))).toBe('accepted')
  expect(await outcome(reset.verify(first))).toBe(used)
  expect(await outcome(reset.verify(second))).toBe('accepted')
  expect(await outcome(reset.verify(second))).toBe(used)
})

test('a type without it accepts a token as often as it comes', async () => {
  const type = customToken({ typ: 'reset+jwt', issuer: fake.issuer, audience, maxLifetime: '15m' })
  const { reset } = defineTokens({ reset: type }, { clock })
  const text = token()
  for (let time = 0; time < 3; time++) expect(await outcome(reset.verify(text))).toBe('accepted')
})

test('of a thousand at once one is accepted', async () => {
  const reset = resetWith(singleProcessStore())
  const text = token()
  const outcomes = await Promise.all(Array.from({ length: 1000 }, () => outcome(reset.verify(text))))
  expect(outcomes.filter((one) => one === 'accepted').length).toBe(1)
  expect(outcomes.filter((one) => one === used).length).toBe(999)
})

describe('what a token is', () => {
  test('is its issuer and its jti: one jti of two issuers is two tokens', async () => {
    const reset = resetWith(singleProcessStore())
    expect(await outcome(reset.verify(token({ jti: 'one' })))).toBe('accepted')
    expect(await outcome(reset.verify(token({ jti: 'one' }, other)))).toBe('accepted')
    expect(await outcome(reset.verify(token({ jti: 'one' })))).toBe(used)
    expect(await outcome(reset.verify(token({ jti: 'one' }, other)))).toBe(used)
  })

  test('is not its text: signed again with the same jti it is the same', async () => {
    const reset = resetWith(singleProcessStore())
    expect(await outcome(reset.verify(token({ jti: 'one', sub: 'a' })))).toBe('accepted')
    expect(await outcome(reset.verify(token({ jti: 'one', sub: 'b' })))).toBe(used)
  })

  test('takes no room by its length, and is told to the store as a hash', async () => {
    const { asked, store } = noting()
    const reset = resetWith(store)
    for (const jti of ['short', 'x'.repeat(1024)]) await reset.verify(token({ jti }))
    expect(asked.map(([key]) => key)).toEqual([
      expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
    ])
    expect(asked[0]).not.toEqual(asked[1])
  })

  test('stays, whatever a schema makes of the claims', async () => {
    const claims = z.object({ sub: z.string() })
    const reset = resetWith(singleProcessStore(), { claims })
    expect(await outcome(reset.verify(token({ jti: 'one', sub: 'a' })))).toBe('accepted')
    expect(await outcome(reset.verify(token({ jti: 'two', sub: 'a' })))).toBe('accepted')
    expect(await outcome(reset.verify(token({ jti: 'one', sub: 'a' })))).toBe(used)
  })

  test('has to be said: without jti nothing is accepted', async () => {
    const reset = resetWith(singleProcessStore())
    for (const jti of [undefined, null, 7, '', {}]) {
      expect(await outcome(reset.verify(token({ jti })))).toMatch(/^ERR_CLAIM_(MISSING|INVALID) jti$/)
    }
  })

  test('is demanded by kinds that do not demand it otherwise', async () => {
    const grant = authorizationGrant({
      issuer: fake.issuer,
      audience: 'https://as.test',
      singleUse: singleProcessStore(),
    })
    const { g } = defineTokens({ g: grant }, { clock })
    expect(await outcome(g.verify(fake.authorizationGrant({ claims: { jti: undefined } })))).toBe(
      'ERR_CLAIM_MISSING jti',
    )
    const text = fake.authorizationGrant()
    expect([await outcome(g.verify(text)), await outcome(g.verify(text))]).toEqual(['accepted', used])
  })
})

describe('nothing is used up by', () => {
  test('a token that is refused, for whatever reason', async () => {
    const { asked, store } = noting()
    const reset = resetWith(store, { required: ['sub'], claims: z.object({ sub: z.literal('user-1') }) })
    const spoilt: readonly [object, object?][] = [
      [{ sub: 'user-2' }],
      [{ sub: undefined }],
      [{ sub: 'user-1', aud: 'https://evil.test' }],
      [{ sub: 'user-1', iat: clock.now() - 600, exp: clock.now() - 300 }],
      [{ sub: 'user-1', cnf: { jkt: 'x' } }],
      [{ sub: 'user-1' }, { key: testKey('ES256') }],
    ]
    for (const [claims, changes] of spoilt) {
      const text = fake.customToken('reset+jwt', { jti: 'one', ...claims }, changes)
      expect(await outcome(reset.verify(text))).not.toBe('accepted')
    }
    expect(asked).toEqual([])
    expect(await outcome(reset.verify(token({ jti: 'one', sub: 'user-1' })))).toBe('accepted')
    expect(asked.length).toBe(1)
  })

  test('an explanation, which says so', async () => {
    const { asked, store } = noting()
    const reset = resetWith(store)
    const text = token()
    const { accepted, steps } = await reset.explain(text)
    expect(accepted).toBe(true)
    expect(steps.at(-1)).toEqual({
      step: 'single use',
      outcome: 'not reached',
      detail: 'to explain a token does not use it up',
    })
    expect(steps.filter((step) => step.outcome === 'not reached').length).toBe(1)
    expect((await reset.explain('x')).steps.at(-1)).toMatchObject({ step: 'single use', outcome: 'not reached' })
    expect(asked).toEqual([])
  })
})

test('anyOf uses a token up once, for the type that accepts it', async () => {
  const { asked, store } = noting()
  const common = { issuer: fake.issuer, audience, maxLifetime: '15m' } as const
  const tokens = defineTokens(
    {
      a: customToken({ ...common, typ: 'a+jwt', singleUse: store }),
      b: customToken({ ...common, typ: 'b+jwt', singleUse: store }),
      c: customToken({ ...common, typ: 'c+jwt' }),
    },
    { clock },
  )
  const any = anyOf(tokens.a, tokens.b, tokens.c)
  const text = fake.customToken('b+jwt', {})
  await any.explain(text)
  expect(asked.length).toBe(0)
  expect((await any.verify(text)).type).toBe('b')
  expect(asked.length).toBe(1)
  await any.verify(fake.customToken('c+jwt', {}))
  expect(asked.length).toBe(1)
})

describe('how long it is remembered', () => {
  test.each<[string, number, object, object]>([
    ['until exp, and twice the tolerance for other clocks', 300 + 61, {}, {}],
    ['for a token that has just ended, too', 61, { iat: clock.now() - 320, exp: clock.now() - 20 }, {}],
    ['by the type’s own tolerance', 300 + 201, {}, { clockTolerance: 100 }],
    ['in whole seconds, rounded up', 301 + 61, { exp: clock.now() + 300.2 }, {}],
  ])('is %s', async (_, seconds, claims, options) => {
    const { asked, store } = noting()
    await resetWith(store, options).verify(token(claims))
    expect(asked.map(([, time]) => time)).toEqual([seconds])
  })

  test('is until its age is too great, where it has no exp', async () => {
    const { asked, store } = noting()
    const type = customToken({ typ: 'reset+jwt', issuer: fake.issuer, audience, maxLifetime: '15m', singleUse: store })
    const assertion = clientAssertion({ issuer: fake.issuer, audience: 'https://as.test', singleUse: store })
    const tokens = defineTokens({ type, assertion }, { clock })
    await tokens.assertion.verify(fake.clientAssertion({ claims: { exp: clock.now() + 120 } }))
    expect(asked.map(([, time]) => time)).toEqual([120 + 61])
  })

  test('is as long as it could be accepted: at no second between is it new', async () => {
    const reset = resetWith(singleProcessStore())
    const text = token({ iat: clock.now(), exp: clock.now() + 60 })
    expect(await outcome(reset.verify(text))).toBe('accepted')
    const later: string[] = []
    for (let second = 0; second < 200; second++) {
      clock.advance(1)
      later.push(await outcome(reset.verify(text)))
    }
    expect(later.slice(0, 89)).toEqual(later.slice(0, 89).map(() => used))
    expect(later.slice(89)).toEqual(later.slice(89).map(() => 'ERR_TOKEN_EXPIRED exp'))
  })

  test('is no longer than that: its place is free for another', async () => {
    const reset = resetWith(singleProcessStore({ capacity: 1 }))
    const fresh = () => token({ iat: clock.now(), exp: clock.now() + 60 })
    expect(await outcome(reset.verify(fresh()))).toBe('accepted')
    clock.advance(60 + 60)
    await expect(reset.verify(fresh())).rejects.toThrow(expect.objectContaining({ code: 'ERR_STORE_UNAVAILABLE' }))
    clock.advance(1)
    expect(await outcome(reset.verify(fresh()))).toBe('accepted')
  })
})

describe('a store', () => {
  const away = expect.objectContaining({ name: 'DependencyError', code: 'ERR_STORE_UNAVAILABLE' }) as Error

  test.each<[string, () => unknown]>([
    [
      'that throws',
      () => {
        throw new Error('away')
      },
    ],
    ['that rejects', () => Promise.reject(new Error('away'))],
    ['that answers nothing', () => undefined],
    ['that answers null', () => null],
    ['that answers 1', () => 1],
    ['that answers 0', () => 0],
    ['that answers OK', () => 'OK'],
    ['that promises OK', async () => 'OK'],
    ['that answers with an object', () => ({})],
  ])('%s is unavailable, and the token is not accepted', async (_, answer) => {
    await expect(resetWith(noting(answer).store).verify(token())).rejects.toThrow(away)
  })

  test('may promise its answer', async () => {
    expect(await outcome(resetWith(noting(async () => true).store).verify(token()))).toBe('accepted')
    expect(await outcome(resetWith(noting(async () => false).store).verify(token()))).toBe(used)
  })

  test('that is full is unavailable, and forgets nothing', async () => {
    const reset = resetWith(singleProcessStore({ capacity: 2 }))
    const texts = [token(), token()]
    for (const text of texts) expect(await outcome(reset.verify(text))).toBe('accepted')
    await expect(reset.verify(token())).rejects.toThrow(away)
    for (const text of texts) expect(await outcome(reset.verify(text))).toBe(used)
  })

  test('that hangs has five seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { asked, store } = noting(() => new Promise(() => {}))
    const failed = vi.fn<(error: unknown) => void>()
    const done = resetWith(store).verify(token()).then(undefined, failed)
    while (asked.length === 0) await turn()
    await vi.advanceTimersByTimeAsync(4999)
    expect(failed).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    await done
    expect(failed.mock.calls).toEqual([[away]])
  })

  test('that fails late, after its time, harms nobody', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const unhandled = vi.fn<() => void>()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    const { promise, reject } = deferred()
    const { asked, store } = noting(() => promise)
    const done = resetWith(store).verify(token())
    done.catch(() => undefined)
    while (asked.length === 0) await turn()
    await vi.advanceTimersByTimeAsync(5000)
    await expect(done).rejects.toThrow(away)
    reject(new Error('late'))
    await turn()
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('is no cause that a client sees, and keeps its own for operations', async () => {
    const cause = new Error('redis://user:password@db')
    const error: unknown = await resetWith(noting(() => Promise.reject(cause)).store)
      .verify(token())
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(DependencyError)
    expect((error as DependencyError).cause).toBe(cause)
    expect((error as DependencyError).message).not.toContain('redis')
  })

  test('that was away is asked again for the next verification', async () => {
    let count = 0
    const { store } = noting(() => (++count === 1 ? Promise.reject(new Error('away')) : true))
    const reset = resetWith(store)
    const text = token()
    await expect(reset.verify(text)).rejects.toThrow(away)
    expect(await outcome(reset.verify(text))).toBe('accepted')
  })

  test('is asked as its own method', async () => {
    class Own {
      readonly #keys = new Set<string>()
      async add(key: string) {
        return this.#keys.size < this.#keys.add(key).size
      }
    }
    const reset = resetWith(new Own())
    const text = token()
    expect([await outcome(reset.verify(text)), await outcome(reset.verify(text))]).toEqual(['accepted', used])
  })
})

/** One turn of the event queue, in real time. */
const turn = () => new Promise((resolve) => void setImmediate(resolve))

function deferred() {
  let reject: (reason: Error) => void = () => {}
  const promise = new Promise<never>((_, fail) => {
    reject = fail
  })
  return { promise, reject }
}

describe('refused when a type is made is', () => {
  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'ERR_OPTION_MISSING'],
    ['true', true, 'ERR_OPTION_INVALID'],
    ['false', false, 'ERR_OPTION_INVALID'],
    ['null', null, 'ERR_OPTION_INVALID'],
    ['what is made, and not what makes it', singleProcessStore, 'ERR_OPTION_INVALID'],
    ['an object without add', {}, 'ERR_OPTION_INVALID'],
    ['an add that is no function', { add: true }, 'ERR_OPTION_INVALID'],
  ])('%s', (_, singleUse, code) => {
    expect(mistake(() => resetWith(singleUse as ReplayStore))).toBe(code)
  })

  test('a type that forbids jti', () => {
    expect(mistake(() => resetWith(singleProcessStore(), { forbidden: ['jti'] }))).toBe('ERR_OPTIONS_CONTRADICT')
  })
})

test('a description says that a token is used once, and no longer that this is not checked', () => {
  const singleUse = singleProcessStore()
  const types = [
    customToken({ typ: 'x+jwt', issuer: fake.issuer, audience, maxLifetime: '15m', singleUse }),
    clientAssertion({ issuer: fake.issuer, audience: 'https://as.test', singleUse }),
    authorizationGrant({ issuer: fake.issuer, audience: 'https://as.test', singleUse }),
  ]
  for (const type of types) {
    expect(described(type)).toContain('| used | once |')
    expect(described(type)).not.toMatch(/single use|replay of/)
  }
})

test('a token of a kind that may have no end has one where it is used once', async () => {
  const options = { issuer: fake.issuer, clientId: 'web', singleUse: singleProcessStore() }
  const { info } = defineTokens({ info: userInfoResponse(options) }, { clock })
  const verdict = (claims: object) =>
    outcome(info.verify(fake.userInfoResponse({ claims: { jti: 'j', ...claims } }), { subject: 'user-1' }))
  expect(await verdict({ exp: undefined, iat: undefined })).toBe('ERR_CLAIM_MISSING iat')
  expect(await verdict({ exp: undefined })).toBe('accepted')
  expect(await verdict({ exp: undefined })).toBe(used)
})

test('the same jti of two issuers is two tokens, where the tokens do not say whose they are, too', async () => {
  const store = singleProcessStore()
  const type = (by: FakeIssuer, domain: string) =>
    transactionToken({ issuer: by.issuer, audience: domain, singleUse: store })
  const text = (by: FakeIssuer, domain: string) =>
    by.transactionToken({ claims: { iss: undefined, aud: domain, jti: '1' } })
  const a = defineTokens({ a: type(fake, 'a') }, { clock }).a
  const b = defineTokens({ b: type(other, 'b') }, { clock }).b
  expect(await outcome(a.verify(text(fake, 'a')))).toBe('accepted')
  expect(await outcome(b.verify(text(other, 'b')))).toBe('accepted')
  expect(await outcome(a.verify(text(fake, 'a')))).toBe(used)
})

test('an issuer under two names is one: a jti of his is used once under both', async () => {
  const key = testKey()
  const twoNames = issuer('https://a.test', { keys: key.source, aliases: ['a.test'] })
  const options = {
    issuer: twoNames,
    typ: 'reset+jwt',
    audience,
    maxLifetime: '15m',
    singleUse: singleProcessStore(),
  } as const
  const { reset } = defineTokens({ reset: customToken(options) }, { clock })
  const by = (id: string) => new FakeIssuer({ id, keys: [key], clock }).customToken('reset+jwt', { jti: 'j' })
  expect(await outcome(reset.verify(by('https://a.test')))).toBe('accepted')
  expect(await outcome(reset.verify(by('a.test')))).toBe(used)
})

test('a token that ends while its schema thinks is not handed out, and not used up', async () => {
  const own = fixedClock()
  const by = new FakeIssuer({ clock: own })
  const { asked, store } = noting()
  const slow = z.object({}).refine(() => {
    own.advance(3600)
    return true
  })
  const options = {
    issuer: by.issuer,
    typ: 'reset+jwt',
    audience,
    maxLifetime: '15m',
    singleUse: store,
    claims: slow,
  } as const
  const { reset } = defineTokens({ reset: customToken(options) }, { clock: own })
  expect(await outcome(reset.verify(by.customToken('reset+jwt', {})))).toBe('ERR_TOKEN_EXPIRED exp')
  expect(asked).toEqual([])
})
