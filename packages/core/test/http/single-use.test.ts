import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  anyOf,
  createGuard,
  customToken,
  defineTokens,
  idToken,
  singleProcessStore,
  tokenOf,
  type Guard,
  type ReplayStore,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, onTestFinished, test } from 'vitest'
import { receivedWith } from './received.js'
import { recordedEvents } from './service.js'

const events = recordedEvents()
const fake = new FakeIssuer()
const audience = 'https://api.test'

function setWith(singleUse: ReplayStore) {
  const common = { issuer: fake.issuer, audience, maxLifetime: '15m', singleUse } as const
  return defineTokens(
    {
      reset: customToken({ ...common, typ: 'reset+jwt' }),
      invite: customToken({ ...common, typ: 'invite+jwt' }),
      id: idToken({ issuer: fake.issuer, clientId: 'web', singleUse }),
    },
    { clock: fake.clock },
  )
}
const reset = (claims: object = {}) => fake.customToken('reset+jwt', { sub: 'user-1', ...claims })

/** A store of one process, and how often it was asked. */
function counting(store: ReplayStore = singleProcessStore()) {
  const calls = { count: 0 }
  const add: ReplayStore['add'] = (key, seconds) => {
    calls.count++
    return store.add(key, seconds)
  }
  return { calls, store: { add } }
}

/** Node's own server behind these guards, one after the other. */
async function serve(...guards: readonly Guard[]): Promise<string> {
  const server = createServer((request, response) => {
    void passed(request, guards).then((status) => response.writeHead(status).end())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function passed(request: IncomingMessage, guards: readonly Guard[]): Promise<number> {
  for (const guard of guards) {
    const verdict = await guard.check(request)
    if ('status' in verdict) return verdict.status
  }
  return 200
}

const present = async (url: string, text: string) =>
  (await fetch(url, { headers: { Authorization: `Bearer ${text}` } })).status

test('a request uses its token up for each set that has a store of its own', async () => {
  const [one, other] = [setWith(singleProcessStore()), setWith(singleProcessStore())]
  const text = reset()
  const request = await receivedWith(text)
  expect(await createGuard(one.reset).check(request)).toMatchObject({ verdict: 'accepted' })
  expect(await createGuard(other.reset, { as: 'other' }).check(request)).toMatchObject({ verdict: 'accepted' })
  for (const { reset: type } of [one, other]) {
    expect(await createGuard(type).check(await receivedWith(text))).toMatchObject({ status: 401 })
  }
})

test('of a thousand requests with one token, one is let in', async () => {
  const { reset: type } = setWith(singleProcessStore())
  const url = await serve(createGuard(type), createGuard(type))
  const text = reset()
  const all = await Promise.all(Array.from({ length: 1000 }, () => present(url, text)))
  expect(all.filter((status) => status === 200).length).toBe(1)
  expect(all.filter((status) => status === 401).length).toBe(999)
})

test('a second guard of the request does not use the token up again', async () => {
  const { calls, store } = counting()
  const set = setWith(store)
  const request = await receivedWith(reset())
  const guards = [createGuard(set.reset), createGuard(set.reset), createGuard(anyOf(set.reset, set.invite))]
  for (const guard of guards) expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(calls.count).toBe(1)
  expect(tokenOf(request, set.reset).claims).toMatchObject({ sub: 'user-1' })
  expect(events).toEqual([{ verdict: 'accepted', type: 'reset' }])
})

test('two guards at once use it up once', async () => {
  const { calls, store } = counting()
  const { reset: type } = setWith(store)
  const request = await receivedWith(reset())
  const guard = createGuard(type)
  const verdicts = await Promise.all([guard.check(request), guard.check(request), guard.check(request)])
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'accepted'])
  expect(calls.count).toBe(1)
})

test('guards with two contexts verify twice and use it up once', async () => {
  const { calls, store } = counting()
  const { id } = setWith(store)
  const request = await receivedWith(fake.idToken({ claims: { jti: 'one' } }))
  for (const context of [{ nonce: 'nonce-1' }, { nonce: 'nonce-1', maxAge: 60 }]) {
    expect(await createGuard(id, { context: () => context }).check(request)).toMatchObject({ verdict: 'accepted' })
  }
  expect(calls.count).toBe(1)
})

test('another token in the place of the first is one of its own', async () => {
  const { calls, store } = counting()
  const { reset: type } = setWith(store)
  const request = await receivedWith(reset())
  const guard = createGuard(type)
  await guard.check(request)
  const at = request.rawHeaders.indexOf('Authorization')
  request.rawHeaders[at + 1] = `Bearer ${reset()}`
  expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(calls.count).toBe(2)
})

test('another request with the token is refused, and so is every guard of it', async () => {
  const { calls, store } = counting()
  const { reset: type } = setWith(store)
  const text = reset()
  const guard = createGuard(type)
  await guard.check(await receivedWith(text))
  const again = await receivedWith(text)
  expect(await guard.check(again)).toMatchObject({ verdict: 'refused', status: 401 })
  expect(await guard.check(again)).toMatchObject({ verdict: 'refused', status: 401 })
  expect(() => tokenOf(again, type)).toThrow(expect.objectContaining({ code: 'ERR_GUARD_NOT_PASSED' }))
  expect(calls.count).toBe(2)
  expect(events.slice(1)).toEqual(
    [1, 2].map(() => ({ verdict: 'refused', type: 'reset', code: 'ERR_TOKEN_REPLAYED', claim: 'jti' })),
  )
})

test('a replay is answered like every other token that is not good', async () => {
  const { reset: type } = setWith(singleProcessStore())
  const guard = createGuard(type)
  const text = reset()
  await guard.check(await receivedWith(text))
  const replayed = await guard.check(await receivedWith(text))
  const forged = await guard.check(await receivedWith(reset({ aud: 'https://other.test' })))
  expect(replayed).toEqual(forged)
})

test.each<[string, number, Parameters<typeof createGuard>[1]]>([
  ['lacks a scope', 403, { scope: 'admin' }],
  ['lacks any of some scopes', 403, { anyScope: ['admin', 'root'] }],
  ['authorize denies', 403, { authorize: () => false }],
  ['authorize denies later', 403, { authorize: async () => false }],
  ['authorize cannot decide', 503, { authorize: () => Promise.reject(new Error('away')) }],
  ['authorize answers nonsense about', 503, { authorize: () => 'yes' as unknown as boolean }],
])('a request that %s uses nothing up', async (_, status, options) => {
  const { calls, store } = counting()
  const { reset: type } = setWith(store)
  const text = reset({ scope: 'a' })
  expect(await createGuard(type, options).check(await receivedWith(text))).toMatchObject({ status })
  expect(calls.count).toBe(0)
  expect(await createGuard(type).check(await receivedWith(text))).toMatchObject({ verdict: 'accepted' })
})

test('a request whose context cannot be found, or does not fit, uses nothing up', async () => {
  const { calls, store } = counting()
  const { id } = setWith(store)
  const text = fake.idToken({ claims: { jti: 'one' } })
  const contexts = [() => Promise.reject(new Error('away')), () => ({ nonce: 7 }) as never, () => ({ nonce: 'other' })]
  const statuses: unknown[] = []
  for (const context of contexts) statuses.push(await createGuard(id, { context }).check(await receivedWith(text)))
  expect(statuses).toMatchObject([{ status: 503 }, { status: 503 }, { status: 401 }])
  expect(calls.count).toBe(0)
})

test('authorize is asked before the token is used up, and a token that ends meanwhile is used up all the same', async () => {
  const own = new FakeIssuer()
  const order: string[] = []
  const add = (_: string, seconds: number) => {
    order.push(`used for ${seconds}`)
    return true
  }
  const type = customToken({ typ: 'x+jwt', issuer: own.issuer, audience, maxLifetime: '15m', singleUse: { add } })
  const { x } = defineTokens({ x: type }, { clock: own.clock })
  const authorize = () => {
    order.push('asked')
    own.clock.advance(500)
    return true
  }
  await createGuard(x, { authorize }).check(await receivedWith(own.customToken('x+jwt', {})))
  expect(order).toEqual(['asked', 'used for 61'])
})

test('an optional guard uses up what it lets in, and nothing where nobody comes', async () => {
  const { calls, store } = counting()
  const { reset: type } = setWith(store)
  const guard = createGuard(type, { optional: true })
  const text = reset()
  expect(await guard.check(await receivedWith(text))).toMatchObject({ verdict: 'accepted' })
  expect(await guard.check(await receivedWith(text))).toMatchObject({ status: 401 })
  expect(calls.count).toBe(2)
})

test('a store that is away is 503 with Retry-After, for all guards of the request, and asked once', async () => {
  const { calls, store } = counting({ add: () => Promise.reject(new Error('away')) })
  const { reset: type } = setWith(store)
  const request = await receivedWith(reset())
  const guard = createGuard(type)
  for (let time = 0; time < 2; time++) {
    expect(await guard.check(request)).toMatchObject({
      verdict: 'unavailable',
      status: 503,
      headers: { 'Retry-After': expect.stringMatching(/^\d+$/) },
    })
  }
  expect(calls.count).toBe(1)
  expect(events).toContainEqual(expect.objectContaining({ verdict: 'unavailable', code: 'ERR_STORE_UNAVAILABLE' }))
})

test('a full store is 503 and lets in nobody who was let in before', async () => {
  const { reset: type } = setWith(singleProcessStore({ capacity: 1 }))
  const url = await serve(createGuard(type))
  const text = reset()
  expect([await present(url, text), await present(url, reset()), await present(url, text)]).toEqual([200, 503, 401])
})

test('a reason that is told to developers uses nothing up', async () => {
  const { calls, store } = counting()
  const { reset: type } = setWith(store)
  const guard = createGuard(type, { explainRefusals: true })
  expect(await guard.check(await receivedWith(reset({ aud: 'x' })))).toMatchObject({ status: 401 })
  expect(calls.count).toBe(0)
  const text = reset()
  await guard.check(await receivedWith(text))
  expect(JSON.stringify(await guard.check(await receivedWith(text)))).toContain('ERR_TOKEN_REPLAYED')
})
