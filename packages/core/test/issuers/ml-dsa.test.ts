import { createPublicKey } from 'node:crypto'
import {
  ConfigurationError,
  generateSigningKey,
  issuer,
  keySet,
  publicKey,
  remoteKeySet,
  TokenRejectedError,
  verifyCompactJws,
  type Jwk,
} from '@jwt-guard/core'
import { forge, testKey } from '@jwt-guard/testing'
import { compactVerify, importJWK, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { hasMlDsa } from './ml-dsa.ts'
import { mistake, outcome } from '../tokens/outcome.ts'

const sets = [
  ['ML-DSA-44', 1312, 2420],
  ['ML-DSA-65', 1952, 3309],
  ['ML-DSA-87', 2592, 4627],
] as const
const zeros = (length: number) => Buffer.alloc(length).toString('base64url')
const publicJwk = (alg: string, length: number) => ({ kty: 'AKP', alg, pub: zeros(length) })

type Name = (typeof sets)[number][0]

/** What holds on this Node.js, and what on one without ML-DSA: one of the two runs, and both are laws. */
const laws: Readonly<Record<string, (alg: Name, keyLength: number, signatureLength: number) => void | Promise<void>>> =
  hasMlDsa
    ? { 'is verified': verified, 'takes its key alone': itsKeyAlone, 'refuses every other signature': nothingElse }
    : { 'is refused when it is configured, by a text that says what is needed': refused }

describe.each(sets)('%s', (alg, keyLength, signatureLength) => {
  test.each(Object.keys(laws))('%s', async (law) => {
    expect.hasAssertions()
    await laws[law]?.(alg, keyLength, signatureLength)
  })
})

function refused(alg: Name, length: number) {
  const jwk = publicJwk(alg, length)
  const makers = [
    () => publicKey(jwk, alg),
    () => keySet({ keys: [jwk] }, { algorithms: [alg] }),
    () => keySet({ keys: [testKey().jwk] }, { algorithms: ['ES256', alg] }),
    () => remoteKeySet('https://a.test/jwks', { algorithms: [alg] }),
    () => issuer('https://a.test', { algorithms: [alg] }),
    () => generateSigningKey(alg),
  ]
  for (const make of makers) {
    expect(mistake(make)).toBe('ERR_OPTION_INVALID')
    expect(make).toThrow(ConfigurationError)
    expect(make).toThrow(`${alg} needs Node.js 24.6 or later, and this is ${process.version}`)
  }
}

async function verified(alg: Name, keyLength: number, signatureLength: number) {
  const key = testKey(alg)
  const token = forge({ header: { alg, kid: 'test' }, payload: '{}', key })
  expect(Buffer.from(String(key.jwk['pub']), 'base64url')).toHaveLength(keyLength)
  expect(Buffer.from(token.split('.')[2] ?? '', 'base64url')).toHaveLength(signatureLength)
  const object = createPublicKey({ key: { ...key.jwk }, format: 'jwk' })
  const pem = object.export({ format: 'pem', type: 'spki' }).toString()
  for (const form of [key.jwk, object, pem]) {
    expect(await outcome(verifyCompactJws(token, publicKey(form, alg)))).toBe('accepted')
  }
  const set = keySet({ keys: [testKey('ES256', 'other').jwk, key.jwk] }, { algorithms: ['ES256', alg] })
  expect((await verifyCompactJws(token, set)).header).toEqual({ alg, kid: 'test' })
  await compactVerify(token, await importJWK(key.jwk as JWK, alg))
}

function itsKeyAlone(alg: Name, length: number) {
  const { jwk } = testKey(alg)
  const { alg: _, ...nameless } = jwk
  const other = sets.find(([name]) => name !== alg)?.[0] ?? 'ML-DSA-44'
  const spoiled: Readonly<Record<string, readonly [unknown, string]>> = {
    'no alg': [nameless, 'ERR_KEY_MISMATCH'],
    'another alg': [{ ...jwk, alg: other }, 'ERR_KEY_MISMATCH'],
    'another kty': [{ ...jwk, kty: 'OKP' }, 'ERR_KEY_MISMATCH'],
    'use enc': [{ ...jwk, use: 'enc' }, 'ERR_KEY_MISMATCH'],
    'no pub': [{ ...jwk, pub: undefined }, 'ERR_KEY_INVALID'],
    'a byte too few': [{ ...jwk, pub: zeros(length - 1) }, 'ERR_KEY_INVALID'],
    'a byte too many': [{ ...jwk, pub: zeros(length + 1) }, 'ERR_KEY_INVALID'],
    padding: [{ ...jwk, pub: `${String(jwk['pub'])}=` }, 'ERR_KEY_INVALID'],
    'the private seed': [{ ...jwk, priv: zeros(32) }, 'ERR_KEY_INVALID'],
    'an empty seed': [{ ...jwk, priv: '' }, 'ERR_KEY_INVALID'],
  }
  for (const [name, [given, code]] of Object.entries(spoiled)) {
    expect([name, mistake(() => publicKey(given as Jwk, alg))]).toEqual([name, code])
  }
  expect(mistake(() => keySet({ keys: [nameless as Jwk] }, { algorithms: [alg] }))).toBe('ERR_KEY_INVALID')
  expect(mistake(() => publicKey(testKey(other).jwk, alg))).toBe('ERR_KEY_MISMATCH')
  expect(mistake(() => publicKey(testKey('ES256').jwk, alg))).toBe('ERR_KEY_MISMATCH')
}

async function nothingElse(alg: Name, _: number, signatureLength: number) {
  const key = testKey(alg)
  const source = publicKey(key.jwk, alg)
  const header = { alg, kid: 'test' }
  const good = forge({ header, payload: '{}', key })
  const at = good.lastIndexOf('.') + 1
  const signature = Buffer.from(good.slice(at), 'base64url')
  const flipped = Buffer.from(signature)
  flipped[100] = (flipped[100] ?? 0) ^ 1
  const spoiled = [
    flipped,
    signature.subarray(1),
    signature.subarray(0, -1),
    Buffer.concat([signature, Buffer.alloc(1)]),
    Buffer.alloc(signatureLength),
    Buffer.alloc(64),
  ]
  expect(await outcome(verifyCompactJws(good, source))).toBe('accepted')
  for (const bytes of spoiled) {
    const token = good.slice(0, at) + bytes.toString('base64url')
    await expect(verifyCompactJws(token, source)).rejects.toThrow(TokenRejectedError)
    expect(await outcome(verifyCompactJws(token, source))).toBe('ERR_SIGNATURE_INVALID')
  }
  const stranger = forge({ header, payload: '{}', key: testKey(alg) })
  expect(await outcome(verifyCompactJws(stranger, source))).toBe('ERR_SIGNATURE_INVALID')
  const another = sets.find(([name]) => name !== alg)?.[0]
  const renamed = forge({ header: { ...header, alg: another }, payload: '{}', key })
  expect(await outcome(verifyCompactJws(renamed, source))).toBe('ERR_ALGORITHM_MISMATCH')
}
