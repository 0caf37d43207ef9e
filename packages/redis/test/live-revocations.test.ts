import { expect, test } from 'vitest'
import { LiveRevocations } from '../src/live-revocations.js'

test('the later end stays, in whatever order they come', () => {
  const live = new LiveRevocations(2)
  for (const end of [100, 50]) live.put('a', { before: 1, end })
  for (const end of [50, 100]) live.put('b', { before: 1, end })
  expect([live.revokedBefore(['a'], 99), live.revokedBefore(['b'], 99)]).toEqual([1, 1])
  expect(live.revokedBefore(['a', 'b'], 100)).toBeUndefined()
})

test('what has ended is dropped, and makes room; what is live stays', () => {
  const live = new LiveRevocations(2)
  live.put('ended', { before: 1, end: 10 })
  live.put('live', { before: 2, end: 20_000 })
  expect(() => live.put('more', { before: 3, end: 20_000 })).toThrow('capacity')
  live.sweep(10_000)
  expect(live.size).toBe(1)
  live.put('more', { before: 3, end: 20_000 })
  expect(live.revokedBefore(['live', 'more'], 10_000)).toBe(3)
})
