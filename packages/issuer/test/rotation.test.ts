import { createPublicKey } from 'node:crypto'
import { customToken, defineTokens, issuer } from '@jwt-guard/core'
import { createIssuer, retiredKey, signingKey, type IssuerOptions } from '@jwt-guard/issuer'
import { fixedClock } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { aKey, privateKey } from './keys.ts'
import { api } from './kinds.ts'
import { mistake, outcome, read } from './outcome.ts'

const id = 'https://issuer.test'
const [a, b, c] = [aKey('ES256', 'a'), aKey('RS256', 'b'), aKey('ES256', 'c')]

/** An issuer with these keys, and a type of a set that was made when it started. */
function started(keys: IssuerOptions['keys'], options: Partial<IssuerOptions> = {}) {
  const clock = fixedClock()
  const mine = createIssuer({ id, keys, clock, ...options })
  const made = () => {
    const self = issuer(id, { keys: mine.verificationKeys })
    const types = { own: customToken({ typ: 'own+jwt', issuer: self, audience: api, maxLifetime: '15m' }) }
    return defineTokens(types, { clock }).own
  }
  return { mine, clock, made, type: made(), published: () => mine.jwks().keys.map(({ kid }) => kid) }
}

test('the next key signs after a rotation, and tokens of the old one are good to their end', async () => {
  const { mine, clock, type, published } = started({ current: a, next: [b, c] })
  const first = await mine.issue(type, {})
  expect(published()).toEqual(['a', 'b', 'c'])
  mine.rotate()
  const second = await mine.issue(type, {})
  expect([first, second].map((text) => read(text).header['kid'])).toEqual(['a', 'b'])
  expect(published()).toEqual(['b', 'c', 'a'])
  mine.rotate()
  expect(read(await mine.issue(type, {})).header['kid']).toBe('c')
  clock.advance(899)
  expect(await outcome(type.verify(first))).toBe('done')
  expect(await outcome(type.verify(second))).toBe('done')
})

test('without a next key there is no rotation', async () => {
  const { mine, type } = started(a)
  expect(mistake(() => mine.rotate())).toBe('ERR_OPTION_MISSING')
  expect(read(await mine.issue(type, {})).header['kid']).toBe('a')
})

test('a key that is announced is published at once and signs after a rotation', async () => {
  const { mine, type, made, published } = started(a)
  mine.announce(b)
  expect(published()).toEqual(['a', 'b'])
  expect(read(await mine.issue(type, {})).header['kid']).toBe('a')
  mine.rotate()
  expect(read(await mine.issue(made(), {})).header['kid']).toBe('b')
})

test('for a set that does not know the key that signs now, nothing is issued', async () => {
  const { mine, type } = started(a)
  mine.announce(c)
  mine.rotate()
  expect(await outcome(mine.issue(type, {}))).toBe('ERR_KEY_UNKNOWN')
  await expect(mine.issue(type, {})).rejects.toThrow(/its set was made before/)
})

test('a key that cannot stand beside the others is not announced', () => {
  const { mine, published } = started({ current: a, next: b })
  expect(mistake(() => mine.announce(aKey('ES256', 'a')))).toBe('ERR_KEY_AMBIGUOUS')
  expect(mistake(() => mine.announce(b))).toBe('ERR_KEY_AMBIGUOUS')
  expect(mistake(() => mine.announce(aKey('HS256')))).toBe('ERR_OPTIONS_CONTRADICT')
  expect(mistake(() => mine.announce(retired as unknown as typeof a))).toBe('ERR_OPTION_INVALID')
  expect(mistake(() => mine.announce({} as typeof a))).toBe('ERR_OPTION_INVALID')
  expect(published()).toEqual(['a', 'b'])
})

test('an old key is published until its last token has ended, and not much longer', async () => {
  const { mine, clock, type, published } = started({ current: a, next: b }, { keepRetired: 0 })
  await mine.issue(type, {})
  mine.rotate()
  clock.advance(900 + 30 - 1) // its life, and what a verifier's clock may be late by
  expect(published()).toEqual(['b', 'a'])
  clock.advance(32)
  expect(published()).toEqual(['b'])
  expect(mine.verificationKeys).toHaveLength(1)
})

test('an old key is published for as long as other processes may have signed with it', async () => {
  const { mine, clock, published } = started({ current: a, next: b }, { keepRetired: '2h' })
  mine.rotate()
  clock.advance(7199)
  expect(published()).toEqual(['b', 'a'])
  clock.advance(1)
  expect(published()).toEqual(['b'])
})

test('by default that is 25 hours', () => {
  const { mine, clock, published } = started({ current: a, next: b })
  mine.rotate()
  clock.advance(25 * 3600 - 1)
  expect(published()).toEqual(['b', 'a'])
  clock.advance(1)
  expect(published()).toEqual(['b'])
})

const key = privateKey('ES256')
const retired = retiredKey(createPublicKey(key), 'ES256')

test('keys that are listed as retired verify and are published for as long as they are listed', async () => {
  const before = started(signingKey(key, 'ES256'))
  const text = await before.mine.issue(before.type, {})
  const after = started({ current: a, retired: [retired] })
  expect(await outcome(after.type.verify(text))).toBe('done')
  after.clock.advance(10 * 365 * 86400)
  expect(after.published()).toEqual(['a', retired.kid])
})

test('the current key signs, however many there are beside it', async () => {
  const { mine, type } = started({ current: a, next: [b, c], retired: [retired] })
  const texts = await Promise.all(Array.from({ length: 20 }, () => mine.issue(type, {})))
  expect(new Set(texts.map((text) => read(text).header['kid']))).toEqual(new Set(['a']))
})

test('of secrets, too, the old one verifies after a rotation', async () => {
  const { mine, type, published } = started({ current: aKey('HS256'), next: aKey('HS256') })
  const first = await mine.issue(type, {})
  mine.rotate()
  expect(await outcome(type.verify(first))).toBe('done')
  expect(await outcome(type.verify(await mine.issue(type, {})))).toBe('done')
  expect(published()).toEqual([])
})
