import { defineTokens } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { kindNames, kindOf, kinds, verifierOf, type KindName } from './kinds.ts'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer()

/** Kinds that nothing tells apart but what a token happens to hold: they cannot be of one set. */
const inseparable: readonly (readonly [KindName, KindName])[] = [
  ['idToken', 'authorizationGrant'],
  ['idToken', 'userInfoResponse'],
  ['clientAssertion', 'idToken'],
  ['clientAssertion', 'authorizationGrant'],
  ['clientAssertion', 'userInfoResponse'],
  ['authorizationGrant', 'userInfoResponse'],
]
/** A kind, and a kind whose plain token it takes for its own: a set of both does not start. */
const taken: readonly (readonly [KindName, KindName])[] = [
  ['authorizationGrant', 'idToken'],
  ['authorizationGrant', 'userInfoResponse'],
  ['userInfoResponse', 'authorizationGrant'],
]
const isOf = (pairs: readonly (readonly [KindName, KindName])[], a: KindName, b: KindName) =>
  pairs.some(([one, other]) => one === a && other === b)

const shared = 'https://shared.test'
const named = (name: KindName) => ({ [kindOf(name).audienceOption]: shared })
const cells = kindNames.flatMap((guard) =>
  kindNames.filter((other) => other !== guard).map((other) => [guard, other] as const),
)

describe('types with the same issuer, key and audience', () => {
  test.each(cells)('C-20 %s, alone in its set, and a valid token of the kind %s', async (guard, other) => {
    const text = kindOf(other).token(fake, { claims: { aud: shared } })
    const code = await outcome(verifierOf(guard, fake, named(guard))(text, kindOf(guard).context?.(fake)))
    const refused = /^ERR_(TYP_MISMATCH|CLAIM_(MISSING|FORBIDDEN|MISMATCH))( |$)/
    expect(code).toMatch(isOf(taken, guard, other) ? /^accepted$/ : refused)
  })

  test.each(cells)('C-20 %s and %s start together, or are known not to', (one, other) => {
    const [a, b] = [kindOf(one).type(fake, named(one)), kindOf(other).type(fake, named(other))]
    const together = !isOf(inseparable, one, other) && !isOf(inseparable, other, one)
    expect(mistake(() => defineTokens({ a, b }))).toBe(together ? 'accepted' : 'ERR_TOKENS_NOT_EXCLUSIVE')
  })
})

test('no two kinds start together of which one takes a token of the other', () => {
  const apart = taken.filter(([a, b]) => !isOf(inseparable, a, b) && !isOf(inseparable, b, a))
  expect(apart).toEqual([])
})

test('every factory of a kind is here', async () => {
  const core = await import('@jwt-guard/core')
  const factories = Object.keys(core).filter((name) => /(Token|Assertion|Grant|Object|Response)$/.test(name))
  expect(factories.toSorted()).toEqual(Object.keys(kinds).toSorted())
})
