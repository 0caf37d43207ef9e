import {
  customToken,
  defineTokens,
  describe as described,
  idToken,
  issuers,
  logoutToken,
  notChecked,
  securityEventToken,
  transactionToken,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { mistake } from './outcome.js'

const fake = new FakeIssuer()
const { issuer } = fake

/** The rows of a description: rule to value. */
function rowsOf(type: Parameters<typeof described>[0]): Readonly<Record<string, string>> {
  const [head, rule, ...lines] = described(type).split('\n')
  expect([head, rule]).toEqual(['| rule | |', '|---|---|'])
  return Object.fromEntries(lines.map((line) => /^\| (.+?) \| (.*) \|$/.exec(line)?.slice(1) ?? []))
}

describe('a description', () => {
  test('is the rules as they were configured, and nothing that was not', () => {
    const type = logoutToken({
      issuer,
      clientId: 'web',
      trustedAudiences: ['a', 'b'],
      clockTolerance: 60,
      maxLifetime: '90s',
    })
    expect(rowsOf(type)).toEqual({
      kind: 'logout token (OpenID Connect Back-Channel Logout)',
      for: 'that somebody has logged out, for a client',
      '`typ`': 'logout+jwt or none',
      '`iss`': 'https://issuer.test',
      '`aud`': 'web, and beside it only a, b',
      'has to have': '`aud`, `iss`, `iat`, `jti`, `events`',
      'must not have': '`nonce`',
      'of their form, where there': '`scope`, `iss`, `sub`, `aud`, `exp`, `nbf`, `iat`, `jti`, `sid`, `events`',
      'also checked': 'the logout event, and whose it is; no cnf, whose proof cannot be checked yet',
      'longest life': '90 s until `exp`; without it 90 s since `iat`',
      'clocks may differ by': '1 min',
      'longest text': '8192 characters',
      '**not checked**': 'replay of `jti`; whether that session is one of yours',
    })
  })

  test('tells what is fixed, what a schema adds, and until when untyped tokens are taken', () => {
    const type = customToken({
      typ: 'a+jwt',
      issuer,
      audience: notChecked,
      maxLifetime: '2d',
      fixed: { use: ['a', 1, true], step: 'x|y' },
      claims: z.object({}),
      untypedUntil: '2030-01-01',
    })
    expect(rowsOf(type)).toMatchObject({
      '`typ`': 'a+jwt, and until 2030-01-01 none or JWT',
      '`aud`': 'not checked',
      fixed: '`use`: "a" or 1 or true; `step`: "x\\|y"',
      'a schema of its own': 'yes',
      'longest life': '2 d until `exp`',
    })
  })

  test('tells of issuers that are not said or not listed, and of an age where there is no exp', () => {
    expect(rowsOf(transactionToken({ issuer, audience: 'a' }))['`iss`']).toBe('https://issuer.test or not said')
    const resolved = securityEventToken({ issuer: issuers(async () => undefined), audience: 'a' })
    expect(rowsOf(resolved)).toMatchObject({
      '`iss`': 'whoever the function given to issuers() knows',
      'longest life': '1 d since `iat`',
    })
  })

  test('is the same for a type of a set', () => {
    const id = idToken({ issuer, clientId: 'web' })
    expect(described(defineTokens({ id }).id)).toBe(described(id))
  })
})

test.each([undefined, {}, 'access', fake.issuer, defineTokens({ id: idToken({ issuer, clientId: 'web' }) })])(
  'what is no token type is not described (%#)',
  (given) => {
    expect(mistake(() => described(given as never))).toBe('ERR_OPTION_INVALID')
  },
)
