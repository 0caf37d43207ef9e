import { accessToken, defineTokens, singleProcessStore } from '@jwt-guard/core'
import { FakeIssuer, fixedClock } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { SingleProcessStore } from '../../src/state/single-process-store.js'
import { mistake } from '../tokens/outcome.js'

function storeOf(capacity: number) {
  const clock = fixedClock()
  const store = new SingleProcessStore(capacity)
  store.adopt(clock)
  return { add: store.add, clock }
}
const full = 'the store is full of keys that are still needed'

test('a key is added once', () => {
  const { add } = storeOf(10)
  expect([add('a', 60), add('b', 60), add('a', 60), add('a', 999), add('b', 1)]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

test('a key stays for its seconds, and not a second longer', () => {
  const { add, clock } = storeOf(10)
  add('a', 60)
  clock.advance(59.9)
  expect(add('a', 60)).toBe(false)
  clock.advance(0.1)
  expect(add('a', 60)).toBe(true)
  clock.advance(59)
  expect(add('a', 60)).toBe(false)
})

test('a full store forgets no live key, and says that it is full', () => {
  const { add, clock } = storeOf(3)
  for (const key of ['a', 'b', 'c']) expect(add(key, 60)).toBe(true)
  for (let round = 0; round < 5; round++) {
    clock.advance(2)
    expect(() => add('d', 60)).toThrow(full)
    expect(['a', 'b', 'c'].map((key) => add(key, 60))).toEqual([false, false, false])
  }
})

test('a full store makes room where keys have ended, those alone', () => {
  const { add, clock } = storeOf(3)
  add('short', 10)
  add('long', 60)
  add('longer', 120)
  clock.advance(10)
  expect(add('new', 60)).toBe(true)
  expect(add('long', 60)).toBe(false)
  expect(add('longer', 60)).toBe(false)
  clock.advance(2)
  expect(() => add('newer', 60)).toThrow(full)
})

test('a full store looks for room once a second', () => {
  const { add, clock } = storeOf(1)
  add('a', 1)
  clock.advance(0.5)
  expect(() => add('b', 60)).toThrow(full)
  clock.advance(0.75)
  expect(() => add('b', 60)).toThrow(full)
  clock.advance(0.25)
  expect(add('b', 60)).toBe(true)
})

test('a full store looks for room where the clock was set back, too', () => {
  const { add, clock } = storeOf(3)
  for (const [key, seconds] of [
    ['long', 100],
    ['a', 1],
    ['b', 1],
  ] as const)
    add(key, seconds)
  clock.advance(10)
  expect(add('later', 100)).toBe(true)
  clock.advance(-10)
  expect(add('c', 1)).toBe(true)
  clock.advance(2)
  expect(add('d', 1)).toBe(true)
  expect([add('long', 1), add('later', 1)]).toEqual([false, false])
})

test('a key that has ended is live again where the clock is set back', () => {
  const { add, clock } = storeOf(10)
  add('a', 60)
  clock.advance(61)
  clock.advance(-30)
  expect(add('a', 60)).toBe(false)
})

test.each([1, 10_000_000])('a capacity of %i is possible', (capacity) => {
  expect(mistake(() => singleProcessStore({ capacity }))).toBe('accepted')
})

test.each<[string, unknown]>([
  ['ERR_OPTION_INVALID', { capacity: 0 }],
  ['ERR_OPTION_INVALID', { capacity: -1 }],
  ['ERR_OPTION_INVALID', { capacity: 1.5 }],
  ['ERR_OPTION_INVALID', { capacity: 10_000_001 }],
  ['ERR_OPTION_INVALID', { capacity: Number.NaN }],
  ['ERR_OPTION_INVALID', { capacity: '10' }],
  ['ERR_OPTION_MISSING', { capacity: undefined }],
  ['ERR_OPTION_UNKNOWN', { size: 10 }],
  ['ERR_OPTION_INVALID', 10],
  ['ERR_OPTION_INVALID', null],
])('options are refused: %s (%#)', (code, options) => {
  const make = singleProcessStore as (options: unknown) => unknown
  expect(mistake(() => make(options))).toBe(code)
})

test('one store serves several sets by one clock, and not by two', () => {
  const fake = new FakeIssuer()
  const access = () => accessToken({ issuer: fake.issuer, audience: 'https://api.test', singleUse: store })
  const store = singleProcessStore()
  const clock = fixedClock()
  const define = (own: typeof clock) => mistake(() => defineTokens({ access: access() }, { clock: own }))
  expect([define(clock), define(clock), define(fixedClock())]).toEqual([
    'accepted',
    'accepted',
    'ERR_OPTIONS_CONTRADICT',
  ])
})
