import { expect, test } from 'vitest'
import { readFormat } from '../../src/jwt/format.js'

const codeOf = (text: unknown, maxLength = 8192) => {
  const read = readFormat(text, maxLength)
  return 'code' in read ? read.code : 'read'
}

test('the three segments are what stands between the dots, and what was signed is the first two', () => {
  expect(readFormat('AAAA.BBBB.CCCC', 14)).toMatchObject({
    header: 'AAAA',
    payload: 'BBBB',
    signature: 'CCCC',
    signed: 'AAAA.BBBB',
  })
})

test('the length is looked at before anything else', () => {
  expect(codeOf('AAAA.BBBB.CCCC', 14)).toBe('read')
  expect(codeOf('AAAA.BBBB.CCCC', 13)).toBe('ERR_TOKEN_TOO_LONG')
  expect(codeOf(' '.repeat(15), 14)).toBe('ERR_TOKEN_TOO_LONG')
})

test('a header of 2048 characters is read, and a longer one is not', () => {
  expect(codeOf(`${'A'.repeat(2048)}.BBBB.CCCC`)).toBe('read')
  expect(codeOf(`${'A'.repeat(2050)}.BBBB.CCCC`)).toBe('ERR_TOKEN_TOO_LONG')
  expect(codeOf(`AAAA.${'B'.repeat(4000)}.${'C'.repeat(4000)}`)).toBe('read')
})

test.each(['A.B.C.D.E', 'A....', 'AAAA.BBBB.CCCC.DDDD.EEEE', 'AAAA..CCCC.DDDD.EEEE'])(
  '%s has the form of an encrypted token',
  (text) => {
    expect(codeOf(text)).toBe('ERR_TOKEN_ENCRYPTED')
  },
)

// oxfmt-ignore
const malformed = [
  '', '.', '..', '...', '....', 'AAAA', 'AAAA.BBBB', 'AAAA.BBBB.', '.BBBB.CCCC', 'AAAA..CCCC', 'AAAA.BBBB.CCCC.', 'AAAA.BBBB.CCCC.DDDD',
  'AAAA.BBBB.CCCC\n', '\nAAAA.BBBB.CCCC', 'AAAA.BB BB.CCCC', 'AAAA.BBBB.CC==', 'AAAA.BB+B.CCCC', 'AAAA.BBBB.C', 'AAAA.BBBB.CCCCC', 'AB.BBBB.CCCC',
  'AAAA.AAB.CCCC', 'AAAA.BBBB.AB', '.A.B.C.D', 'A.B.C.D.E.F', 'A.B.C.D=.E',
]
test.each(malformed)('%j is malformed', (text) => {
  expect(codeOf(text)).toBe('ERR_TOKEN_MALFORMED')
})

test.each([undefined, null, 7, {}, [], ['AAAA.BBBB.CCCC'], Buffer.from('AAAA.BBBB.CCCC'), Object('AAAA.BBBB.CCCC')])(
  'what is no primitive string is malformed',
  (value: unknown) => {
    expect(codeOf(value)).toBe('ERR_TOKEN_MALFORMED')
  },
)
