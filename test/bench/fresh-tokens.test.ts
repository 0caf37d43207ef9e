import { expect, it } from 'vitest'
import { FreshTokens } from './fresh-tokens.js'
import { issuerOf } from './tokens.js'

it('gives no token twice, to nobody', () => {
  const fresh = new FreshTokens(issuerOf('HS256'), ['HS256', 'HS256'], 3)
  const taken = Array.from({ length: 24 }, (_, turn) => fresh.take(turn % 2)).flat()
  expect(taken).toHaveLength(72)
  expect(new Set(taken).size).toBe(72)
})
