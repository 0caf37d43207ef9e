import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOfBase64url, isCanonicalBase64url } from '../../src/encoding/base64url.js'

const alphabet = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
const again = (text: string) => Buffer.from(text, 'base64url').toString('base64url')

test('a text of up to three characters is canonical where encoding its bytes gives it back', () => {
  const two = alphabet.flatMap((a) => alphabet.map((b) => a + b))
  const three = two.flatMap((start) => alphabet.map((c) => start + c))
  const wrong = ['', ...alphabet, ...two, ...three].filter(
    (text) => isCanonicalBase64url(text) !== (again(text) === text),
  )
  expect(wrong).toEqual([])
})

test('a longer text is canonical where encoding its bytes gives it back', () => {
  const characters = fc.constantFrom(...alphabet, '+', '/', '=', ' ', '\n', '.', '\0', 'é', '\uff21')
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 40 }), (text) => {
      expect(isCanonicalBase64url(text)).toBe(again(text) === text)
      expect(bytesOfBase64url(text) !== undefined).toBe(isCanonicalBase64url(text))
    }),
    { seed: 20_270_115, numRuns: 5000 },
  )
})

test('what bytes encode to is canonical, and gives the bytes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64url')
      expect(isCanonicalBase64url(text)).toBe(true)
      expect(bytesOfBase64url(text)).toEqual(Buffer.from(bytes))
    }),
    { seed: 20_270_115, numRuns: 1000 },
  )
})

test.each(['AA==', 'AA=', 'A', 'AAAAA', 'AB', 'AAB', 'A+', 'A/', ' AA', 'AA\n', 'A A', 'AA.', '\u00c1A', '%41A'])(
  '%j is refused',
  (text) => {
    expect(isCanonicalBase64url(text)).toBe(false)
    expect(bytesOfBase64url(text)).toBeUndefined()
  },
)

test.each([undefined, null, 7, {}, ['AA'], Buffer.from('AA')])('what is no string has no bytes', (value) => {
  expect(bytesOfBase64url(value)).toBeUndefined()
})
