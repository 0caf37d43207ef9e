import { randomBytes, Verify } from 'node:crypto'
import { FakeIssuer, segment, testKey } from '@jwt-guard/testing'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { accessToken, defineTokens } from '../../src/index.js'
import type { Key } from '../../src/issuers/key.js'
import { keyFromJwk } from '../../src/issuers/jwk.js'
import { OneKey } from '../../src/issuers/key-source.js'
import { CompactJws } from '../../src/jwt/compact-jws.js'
import { readFormat } from '../../src/jwt/format.js'
import { readHeader } from '../../src/jwt/header.js'
import { remembered, RememberedTokens } from '../../src/jwt/remembered.js'
import { checkSignature } from '../../src/jwt/signature.js'
import { counted } from './counted-key.ts'
import { collected, megabytesLeftBy } from './memory.js'

const plenty = { tokens: 1000, characters: 1_000_000 }
const jws = (text: string) => new CompactJws(text, text.indexOf('.'), text.lastIndexOf('.'))
/** A text of this length and end, unlike any other. */
function textOf(length = 100, end = randomBytes(32).toString('base64url')): string {
  const start = `${segment({ alg: 'HS256' })}.${randomBytes(12).toString('base64url')}`
  return `${start}${'A'.repeat(length - start.length - end.length - 1)}.${end}`
}
function texts(count: number, length?: number): readonly string[] {
  return Array.from({ length: count }, () => textOf(length))
}

function memoryOf(kept: readonly string[], bounds = plenty): RememberedTokens {
  const memory = new RememberedTokens(bounds)
  for (const text of kept) memory.keep(jws(text))
  return memory
}
/** The youngest first, since to find an old one may push out another. */
function foundOf(memory: RememberedTokens, all: readonly string[]): readonly string[] {
  return all
    .toReversed()
    .filter((text) => memory.find(text) !== undefined)
    .toReversed()
}

describe('what is found', () => {
  test('is what was kept, by a text that is equal, whoever holds it', () => {
    const text = textOf()
    const memory = new RememberedTokens(plenty)
    expect(memory.find(text)).toBeUndefined()
    memory.keep(jws(text))
    const kept = memory.find(text)
    expect(kept).toEqual(jws(text))
    expect(memory.find(Buffer.from(text).toString())).toBe(kept)
  })

  test('is nothing for a text that differs in one character, wherever it is, or in its length', () => {
    const text = textOf()
    const memory = memoryOf([text])
    const others = Array.from(text).flatMap((character, at) => {
      const [before, behind] = [text.slice(0, at), text.slice(at + 1)]
      const changed = character === 'B' ? 'C' : 'B'
      return [before + changed + behind, before + behind, before + character + character + behind]
    })
    expect(
      foundOf(memory, [...others, `${text} `, ` ${text}`, `${text}\0`, '', text.slice(-6), text.slice(-5)]),
    ).toEqual([])
    expect(foundOf(memory, [text])).toEqual([text])
  })

  test('is one text alone of several that end alike, the one that came last', () => {
    const end = randomBytes(32).toString('base64url')
    const alike = Array.from({ length: 20 }, () => textOf(100, end))
    const memory = new RememberedTokens(plenty)
    for (const text of alike) {
      memory.keep(jws(text))
      expect(foundOf(memory, alike)).toEqual([text])
      expect(memory.find(text)?.text).toBe(text)
    }
  })

  test('is never one for another, whatever they have in common', () => {
    const memory = new RememberedTokens({ tokens: 64, characters: 100_000 })
    const pieces = ['AAAA', 'BBBB', 'CCCC', 'DDDD']
    for (const a of pieces) {
      for (const b of pieces) for (const c of pieces) memory.keep(jws(`${a}.${b}.${c}${a}${c}`))
    }
    for (const a of pieces) {
      for (const b of pieces) {
        for (const c of pieces) {
          const text = `${a}.${b}.${c}${a}${c}`
          expect([undefined, text]).toContain(memory.find(text)?.text)
        }
      }
    }
  })
})

describe('what is kept', () => {
  test('is never more than its number, and the last half of it is there for certain', () => {
    for (const count of [1, 5, 9, 10, 11, 15, 16, 100, 101]) {
      const all = texts(count)
      const found = foundOf(memoryOf(all, { ...plenty, tokens: 10 }), all)
      expect(found.length).toBeLessThanOrEqual(10)
      expect(found).toEqual(expect.arrayContaining(all.slice(-5)))
    }
  })

  test('is never more than its characters, all texts together, and the last half is there for certain', () => {
    for (const [length, count] of [
      [100, 101],
      [250, 40],
      [400, 7],
      [500, 12],
    ] as const) {
      const all = texts(count, length)
      const found = foundOf(memoryOf(all, { ...plenty, characters: 1000 }), all)
      expect(found.join('').length).toBeLessThanOrEqual(1000)
      expect(found).toEqual(expect.arrayContaining(all.slice(-Math.floor(500 / length))))
    }
  })

  test('stays while it is used, however much comes, and goes when it is not', () => {
    for (const bounds of [
      { ...plenty, tokens: 10 },
      { ...plenty, characters: 1000 },
    ]) {
      const [used = '', unused = ''] = texts(2)
      const memory = memoryOf([used, unused], bounds)
      for (const text of texts(100)) {
        memory.keep(jws(text))
        expect(memory.find(used)?.text).toBe(used)
      }
      expect(memory.find(unused)).toBeUndefined()
    }
  })

  test('takes its room once, however often it is kept', () => {
    const [one = '', ...others] = texts(5)
    const memory = memoryOf(others, { tokens: 12, characters: 1200 })
    for (let round = 0; round < 100; round++) memory.keep(jws(one))
    expect(foundOf(memory, [one, ...others])).toEqual([one, ...others])
  })

  test('is the text alone, where it was cut out of a longer one', async () => {
    const memory = new RememberedTokens(plenty)
    const all = texts(200)
    const left = await megabytesLeftBy(() => {
      for (const text of all) {
        // In one piece, as what comes from a socket is.
        const page = Buffer.from('A'.repeat(2 ** 19) + text).toString('latin1')
        memory.keep(jws(page.slice(-text.length)))
      }
    })
    expect(left).toBeLessThan(10)
    expect(foundOf(memory, all)).toEqual(all)
  })
})

describe('of a signature', () => {
  const fake = new FakeIssuer({ keys: [testKey('ES256')] })
  const freshKey = () => keyFromJwk(fake.jwks.keys[0] ?? { kty: '' }, 'ES256')

  /** What a token of the issuer is found as, once its signature was checked with this key. */
  function checked(text: string, key: Key = freshKey()) {
    const read = readFormat(text, 8192)
    if (!(read instanceof CompactJws)) throw new TypeError('no token')
    const header = readHeader(read)
    if ('code' in header) throw new TypeError('no header')
    const refusal = checkSignature(read, header, key)
    if (refusal instanceof Promise) throw new TypeError('not checked here')
    return { refusal: refusal?.code }
  }

  test('the very key that it is good by is remembered, and not held: who has left is nobody’s', async () => {
    const text = fake.accessToken()
    const left = checkedByOneWhoLeaves(text)
    const kept = remembered.find(text)
    expect(kept?.signedBy).toBeTypeOf('symbol')
    await collected()
    expect(left.deref()).toBeUndefined()
    expect(remembered.find(text)).toBe(kept)
    // The same material, and another key.
    const { key, signatures } = counted(new OneKey('public key', freshKey()))
    expect([checked(text, key).refusal, signatures.checked]).toEqual([undefined, 1])
    expect([checked(text, key).refusal, signatures.checked]).toEqual([undefined, 1])
  })

  function checkedByOneWhoLeaves(text: string) {
    const key = freshKey()
    expect(checked(text, key).refusal).toBeUndefined()
    return new WeakRef(key)
  }

  test('claims are not kept of a token that came once, and stay when it comes again', async () => {
    const { access } = defineTokens(
      { access: accessToken({ issuer: fake.issuer, audience: 'https://api.test' }) },
      { clock: fake.clock },
    )
    const text = fake.accessToken()
    const verified = async () => (await access.verify(text)).claims
    const first = await verified()
    expect(remembered.find(text)?.knownClaims).toBeUndefined()
    const second = await verified()
    expect(remembered.find(text)?.knownClaims).toBe(second)
    expect(await verified()).toBe(second)
    expect(second).toEqual(first)
  })

  test('nothing is good by a key that has no mark', () => {
    const { mark: _, ...key } = freshKey()
    const text = fake.accessToken({ key: testKey('ES256') })
    expect(checked(text, key as Key).refusal).toBe('ERR_SIGNATURE_INVALID')
  })

  test('nothing is good but what the check says true of', () => {
    const check = vi.spyOn(Verify.prototype, 'verify').mockReturnValue('yes' as never)
    onTestFinished(() => check.mockRestore())
    expect(checked(fake.accessToken()).refusal).toBe('ERR_SIGNATURE_INVALID')
  })

  test('nothing is remembered that is bad', () => {
    const text = fake.accessToken({ key: testKey('ES256') })
    expect(checked(text).refusal).toBe('ERR_SIGNATURE_INVALID')
    expect(remembered.find(text)).toBeUndefined()
  })

  test('that is bad by another key nothing is lost, and nothing taken for good', () => {
    const text = fake.accessToken()
    const own = freshKey()
    const other = keyFromJwk(testKey('ES256').jwk, 'ES256')
    expect(checked(text, own).refusal).toBeUndefined()
    expect(checked(text, other).refusal).toBe('ERR_SIGNATURE_INVALID')
    expect(remembered.find(text)?.signedBy).toBe(own.mark)
    expect(checked(text, other).refusal).toBe('ERR_SIGNATURE_INVALID')
    expect(checked(text, own).refusal).toBeUndefined()
  })

  test('a key of another algorithm is none, whatever is remembered', () => {
    const text = fake.accessToken()
    const key = freshKey()
    expect(checked(text, key).refusal).toBeUndefined()
    expect(checked(text, { ...key, algorithm: 'ES384' }).refusal).toBe('ERR_ALGORITHM_MISMATCH')
    const read = readFormat(text, 8192)
    if (!(read instanceof CompactJws)) throw new TypeError('no token')
    const header = readHeader(read)
    if ('code' in header) throw new TypeError('no header')
    expect(checkSignature(read, { ...header, alg: 'ES384' }, key)).toMatchObject({ code: 'ERR_ALGORITHM_MISMATCH' })
  })
})
