import { expect, it } from 'vitest'
import { Ring } from './ring.js'

it('goes on where it ended, and begins again after its last', () => {
  const ring = new Ring(['a', 'b', 'c'])
  expect([ring.next(2), ring.next(2), ring.next(4)]).toEqual([
    ['a', 'b'],
    ['c', 'a'],
    ['b', 'c', 'a', 'b'],
  ])
})
