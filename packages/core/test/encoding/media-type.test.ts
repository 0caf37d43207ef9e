import { expect, test } from 'vitest'
import { normalisedTyp } from '../../src/encoding/media-type.js'

test.each([
  ['at+jwt', 'application/at+jwt'],
  ['AT+JWT', 'application/at+jwt'],
  ['application/at+jwt', 'application/at+jwt'],
  ['APPLICATION/At+Jwt', 'application/at+jwt'],
  ['JWT', 'application/jwt'],
  ['text/plain', 'text/plain'],
  ['vnd.example-1_x!#$&^', 'application/vnd.example-1_x!#$&^'],
])('%s is compared as %s', (written, compared) => {
  expect(normalisedTyp(written)).toBe(compared)
})

// oxfmt-ignore
const none = [
  '', ' ', '/', 'a/', '/a', 'a//b', 'a/b/c', 'at+jwt;v=1', 'at+jwt ', ' at+jwt', 'at jwt', 'at+jwt\n', 'at+jwt\0', 'a"b', 'a,b', 'a=b', '*/*',
  'é', 'to\u212aen+jwt', 'pa\u017fsword+jwt', '\u0130d+jwt', 'ａt+jwt', 'at%2bjwt', 'a\\b', 'a:b', '(a)', '<a>', 'a@b', '[a]', 'x'.repeat(129),
]
test.each(none)('%j is no media type', (written) => {
  expect(normalisedTyp(written)).toBeUndefined()
})

test('no character outside ASCII is part of a media type', () => {
  const accepted: string[] = []
  for (let point = 0; point <= 0xffff; point++) {
    if (normalisedTyp(`a${String.fromCharCode(point)}`) !== undefined) accepted.push(String.fromCharCode(point))
  }
  expect(accepted.join('')).toBe('!#$&+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_abcdefghijklmnopqrstuvwxyz')
})

test('128 characters are the most', () => {
  expect(normalisedTyp('x'.repeat(128))).toBe(`application/${'x'.repeat(128)}`)
})
