import { createHook } from 'node:async_hooks'
import { availableParallelism } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { accessToken, createGuard, defineTokens } from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testKey, testSecret } from '@jwt-guard/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { OtherThreads } from '../../src/jwt/other-threads.js'
import { receivedWith } from '../http/received.js'

const audience = 'https://api.test'
const algorithms = ['RS256', 'ES256', 'ES384', 'ES512', 'Ed25519'] as const
const hasCores = availableParallelism() > 1

function serviceWith(alg: (typeof algorithms)[number] | 'HS256') {
  const clock = fixedClock(1_700_000_000)
  const fake =
    alg === 'HS256'
      ? new FakeIssuer({ keys: [testSecret(alg)], clock })
      : new FakeIssuer({ keys: [testKey(alg)], clock })
  const tokens = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }, { clock: fake.clock })
  return { fake, tokens, guard: createGuard(tokens.access) }
}

/** How many checks of signatures have come back from Node's thread pool since. */
function comeBack(): () => number {
  const jobs = new Set<number>()
  let count = 0
  const hook = createHook({
    init: (id, type) => type === 'SIGNREQUEST' && jobs.add(id),
    before: (id) => jobs.has(id) && count++,
  }).enable()
  onTestFinished(() => void hook.disable())
  return () => count
}

/** Of requests that are judged in one turn of the event loop. */
async function verdictsOf(guard: ReturnType<typeof serviceWith>['guard'], texts: readonly string[]) {
  const requests = await Promise.all(texts.map(receivedWith))
  await nextTurn()
  const verdicts = await Promise.all(requests.map((request) => guard.check(request)))
  return verdicts.map(({ verdict }) => verdict)
}

describe('of many requests in one turn of the event loop', () => {
  test.each(algorithms)('each gets its own verdict, with %s', async (alg) => {
    const { fake, guard } = serviceWith(alg)
    const good = Array.from({ length: 40 }, () => fake.accessToken())
    const bad = Array.from({ length: 40 }, () => fake.accessToken({ key: testKey(alg, fake.key.kid) }))
    const texts = good.flatMap((text, index) => [text, bad[index] ?? ''])
    const wanted = texts.map((_, index) => (index % 2 === 0 ? 'accepted' : 'refused'))
    expect(await verdictsOf(guard, texts)).toEqual(wanted)
    expect(await verdictsOf(guard, texts)).toEqual(wanted)
  })

  test.runIf(hasCores).each(algorithms)(
    'all but the first, and sixteen at most, go to another thread, with %s',
    async (alg) => {
      const { fake, guard } = serviceWith(alg)
      const texts = Array.from({ length: 40 }, () => fake.accessToken())
      await nextTurn()
      const count = comeBack()
      await verdictsOf(guard, texts)
      expect(count()).toBe(16)
    },
  )

  // As zone.js and others do. What an async function answers is then no instance of it.
  test.each(algorithms)('each gets its own verdict where the global Promise is another, with %s', async (alg) => {
    const { fake, guard } = serviceWith(alg)
    const bad = Array.from({ length: 8 }, () => fake.accessToken({ key: testKey(alg, fake.key.kid) }))
    const requests = await Promise.all([...bad, fake.accessToken()].map(receivedWith))
    const { Promise: own } = globalThis
    onTestFinished(() => void (globalThis.Promise = own))
    globalThis.Promise = class Other<T> extends own<T> {}
    const verdicts = await own.all(requests.map((request) => guard.check(request)))
    expect(verdicts.map(({ verdict }) => verdict)).toEqual([...bad.map(() => 'refused'), 'accepted'])
  })

  test('no HMAC goes to another thread', async () => {
    const { fake, guard } = serviceWith('HS256')
    const count = comeBack()
    await verdictsOf(
      guard,
      Array.from({ length: 10 }, () => fake.accessToken()),
    )
    expect(count()).toBe(0)
  })

  test('none whose signature is remembered goes to another thread', async () => {
    const { fake, guard } = serviceWith('ES256')
    const texts = Array.from({ length: 10 }, () => fake.accessToken())
    await verdictsOf(guard, texts)
    const count = comeBack()
    expect(await verdictsOf(guard, texts)).toEqual(texts.map(() => 'accepted'))
    expect(count()).toBe(0)
  })
})

test('a request that is alone in its turn is checked here', async () => {
  const { fake, guard } = serviceWith('ES256')
  const texts = Array.from({ length: 5 }, () => fake.accessToken())
  const count = comeBack()
  for (const text of texts) {
    expect(await verdictsOf(guard, [text])).toEqual(['accepted'])
  }
  expect(count()).toBe(0)
})

test('verify of a type is checked here, however many there are', async () => {
  const { fake, tokens } = serviceWith('ES256')
  const texts = Array.from({ length: 10 }, () => fake.accessToken())
  const count = comeBack()
  await Promise.all(texts.map((text) => tokens.access.verify(text)))
  expect(count()).toBe(0)
})

test('with one core nothing is handed over', () => {
  const threads = new OtherThreads(1)
  expect([threads.takeNext(), threads.takeNext(), threads.takeNext()]).toEqual([false, false, false])
})

test('while one is on its way, the first of the next turn is handed over too', async () => {
  const threads = new OtherThreads(2)
  let finish = () => {}
  expect([threads.takeNext(), threads.takeNext()]).toEqual([false, true])
  const running = threads.run((done) => {
    finish = () => done(null, true)
  })
  await nextTurn()
  expect(threads.takeNext()).toBe(true)
  finish()
  expect(await running).toBe(true)
  await nextTurn()
  expect(threads.takeNext()).toBe(false)
})

test.each([
  ['answers with an error', (done: (error: Error | null, isGood: boolean) => void) => done(new Error('bad'), true)],
  ['says no', (done: (error: Error | null, isGood: boolean) => void) => done(null, false)],
  [
    'throws',
    () => {
      throw new Error('bad')
    },
  ],
])('a check that %s is not good, and makes room for others', async (_, check) => {
  const threads = new OtherThreads(2)
  for (let count = 0; count < 20; count++) expect(await threads.run(check)).toBe(false)
  await nextTurn()
  expect([threads.takeNext(), threads.takeNext()]).toEqual([false, true])
})
