import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judged, stands, unseparated } from './search/judged.ts'
import { doublyAccepted, doublyAcceptedSlowly, verifierOf } from './search/search.ts'
import { kinds, optionsOf, pairsOfSpecs, specOf, specs, typeOf, type Spec } from './search/specs.ts'
import { parts, secretNames, universe, type Universe } from './search/universe.ts'

const twoIssuers: Spec['issuers'] = [
  { id: 'i1', aliases: [], secrets: [] },
  { id: 'i2', aliases: [], secrets: [] },
]

/**
 * The checker against a brute-force search. In a universe of headers, issuers, keys, audiences, times and claims, every
 * token is looked for that two kinds accept, each of them verifying in a set of its own, on one side of a migration's end
 * or the other. A set of both may only start if there is none.
 */
describe('a set that starts holds no two kinds that one token satisfies', () => {
  test('for thousands of random pairs, and every token of a universe', async () => {
    const tally = new Map<string, number>()
    const pairs = new Set<string>()
    const law = fc.asyncProperty(pairsOfSpecs, async ([a, b]) => {
      const result = await judged(a, b)
      if (result === undefined) return
      const { code, found } = result
      const row = `${code}, ${found === undefined ? 'no token' : 'a token'} of both`
      tally.set(row, (tally.get(row) ?? 0) + 1)
      pairs.add([a.kind, b.kind].toSorted().join(' '))
      expect(code === 'accepted' ? found : undefined).toBeUndefined()
    })
    await fc.assert(law, { seed: 8725, numRuns: 5000 })

    const count = (row: string) => tally.get(row) ?? 0
    const shown = [...tally].map(([row, times]) => `${times} × ${row}`).join('; ')
    process.stdout.write(`separation against a brute-force search: ${shown}\n`)
    expect(pairs.size).toBe((kinds.length * (kinds.length + 1)) / 2)
    expect(count('accepted, no token of both')).toBeGreaterThan(500)
    expect(count(`${unseparated}, a token of both`)).toBeGreaterThan(500)
    // The checker may be stricter than the universe: what nothing proves, it refuses.
    expect(count(`${unseparated}, no token of both`)).toBeGreaterThan(0)
    expect(count(`${unseparated}, no token of both`)).toBeLessThan(count(`${unseparated}, a token of both`))
  }, 120_000)

  test('for every pair of kinds that differ from a plain one in one or two things', async () => {
    const issuer = { id: 'i1', aliases: [], secrets: [] }
    const changes: readonly Partial<Spec>[] = [
      {},
      ...['JWT', 'A+JWT', 'b+jwt', 'at+jwt'].map((typ) => ({ typ })),
      ...[['v'], ['u', 'v'], undefined].map((audience) => ({ audience })),
      ...['p', 'sub', 'nonce'].flatMap((name) => [{ required: [name] }, { forbidden: [name] }]),
      ...[['x'], ['y'], ['x', 'y'], [1], [true]].map((p) => ({ fixed: { p } })),
      ...secretNames.map((name) => ({ issuers: [{ ...issuer, secrets: [name] }] })),
      { issuers: [{ ...issuer, secrets: ['k2', 'k3OfAnotherHash'] }] },
      { issuers: [{ ...issuer, id: 'i2' }] },
      { issuers: [{ ...issuer, id: 'i2', aliases: ['i1'] }] },
      { issuers: [{ ...issuer, aliases: ['i2'] }] },
      {
        issuers: [
          { ...issuer, id: 'i2' },
          { ...issuer, secrets: ['long'] },
        ],
      },
    ]
    const options: readonly Partial<Spec>[] = [
      {},
      { late: true },
      { migrating: true },
      { migrating: true, late: true },
      { resolved: true },
      { trusted: ['v'] },
      { audience: ['v'] },
      { profile: 'p+jwt' },
      { profile: 'p+jwt', typRequired: true },
      { profile: 'p+jwt', typRequired: true, migrating: true },
      { typRequired: true },
      { nonceRequired: true },
      { notBefore: true },
      { issuers: [{ ...issuer, id: 'i2' }] },
      { issuers: [{ ...issuer, secrets: ['k2'] }] },
      { issuers: [issuer, { ...issuer, id: 'i2' }] },
    ]
    const all = [
      ...changes.map(specOf),
      ...kinds.flatMap((kind) => options.map((option) => specOf({ kind, ...option }))),
    ].filter(stands)
    const different = [
      ...new Map(
        all.map((spec) => [JSON.stringify([spec.kind, optionsOf(spec), spec.migrating && spec.late]), spec]),
      ).values(),
    ]
    const seen = new Map<string, number>()
    for (const [index, a] of different.entries()) {
      for (const b of different.slice(index)) {
        const result = await judged(a, b)
        const wrong = result?.code === 'accepted' && result.found !== undefined
        expect(wrong ? [a, b, result] : 'right').toBe('right')
        const row = `${result?.code} ${result?.found === undefined}`
        seen.set(row, (seen.get(row) ?? 0) + 1)
      }
    }
    expect(different.length).toBeGreaterThan(120)
    expect(seen.get('accepted true')).toBeGreaterThan(5000)
    expect(seen.get(`${unseparated} false`)).toBeGreaterThan(500)
  }, 120_000)

  test.each(kinds)('and the universe holds tokens of %s, whatever its user says', async (kind) => {
    const within = fc.asyncProperty(specs, async (any) => {
      const spec = { ...any, kind, fixed: {}, required: [], forbidden: [] }
      if (!stands(spec)) return
      const found = await doublyAccepted([verifierOf(typeOf(spec), spec)], universe)
      expect(found === undefined ? spec : 'found').toBe('found')
    })
    await fc.assert(within, { seed: 8725, numRuns: 100 })
  })

  test('and the search leaves nothing out: one that leaves nothing out finds as much', async () => {
    const cases: readonly (readonly [Partial<Spec>, Partial<Spec>, boolean])[] = [
      [{ audience: ['u'] }, { audience: ['v', 'w'] }, true],
      [{ fixed: { p: ['x'] } }, { fixed: { p: ['y', 1] } }, false],
      [{ kind: 'idToken' }, { typ: 'JWT', audience: ['v'] }, false],
      [{ required: ['p'] }, { fixed: { p: ['x'] }, audience: undefined }, true],
      [{}, { issuers: [{ id: 'i2', aliases: ['i1'], secrets: ['k1Padded'] }] }, true],
      [{ kind: 'idToken' }, { kind: 'userInfoResponse' }, true],
      [{ kind: 'idToken', nonceRequired: true }, { kind: 'userInfoResponse' }, false],
      [
        { kind: 'clientAssertion', issuers: twoIssuers },
        { kind: 'requestObject', issuers: twoIssuers, migrating: true },
        false,
      ],
      [{ kind: 'clientAssertion', issuers: twoIssuers }, { kind: 'authorizationGrant', issuers: twoIssuers }, true],
      [{ kind: 'logoutToken' }, { kind: 'securityEventToken', migrating: true }, true],
      [
        { kind: 'transactionToken' },
        { kind: 'transactionToken', issuers: [{ id: 'i2', aliases: [], secrets: ['k1'] }] },
        true,
      ],
    ]
    const small = {
      ...(Object.fromEntries(parts.map((part) => [part, [universe[part][0]]])) as unknown as Universe),
      typ: [undefined, 'JWT', 'a+jwt', 'txntoken+jwt'],
      signed: universe.signed.filter(({ iss, secret }) => iss !== 'i3' && ['k1', 'k1Padded'].includes(secret)),
      aud: [undefined, 'u', ['u', 'v']],
      times: universe.times.slice(0, 2),
      subject: [
        { sub: undefined, sid: 'd' },
        { sub: 'i1', sid: undefined },
      ],
      client_id: ['i1', 'i2'],
      events: universe.events.slice(0, 2),
      nonce: [undefined, 'n'],
      jti: ['j'],
      txn: ['t'],
      scope: ['r'],
      req_wl: ['l'],
      p: [undefined, 'x', 'y'],
    } satisfies Universe
    for (const [a, b, exists] of cases) {
      const [one, other] = [specOf(a), specOf(b)]
      const quick = await judged(one, other, doublyAccepted, small)
      const slow = await judged(one, other, doublyAcceptedSlowly, small)
      expect([a, b, quick?.found !== undefined, slow?.found !== undefined]).toEqual([a, b, exists, exists])
    }
  }, 120_000)
})
