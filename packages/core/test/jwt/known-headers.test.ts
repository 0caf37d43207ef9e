import { segment } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import type { UnverifiedHeader } from '../../src/jwt/compact-jws.js'
import { readHeader, rememberHeader } from '../../src/jwt/header.js'
import { jwsOf } from './jws-of.js'

/** The header of a kid, read twice: one object where it is remembered, two where it is parsed anew. */
function readTwice(kid: string): readonly unknown[] {
  const text = segment({ alg: 'ES256', kid })
  return [readHeader(jwsOf(text)), readHeader(jwsOf(text))]
}

function remember(kid: string): void {
  const text = segment({ alg: 'ES256', kid })
  rememberHeader(jwsOf(text), readHeader(jwsOf(text)) as UnverifiedHeader)
}

test('a header is parsed anew each time until a signature over it was good', () => {
  const [first, second] = readTwice('never signed')
  expect(first).toEqual(second)
  expect(first).not.toBe(second)
})

test('a remembered header reads as it was parsed, and cannot be changed', () => {
  const [parsed] = readTwice('signed')
  remember('signed')
  const [first, second] = readTwice('signed')
  expect(first).toEqual(parsed)
  expect(first).toBe(second)
  expect(Object.isFrozen(first)).toBe(true)
})

test('a hundred headers are remembered; the oldest goes first', () => {
  remember('oldest')
  for (let number = 0; number < 100; number++) remember(`number ${number}`)
  const [first, second] = readTwice('oldest')
  expect(first).not.toBe(second)
  const [kept, keptAgain] = readTwice('number 99')
  expect(kept).toBe(keptAgain)
})
