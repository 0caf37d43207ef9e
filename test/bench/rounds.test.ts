import { expect, it } from 'vitest'
import { inTurns, order } from './rounds.js'

it('gives everybody one turn in a round, and the first turn as often as anybody else', () => {
  const rounds = Array.from({ length: 8 }, (_, round) => order(4, round))
  for (const round of rounds) expect(round.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3])
  const firsts = rounds.map(([first = NaN]) => first).toSorted((a, b) => a - b)
  expect(firsts).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
})

it('counts no round that warms up', async () => {
  let turn = 0
  const figures = await inTurns(['one', 'other'], { rounds: 2, warmUp: 1 }, async () => Promise.resolve(turn++))
  expect(figures.map(({ length }) => length)).toEqual([2, 2])
  expect(Math.min(...figures.flat())).toBe(2)
})
