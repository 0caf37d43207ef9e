import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  accessToken,
  customToken,
  defineTokens,
  revocationsOf,
  singleProcessStore,
  type ReplayStore,
  type RevocationStore,
  type StateEvent,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { outcome } from '../tokens/outcome.js'

const fake = new FakeIssuer()
const iss = fake.id
const audience = 'https://api.test'

const events: StateEvent[] = []
const record = (event: unknown) => events.push(event as StateEvent)
beforeEach(() => {
  events.length = 0
  subscribe('jwt-guard:state', record)
})
afterEach(() => {
  unsubscribe('jwt-guard:state', record)
})

const away = () => {
  throw new Error('redis://user:password@10.0.0.1')
}
const down: RevocationStore & ReplayStore = { add: away, revoke: away, revokedBefore: away }
const nonsense = () => 'yes' as never

function serviceWith(store: RevocationStore & ReplayStore) {
  const tokens = defineTokens(
    {
      access: accessToken({ issuer: fake.issuer, audience, revocations: store }),
      reset: customToken({ typ: 'reset+jwt', issuer: fake.issuer, audience, maxLifetime: '15m', singleUse: store }),
    },
    { clock: fake.clock },
  )
  return { tokens, revocations: revocationsOf(tokens) }
}

test('what is revoked is told by its kind, and not by whose it is', async () => {
  const { revocations } = serviceWith(singleProcessStore())
  await revocations.revokeToken({ iss, jti: 'a' })
  await revocations.revokeSession({ iss, sid: 'b' })
  await revocations.revokeSubject({ iss, sub: 'c' })
  await revocations.revokeClient({ iss, client_id: 'd' })
  expect(events).toEqual(['token', 'session', 'subject', 'client'].map((what) => ({ event: 'revoked', what })))
})

test.each<[string, RevocationStore & ReplayStore]>([
  ['throws', down],
  ['answers what cannot be', { add: nonsense, revoke: () => undefined, revokedBefore: nonsense }],
  ['rejects', { add: async () => away(), revoke: async () => away(), revokedBefore: async () => away() }],
])('a store that %s is told with what was asked of it, once per call, and nothing of its error', async (_, store) => {
  const { tokens } = serviceWith(store)
  await expect(tokens.reset.verify(fake.customToken('reset+jwt', {}))).rejects.toMatchObject({
    code: 'ERR_STORE_UNAVAILABLE',
  })
  await expect(tokens.access.verify(fake.accessToken())).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
  expect(events).toEqual(['add', 'revokedBefore'].map((operation) => ({ event: 'failed', operation })))
})

test('a revocation that no store has is a failure, and is not told as revoked', async () => {
  const { revocations } = serviceWith(down)
  await expect(revocations.revokeToken({ iss, jti: 'a' })).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' })
  expect(events).toEqual([{ event: 'failed', operation: 'revoke' }])
})

test('a store that does what it is there for is silent', async () => {
  const { tokens } = serviceWith(singleProcessStore())
  const reset = fake.customToken('reset+jwt', {})
  expect(await outcome(tokens.reset.verify(reset))).toBe('accepted')
  expect(await outcome(tokens.reset.verify(reset))).toBe('ERR_TOKEN_REPLAYED jti')
  expect(await outcome(tokens.access.verify(fake.accessToken()))).toBe('accepted')
  expect(events).toEqual([])
})
