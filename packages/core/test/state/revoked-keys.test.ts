import { accessToken, defineTokens, singleProcessStore } from '@jwt-guard/core'
import { FakeIssuer, fixedClock } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { mistake } from '../tokens/outcome.js'

/** A store that a set has given its clock. */
function storeWith(capacity = 3) {
  const clock = fixedClock()
  const fake = new FakeIssuer({ clock })
  const store = singleProcessStore({ capacity })
  const access = () => accessToken({ issuer: fake.issuer, audience: 'https://api.test', revocations: store })
  defineTokens({ access: access() }, { clock })
  // It answers at once: there is nothing to wait for.
  const revoke = (key: string, before: number, seconds: number) => void store.revoke(key, before, seconds)
  return { clock, store, revoke, access, fake }
}

test('nothing is revoked before something is', () => {
  const { store } = storeWith()
  expect(store.revokedBefore([])).toBeUndefined()
  expect(store.revokedBefore(['a', 'b'])).toBeUndefined()
})

test('of several keys the latest time is answered, in whatever order', () => {
  const { store, revoke } = storeWith()
  revoke('a', 100, 60)
  revoke('b', 200, 60)
  revoke('c', 150, 60)
  for (const keys of [
    ['a', 'b', 'c', 'x'],
    ['b', 'a'],
    ['x', 'c', 'b'],
  ])
    expect(store.revokedBefore(keys)).toBe(200)
  expect(store.revokedBefore(['x', 'a'])).toBe(100)
})

test('a time may lie before the epoch, or at it', () => {
  const { store, revoke } = storeWith()
  revoke('a', 0, 60)
  expect(store.revokedBefore(['a'])).toBe(0)
})

test('of several times for one key the latest holds, in whatever order, for the longest time', () => {
  const { clock, store, revoke } = storeWith()
  revoke('a', 200, 10)
  revoke('a', 100, 60)
  revoke('b', 100, 60)
  revoke('b', 200, 10)
  clock.advance(59)
  expect(store.revokedBefore(['a'])).toBe(200)
  expect(store.revokedBefore(['b'])).toBe(200)
})

test('an entry ends after its time, not before, and is taken up again by a new one', () => {
  const { clock, store, revoke } = storeWith()
  revoke('a', 200, 60)
  clock.advance(59)
  expect(store.revokedBefore(['a'])).toBe(200)
  clock.advance(1)
  expect(store.revokedBefore(['a'])).toBeUndefined()
  revoke('a', 300, 60)
  expect(store.revokedBefore(['a'])).toBe(300)
})

test('a full store throws and forgets nothing; what it knows already it still takes', () => {
  const { clock, store, revoke } = storeWith(2)
  revoke('a', 1, 60)
  revoke('b', 2, 90)
  expect(() => revoke('c', 3, 60)).toThrow(/full/)
  revoke('a', 9, 60)
  expect([store.revokedBefore(['a']), store.revokedBefore(['b'])]).toEqual([9, 2])
  expect(store.revokedBefore(['c'])).toBeUndefined()
  clock.advance(60)
  revoke('c', 3, 60)
  expect([store.revokedBefore(['a']), store.revokedBefore(['b']), store.revokedBefore(['c'])]).toEqual([
    undefined,
    2,
    3,
  ])
})

test('an entry that has ended makes no second place for its key', () => {
  const { clock, store, revoke } = storeWith(1)
  revoke('a', 1, 60)
  clock.advance(60)
  revoke('a', 2, 60)
  expect(store.revokedBefore(['a'])).toBe(2)
})

test('what is used and what is revoked take no room from one another', () => {
  const { store, revoke } = storeWith(1)
  expect(store.add('a', 60)).toBe(true)
  revoke('a', 1, 60)
  expect(store.add('a', 60)).toBe(false)
  expect(store.revokedBefore(['a'])).toBe(1)
})

test('a clock that is set back brings nothing back to life', () => {
  const { clock, store, revoke } = storeWith()
  revoke('a', 1, 60)
  clock.advance(600)
  expect(store.revokedBefore(['a'])).toBeUndefined()
  revoke('a', 0, 60)
  clock.advance(-590)
  expect(store.revokedBefore(['a'])).toBe(1)
})

test('two sets use one store only by one clock', () => {
  const { access } = storeWith()
  expect(mistake(() => defineTokens({ access: access() }, { clock: fixedClock() }))).toBe('ERR_OPTIONS_CONTRADICT')
})
