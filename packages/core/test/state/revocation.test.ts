import { inspect } from 'node:util'
import {
  accessToken,
  clientAssertion,
  customToken,
  defineTokens,
  describe as described,
  DependencyError,
  idToken,
  issuer,
  issuers,
  presets,
  revocationsOf,
  singleProcessStore,
  type Issuer,
  type RevocationStore,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { mistake, outcome } from '../tokens/outcome.js'

const fake = new FakeIssuer()
const { clock } = fake
const now = clock.now()
const audience = 'https://api.test'

function serviceWith(revocations: RevocationStore, options: object = {}) {
  const types = {
    access: accessToken({ issuer: fake.issuer, audience, revocations, ...options }),
    id: idToken({ issuer: fake.issuer, clientId: 'web', revocations }),
    bare: customToken({ typ: 'bare+jwt', issuer: fake.issuer, audience, maxLifetime: '15m', revocations }),
  }
  const tokens = defineTokens(types, { clock })
  return { tokens, revocations: revocationsOf(tokens) }
}
const access = (claims: object = {}) => fake.accessToken({ claims: { jti: 'a', sid: 's', ...claims } })
const iss = fake.id

/** A store that answers whatever it is told, and what it was asked. */
function answering(answer: () => unknown) {
  const asked: (readonly string[])[] = []
  const revokedBefore = (keys: readonly string[]) => {
    asked.push(keys)
    return answer() as number
  }
  const store: RevocationStore = { revoke: () => undefined, revokedBefore }
  return { store, asked }
}

describe('revoked is', () => {
  const { tokens, revocations } = serviceWith(singleProcessStore())
  const verdict = (claims: object) => outcome(tokens.access.verify(access(claims)))

  test('one token by its jti, whenever it was issued', async () => {
    const { claims } = await tokens.access.verify(access({ jti: 'one', sub: 'u1' }))
    await revocations.revokeToken(claims)
    expect(await verdict({ jti: 'one', sub: 'u1' })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ jti: 'one', sub: 'u1', iat: now + 20 })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ jti: 'two', sub: 'u1' })).toBe('accepted')
  })

  test('a session by its sid, whenever its tokens were issued, in every type', async () => {
    await revocations.revokeSession({ iss, sid: 'session-1' })
    expect(await verdict({ sid: 'session-1', iat: now + 20 })).toBe('ERR_TOKEN_REVOKED')
    const id = fake.idToken({ claims: { sid: 'session-1' } })
    expect(await outcome(tokens.id.verify(id, { nonce: 'nonce-1' }))).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sid: 'session-2' })).toBe('accepted')
  })

  test('of the issuer that a set knows, though another set knows one text by another issuer', async () => {
    const spelling = `${iss}/`
    const text = fake.accessToken({ claims: { iss: spelling, jti: 'one' } })
    const sets = [
      issuer(spelling, { keys: fake.key.source }),
      issuer(iss, { keys: fake.key.source, aliases: [spelling] }),
    ]
    for (const [first, second] of [sets, sets.toReversed()]) {
      const all = [first, second].map((by) => {
        const store = singleProcessStore()
        const type = accessToken({ issuer: by as Issuer, audience, revocations: store })
        return defineTokens({ access: type }, { clock })
      })
      for (const set of all) expect(await outcome(set.access.verify(text))).toBe('accepted')
      for (const set of all) {
        await revocationsOf(set).revokeToken({ iss: spelling, jti: 'one' })
        expect(await outcome(set.access.verify(text))).toBe('ERR_TOKEN_REVOKED')
      }
    }
  })

  test('what was issued about a subject until then, the same second included', async () => {
    await revocations.revokeSubject({ iss, sub: 'u2' })
    await revocations.revokeSubject({ iss, sub: 'u3' }, { before: now - 60 })
    expect(await verdict({ sub: 'u2', iat: now })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sub: 'u2', iat: now + 1 })).toBe('accepted')
    expect(await verdict({ sub: 'u3', iat: now - 60 })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sub: 'u3', iat: now - 59 })).toBe('accepted')
  })

  test('what was issued to a client until then, by client_id and by azp', async () => {
    await revocations.revokeClient({ iss, client_id: 'c1' })
    await revocations.revokeClient({ iss, azp: 'c2' })
    expect(await verdict({ client_id: 'c1' })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ client_id: 'c2' })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ client_id: 'c3', azp: 'c1' })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ client_id: 'c1', iat: now + 1 })).toBe('accepted')
  })

  test('a token without iat under any entry', async () => {
    const store = singleProcessStore()
    const set = defineTokens(
      { client: clientAssertion({ issuer: fake.issuer, audience: 'https://as.test', revocations: store }) },
      { clock },
    )
    const text = (jti: string) => fake.clientAssertion({ claims: { iat: undefined, jti } })
    expect(await outcome(set.client.verify(text('b')))).toBe('accepted')
    await revocationsOf(set).revokeSubject({ iss, sub: iss }, { before: 0 })
    expect(await outcome(set.client.verify(text('b')))).toBe('ERR_TOKEN_REVOKED')
  })

  test('nothing by the value of another claim', async () => {
    await revocations.revokeSubject({ iss, sub: 'same' })
    for (const claim of ['jti', 'sid', 'client_id', 'azp']) expect(await verdict({ [claim]: 'same' })).toBe('accepted')
  })

  test('nothing of another issuer, whatever the two names are made of', async () => {
    const other = new FakeIssuer({ id: 'https://other.test', clock })
    const store = singleProcessStore()
    const set = defineTokens(
      { access: accessToken({ issuer: [fake.issuer, other.issuer], audience, revocations: store }) },
      { clock },
    )
    await revocationsOf(set).revokeSubject({ iss: other.id, sub: 'user-1' })
    expect(await outcome(set.access.verify(other.accessToken()))).toBe('ERR_TOKEN_REVOKED')
    expect(await outcome(set.access.verify(fake.accessToken()))).toBe('accepted')
  })

  test('the same by every spelling of the issuer', async () => {
    const spelt = issuer(iss, { keys: fake.key.source, aliases: [`${iss}/`] })
    const store = singleProcessStore()
    const set = defineTokens({ access: accessToken({ issuer: spelt, audience, revocations: store }) }, { clock })
    await revocationsOf(set).revokeToken({ iss: `${iss}/`, jti: 'one' })
    await revocationsOf(set).revokeToken({ iss, jti: 'two' })
    for (const spelling of [iss, `${iss}/`]) {
      for (const jti of ['one', 'two']) {
        expect(await outcome(set.access.verify(access({ iss: spelling, jti })))).toBe('ERR_TOKEN_REVOKED')
      }
    }
  })

  test('what a resolved issuer issued', async () => {
    const store = singleProcessStore()
    const set = defineTokens(
      {
        access: accessToken({
          issuer: issuers((id) => Promise.resolve(id === iss ? fake.issuer : undefined)),
          audience,
          revocations: store,
        }),
      },
      { clock },
    )
    await revocationsOf(set).revokeToken({ iss, jti: 'one' })
    expect(await outcome(set.access.verify(access({ jti: 'one' })))).toBe('ERR_TOKEN_REVOKED')
    await expect(revocationsOf(set).revokeToken({ iss: 'https://nobody.test', jti: 'one' })).rejects.toMatchObject({
      code: 'ERR_OPTION_INVALID',
    })
  })

  test('what has the claim that a schema leaves out', async () => {
    const set = serviceWith(singleProcessStore(), { claims: z.object({ tenant: z.string() }) })
    await set.revocations.revokeSession({ iss, sid: 'session-1' })
    const text = access({ tenant: 't', sid: 'session-1' })
    expect(await outcome(set.tokens.access.verify(text))).toBe('ERR_TOKEN_REVOKED')
  })

  test('nothing that could not be looked up: the claims are texts', async () => {
    for (const claim of ['sid', 'azp', 'jti', 'client_id']) {
      for (const value of [1, ['s'], '', {}])
        expect(await verdict({ [claim]: value })).toBe(`ERR_CLAIM_INVALID ${claim}`)
    }
  })
})

describe('the store is asked', () => {
  test('by hashes, which hold nothing of the token', async () => {
    const { store, asked } = answering(() => undefined)
    const { tokens } = serviceWith(store)
    await tokens.access.verify(access({ sub: 'user-1', azp: 'p' }))
    expect(asked).toHaveLength(1)
    expect(asked[0]).toHaveLength(5)
    for (const key of asked[0] ?? []) expect(key).toMatch(/^[\w-]{43}$/)
    expect(new Set(asked[0]).size).toBe(5)
  })

  test('not at all about a token that has none of the claims, nor about one that is refused for something else', async () => {
    const { store, asked } = answering(() => undefined)
    const { tokens } = serviceWith(store, { claims: z.object({ tenant: z.string() }) })
    expect(await outcome(tokens.bare.verify(fake.customToken('bare+jwt', { jti: undefined })))).toBe('accepted')
    expect(await outcome(tokens.access.verify(access({ exp: now - 31, iat: now - 60 })))).toBe('ERR_TOKEN_EXPIRED exp')
    expect(await outcome(tokens.access.verify(access()))).toBe('ERR_CLAIMS_INVALID')
    expect(asked).toEqual([])
  })

  test.each([
    ['at once', () => now],
    ['later', () => Promise.resolve(now)],
    // oxlint-disable-next-line unicorn/no-thenable -- what it is about
    ['by something like a promise', () => ({ then: (done: (value: number) => void) => done(now) })],
  ])('and may answer %s', async (_, answer) => {
    const { tokens } = serviceWith(answering(answer).store)
    expect(await outcome(tokens.access.verify(access()))).toBe('ERR_TOKEN_REVOKED')
  })

  test('and where it answers at once nothing is waited for', async () => {
    const { tokens } = serviceWith(answering(() => undefined).store)
    const plain = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }, { clock })
    expect(await turns(() => tokens.access.verify(access()))).toBe(await turns(() => plain.access.verify(access())))
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('a foreign message')
      },
    ],
    ['rejects', () => Promise.reject(new Error('a foreign message'))],
    ...[null, NaN, Infinity, -Infinity, true, false, '1', {}, []].flatMap(
      (nonsense) =>
        [
          [`answers ${inspect(nonsense)}`, () => nonsense],
          [`answers ${inspect(nonsense)} later`, () => Promise.resolve(nonsense)],
        ] as const,
    ),
  ] as const)('and where it %s nothing is accepted, nor refused', async (_, answer) => {
    const { tokens } = serviceWith(answering(answer).store)
    const error: unknown = await tokens.access.verify(access()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DependencyError)
    expect(error).toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
    expect(String(error)).not.toContain('foreign')
  })

  test('and where it never answers, the deadline does', async () => {
    vi.useFakeTimers()
    try {
      const { tokens, revocations } = serviceWith({
        revoke: () => new Promise(() => undefined),
        revokedBefore: () => new Promise(() => undefined),
      })
      const both = Promise.allSettled([tokens.access.verify(access()), revocations.revokeToken({ iss, jti: 'a' })])
      await vi.advanceTimersByTimeAsync(5000)
      for (const settled of await both) {
        expect(settled).toMatchObject({ status: 'rejected', reason: { code: 'ERR_STORE_UNAVAILABLE' } })
      }
    } finally {
      vi.useRealTimers()
    }
  })
})

/** How many turns of the queue of promises something takes. */
async function turns(start: () => Promise<unknown>): Promise<number> {
  const progress = { isOver: false, turns: 0 }
  void start().then(() => {
    progress.isOver = true
  })
  while (!progress.isOver && progress.turns < 1000) {
    progress.turns++
    await Promise.resolve()
  }
  return progress.turns
}

describe('an entry', () => {
  function recording() {
    const calls: { key: string; before: number; seconds: number }[] = []
    const revoke = (key: string, before: number, seconds: number) => void calls.push({ key, before, seconds })
    const store: RevocationStore = { revoke, revokedBefore: () => undefined }
    return { store, calls }
  }

  test('is kept for the longest life of any type with that store, and the clocks', async () => {
    const { store, calls } = recording()
    const day = serviceWith(store, { clockTolerance: 60 }).revocations
    await day.revokeToken({ iss, jti: 'a' })
    await day.revokeSubject({ iss, sub: 'u' }, { before: now - 600 })
    await day.revokeSubject({ iss, sub: 'u' }, { before: now + 200 })
    expect(calls.map(({ seconds }) => seconds)).toEqual([86581, 86581, 86781])
    expect(calls.map(({ before }) => before)).toEqual([253402300799, now - 600, now + 200])
  })

  test('is written once for a store and an issuer, and into every store', async () => {
    const [one, two] = [recording(), recording()]
    const set = defineTokens(
      {
        id: idToken({ issuer: fake.issuer, clientId: 'web', revocations: one.store, maxLifetime: '1h' }),
        access: accessToken({ issuer: fake.issuer, audience, revocations: one.store }),
        own: customToken({
          typ: 'own+jwt',
          issuer: fake.issuer,
          audience,
          maxLifetime: 60,
          clockTolerance: 0,
          revocations: two.store,
        }),
      },
      { clock },
    )
    await revocationsOf(set).revokeSession({ iss, sid: 's' })
    expect(one.calls).toEqual([{ key: one.calls[0]?.key, before: 253402300799, seconds: 86491 }])
    expect(two.calls).toEqual([{ key: one.calls[0]?.key, before: 253402300799, seconds: 61 }])
  })

  test('outlives every token that was issued until then', async () => {
    const own = new FakeIssuer()
    const set = defineTokens(
      { access: accessToken({ issuer: own.issuer, audience, maxLifetime: 600, revocations: singleProcessStore() }) },
      { clock: own.clock },
    )
    const at = own.clock.now()
    // Issued by a clock that is ahead by the whole tolerance, for as long as can be.
    const text = own.accessToken({ claims: { jti: 'a', iat: at + 30, exp: at + 630 } })
    await revocationsOf(set).revokeToken({ iss: own.id, jti: 'a' })
    own.clock.advance(659)
    expect(await outcome(set.access.verify(text))).toBe('ERR_TOKEN_REVOKED')
    own.clock.advance(1)
    expect(await outcome(set.access.verify(text))).toBe('ERR_TOKEN_EXPIRED exp')
  })

  test('that could not be recorded is an outage, told to whoever revokes', async () => {
    const failing = { revoke: () => Promise.reject(new Error('a foreign message')), revokedBefore: () => undefined }
    await expect(serviceWith(failing).revocations.revokeToken({ iss, jti: 'a' })).rejects.toMatchObject({
      name: 'DependencyError',
      code: 'ERR_STORE_UNAVAILABLE',
    })
  })
})

describe('revocationsOf', () => {
  const set = serviceWith(singleProcessStore())

  test('says which types are covered, and which are not', () => {
    const store = singleProcessStore()
    const mixed = revocationsOf(
      defineTokens({
        access: accessToken({ issuer: fake.issuer, audience, revocations: store }),
        id: idToken({ issuer: fake.issuer, clientId: 'web' }),
        session: customToken({
          typ: 's+jwt',
          issuer: fake.issuer,
          audience,
          maxLifetime: 60,
          required: ['sid'],
          revocations: store,
        }),
        assertion: clientAssertion({ issuer: fake.issuer, audience: 'https://as.test', revocations: store }),
      }),
    )
    expect(mixed.covered).toEqual({ token: ['access'], session: ['session'], subject: ['access'], client: ['access'] })
    expect(mixed.notCovered).toEqual({
      token: ['id', 'session', 'assertion'],
      session: ['access', 'id', 'assertion'],
      subject: ['id', 'session', 'assertion'],
      client: ['id', 'session', 'assertion'],
    })
    const cognito = presets.cognito.accessToken({ issuer: fake.issuer, clientId: 'app', revocations: store })
    expect(revocationsOf(defineTokens({ cognito })).covered.client).toEqual(['cognito'])
  })

  test('refuses what is no set, sets mixed, and a set in which nothing can be revoked', () => {
    const other = defineTokens({ other: accessToken({ issuer: fake.issuer, audience }) })
    expect(mistake(() => revocationsOf(other))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => revocationsOf({}))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => revocationsOf({ ...set.tokens, ...other }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => revocationsOf({ x: accessToken({ issuer: fake.issuer, audience }) } as never))).toBe(
      'ERR_TYPE_UNNAMED',
    )
  })

  test.each([
    ['revokeToken', { iss }, 'ERR_OPTION_MISSING'],
    ['revokeToken', { jti: 'a' }, 'ERR_OPTION_MISSING'],
    ['revokeToken', { iss, jti: '' }, 'ERR_OPTION_MISSING'],
    ['revokeSession', { iss, sid: undefined }, 'ERR_OPTION_MISSING'],
    ['revokeSession', undefined, 'ERR_OPTION_MISSING'],
    ['revokeClient', { iss, client_id: 1 }, 'ERR_OPTION_MISSING'],
    ['revokeSubject', { iss: 'https://issuer.tset', sub: 'u' }, 'ERR_OPTION_INVALID'],
  ] as const)('%s(%o) is a mistake, and never passed over', async (method, claims, code) => {
    await expect(set.revocations[method](claims as never)).rejects.toMatchObject({ name: 'ConfigurationError', code })
  })

  test.each([
    [{ before: Date.now() }],
    [{ before: now + 301 }],
    [{ before: -1 }],
    [{ before: NaN }],
    [{ before: '1' }],
    [{ until: 1 }],
    [{ before: undefined }],
  ])('a time that cannot be is refused: %o', async (until) => {
    await expect(set.revocations.revokeSubject({ iss, sub: 'u' }, until as never)).rejects.toMatchObject({
      name: 'ConfigurationError',
    })
  })

  test('its functions can be handed on by themselves', async () => {
    const { revokeToken } = set.revocations
    await revokeToken({ iss, jti: 'handed' })
    expect(await outcome(set.tokens.access.verify(access({ jti: 'handed' })))).toBe('ERR_TOKEN_REVOKED')
  })
})

describe('a type with revocations', () => {
  test('takes a store and nothing else', () => {
    for (const revocations of [
      undefined,
      null,
      true,
      {},
      { revoke: () => undefined },
      { revokedBefore: () => undefined },
    ]) {
      const make = () => accessToken({ issuer: fake.issuer, audience, revocations: revocations as never })
      expect(mistake(make)).toMatch(/^ERR_OPTION_(INVALID|MISSING)$/)
    }
  })

  test('says so in its description, and no longer that revocation is not checked', () => {
    const plain = described(accessToken({ issuer: fake.issuer, audience }))
    expect(plain).toMatch(/not checked\*\* \| revocation;/)
    expect(plain).not.toContain('can be revoked by')
    const { tokens } = serviceWith(singleProcessStore())
    expect(described(tokens.access)).toContain(
      '| can be revoked by | `jti`, `sid`, `sub`, `client_id`, `azp`, where there |',
    )
    expect(described(tokens.access)).not.toMatch(/not checked\*\* \|.*revocation/)
  })

  test('has a step of its own in explanations, after the schema, and before that none', async () => {
    const { tokens, revocations } = serviceWith(singleProcessStore(), { claims: z.object({}) })
    const good = await tokens.access.explain(access({ jti: 'b' }))
    expect(good.steps.map(({ step }) => step).slice(-2)).toEqual(['schema', 'revocation'])
    expect(good.accepted).toBe(true)
    await revocations.revokeToken({ iss, jti: 'b' })
    const bad = await tokens.access.explain(access({ jti: 'b' }))
    expect(bad).toMatchObject({ accepted: false, code: 'ERR_TOKEN_REVOKED' })
    expect(bad.steps.at(-1)).toMatchObject({ step: 'revocation', outcome: 'failed' })
    const plain = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }, { clock })
    expect((await plain.access.explain(access())).steps.map(({ step }) => step)).not.toContain('revocation')
  })
})
