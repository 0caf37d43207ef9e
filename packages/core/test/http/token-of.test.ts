import type { IncomingMessage } from 'node:http'
import { accessToken, anyOf, createGuard, tokenOf } from '@jwt-guard/core'
import { expect, test } from 'vitest'
import { recordOf } from '../../src/http/let-in.js'
import { megabytesLeftBy } from '../jwt/memory.js'
import { received, receivedWith } from './received.js'
import { counted, fake, tokens } from './service.js'

const notPassed = expect.objectContaining({ name: 'ConfigurationError', code: 'ERR_GUARD_NOT_PASSED' }) as Error

test('tokenOf answers with the token that the guard let in', async () => {
  const request = await receivedWith(fake.accessToken())
  const verdict = await createGuard(tokens.access).check(request)
  expect('token' in verdict && verdict.token === tokenOf(request, tokens.access)).toBe(true)
  expect(tokenOf(request, tokens.access, { optional: true })).toBe(tokenOf(request, tokens.access))
})

test('tokenOf throws for a request that no guard has seen', async () => {
  const request = await receivedWith(fake.accessToken())
  expect(() => tokenOf(request, tokens.access)).toThrow(notPassed)
  expect(() => tokenOf(request, tokens.access, { optional: true })).toThrow(notPassed)
})

test('tokenOf throws for a type whose guard was not there', async () => {
  const request = await receivedWith(fake.accessToken())
  await createGuard(tokens.access).check(request)
  expect(() => tokenOf(request, tokens.counted)).toThrow(notPassed)
})

test.each([
  ['without credentials', []],
  ['with a bad token', ['Authorization: Bearer x']],
  ['without the scope', [`Authorization: Bearer ${fake.accessToken({ claims: { scope: 'x' } })}`]],
])('tokenOf throws for a request that was refused %s', async (_, lines) => {
  const request = await received(...lines)
  await createGuard(tokens.access, { scope: 'reports:read' }).check(request)
  expect(() => tokenOf(request, tokens.access)).toThrow(notPassed)
  expect(() => tokenOf(request, tokens.access, { optional: true })).toThrow(notPassed)
})

test('where an optional guard let nobody in, tokenOf says how to read that', async () => {
  const request = await received()
  await createGuard(tokens.access, { optional: true }).check(request)
  expect(tokenOf(request, tokens.access, { optional: true })).toBeUndefined()
  expect(() => tokenOf(request, tokens.access)).toThrow(notPassed)
  expect(() => tokenOf(request, tokens.access)).toThrow('{ optional: true }')
})

test('tokenOf takes named types alone', async () => {
  const request = await received()
  const ask = tokenOf as (request: IncomingMessage, type: unknown) => unknown
  const unnamed = accessToken({ issuer: fake.issuer, audience: 'https://api.test' })
  for (const given of [unnamed, 'access', undefined, tokens]) {
    expect(() => ask(request, given)).toThrow(expect.objectContaining({ code: 'ERR_TYPE_UNNAMED' }))
  }
})

test('two kinds in one slot of one request are a mistake of the program, and the second is not let in', async () => {
  const request = await receivedWith(fake.accessToken())
  await createGuard(tokens.access).check(request)
  await expect(createGuard(tokens.counted).check(request)).rejects.toMatchObject({
    name: 'ConfigurationError',
    code: 'ERR_SLOT_TAKEN',
  })
  expect(() => tokenOf(request, tokens.counted)).toThrow(notPassed)
})

test('a slot is that of the guard that took it last, which has something in common with the one before', async () => {
  const request = await receivedWith(fake.accessToken())
  const either = anyOf(tokens.access, tokens.counted)
  for (const type of [either, tokens.access, either]) {
    expect(await createGuard(type).check(request)).toMatchObject({ verdict: 'accepted' })
  }
  await createGuard(tokens.access).check(request)
  await expect(createGuard(tokens.counted).check(request)).rejects.toMatchObject({ code: 'ERR_SLOT_TAKEN' })
  expect(await createGuard(tokens.counted, { as: 'other' }).check(request)).toMatchObject({ status: 401 })
})

test('a slot is taken by a guard that let nobody in, too', async () => {
  const request = await receivedWith(counted())
  expect(await createGuard(tokens.access).check(request)).toMatchObject({ status: 401 })
  await expect(createGuard(tokens.counted).check(request)).rejects.toMatchObject({ code: 'ERR_SLOT_TAKEN' })
})

test('two kinds in two slots, and one kind twice in one slot, are none', async () => {
  const request = await receivedWith(fake.accessToken())
  const guards = [
    createGuard(tokens.access),
    createGuard(tokens.access, { scope: 'reports:read' }),
    createGuard(tokens.access, { as: 'again' }),
  ]
  for (const guard of guards) expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  expect(await createGuard(tokens.counted, { as: 'other' }).check(request)).toMatchObject({ status: 401 })
})

test('a request that is judged again and again, as a connection may be, holds no more each time', async () => {
  const request = await receivedWith(fake.accessToken())
  const guard = createGuard(tokens.access)
  await guard.check(request)
  const record = recordOf(request)
  const left = await megabytesLeftBy(() => {
    const either = anyOf(tokens.access, tokens.counted) as never
    for (let count = 0; count < 100_000; count++) {
      record.takeSlot('auth', tokens.access as never)
      record.takeSlot('auth', either)
    }
  })
  expect(left).toBeLessThan(4)
})

test('slots belong to a request, not to the program', async () => {
  await createGuard(tokens.access).check(await receivedWith(fake.accessToken()))
  expect(await createGuard(tokens.counted).check(await receivedWith(counted()))).toMatchObject({ verdict: 'accepted' })
})

test('what is known of a request outlasts its headers, and what it is as a stream', async () => {
  const request = await receivedWith(fake.accessToken())
  await createGuard(tokens.access).check(request)
  const token = tokenOf(request, tokens.access)
  request.rawHeaders = [...request.rawHeaders]
  expect(tokenOf(request, tokens.access)).toBe(token)
  const bare = { rawHeaders: Object.freeze(['Authorization', `Bearer ${fake.accessToken()}`]) } as never
  await createGuard(tokens.access).check(bare)
  expect(tokenOf(bare, tokens.access)).toMatchObject({ type: 'access' })
})

test('a copy of a request, or one made of it, was let in by nobody, and does not change what is known of the first', async () => {
  const request = await receivedWith(fake.accessToken())
  await createGuard(tokens.access).check(request)
  const token = tokenOf(request, tokens.access)
  const others = [Object.assign(await received(), request), Object.create(request) as IncomingMessage]
  for (const other of others) {
    expect(() => tokenOf(other, tokens.access)).toThrow(notPassed)
    await createGuard(tokens.access).check(other)
    expect(tokenOf(other, tokens.access)).not.toBe(token)
  }
  expect(tokenOf(request, tokens.access)).toBe(token)
})
