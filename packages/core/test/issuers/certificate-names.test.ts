import { notChecked } from '@jwt-guard/core'
import { describe, expect, test } from 'vitest'
import { extension, type Extension, type Request } from './certificate-authority.js'
import { certifiedWorld, good, intermediate, leafWith } from './certificate-world.js'

const named = (...name: NonNullable<Request['name']>) => leafWith({ name })
const withNames = (...extensions: Extension[]) => leafWith({ extensions })

describe('the subject', () => {
  const { chain } = certifiedWorld({ subject: { CN: 'client-1', O: 'Example' } })
  const other = 'ERR_CERTIFICATE_MISMATCH'

  test('has every attribute that is asked for, among others', async () => {
    expect(await chain(named(['CN', 'client-1'], ['O', 'Example']), intermediate)).toBe('accepted')
    expect(await chain(named(['O', 'Example'], ['serialNumber', '1'], ['CN', 'client-1']), intermediate)).toBe(
      'accepted',
    )
  })

  test.each<[string, NonNullable<Request['name']>]>([
    [
      'another value',
      [
        ['CN', 'client-2'],
        ['O', 'Example'],
      ],
    ],
    [
      'one more character',
      [
        ['CN', 'client-10'],
        ['O', 'Example'],
      ],
    ],
    [
      'another case',
      [
        ['CN', 'Client-1'],
        ['O', 'Example'],
      ],
    ],
    [
      'a zero byte at the end',
      [
        ['CN', 'client-1\0'],
        ['O', 'Example'],
      ],
    ],
    [
      'a space at the end',
      [
        ['CN', 'client-1 '],
        ['O', 'Example'],
      ],
    ],
    ['only one of two attributes', [['CN', 'client-1']]],
    [
      'values of each other',
      [
        ['CN', 'Example'],
        ['O', 'client-1'],
      ],
    ],
    [
      'the attribute twice',
      [
        ['CN', 'client-1'],
        ['CN', 'client-2'],
        ['O', 'Example'],
      ],
    ],
    [
      'the attribute twice, the right one last',
      [
        ['CN', 'client-2'],
        ['CN', 'client-1'],
        ['O', 'Example'],
      ],
    ],
    ['both in one value', [['CN', 'client-1,O=Example']]],
    [
      'text of an unusual kind',
      [
        ['CN', 'client-1', 0x14],
        ['O', 'Example'],
      ],
    ],
    ['nothing', []],
  ])('with %s is somebody else', async (_, name) => {
    expect(await chain(named(...name), intermediate)).toBe(other)
  })

  test('may be written as PrintableString', async () => {
    expect(await chain(named(['CN', 'client-1', 0x13], ['O', 'Example', 0x13]), intermediate)).toBe('accepted')
  })

  test('does not count with the names of an authority', async () => {
    expect(await certifiedWorld({ subject: { CN: 'intermediate' } }).chain(...good)).toBe(other)
    expect(await certifiedWorld({ subject: { CN: 'root' } }).chain(...good)).toBe(other)
  })
})

describe('an alternative name', () => {
  const byDns = certifiedWorld({ subject: undefined, subjectAlternativeName: { dns: 'client.test' } })
  const byUri = certifiedWorld({ subject: undefined, subjectAlternativeName: { uri: 'https://client.test/id' } })

  test('is there, among others', async () => {
    expect(await byDns.chain(...good)).toBe('accepted')
    expect(await byUri.chain(...good)).toBe('accepted')
    const both = { dns: 'client.test', uri: 'https://client.test/id' }
    expect(await certifiedWorld({ subject: undefined, subjectAlternativeName: both }).chain(...good)).toBe('accepted')
  })

  test.each<[string, readonly Extension[]]>([
    ['no such extension', []],
    ['another name', [extension.names(['dns', 'other.test'])]],
    ['a wildcard', [extension.names(['dns', '*.test'], ['uri', 'https://*.test/id'])]],
    ['a name below', [extension.names(['dns', 'a.client.test'], ['uri', 'https://client.test/id/a'])]],
    ['another case', [extension.names(['dns', 'Client.test'], ['uri', 'https://Client.test/id'])]],
    ['the name as another kind', [extension.names(['uri', 'client.test'], ['dns', 'https://client.test/id'])]],
    ['the name as an email', [extension.names(['email', 'client.test'], ['email', 'https://client.test/id'])]],
    ['a zero byte within', [extension.names(['dns', 'client.test\0.evil.test'], ['uri', 'https://client.test/id\0'])]],
  ])('with %s is somebody else', async (_, extensions) => {
    expect(await byDns.chain(withNames(...extensions), intermediate)).toBe('ERR_CERTIFICATE_MISMATCH')
    expect(await byUri.chain(withNames(...extensions), intermediate)).toBe('ERR_CERTIFICATE_MISMATCH')
  })

  test('is not taken from the subject', async () => {
    const text = leafWith({ name: [['CN', 'client.test']], extensions: [] })
    expect(await byDns.chain(text, intermediate)).toBe('ERR_CERTIFICATE_MISMATCH')
  })

  test('holds beside a subject, where both are asked for', async () => {
    const both = certifiedWorld({ subjectAlternativeName: { dns: 'client.test' } })
    expect(await both.chain(...good)).toBe('accepted')
    expect(await both.chain(leafWith({ extensions: [] }), intermediate)).toBe('ERR_CERTIFICATE_MISMATCH')
    const other = leafWith({ name: [['CN', 'client-2']] })
    expect(await both.chain(other, intermediate)).toBe('ERR_CERTIFICATE_MISMATCH')
  })
})

test('notChecked believes whoever has a certificate', async () => {
  const { chain } = certifiedWorld({ subject: notChecked })
  expect(await chain(named(['CN', 'anybody']), intermediate)).toBe('accepted')
  expect(await chain(named(), intermediate)).toBe('accepted')
})
