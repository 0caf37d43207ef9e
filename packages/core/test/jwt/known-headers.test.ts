import { segment } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import type { CompactJws, UnverifiedHeader } from '../../src/jwt/compact-jws.js'
import { readFormat } from '../../src/jwt/format.js'
import { readHeader } from '../../src/jwt/header.js'
import { rememberHeader } from '../../src/jwt/known-headers.js'

function read(kid: string): UnverifiedHeader {
  return readHeader(jwsOf(kid)) as UnverifiedHeader
}

function jwsOf(kid: string): CompactJws {
  return readFormat(`${segment({ alg: 'ES256', kid })}.e30.AAAA`, 8192) as CompactJws
}

/** The header of a kid, read twice: one object where it is remembered, two where it is parsed anew. */
function readTwice(kid: string): readonly unknown[] {
  return [read(kid), read(kid)]
}

function remember(kid: string): void {
  rememberHeader(jwsOf(kid), read(kid))
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

test('headers that come in turn are each its own, known or not', () => {
  for (const kid of ['one', 'two']) remember(kid)
  for (const kid of ['one', 'two', 'never signed', 'one', 'one', 'never signed', 'two']) {
    expect(read(kid)).toMatchObject({ kid, shown: { alg: 'ES256', kid } })
  }
})

test('beside a header that is known, payload and signature are looked at as ever', () => {
  remember('known')
  const { text } = jwsOf('known')
  for (const spoilt of [`${text}=`, `${text}B`, text.replace('.e30.', '.e31.'), text.replace('.AAAA', '.AA+A')]) {
    expect(readFormat(spoilt, 8192)).toMatchObject({ code: 'ERR_TOKEN_MALFORMED' })
  }
})
