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
  TokenRejectedError,
  type AnyTokenType,
  type HmacAlgorithm,
  type HmacSecret,
  type Issuer,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, forge, testKey, testSecret } from '@jwt-guard/testing'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { mistake, outcome } from './outcome.ts'

const clock = fixedClock()
const now = clock.now()

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
    expect(pairOf(own, customToken({ ...base, typ: 'b+jwt' }))).toBe(
      'typ: application/a+jwt, against application/b+jwt',
    )
    expect(pairOf(own, accessToken({ issuer: fake.issuer, audience }))).toMatch(/^typ/)
    expect(pairOf(own, idToken({ issuer: fake.issuer, clientId: 'web' }))).toMatch(/^typ: .* none or application\/jwt$/)
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

/**
 * The checker against a brute-force search. In a universe of headers, issuers, keys, audiences and claims, every token
 * is looked for that two kinds accept, each of them verifying in a set of its own. A set of both may only start if there
 * is none.
 */
describe('a set that starts holds no two kinds that one token satisfies', () => {
  const k1 = randomBytes(48)
  const long = randomBytes(100)
  const secrets: Readonly<Record<string, readonly [Uint8Array, HmacAlgorithm]>> = {
    k1: [k1, 'HS256'],
    k1Padded: [Buffer.concat([k1, Buffer.alloc(16)]), 'HS256'],
    k1OfAnotherHash: [k1, 'HS384'],
    k2: [randomBytes(32), 'HS256'],
    k3OfAnotherHash: [randomBytes(48), 'HS384'],
    long: [long, 'HS256'],
    longHashed: [createHash('sha256').update(long).digest(), 'HS256'],
  }
  const secretNames = Object.keys(secrets)
  const sources = Object.fromEntries(Object.entries(secrets).map(([name, given]) => [name, hmacSecret(...given)]))

  /** Whatever a token can be made of: a value of every part, `undefined` for a part that is left out. */
  const ids = ['i1', 'i2', 'i3']
  const universe = {
    typ: [undefined, 'JWT', 'jwt', 'application/jwt', 'a+jwt', 'application/A+jwt', 'b+jwt', 'at+jwt'],
    signed: ids.flatMap((iss) => secretNames.map((secret) => ({ iss, secret }))),
    aud: [undefined, 'u', 'v', 'w', ['u', 'v'], ['u', 'w'], ['u', 'v', 'w']],
    p: [undefined, null, 'x', 'y', 1, ['x']],
    q: [undefined, null, 'x', 'y', true, {}],
    sub: [undefined, 's'],
    nonce: [undefined, 'n'],
    jti: [undefined, 'j'],
  } as const
  type Part = keyof typeof universe
  const parts = Object.keys(universe) as readonly Part[]
  type Choice = Readonly<Record<Part, unknown>>

  const signatures = new Map<string, string>()
  function tokenOf(choice: Choice): string {
    const { typ, signed, ...claims } = choice
    const { iss, secret } = signed as (typeof universe.signed)[number]
    const [bytes, algorithm] = secrets[secret] as readonly [Uint8Array, HmacAlgorithm]
    const header = { alg: algorithm, typ }
    const payload = { iss, exp: now + 60, iat: now, client_id: 'c', ...claims }
    const known = JSON.stringify([header, payload, secret])
    const text = signatures.get(known) ?? forge({ header, payload, key: { algorithm, secret: bytes } })
    signatures.set(known, text)
    return text
  }

  interface Spec {
    readonly kind: 'access' | 'id' | 'own'
    readonly typ: string
    readonly issuers: readonly {
      readonly id: string
      readonly aliases: readonly string[]
      readonly secrets: readonly string[]
    }[]
    readonly audience: readonly string[] | undefined
    readonly trusted: readonly string[]
    readonly required: readonly string[]
    readonly forbidden: readonly string[]
    readonly fixed: Readonly<Record<string, readonly (string | number | boolean)[]>>
  }

  const someOf = <T>(values: readonly T[], maxLength: number, minLength = 0) =>
    fc.uniqueArray(fc.constantFrom(...values), { minLength, maxLength })
  const mostly = <T>(value: T, otherwise: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 2, arbitrary: fc.constant(value) }, otherwise)
  const claimNames = ['p', 'q', 'sub', 'nonce', 'jti']
  const specs: fc.Arbitrary<Spec> = fc.record({
    kind: fc.constantFrom('own', 'own', 'own', 'id', 'id', 'access'),
    typ: fc.constantFrom('a+jwt', 'A+JWT', 'application/a+jwt', 'JWT', 'jwt', 'application/JWT', 'b+jwt', 'at+jwt'),
    issuers: fc.uniqueArray(
      fc.record({
        id: mostly('i1', fc.constantFrom(...ids)),
        aliases: mostly<readonly string[]>([], someOf(ids, 1)),
        secrets: mostly<readonly string[]>([], someOf(secretNames, 2, 1)),
      }),
      { minLength: 1, maxLength: 2, selector: ({ id }) => id },
    ),
    audience: fc.constantFrom<readonly string[] | undefined>(['u'], ['u'], ['v'], ['u', 'v'], undefined),
    trusted: mostly<readonly string[]>([], someOf(['v', 'w'], 2)),
    required: mostly<readonly string[]>([], someOf(claimNames, 2)),
    forbidden: mostly<readonly string[]>([], someOf(claimNames, 2)),
    fixed: mostly<Spec['fixed']>(
      {},
      fc.dictionary(fc.constantFrom('p', 'q', 'sub'), someOf(['x', 'y', 's', 1, true], 2, 1), { maxKeys: 2 }),
    ),
  })

  /** Whose secret is whose, where a description names none. */
  const usual: Readonly<Record<string, string>> = { i1: 'k1', i2: 'k2', i3: 'long' }

  /** The kind that a description is of. */
  function typeOf(spec: Spec): AnyTokenType {
    const trusted = spec.issuers.map(({ id, aliases, secrets: given }) => {
      const names = given.length > 0 ? given : [usual[id] ?? '']
      const keys = names.map((name) => sources[name] as HmacSecret)
      return issuer(id, { keys, ...(aliases.length > 0 && { aliases }) })
    })
    const checked = spec.audience ?? notChecked
    if (spec.kind === 'access') return accessToken({ issuer: trusted, audience: checked })
    if (spec.kind === 'id') {
      const trustedAudiences = spec.trusted.length > 0 ? { trustedAudiences: spec.trusted } : {}
      return idToken({ issuer: trusted, clientId: spec.audience?.[0] ?? 'u', ...trustedAudiences })
    }
    const { typ, required, forbidden, fixed } = spec
    return customToken({ typ, issuer: trusted, audience: checked, maxLifetime: 900, required, forbidden, fixed })
  }

  type Verify = (choice: Choice) => Promise<undefined | Pick<TokenRejectedError, 'code' | 'claim'>>

  /** One kind by itself: why it refuses a token, or undefined. The context, which is no rule, is the fitting one. */
  function verifierOf(type: AnyTokenType, kind: Spec['kind']): Verify {
    const verify = defineTokens({ type }, { clock }).type.verify as (
      text: string,
      context?: unknown,
    ) => Promise<unknown>
    return async (choice) => {
      const context = kind === 'id' ? [{ nonce: choice.nonce ?? null }] : []
      return verify(tokenOf(choice), ...context).then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof TokenRejectedError) return error
          throw error
        },
      )
    }
  }

  /** The part of a token that a refusal speaks of: no token that has the same there is accepted either. */
  function partAtFault({ code, claim }: Pick<TokenRejectedError, 'code' | 'claim'>): Part {
    if (code === 'ERR_TYP_MISMATCH') return 'typ'
    if (['ERR_ALGORITHM_MISMATCH', 'ERR_KEY_UNKNOWN', 'ERR_KEY_AMBIGUOUS', 'ERR_SIGNATURE_INVALID'].includes(code))
      return 'signed'
    if (claim === 'iss') return 'signed'
    const part = parts.find((name) => name === claim)
    if (part === undefined) throw new Error(`a refusal that the universe does not explain: ${code} ${claim}`)
    return part
  }

  type Universe = Readonly<Record<Part, readonly unknown[]>>
  type Search = (verifiers: readonly Verify[], within: Universe) => Promise<Choice | undefined>

  async function firstRefusal(verifiers: readonly Verify[], choice: Choice) {
    for (const verify of verifiers) {
      const refusal = await verify(choice)
      if (refusal !== undefined) return refusal
    }
    return undefined
  }

  /**
   * A token that all of these accept, or undefined where the universe holds none. Each rule speaks of one part, so that
   * a refusal rules out every token with the same value there: the rest of the universe is searched completely.
   */
  const doublyAccepted: Search = async (verifiers, within) => {
    const left = new Map<Part, unknown[]>(parts.map((part) => [part, [...within[part]]]))
    while (parts.every((part) => left.get(part)?.length !== 0)) {
      const choice = Object.fromEntries(parts.map((part) => [part, left.get(part)?.[0]])) as Choice
      const refusal = await firstRefusal(verifiers, choice)
      if (refusal === undefined) return choice
      left.get(partAtFault(refusal))?.shift()
    }
    return undefined
  }

  /** The same without leaving anything out. */
  const doublyAcceptedSlowly: Search = async (verifiers, within) => {
    let choices: readonly Partial<Choice>[] = [{}]
    for (const part of parts) {
      choices = choices.flatMap((choice) => within[part].map((value) => Object.assign({}, choice, { [part]: value })))
    }
    for (const choice of choices as readonly Choice[]) {
      if ((await firstRefusal(verifiers, choice)) === undefined) return choice
    }
    return undefined
  }

  /** What `defineTokens` says of a pair, and what a search finds; undefined where one of them cannot be made. */
  async function judged(a: Spec, b: Spec, search = doublyAccepted, within: Universe = universe) {
    if ([a, b].some((spec) => mistake(() => defineTokens({ type: typeOf(spec) })) !== 'accepted')) return undefined
    const [one, other] = [typeOf(a), typeOf(b)]
    const code = mistake(() => defineTokens({ one, other }, { clock }))
    return { code, found: await search([verifierOf(one, a.kind), verifierOf(other, b.kind)], within) }
  }

  test('for thousands of random pairs, and every token of a universe', async () => {
    const tally = new Map<string, number>()
    const law = fc.asyncProperty(specs, specs, async (a, b) => {
      const result = await judged(a, b)
      if (result === undefined) return
      const { code, found } = result
      const row = `${code}, ${found === undefined ? 'no token' : 'a token'} of both`
      tally.set(row, (tally.get(row) ?? 0) + 1)
      expect(code === 'accepted' ? found : undefined).toBeUndefined()
    })
    await fc.assert(law, { seed: 8725, numRuns: 12_000 })

    const count = (row: string) => tally.get(row) ?? 0
    const shown = [...tally].map(([row, times]) => `${times} × ${row}`).join('; ')
    process.stdout.write(`separation against a brute-force search: ${shown}\n`)
    expect(count('accepted, no token of both')).toBeGreaterThan(1000)
    expect(count(`${unseparated}, a token of both`)).toBeGreaterThan(500)
    // The checker may be stricter than the universe: what nothing proves, it refuses.
    expect(count(`${unseparated}, no token of both`)).toBeGreaterThan(0)
    expect(count(`${unseparated}, no token of both`)).toBeLessThan(count(`${unseparated}, a token of both`))
  }, 60_000)

  /** A description that says as little as it can, so that a second one differs from it by little. */
  const plain: Spec = {
    kind: 'own',
    typ: 'a+jwt',
    issuers: [{ id: 'i1', aliases: [], secrets: ['k1'] }],
    audience: ['u'],
    trusted: [],
    required: [],
    forbidden: [],
    fixed: {},
  }

  test('for every pair of kinds that differ from a plain one in one or two things', async () => {
    const differences: readonly Partial<Spec>[] = [
      {},
      { kind: 'access' },
      { kind: 'id' },
      ...['JWT', 'A+JWT', 'b+jwt', 'at+jwt'].map((typ) => ({ typ })),
      ...[['v'], ['u', 'v'], undefined].map((names) => ({ audience: names })),
      ...['p', 'sub'].flatMap((name) => [{ required: [name] }, { forbidden: [name] }]),
      ...[['x'], ['y'], ['x', 'y'], [1], [true]].map((values) => ({ fixed: { p: values } })),
      ...secretNames.map((name) => ({ issuers: [{ id: 'i1', aliases: [], secrets: [name] }] })),
      { issuers: [{ id: 'i1', aliases: [], secrets: ['k2', 'k3OfAnotherHash'] }] },
      { issuers: [{ id: 'i2', aliases: [], secrets: ['k2'] }] },
      { issuers: [{ id: 'i2', aliases: ['i1'], secrets: ['k2'] }] },
      { issuers: [{ id: 'i1', aliases: ['i2'], secrets: ['k1'] }] },
      {
        issuers: [
          { id: 'i2', aliases: [], secrets: ['k2'] },
          { id: 'i1', aliases: [], secrets: ['long'] },
        ],
      },
    ]
    const seen = new Set<string>()
    for (const a of differences) {
      for (const b of differences) {
        const result = await judged({ ...plain, ...a }, { ...plain, ...b })
        const wrong = result?.code === 'accepted' && result.found !== undefined
        expect(wrong ? [a, b, result] : 'right').toBe('right')
        seen.add(`${result?.code} ${result?.found === undefined}`)
      }
    }
    expect(seen).toContain('accepted true')
    expect(seen).toContain(`${unseparated} false`)
  }, 60_000)

  test('and the search leaves nothing out: one that leaves nothing out finds as much', async () => {
    const cases: readonly (readonly [Partial<Spec>, Partial<Spec>, boolean])[] = [
      [{ audience: ['u'] }, { audience: ['v', 'w'] }, true],
      [{ fixed: { p: ['x'] } }, { fixed: { p: ['y', 1] } }, false],
      [{ kind: 'id' }, { typ: 'JWT', audience: ['v'] }, false],
      [{ required: ['q'] }, { fixed: { q: [true] }, audience: undefined }, true],
      [{}, { issuers: [{ id: 'i2', aliases: ['i1'], secrets: ['k1Padded'] }] }, true],
    ]
    const small: Universe = {
      typ: [undefined, 'JWT', 'a+jwt'],
      signed: universe.signed.filter(({ iss, secret }) => iss !== 'i3' && ['k1', 'k2', 'k1Padded'].includes(secret)),
      aud: [undefined, 'u', 'v', ['u', 'v']],
      p: [undefined, null, 'x', 'y'],
      q: [undefined, 'x', true],
      sub: universe.sub,
      nonce: [undefined],
      jti: universe.jti,
    }
    for (const [a, b, exists] of cases) {
      const [one, other] = [
        { ...plain, ...a },
        { ...plain, ...b },
      ]
      const quick = await judged(one, other, doublyAccepted, small)
      const slow = await judged(one, other, doublyAcceptedSlowly, small)
      expect([quick?.found !== undefined, slow?.found !== undefined]).toEqual([exists, exists])
    }
  }, 60_000)
})
