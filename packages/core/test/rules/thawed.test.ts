import { expect, test } from 'vitest'
import { accessToken, issuer, publicKey } from '../../src/index.js'
import { thawed } from '../../src/rules/thawed.js'
import { RuledType } from '../../src/tokens/token-type.js'
import { testKey } from '@jwt-guard/testing'

const { jwk } = testKey('ES256')
const type = accessToken({
  issuer: issuer('https://issuer.test', { keys: publicKey(jwk, 'ES256') }),
  audience: 'https://api.test',
})
if (!(type instanceof RuledType)) throw new TypeError('no type')
const { rules } = type

test('rules that are thawed say what they said', () => {
  expect(thawed(rules)).toEqual(rules)
})

test.each(['typ', 'required', 'forbidden', 'fixed', 'checks'] as const)(
  'the list of %s is frozen where it can be reached, and not where the pipeline goes through it',
  (list) => {
    expect(Object.isFrozen(rules[list])).toBe(true)
    expect(Object.isFrozen(thawed(rules)[list])).toBe(false)
  },
)

test('so are the audiences', () => {
  expect(Object.isFrozen(rules.audience?.anyOf)).toBe(true)
  expect(Object.isFrozen(thawed(rules).audience?.anyOf)).toBe(false)
})
