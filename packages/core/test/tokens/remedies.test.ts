import { accessToken, defineTokens, issuer, transactionToken } from '@jwt-guard/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mistake } from './outcome.ts'
import { stands, unseparated, verdictOn } from './search/judged.ts'
import { remediesIn, remedied } from './search/remedied.ts'
import { pairsOfSpecs, specOf, typeOf, type Spec } from './search/specs.ts'

function messageOf(a: Spec, b: Spec): string {
  try {
    defineTokens({ a: typeOf(a), b: typeOf(b) })
  } catch (error) {
    return (error as Error).message
  }
  return 'accepted'
}

test('the message names the pair, the kinds, and what would separate them', () => {
  expect(messageOf(specOf({ kind: 'clientAssertion' }), specOf({ kind: 'authorizationGrant' }))).toBe(
    'One token could be both a (client assertion (RFC 7523, RFC 10070)) and b (authorization grant (RFC 7523)). ' +
      "What would separate them: typ: 'required' on a; a profile and typ: 'required' on b; " +
      'names that differ: audience of a, audience of b; an issuer of its own for a or b.',
  )
})

describe('the remedies of a pair, the most natural first', () => {
  const resolved = { resolved: true }
  const issuing = ['an issuer of its own for a or b', 'given keys of its own for a']
  const listing = 'issuers that are listed, and not shared, for a and b'
  const naming = (a: string, b: string) => `names that differ: ${a} of a, ${b} of b`
  test.each<readonly [Partial<Spec>, Partial<Spec>, readonly string[]]>([
    [{ kind: 'accessToken' }, { kind: 'accessToken' }, issuing],
    [{ kind: 'accessToken', ...resolved }, { kind: 'accessToken' }, [listing]],
    [
      { kind: 'idToken' },
      { kind: 'userInfoResponse' },
      ["nonce: 'required' on a", naming('clientId', 'clientId'), ...issuing],
    ],
    [{ kind: 'idToken' }, { kind: 'idToken' }, [naming('clientId', 'clientId'), ...issuing]],
    [
      { kind: 'idToken', trusted: ['v'] },
      { typ: 'JWT', audience: ['v'] },
      [
        'a typ of its own for b',
        'no trustedAudiences on a',
        "forbidden: ['sub'] on b",
        'an issuer of its own for a or b',
      ],
    ],
    [
      { kind: 'accessToken' },
      { typ: 'at+jwt' },
      ['a typ of its own for b', "forbidden: ['client_id'] on b", ...issuing],
    ],
    [
      { kind: 'userInfoResponse', audience: ['v'], trusted: ['w'] },
      { typ: 'JWT', forbidden: ['sub'], fixed: { nonce: ['x'] } },
      [],
    ],
    [
      { fixed: { p: ['x'] } },
      {},
      [
        'a typ of its own for a',
        'a typ of its own for b',
        "forbidden: ['p'] on b",
        'one claim that a and b fix to different values',
      ],
    ],
    [
      { kind: 'accessToken', migrating: true },
      { kind: 'transactionToken', migrating: true },
      ['no untypedUntil on a', 'no untypedUntil on b', ...issuing],
    ],
    [
      { kind: 'logoutToken', typRequired: true, migrating: true },
      { kind: 'securityEventToken', migrating: true },
      [
        "typ: 'required' on a, without untypedUntil",
        'no untypedUntil on b',
        naming('clientId', 'audience'),
        'an issuer of its own for a or b',
      ],
    ],
    [{ kind: 'transactionToken' }, { kind: 'transactionToken' }, ['given keys of its own for a']],
    [
      { kind: 'transactionToken', ...resolved },
      { kind: 'transactionToken' },
      ['issuers that are listed, not shared, and have given keys, for a and b'],
    ],
  ])('of %j and %j', (a, b, remedies) => {
    expect(remediesIn(messageOf(specOf(a), specOf(b))).filter(Boolean)).toEqual(remedies)
  })

  test('where keys are fetched, other keys are none', () => {
    const fetched = issuer('https://as.test', { algorithms: ['ES256'] })
    const message = (make: typeof accessToken | typeof transactionToken) => {
      const type = () => make({ issuer: fetched, audience: 'u' })
      try {
        return defineTokens({ a: type(), b: type() })
      } catch (error) {
        return remediesIn((error as Error).message)
      }
    }
    expect(message(accessToken)).toEqual(['an issuer of its own for a or b'])
    expect(message(transactionToken)).toEqual(['issuers that are listed, not shared, and have given keys, for a and b'])
  })
})

test('every remedy that is offered makes the pair start, for random pairs', () => {
  const offered = new Set<string>()
  const law = fc.property(pairsOfSpecs, (pair) => {
    if (!pair.every(stands) || verdictOn(...pair) !== unseparated) return
    const remedies = remediesIn(messageOf(...pair))
    expect(remedies.length).toBeGreaterThan(0)
    expect(remedies.length).toBeLessThan(5)
    expect(new Set(remedies).size).toBe(remedies.length)
    for (const remedy of remedies) {
      const changed = remedied(remedy, pair)
      expect([remedy, mistake(() => defineTokens({ a: typeOf(changed[0]), b: typeOf(changed[1]) }))]).toEqual([
        remedy,
        'accepted',
      ])
      const general = remedy.replaceAll(/'\w+'\]/g, '…]').replaceAll(/\b[ab]\b/g, '…')
      offered.add(general)
    }
  })
  fc.assert(law, { seed: 8725, numRuns: 2500 })
  expect(offered.size).toBeGreaterThan(18)
}, 60_000)
