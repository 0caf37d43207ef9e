import type { IncomingMessage } from 'node:http'
import { accessToken, anyOf, createGuard, customToken, defineTokens, issuers, tokenOf } from '@jwt-guard/core'
import { beforeEach, expect, test } from 'vitest'
import { received, receivedWith } from './received.js'
import { counted, counter, counting, fake, recordedEvents, tokens } from './service.js'

const events = recordedEvents()
beforeEach(() => {
  counter.verified = 0
})

/** The same request, and another credential in it: what a middleware between two guards can do. */
function withCredential(request: IncomingMessage, token: string): IncomingMessage {
  const at = request.rawHeaders.findIndex((name) => name.toLowerCase() === 'authorization')
  request.rawHeaders[at + 1] = `Bearer ${token}`
  return request
}

test('a second guard of the type does not verify again, and hands out the same token', async () => {
  const request = await receivedWith(counted())
  const first = await createGuard(tokens.counted).check(request)
  const second = await createGuard(tokens.counted).check(request)
  expect(counter.verified).toBe(1)
  expect(first).toMatchObject({ verdict: 'accepted' })
  expect('token' in second && 'token' in first && second.token === first.token).toBe(true)
})

test('a second guard applies its own authorisation', async () => {
  const request = await receivedWith(counted({ scope: 'a' }))
  expect(await createGuard(tokens.counted, { scope: 'a' }).check(request)).toMatchObject({ verdict: 'accepted' })
  expect(await createGuard(tokens.counted, { scope: 'b' }).check(request)).toMatchObject({ status: 403 })
  expect(await createGuard(tokens.counted, { authorize: () => false }).check(request)).toMatchObject({ status: 403 })
  expect(counter.verified).toBe(1)
})

test('two guards at once verify once', async () => {
  const request = await receivedWith(counted())
  const guard = createGuard(tokens.counted)
  const verdicts = await Promise.all([guard.check(request), guard.check(request), guard.check(request)])
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'accepted'])
  expect(counter.verified).toBe(1)
})

test('a refusal is not found out a second time either', async () => {
  const expired = counted({ iat: fake.clock.now() - 400, exp: fake.clock.now() - 31 })
  const request = await receivedWith(expired)
  const guard = createGuard(tokens.counted)
  expect(await guard.check(request)).toMatchObject({ status: 401 })
  expect(await guard.check(request)).toMatchObject({ status: 401 })
  expect(events).toEqual(
    [1, 2].map(() => ({ verdict: 'refused', type: 'counted', code: 'ERR_TOKEN_EXPIRED', claim: 'exp' })),
  )
})

test('two guards whose contexts say the same verify once, even at once', async () => {
  const request = await receivedWith(fake.idToken({ claims: { acr: 'b' } }))
  const one = createGuard(tokens.id, { context: () => ({ nonce: 'nonce-1', acrValues: ['b'] }) })
  const other = createGuard(tokens.id, { context: async () => ({ nonce: 'nonce-1', acrValues: ['b'] }) })
  const verdicts = await Promise.all([one, other, one].map((guard) => guard.check(request)))
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'accepted'])
  expect(counter.verified).toBe(1)
})

test('of several contexts each is remembered, and none is taken for another', async () => {
  const request = await receivedWith(fake.idToken())
  const nonces = ['nonce-1', 'nonce-2', 'nonce-1', null, 'nonce-2', 'nonce-1']
  const statuses: unknown[] = []
  for (const nonce of nonces) {
    const { verdict } = await createGuard(tokens.id, { context: () => ({ nonce }) }).check(request)
    statuses.push(verdict)
  }
  expect(statuses).toEqual(['accepted', 'refused', 'accepted', 'refused', 'refused', 'accepted'])
  expect(counter.verified).toBe(1)
})

test('another credential in the same request is verified', async () => {
  const request = await receivedWith(counted())
  const guard = createGuard(tokens.counted)
  await guard.check(request)
  expect(await guard.check(withCredential(request, counted({ sub: 'user-2' })))).toMatchObject({
    verdict: 'accepted',
    token: { claims: { sub: 'user-2' } },
  })
  expect(counter.verified).toBe(2)
})

test('a bad credential in place of a good one is refused', async () => {
  const request = await receivedWith(counted())
  const guard = createGuard(tokens.counted)
  await guard.check(request)
  expect(await guard.check(withCredential(request, 'x'))).toMatchObject({ status: 401 })
})

test('another context verifies again, and the same context does not', async () => {
  const request = await receivedWith(fake.idToken())
  const guardFor = (nonce: string) => createGuard(tokens.id, { context: () => ({ nonce }) })
  expect(await guardFor('nonce-1').check(request)).toMatchObject({ verdict: 'accepted' })
  expect(await guardFor('nonce-1').check(request)).toMatchObject({ verdict: 'accepted' })
  expect(counter.verified).toBe(1)
  expect(await guardFor('nonce-2').check(request)).toMatchObject({ status: 401 })
})

test('two contexts that only look alike are two', async () => {
  const request = await receivedWith(fake.idToken({ claims: { nonce: 'a', acr: 'b' } }))
  const one = createGuard(tokens.id, { context: () => ({ nonce: 'a', acrValues: ['b'] }) })
  const other = createGuard(tokens.id, { context: () => ({ nonce: 'a', acrValues: ['b","c'] }) })
  expect(await one.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(await other.check(request)).toMatchObject({ status: 401 })
})

test('another request with the same credential is verified', async () => {
  const text = counted()
  const guard = createGuard(tokens.counted)
  await guard.check(await receivedWith(text))
  await guard.check(await receivedWith(text))
  expect(counter.verified).toBe(2)
})

test('a type of another set verifies for itself', async () => {
  const request = await receivedWith(fake.accessToken())
  const stricter = defineTokens(
    { access: accessToken({ issuer: fake.issuer, audience: 'https://other.test' }) },
    { clock: fake.clock },
  )
  expect(await createGuard(tokens.access).check(request)).toMatchObject({ verdict: 'accepted' })
  expect(await createGuard(stricter.access, { as: 'other' }).check(request)).toMatchObject({ status: 401 })
})

test('a dependency that was away for one guard is asked again by the next', async () => {
  let asked = 0
  const known = issuers(async () => {
    asked++
    if (asked === 1) throw new Error('away')
    return fake.issuer
  })
  const set = defineTokens(
    {
      partner: customToken({
        typ: 'partner+jwt',
        issuer: known,
        audience: 'https://api.test',
        maxLifetime: '15m',
      }),
    },
    { clock: fake.clock },
  )
  const guard = createGuard(set.partner)
  const request = await receivedWith(fake.customToken('partner+jwt', {}))
  expect(await guard.check(request)).toMatchObject({ verdict: 'unavailable', status: 503 })
  expect(() => tokenOf(request, set.partner)).toThrow(expect.objectContaining({ code: 'ERR_GUARD_NOT_PASSED' }))
  expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(asked).toBe(2)
})

test('after an outage each of two guards asks again, even at once, and what one finds out serves the next', async () => {
  let asked = 0
  const known = issuers(async () => {
    asked++
    if (asked === 1) throw new Error('away')
    return fake.issuer
  })
  const common = { issuer: known, audience: 'https://api.test', maxLifetime: '15m', claims: counting } as const
  const { partner } = defineTokens({ partner: customToken({ ...common, typ: 'partner+jwt' }) }, { clock: fake.clock })
  const request = await receivedWith(fake.customToken('partner+jwt', { scope: 'a' }))
  const verdicts = async (
    ...guards: readonly { check: (request: IncomingMessage) => Promise<{ verdict: string }> }[]
  ) => (await Promise.all(guards.map((guard) => guard.check(request)))).map(({ verdict }) => verdict)
  const [first, second] = [createGuard(partner), createGuard(partner, { scope: 'a' })]
  // The second one sees the outage of the first, and asks for itself.
  expect(await verdicts(first, second)).toEqual(['unavailable', 'accepted'])
  expect(await verdicts(second, first, second)).toEqual(['accepted', 'accepted', 'accepted'])
  expect([asked, counter.verified]).toEqual([2, 1])
})

test('a guard that authorize failed verifies no second time, and asks authorize again', async () => {
  const request = await receivedWith(counted())
  let asked = 0
  const guard = createGuard(tokens.counted, {
    authorize: () => {
      asked++
      if (asked === 1) throw new Error('away')
      return true
    },
  })
  expect(await guard.check(request)).toMatchObject({ status: 503 })
  expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(counter.verified).toBe(1)
})

test('an optional guard that let nobody in does not stand in the way of one that lets somebody in', async () => {
  const request = await received('X-Credential: later')
  await createGuard(tokens.counted, { optional: true }).check(request)
  request.rawHeaders.push('Authorization', `Bearer ${counted()}`)
  expect(await createGuard(tokens.counted).check(request)).toMatchObject({ verdict: 'accepted' })
  expect(tokenOf(request, tokens.counted).claims).toMatchObject({ sub: 'user-1' })
  await createGuard(tokens.counted).check(request)
  expect(events).toEqual([1, 2].map(() => ({ verdict: 'accepted', type: 'counted' })))
})

test('nor does one for several types, of which the request has a token of one later', async () => {
  const either = anyOf(tokens.access, tokens.counted)
  for (const [type, text] of [
    ['access', fake.accessToken()],
    ['counted', counted()],
  ]) {
    const request = await received('X-Credential: later')
    await createGuard(either, { optional: true }).check(request)
    expect(tokenOf(request, either, { optional: true })).toBeUndefined()
    request.rawHeaders.push('Authorization', `Bearer ${text}`)
    expect(await createGuard(either).check(request)).toMatchObject({ verdict: 'accepted' })
    expect(tokenOf(request, either)).toMatchObject({ type })
  }
})

test('an optional guard that finds nobody any more takes no token away', async () => {
  const request = await receivedWith(counted())
  await createGuard(tokens.counted).check(request)
  request.rawHeaders.splice(request.rawHeaders.indexOf('Authorization'), 2)
  expect(await createGuard(tokens.counted, { optional: true }).check(request)).toMatchObject({ token: undefined })
  expect(tokenOf(request, tokens.counted).claims).toMatchObject({ sub: 'user-1' })
})

test('a request that is let in twice with one token is one event', async () => {
  const request = await receivedWith(counted())
  const guard = createGuard(tokens.counted)
  await guard.check(request)
  await guard.check(request)
  expect(events).toEqual([{ verdict: 'accepted', type: 'counted' }])
})
