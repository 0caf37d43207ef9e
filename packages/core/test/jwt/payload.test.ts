import { customToken, defineTokens, issuers, transactionToken } from '@jwt-guard/core'
import { FakeIssuer, forge, testSecret } from '@jwt-guard/testing'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseStrictObject } from '../../src/encoding/strict-json.js'
import { readClaims, readPayload } from '../../src/jwt/claims.js'
import { CompactJws } from '../../src/jwt/compact-jws.js'
import { outcome } from '../tokens/outcome.js'

const fake = new FakeIssuer({ keys: [testSecret('HS256')] })
const { clock, id } = fake
const own = customToken({ typ: 'own+jwt', issuer: fake.issuer, audience: 'us', maxLifetime: '1h' })
const free = transactionToken({ issuer: fake.issuer, audience: 'us' })
const tokens = defineTokens({ own, free }, { clock })
const header = { alg: 'HS256', typ: 'own+jwt', kid: fake.key.kid }
const claims = { aud: 'us', iat: clock.now(), exp: clock.now() + 60 }
const rest = JSON.stringify(claims).slice(1)

/** What becomes of a payload that the issuer has signed, and of one that a stranger has. */
async function verdictsOn(payload: string): Promise<readonly string[]> {
  const stranger = testSecret('HS256', fake.key.kid)
  const texts = [fake.key, stranger].map((key) => forge({ header, payload, key }))
  return Promise.all(texts.map((text) => outcome(tokens.own.verify(text))))
}

const iss = `"iss":${JSON.stringify(id)}`
const badSignature = 'ERR_SIGNATURE_INVALID'
const malformed = 'ERR_CLAIMS_MALFORMED'

describe('what a stranger signed is refused for that, whatever else is wrong', () => {
  test.each([
    ['nothing', `{${iss},${rest}`, 'accepted'],
    ['a comma at the end', `{${iss},"a":1,}`, malformed],
    ['no end', `{${iss},"a":1`, malformed],
    ['a name that stands twice', `{${iss},"a":1,"a":2,${rest}`, malformed],
    ['a harmful name', `{${iss},"constructor":1,${rest}`, malformed],
    ['half a character', `{${iss},"a":"\\ud800",${rest}`, malformed],
    ['a number beyond all numbers', `{${iss},"a":1e999,${rest}`, malformed],
    ['something behind it', `{${iss},${rest} x`, malformed],
    ['a list around it', `["iss",{}]{${iss},${rest}`, malformed],
  ])('%s', async (_, payload, code) => {
    expect(await verdictsOn(payload)).toEqual([code, badSignature])
  })
})

describe('iss is found as JSON would find it', () => {
  test.each([
    ['anywhere', `{"a":{"b":[1,"}"]},${iss},${rest}`],
    ['with space around it', `{ "iss"\t:\r\n  ${JSON.stringify(id)} ,${rest}`],
    ['with escapes in it', `{"iss":"${id.replaceAll('/', '\\/')}",${rest}`],
    ['beside a member of that name in another object', `{"act":{"iss":"https://other.test"},${iss},${rest}`],
    ['beside a text that looks like it', `{"a":"\\"iss\\":\\"x\\"","b":"iss","c":"\\\\",${iss},${rest}`],
    ['beside a name that begins so', `{"issuer":"x","is":"y","":"z",${iss},${rest}`],
  ])('%s', async (_, payload) => {
    expect(await verdictsOn(payload)).toEqual(['accepted', badSignature])
  })

  test.each([
    ['twice', `{${iss},${iss},${rest}`, malformed],
    ['twice, once with an escape in its name', `{${iss},"\\u0069ss":"x",${rest}`, badSignature],
    ['nowhere', `{${rest}`, 'ERR_ISSUER_UNKNOWN iss'],
    ['in another object alone', `{"a":{${iss}},${rest}`, 'ERR_ISSUER_UNKNOWN iss'],
    ['as a value', `{"a":"iss","b":"${id}",${rest}`, 'ERR_ISSUER_UNKNOWN iss'],
    ['with an escape in its name', `{"\\u0069ss":"${id}",${rest}`, 'ERR_ISSUER_UNKNOWN iss'],
    ['with half a character in it', `{"iss":"\\ud800",${rest}`, 'ERR_ISSUER_UNKNOWN iss'],
    ['as null', `{"iss":null,${rest}`, 'ERR_ISSUER_UNKNOWN iss'],
    ['as a list', `{"iss":["${id}"],${rest}`, 'ERR_ISSUER_UNKNOWN iss'],
    ['with an escape that is none', `{"iss":"\\x",${rest}`, 'ERR_ISSUER_UNKNOWN iss'],
    ['without an end', `{"iss":"${id}`, badSignature],
  ])('%s it is refused', async (_, payload, code) => {
    const [signed, forged] = await verdictsOn(payload)
    expect(signed).toMatch(/^ERR_(CLAIMS_MALFORMED|ISSUER_UNKNOWN iss)$/)
    expect(forged).toBe(code)
  })

  test('of many members it has to be written as it is', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `"a${index}":1`).join()
    expect(await verdictsOn(`{${many},${iss},${rest}`)).toEqual(['accepted', badSignature])
    const escaped = await verdictsOn(`{${many},"\\u0069ss":"${id}",${rest}`)
    expect(escaped).toEqual(['ERR_ISSUER_UNKNOWN iss', 'ERR_ISSUER_UNKNOWN iss'])
  })

  test.each([
    ['of few', '"a":[1,1]', malformed],
    ['of many values', `"a":[${'1,'.repeat(20)}1]`, 'ERR_ISSUER_UNKNOWN iss'],
    ['that is long', `"a":"${'x'.repeat(1100)}"`, 'ERR_ISSUER_UNKNOWN iss'],
  ])('where it is not, a payload %s is parsed only if that costs little', async (_, members, code) => {
    expect(await verdictsOn(`{${members},}`)).toEqual([code, code])
  })

  test('nobody is asked about an issuer with half a character in it', async () => {
    const asked: string[] = []
    const whoever = issuers((name) => void asked.push(name))
    const type = customToken({ typ: 'own+jwt', issuer: whoever, audience: 'us', maxLifetime: '1h' })
    const { any } = defineTokens({ any: type }, { clock })
    const text = (name: string) => forge({ header, payload: `{"iss":"${name}",${rest}`, key: fake.key })
    for (const name of ['\\ud800', 'known']) {
      expect(await outcome(any.verify(text(name)))).toBe('ERR_ISSUER_UNKNOWN iss')
    }
    expect(asked).toEqual(['known'])
  })

  test('where a kind may leave it out, an issuer that was not read off the payload counts for nothing', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `"a${index}":1`).join()
    const needed = '"sub":"a","txn":"t","scope":"read","req_wl":"w"'
    const text = (member: string) =>
      forge({
        header: { ...header, typ: 'txntoken+jwt' },
        payload: `{${many},${member},${needed},${rest}`,
        key: fake.key,
      })
    expect(await outcome(tokens.free.verify(text('"b":1')))).toBe('accepted')
    expect(await outcome(tokens.free.verify(text(iss)))).toBe('accepted')
    expect(await outcome(tokens.free.verify(text('"\\u0069ss":"https://other.test"')))).toBe(malformed)
  })
})

function jwsOf(payload: Buffer): CompactJws {
  const signed = `e30.${payload.toString('base64url')}`
  return new CompactJws(`${signed}.AA`, 3, signed.length)
}

test('the parser and what reads iss alone never differ', () => {
  const name = fc.constantFrom('iss', 'a', 'is', 'isss', '', 'iss"', '\\', '{', 'é')
  const { tie } = fc.letrec((again) => ({
    tie: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.constantFrom('iss', id, '"iss":"x"', '\\"', '}{'),
      fc.integer(),
      fc.constant(null),
      fc.array(again('tie'), { maxLength: 3 }),
      fc.dictionary(name, again('tie'), { maxKeys: 4 }),
    ),
  }))
  const payloads = fc.tuple(fc.dictionary(name, tie, { maxKeys: 6 }), fc.constantFrom(undefined, 1))
  fc.assert(
    fc.property(payloads, ([value, indent]) => {
      const bytes = Buffer.from(JSON.stringify(value, undefined, indent))
      const jws = jwsOf(bytes)
      const read = readPayload(jws)
      const strict = parseStrictObject(bytes, { depth: 32, members: 256, values: 1024 })
      if ('code' in read || strict === undefined) throw new TypeError('refused')
      const named = strict['iss']
      expect(read.iss).toEqual(named === undefined || typeof named === 'string' ? named : null)
      expect(read.iss === null || readClaims(jws, read)).toEqual(read.iss === null || strict)
    }),
    { seed: 20_261_122, numRuns: 3000 },
  )
})

test('claims that name another issuer than was read off are none', () => {
  const jws = jwsOf(Buffer.from(`{${iss}}`))
  const read = readPayload(jws)
  if ('code' in read) throw new TypeError('refused')
  expect(readClaims(jws, { ...read, iss: 'https://other.test' })).toMatchObject({ code: malformed })
  expect(jws.knownClaims).toBeUndefined()
})
