import {
  accessToken,
  anyOf,
  createGuard,
  customToken,
  defineTokens,
  revocationsOf,
  singleProcessStore,
} from '@jwt-guard/core'
import { expect, test } from 'vitest'
import { receivedWith } from './received.js'
import { fake, recordedEvents } from './service.js'

const events = recordedEvents()

/** A service, and how often its store was asked. */
function service(answer?: () => number | undefined | Promise<number | undefined>) {
  const asked = { times: 0 }
  const store = singleProcessStore()
  const counting = {
    revoke: store.revoke,
    revokedBefore: (keys: readonly string[]) => {
      asked.times++
      return answer === undefined ? store.revokedBefore(keys) : answer()
    },
  }
  const common = { issuer: fake.issuer, audience: 'https://api.test', revocations: counting }
  const tokens = defineTokens(
    { own: customToken({ typ: 'own+jwt', maxLifetime: '15m', ...common }), access: accessToken(common) },
    { clock: fake.clock },
  )
  return { tokens, asked, revocations: revocationsOf(tokens) }
}
const text = () => fake.accessToken({ claims: { jti: 'a', sub: 'user-1' } })

test('a revoked token is refused as any other, and the event says why', async () => {
  const { tokens, revocations } = service()
  await revocations.revokeSubject({ iss: fake.id, sub: 'user-1' })
  const verdict = await createGuard(tokens.access).check(await receivedWith(text()))
  expect(verdict).toMatchObject({ verdict: 'refused', status: 401, body: { error: 'invalid_token' } })
  expect(JSON.stringify(verdict)).not.toMatch(/revo/i)
  expect(events).toEqual([{ verdict: 'refused', type: 'access', code: 'ERR_TOKEN_REVOKED' }])
})

test('one guard asks once', async () => {
  const { tokens, asked } = service()
  expect(await createGuard(tokens.access).check(await receivedWith(text()))).toMatchObject({ verdict: 'accepted' })
  expect(asked.times).toBe(1)
})

test('a second guard of the request asks again: what it is given was not revoked since', async () => {
  const { tokens, asked, revocations } = service()
  const request = await receivedWith(text())
  const guard = createGuard(tokens.access)
  expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(asked.times).toBe(2)
  await revocations.revokeToken({ iss: fake.id, jti: 'a' })
  expect(await guard.check(request)).toMatchObject({ verdict: 'refused', status: 401 })
  expect(await createGuard(anyOf(tokens.own, tokens.access)).check(request)).toMatchObject({ status: 401 })
})

test('revocation goes before authorisation, for the first guard and for a second', async () => {
  const { tokens, revocations } = service()
  const request = await receivedWith(text())
  let authorized = 0
  const guard = createGuard(tokens.access, { scope: 'none:such', authorize: () => ++authorized > 0 })
  expect(await guard.check(request)).toMatchObject({ status: 403 })
  await revocations.revokeToken({ iss: fake.id, jti: 'a' })
  expect(await guard.check(request)).toMatchObject({ status: 401 })
  expect(await guard.check(await receivedWith(text()))).toMatchObject({ status: 401 })
  expect(authorized).toBe(0)
})

test('a store that is away is a 503 with Retry-After, for the first guard and for a second', async () => {
  let away = false
  const { tokens } = service(() => (away ? Promise.reject(new Error('a foreign message')) : undefined))
  const request = await receivedWith(text())
  const guard = createGuard(tokens.access)
  expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  away = true
  for (const asked of [request, await receivedWith(text())]) {
    const verdict = await guard.check(asked)
    expect(verdict).toMatchObject({ verdict: 'unavailable', status: 503, headers: { 'Retry-After': '5' } })
    expect(JSON.stringify(verdict)).not.toContain('foreign')
  }
})

test('a token that is used once is not spent where it is revoked', async () => {
  const used: string[] = []
  const store = singleProcessStore()
  const singleUse = { add: (key: string) => used.push(key) > 0 }
  const tokens = defineTokens(
    { access: accessToken({ issuer: fake.issuer, audience: 'https://api.test', revocations: store, singleUse }) },
    { clock: fake.clock },
  )
  await revocationsOf(tokens).revokeToken({ iss: fake.id, jti: 'a' })
  expect(await createGuard(tokens.access).check(await receivedWith(text()))).toMatchObject({ status: 401 })
  expect(used).toEqual([])
})
