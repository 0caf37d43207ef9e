import { createHash, randomBytes } from 'node:crypto'
import {
  accessToken,
  customToken,
  defineTokens,
  hmacSecret,
  idToken,
  issuer,
  issuers,
  keySet,
  notChecked,
  publicKey,
  remoteKeySet,
  separation,
  transactionToken,
  type AnyTokenType,
  type HmacSecret,
  type Issuer,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testKey, testSecret } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { mistake, outcome } from './outcome.ts'

const clock = fixedClock()

const fake = new FakeIssuer({ keys: [testSecret()], clock })
const audience = 'https://api.test'
const base = { typ: 'a+jwt', issuer: fake.issuer, audience, maxLifetime: 900 }

/** What becomes of a set of two: `accepted`, or the code of its refusal; and the witness, where there is one. */
function pairOf(a: AnyTokenType, b: AnyTokenType) {
  const code = mistake(() => defineTokens({ a, b }))
  return code === 'accepted' ? separation(defineTokens({ a, b })).map(({ witness }) => witness)[0] : code
}
const unseparated = 'ERR_TOKENS_NOT_EXCLUSIVE'

describe('what separates two kinds', () => {
  test('(a) disjoint typ, normalised', () => {
    const own = customToken(base)
    expect(pairOf(own, customToken({ ...base, typ: 'b+jwt' }))).toBe('typ: a+jwt, against b+jwt')
    expect(pairOf(own, accessToken({ issuer: fake.issuer, audience }))).toMatch(/^typ/)
    expect(pairOf(own, idToken({ issuer: fake.issuer, clientId: 'web' }))).toMatch(/^typ: .* none or JWT$/)
    expect(pairOf(own, customToken({ ...base, typ: 'application/A+JWT' }))).toBe(unseparated)
  })

  test('(a) absent and JWT are ordinary members of the set of typ', () => {
    const id = idToken({ issuer: fake.issuer, clientId: audience })
    expect(pairOf(id, customToken({ ...base, typ: 'JWT' }))).toBe(unseparated)
    expect(pairOf(customToken({ ...base, typ: 'JWT' }), customToken({ ...base, typ: 'application/jwt' }))).toBe(
      unseparated,
    )
  })

  test('(b) disjoint issuer ids, aliases included', () => {
    const issuerOf = (id: string, ...aliases: readonly string[]) =>
      issuer(id, { keys: testSecret().source, ...(aliases.length > 0 && { aliases }) })
    const shared = testKey()
    const sharing = (id: string, ...aliases: readonly string[]) =>
      issuer(id, { keys: shared.source, ...(aliases.length > 0 && { aliases }) })
    const kind = (of: Issuer | readonly Issuer[]) => customToken({ ...base, issuer: of })
    const witness = 'issuer: no iss is accepted by both'
    expect(pairOf(kind(issuerOf('a')), kind(issuerOf('b')))).toBe(witness)
    expect(pairOf(kind(issuerOf('a', 'x')), kind(issuerOf('b', 'y')))).toBe(witness)
    // One issuer's key is never another's; under one id, by an alias or in a list, they are one.
    expect(pairOf(kind(sharing('a')), kind(sharing('b')))).toBe('ERR_KEY_SHARED')
    expect(pairOf(kind(sharing('a')), kind(sharing('a', 'x')))).toBe(unseparated)
    expect(pairOf(kind([sharing('a'), issuerOf('c')]), kind([issuerOf('d'), sharing('a')]))).toBe(unseparated)
  })

  test('(c) a claim that one requires or fixes and the other forbids', async () => {
    const without = customToken({ ...base, forbidden: ['step'] })
    expect(pairOf(customToken({ ...base, required: ['step'] }), without)).toMatch(/^claim step: demanded/)
    expect(pairOf(without, customToken({ ...base, fixed: { step: 1 } }))).toMatch(/^claim step: demanded/)
    expect(pairOf(without, customToken({ ...base, fixed: { other: 1 } }))).toBe(unseparated)
    const set = defineTokens({ a: customToken({ ...base, required: ['step'] }), b: without }, { clock })
    for (const [step, a, b] of [
      ['x', 'accepted', 'ERR_CLAIM_FORBIDDEN step'],
      [null, 'ERR_CLAIM_MISSING step', 'ERR_CLAIM_FORBIDDEN step'],
      [undefined, 'ERR_CLAIM_MISSING step', 'accepted'],
    ] as const) {
      const text = fake.customToken('a+jwt', { step })
      expect([await outcome(set.a.verify(text)), await outcome(set.b.verify(text))]).toEqual([a, b])
    }
  })

  test('(d) a claim that both fix, with disjoint values', async () => {
    const fixed = (use: string | number | boolean | readonly (string | number | boolean)[]) =>
      customToken({ ...base, fixed: { use } })
    expect(pairOf(fixed('a'), fixed('b'))).toBe('claim use: no value is accepted by both')
    expect(pairOf(fixed(['a', 'b']), fixed(['c', 'd']))).toMatch(/^claim use/)
    expect(pairOf(fixed(['a', 'b']), fixed(['b', 'c']))).toBe(unseparated)
    expect(pairOf(fixed('1'), fixed(1))).toMatch(/^claim use/)
    expect(pairOf(fixed(true), fixed(['true', 1]))).toMatch(/^claim use/)
    expect(pairOf(fixed(0), fixed(-0))).toBe(unseparated)
    expect(pairOf(fixed('\u00e9'), fixed('e\u0301'))).toMatch(/^claim use/)
    const set = defineTokens({ a: fixed('x'), b: fixed(['y', 'z']) }, { clock })
    for (const use of [['x', 'y'], ['x'], { x: 1 }, null, undefined, 'X']) {
      const text = fake.customToken('a+jwt', { use })
      expect([await outcome(set.a.verify(text)), await outcome(set.b.verify(text))]).not.toContain('accepted')
    }
  })

  test('(e) a sole audience that is none of the other kind', () => {
    const id = idToken({ issuer: fake.issuer, clientId: 'web' })
    const kind = (names: string | readonly string[]) => customToken({ ...base, typ: 'JWT', audience: names })
    const witness = 'audience: one demands a sole one, and the other is not it'
    expect(pairOf(id, kind('api'))).toBe(witness)
    expect(pairOf(kind(['api', 'other']), id)).toBe(witness)
    expect(pairOf(id, idToken({ issuer: fake.issuer, clientId: 'app' }))).toBe(witness)
    expect(pairOf(id, kind(['api', 'web']))).toBe(unseparated)
    expect(pairOf(id, idToken({ issuer: fake.issuer, clientId: 'web' }))).toBe(unseparated)
  })

  test('(f) disjoint algorithms', () => {
    const jwks = { keys: [testKey('ES256', 'a').jwk, testKey('RS256', 'b').jwk] }
    const witness = 'keys: under no shared iss is there a key or an algorithm in common'
    const by = (keys: Parameters<typeof issuer>[1]['keys']) =>
      customToken({ ...base, issuer: issuer('a', { keys: keys as never }) })
    expect(pairOf(by(keySet(jwks, { algorithms: ['ES256'] })), by(keySet(jwks, { algorithms: ['RS256'] })))).toBe(
      witness,
    )
    expect(
      pairOf(by(keySet(jwks, { algorithms: ['ES256'] })), by(keySet(jwks, { algorithms: ['RS256', 'ES256'] }))),
    ).toBe(unseparated)
    const remote = (algorithm: 'ES256' | 'RS256') =>
      by(remoteKeySet('https://a.test/jwks', { algorithms: [algorithm] }))
    expect(pairOf(remote('ES256'), remote('RS256'))).toBe(witness)
    const secret = randomBytes(64)
    expect(pairOf(by(hmacSecret(secret, 'HS256')), by(hmacSecret(secret, 'HS512')))).toBe(witness)
  })

  test('(f) local keys of one issuer id with none in common, as HMAC uses them', () => {
    const by = (...keys: readonly HmacSecret[]) => customToken({ ...base, issuer: issuer('a', { keys }) })
    const secret = (bytes: Uint8Array, kid: string) => hmacSecret(bytes, 'HS256', { kid })
    const bytes = (length: number, seed: number) =>
      createHash('shake256', { outputLength: length }).update(`${seed}`).digest()
    const one = secret(bytes(32, 1), 'k')
    expect(pairOf(by(one), by(secret(bytes(32, 2), 'k')))).toMatch(/^keys/)
    expect(pairOf(by(one, secret(bytes(32, 3), 'l')), by(secret(bytes(32, 2), 'm'), one))).toBe(unseparated)
    for (const zeros of [1, 8, 32]) {
      expect(pairOf(by(one), by(secret(Buffer.concat([bytes(32, 1), Buffer.alloc(zeros)]), 'other')))).toBe(unseparated)
    }
    const long = bytes(65, 4)
    expect(pairOf(by(secret(long, 'k')), by(secret(createHash('sha256').update(long).digest(), 'k')))).toBe(unseparated)
    expect(
      pairOf(by(secret(bytes(64, 4), 'k')), by(secret(createHash('sha256').update(bytes(64, 4)).digest(), 'k'))),
    ).toMatch(/^keys/)
    const open = (of: ReturnType<typeof testKey>) => customToken({ ...base, issuer: issuer('a', { keys: of.source }) })
    const [first, second] = [testKey(), testKey()]
    expect(pairOf(open(first), open(second))).toMatch(/^keys/)
    const again = issuer('a', { keys: publicKey({ ...first.jwk, kid: 'renamed' }, 'ES256') })
    expect(pairOf(open(first), customToken({ ...base, issuer: again }))).toBe(unseparated)
  })
})

describe('what never separates two kinds', () => {
  test('a resolver, whatever it answers', () => {
    const resolved = (id: string) =>
      issuers((iss) => (iss === id ? issuer(id, { keys: testSecret().source }) : undefined))
    const kind = (of: Parameters<typeof customToken>[0]['issuer']) => customToken({ ...base, issuer: of })
    expect(pairOf(kind(resolved('a')), kind(resolved('b')))).toBe(unseparated)
    expect(pairOf(kind(resolved('a')), kind(fake.issuer))).toBe(unseparated)
    expect(pairOf(kind(fake.issuer), kind(resolved('a')))).toBe(unseparated)
  })

  test('fetched keys, wherever they are fetched', () => {
    const fetched = (url: string) => issuer('a', { keys: remoteKeySet(url, { algorithms: ['ES256'] }) })
    const kind = (of: Issuer) => customToken({ ...base, issuer: of })
    expect(pairOf(kind(fetched('https://a.test/one')), kind(fetched('https://a.test/two')))).toBe(unseparated)
    expect(pairOf(kind(fetched('https://a.test/one')), kind(issuer('a', { keys: testKey().source })))).toBe(unseparated)
  })

  test('issuer ids that differ, where iss may be left out and keys are fetched', () => {
    const kind = (id: string, keys: Parameters<typeof issuer>[1]['keys']) =>
      transactionToken({ issuer: issuer(id, { keys: keys as never }), audience })
    const fetched = (url: string) => remoteKeySet(url, { algorithms: ['ES256'] })
    const pair = (keys: Parameters<typeof issuer>[1]['keys']) =>
      pairOf(kind('a', fetched('https://a.test/one')), kind('b', keys))
    expect(pair(fetched('https://a.test/two'))).toBe(unseparated)
    expect(pair(testKey('ES256').source)).toBe(unseparated)
    expect(pair(testKey('RS256').source)).toMatch(/^keys/)
    expect(pairOf(kind('a', testKey().source), kind('b', testKey().source))).toMatch(/^keys/)
  })

  test('a schema', () => {
    const kind = (use: string) => customToken({ ...base, claims: z.object({ use: z.literal(use) }) })
    expect(pairOf(kind('a'), kind('b'))).toBe(unseparated)
  })

  test('the context of a verification', () => {
    const id = (tolerance: number) => idToken({ issuer: fake.issuer, clientId: 'web', clockTolerance: tolerance })
    expect(pairOf(id(0), id(30))).toBe(unseparated)
  })

  test('an audience that is not checked', () => {
    const id = idToken({ issuer: fake.issuer, clientId: 'web' })
    expect(pairOf(id, customToken({ ...base, typ: 'JWT', audience: notChecked }))).toBe(unseparated)
  })

  test('audiences that may be several', async () => {
    const [a, b] = [customToken({ ...base, audience: 'one' }), customToken({ ...base, audience: 'two' })]
    expect(pairOf(a, b)).toBe(unseparated)
    const trusting = idToken({ issuer: fake.issuer, clientId: 'web', trustedAudiences: ['api'] })
    expect(pairOf(trusting, customToken({ ...base, typ: 'JWT', audience: 'api' }))).toBe(unseparated)
    const text = fake.customToken('a+jwt', { aud: ['one', 'two'] })
    for (const type of [a, b]) {
      expect(await outcome(defineTokens({ type }, { clock }).type.verify(text))).toBe('accepted')
    }
  })

  test('time and length', () => {
    const kinds = [{}, { maxLifetime: 1 }, { clockTolerance: 0 }, { maxTokenLength: 256 }, { scopeClaim: 'scp' }]
    for (const changes of kinds)
      expect(pairOf(customToken(base), customToken({ ...base, ...changes }))).toBe(unseparated)
  })

  test('a claim that both require, or both forbid', () => {
    const kind = (names: object) => customToken({ ...base, ...names })
    expect(pairOf(kind({ required: ['a'] }), kind({ required: ['b'] }))).toBe(unseparated)
    expect(pairOf(kind({ forbidden: ['a'] }), kind({ forbidden: ['b'] }))).toBe(unseparated)
    expect(pairOf(kind({ required: ['a'] }), kind({ fixed: { a: 'x' } }))).toBe(unseparated)
  })
})

test('what the proof rests on is frozen all the way down', () => {
  const types = {
    id: idToken({ issuer: fake.issuer, clientId: 'web', trustedAudiences: ['api'] }),
    own: customToken({ ...base, fixed: { use: ['x', 'y'] }, required: ['sub'], forbidden: ['nonce'] }),
  }
  const open = (value: unknown, path: string): readonly string[] => {
    if (typeof value !== 'object' || value === null) return []
    const inside = Object.entries(value).flatMap(([name, member]) => open(member, `${path}.${name}`))
    return Object.isFrozen(value) ? inside : [path, ...inside]
  }
  for (const type of Object.values(types) as readonly unknown[] as readonly { readonly rules: object }[]) {
    expect(open({ ...type.rules, issuers: undefined }, '')).toEqual([''])
  }
})
