import { expect, test } from 'vitest'
import { checkIntrospection } from '../../src/rules/introspection.js'

const verdict = (claims: Parameters<typeof checkIntrospection>[0]) => {
  const refusal = checkIntrospection(claims)
  return refusal === undefined ? 'good' : `${refusal.code} ${refusal.claim}`
}
const wrong = 'ERR_CLAIM_INVALID token_introspection'

test.each([undefined, null, 'a', 1, true, [], [true], ['active']])('what is no object says nothing: %j', (value) => {
  expect(verdict(value === undefined ? {} : { token_introspection: value })).toBe(wrong)
})

test('a token is active, or is not and nothing else is said of it', () => {
  expect(verdict({ token_introspection: { active: true, sub: 'a', scope: 'b' } })).toBe('good')
  expect(verdict({ token_introspection: { active: false } })).toBe('good')
  expect(verdict({ token_introspection: { active: false, sub: 'a' } })).toBe(wrong)
  for (const active of ['true', 1, null]) expect(verdict({ token_introspection: { active } })).toBe(wrong)
  expect(verdict({ token_introspection: {} })).toBe(wrong)
})
