import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  accessToken,
  anyOf,
  createGuard,
  customToken,
  defineTokens,
  DependencyError,
  idToken,
  issuer,
  remoteKeySet,
  tokenOf,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { received, receivedWith } from '../http/received.js'
import { mistake, outcome } from './outcome.js'

const fake = new FakeIssuer()
const far = new FakeIssuer({ id: 'https://far.test', clock: fake.clock })
const audience = 'https://api.test'
const farKeys = remoteKeySet('http://127.0.0.1:9/jwks', { algorithms: ['ES256'], allowInsecureLoopback: true })
const tokens = defineTokens(
  {
    access: accessToken({ issuer: fake.issuer, audience }),
    partner: customToken({
      typ: 'partner+jwt',
      issuer: fake.issuer,
      audience,
      maxLifetime: '15m',
      required: ['sub'],
      scopeClaim: 'permissions',
    }),
    away: accessToken({ issuer: issuer(far.id, { keys: farKeys }), audience }),
    id: idToken({ issuer: fake.issuer, clientId: 'web' }),
  },
  { clock: fake.clock },
)
const others = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) })
const either = anyOf(tokens.access, tokens.partner)
const access = fake.accessToken()
const partner = fake.customToken('partner+jwt', { sub: 'partner-1', permissions: ['a'] })

async function eventsOf(act: () => Promise<unknown>): Promise<readonly unknown[]> {
  const events: unknown[] = []
  const record = (event: unknown) => events.push(event)
  subscribe('jwt-guard:verdict', record)
  await act().catch(() => undefined)
  unsubscribe('jwt-guard:verdict', record)
  return events
}

describe('verify', () => {
  test('accepts a token of each type, told apart by its type', async () => {
    expect(await either.verify(access)).toMatchObject({ type: 'access', claims: { client_id: 'web' } })
    expect(await either.verify(partner)).toMatchObject({ type: 'partner', claims: { sub: 'partner-1' } })
    expect(either.name).toBe('access or partner')
  })

  test('refuses what is of none of them, with the reason of the nearest', async () => {
    expect(await outcome(either.verify(fake.idToken()))).toBe('ERR_TYP_MISMATCH')
    const late = { claims: { exp: fake.clock.now() - 60, iat: fake.clock.now() - 90 } }
    expect(await outcome(either.verify(fake.accessToken(late)))).toBe('ERR_TOKEN_EXPIRED exp')
    expect(await outcome(either.verify(fake.customToken('partner+jwt', {})))).toBe('ERR_CLAIM_MISSING sub')
    const reversed = anyOf(tokens.partner, tokens.access)
    expect(await outcome(reversed.verify(fake.accessToken(late)))).toBe('ERR_TOKEN_EXPIRED exp')
  })

  test('is unavailable where one could not be asked and no other accepts', async () => {
    const withAway = anyOf(tokens.away, tokens.access)
    await expect(withAway.verify(far.accessToken())).rejects.toBeInstanceOf(DependencyError)
    expect(await outcome(withAway.verify(access))).toBe('accepted')
    expect(await outcome(anyOf(tokens.access, tokens.away).verify(fake.idToken()))).toBe('ERR_TYP_MISMATCH')
  })

  test('publishes one event: the type that accepted, or all their names', async () => {
    expect(await eventsOf(() => either.verify(partner))).toEqual([{ verdict: 'accepted', type: 'partner' }])
    expect(await eventsOf(() => either.verify(fake.idToken()))).toEqual([
      { verdict: 'refused', type: 'access or partner', code: 'ERR_TYP_MISMATCH' },
    ])
    expect(await eventsOf(() => anyOf(tokens.away, tokens.access).verify(far.accessToken()))).toEqual([
      { verdict: 'unavailable', type: 'away or access', code: 'ERR_KEYS_UNAVAILABLE' },
    ])
  })

  test('takes no context', async () => {
    // @ts-expect-error -- none of the types needs one
    await expect(either.verify(access, { nonce: 'n' })).rejects.toMatchObject({ code: 'ERR_CONTEXT_INVALID' })
  })

  test('explain says the same as verify: of two that refuse, of one that is away, and of a context', async () => {
    const both = defineTokens(
      {
        p: customToken({
          typ: 'x+jwt',
          issuer: fake.issuer,
          audience,
          maxLifetime: 60,
          fixed: { k: 1 },
          required: ['q'],
        }),
        r: customToken({
          typ: 'x+jwt',
          issuer: fake.issuer,
          audience,
          maxLifetime: 60,
          fixed: { k: 2 },
          forbidden: ['z'],
        }),
      },
      { clock: fake.clock },
    )
    const any = anyOf(both.p, both.r)
    for (const claims of [{}, { z: 1 }, { q: 1, z: 1 }, { k: 1 }, { k: 2, z: 1 }, { k: 3, q: 1 }]) {
      const text = fake.customToken('x+jwt', { exp: fake.clock.now() + 30, ...claims })
      const { code, claim } = await any.explain(text)
      expect(await outcome(any.verify(text))).toBe([code, claim].filter(Boolean).join(' '))
    }
    const away = await anyOf(tokens.access, tokens.away).explain(far.accessToken())
    expect(away).toMatchObject({ accepted: false, code: 'ERR_KEYS_UNAVAILABLE' })
    // @ts-expect-error -- none of the types needs one
    await expect(either.explain(access, {})).rejects.toMatchObject({ code: 'ERR_CONTEXT_INVALID' })
  })

  test('explain tells of the nearest', async () => {
    expect(await either.explain(partner)).toMatchObject({ accepted: true })
    expect(await either.explain(fake.customToken('partner+jwt', {}))).toMatchObject({
      accepted: false,
      code: 'ERR_CLAIM_MISSING',
      claim: 'sub',
    })
  })
})

describe('a guard', () => {
  test('lets in any of them, once, and each type knows its own', async () => {
    const request = await receivedWith(partner)
    expect(await eventsOf(() => createGuard(either).check(request))).toEqual([{ verdict: 'accepted', type: 'partner' }])
    expect(tokenOf(request, either)).toMatchObject({ type: 'partner' })
    expect(tokenOf(request, tokens.partner)).toBe(tokenOf(request, either))
    expect(mistake(() => tokenOf(request, tokens.access))).toBe('ERR_GUARD_NOT_PASSED')
    expect(mistake(() => tokenOf(request, anyOf(tokens.access, tokens.away)))).toBe('ERR_GUARD_NOT_PASSED')
  })

  test('asks for scopes where the accepted type has them', async () => {
    const guard = createGuard(either, { scope: 'a' })
    expect(await guard.check(await receivedWith(partner))).toMatchObject({ verdict: 'accepted' })
    const misplaced = fake.accessToken({ claims: { scope: 'b', permissions: ['a'] } })
    expect(await guard.check(await receivedWith(misplaced))).toMatchObject({ status: 403 })
  })

  test('goes on to the guard of one of them in the same slot, and reuses what was found', async () => {
    const request = await receivedWith(access)
    const first = await createGuard(either).check(request)
    const second = await createGuard(tokens.access).check(request)
    expect('token' in first && 'token' in second && first.token === second.token).toBe(true)
    const another = await receivedWith(access)
    await createGuard(either).check(another)
    expect(await createGuard(tokens.partner).check(another)).toMatchObject({ status: 401 })
  })

  test('shares no slot with a type that it does not take', async () => {
    const request = await receivedWith(access)
    await createGuard(either).check(request)
    await expect(createGuard(tokens.away).check(request)).rejects.toMatchObject({ code: 'ERR_SLOT_TAKEN' })
    expect(await createGuard(tokens.away, { as: 'other' }).check(request)).toMatchObject({ status: 401 })
  })

  test('optional lets nobody in once, and tokenOf answers undefined', async () => {
    const request = await received()
    const guard = createGuard(either, { optional: true })
    expect(await eventsOf(() => guard.check(request))).toEqual([{ verdict: 'accepted', type: 'access or partner' }])
    expect(await eventsOf(() => guard.check(request))).toEqual([])
    expect(tokenOf(request, either, { optional: true })).toBeUndefined()
    expect(mistake(() => tokenOf(request, either))).toBe('ERR_GUARD_NOT_PASSED')
  })
})

test.each([
  ['one type', () => anyOf(...([tokens.access] as never)), 'ERR_OPTION_INVALID'],
  ['none', () => anyOf(...([] as never)), 'ERR_OPTION_INVALID'],
  ['a type twice', () => anyOf(tokens.access, tokens.access), 'ERR_OPTION_INVALID'],
  ['types of two sets', () => anyOf(tokens.partner, others.access), 'ERR_OPTION_INVALID'],
  ['a type that needs a context', () => anyOf(tokens.access, tokens.id as never), 'ERR_OPTION_INVALID'],
  ['another anyOf', () => anyOf(either as never, tokens.away), 'ERR_TYPE_UNNAMED'],
  [
    'a type without a name',
    () => anyOf(tokens.access, accessToken({ issuer: fake.issuer, audience }) as never),
    'ERR_TYPE_UNNAMED',
  ],
  ['undefined', () => anyOf(tokens.access, undefined as never), 'ERR_TYPE_UNNAMED'],
])('anyOf refuses %s', (_, make, code) => {
  expect(mistake(make)).toBe(code)
})
