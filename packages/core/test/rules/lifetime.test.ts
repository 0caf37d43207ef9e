import { describe, expect, test } from 'vitest'
import { checkLifetime, endOf } from '../../src/rules/lifetime.js'
import type { Facts, TokenRules } from '../../src/rules/token-rules.js'

const now = 1_800_000_000
const rules = { clockTolerance: 30, maxLifetime: 3600, maxAge: 120 } as TokenRules
type Times = Readonly<Partial<Record<'exp' | 'nbf' | 'iat', number>>>

/** What is said of times that are given as seconds from now. */
const verdict = (times: Times, changes: Partial<TokenRules> = {}) => {
  const claims = Object.fromEntries(Object.entries(times).map(([name, value]) => [name, now + value]))
  const refusal = checkLifetime(claims, { ...rules, ...changes }, { now } as Facts)
  return refusal === undefined ? 'good' : `${refusal.code} ${refusal.claim}`
}

const table: readonly (readonly [law: string, times: Times, verdict: string])[] = [
  ['none of the three is there', {}, 'good'],
  ['only exp, which is not too far away', { exp: 3630 }, 'good'],
  ['only exp, which is too far away', { exp: 3631 }, 'ERR_LIFETIME_EXCEEDED exp'],
  ['only exp, which has passed but for the tolerance', { exp: -29.9 }, 'good'],
  ['only exp, which has passed', { exp: -30 }, 'ERR_TOKEN_EXPIRED exp'],
  ['only iat, young enough', { iat: -149.9 }, 'good'],
  ['only iat, too old', { iat: -150 }, 'ERR_TOKEN_EXPIRED iat'],
  ['only iat, hardly in the future', { iat: 30 }, 'good'],
  ['only iat, in the future', { iat: 30.1 }, 'ERR_TOKEN_NOT_YET_VALID iat'],
  ['only nbf, long past', { nbf: -1e6 }, 'good'],
  ['only nbf, hardly in the future', { nbf: 30 }, 'good'],
  ['only nbf, in the future', { nbf: 30.1 }, 'ERR_TOKEN_NOT_YET_VALID nbf'],
  ['iat and exp, as far apart as may be', { iat: -3000, exp: 600 }, 'good'],
  ['iat and exp, too far apart', { iat: -3000, exp: 600.1 }, 'ERR_LIFETIME_EXCEEDED exp'],
  ['iat and exp, an old token that ends late: its age is not the measure', { iat: -3500, exp: 10 }, 'good'],
  ['iat and exp at once', { iat: 10, exp: 10 }, 'good'],
  ['iat after exp', { iat: 10.1, exp: 10 }, 'ERR_CLAIM_INVALID iat'],
  ['nbf and exp at once', { nbf: 10, exp: 10 }, 'good'],
  ['nbf after exp', { nbf: 10.1, exp: 10 }, 'ERR_CLAIM_INVALID nbf'],
  ['nbf after iat, without exp', { nbf: 20, iat: 0 }, 'good'],
  ['nbf far back, without iat: it is no beginning', { nbf: -1e6, exp: 10 }, 'good'],
  ['all wrong at once: the end is told', { nbf: 100, iat: 100, exp: -100 }, 'ERR_TOKEN_EXPIRED exp'],
]
test.each(table)('%s', (_, times, expected) => {
  expect(verdict(times)).toBe(expected)
})

describe('without tolerance', () => {
  const strict = { clockTolerance: 0 }
  test.each<readonly [Times, string]>([
    [{ exp: 0 }, 'ERR_TOKEN_EXPIRED exp'],
    [{ exp: 0.1 }, 'good'],
    [{ exp: 3600 }, 'good'],
    [{ exp: 3600.1 }, 'ERR_LIFETIME_EXCEEDED exp'],
    [{ iat: 0 }, 'good'],
    [{ iat: 0.1 }, 'ERR_TOKEN_NOT_YET_VALID iat'],
    [{ iat: -120 }, 'ERR_TOKEN_EXPIRED iat'],
    [{ nbf: 0.1 }, 'ERR_TOKEN_NOT_YET_VALID nbf'],
  ])('%j: %s', (times, expected) => {
    expect(verdict(times, strict)).toBe(expected)
  })
})

test('a token ends by exp, or when it is too old, or that long after now', () => {
  expect(endOf({ exp: 5, iat: 1 }, rules, now)).toBe(5)
  expect(endOf({ iat: 1 }, rules, now)).toBe(121)
  expect(endOf({ nbf: 1 }, rules, now)).toBe(now + 120)
})

test('a claim that is no number says nothing: its form is refused before', () => {
  expect(endOf({ exp: '5', iat: null }, rules, now)).toBe(now + 120)
})
