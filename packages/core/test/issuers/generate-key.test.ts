import { createPrivateKey, createPublicKey } from 'node:crypto'
import {
  generateSecret,
  generateSigningKey,
  hmacSecret,
  keySet,
  publicKey,
  verifyCompactJws,
  type Jwk,
  type PublicKeyAlgorithm,
} from '@jwt-guard/core'
import { forge } from '@jwt-guard/testing'
import { calculateJwkThumbprint, CompactSign, compactVerify, importJWK, importPKCS8, importSPKI, type JWK } from 'jose'
import { describe, expect, test } from 'vitest'
import { hasMlDsa } from './ml-dsa.ts'
import { mistake } from '../tokens/outcome.ts'

const payload = '{"sub":"user-1"}'

describe('a generated secret', () => {
  test.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const)('for %s has %i bytes, in two forms, and is accepted', async (algorithm, length) => {
    const { base64url, jwk, kid, ...rest } = generateSecret(algorithm)
    expect(rest).toEqual({ algorithm })
    expect(Buffer.from(base64url, 'base64url')).toHaveLength(length)
    expect(jwk).toEqual({ kty: 'oct', k: base64url, kid, alg: algorithm, use: 'sig' })
    const token = await new CompactSign(Buffer.from(payload))
      .setProtectedHeader({ alg: algorithm, kid })
      .sign(await importJWK(jwk as JWK))
    const source = hmacSecret({ base64url }, algorithm, { kid })
    expect(Buffer.from((await verifyCompactJws(token, source)).payload).toString()).toBe(payload)
  })

  test('is another one each time, and so is its kid', () => {
    const made = Array.from({ length: 100 }, () => generateSecret('HS256'))
    expect(new Set(made.map(({ base64url }) => base64url)).size).toBe(100)
    expect(new Set(made.map(({ kid }) => kid)).size).toBe(100)
  })

  test.each([undefined, 'HS1', 'RS256', 'hs256', null, {}])('is for HS256, HS384 or HS512, not for %j', (algorithm) => {
    expect(mistake(() => generateSecret(algorithm as never))).toBe('ERR_OPTION_INVALID')
  })
})

const algorithms: readonly PublicKeyAlgorithm[] = ['RS256', 'PS512', 'ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA']
const here = hasMlDsa ? ([...algorithms, 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const) : algorithms

describe('a generated signing key', () => {
  test.each(here)('for %s is one key in every form, named by its thumbprint', async (algorithm) => {
    const key = generateSigningKey(algorithm)
    const { kid, privateJwk, publicJwk, privatePem, publicPem } = key
    const named = { kid, alg: algorithm, use: 'sig' }
    expect(key.algorithm).toBe(algorithm)
    expect(kid).toBe(await calculateJwkThumbprint(publicJwk as JWK))
    expect(publicJwk).toMatchObject(named)
    expect(privateJwk).toMatchObject({ ...publicJwk, ...named })
    expect(privateMembersOf(publicJwk)).toEqual([])
    expect(privateMembersOf(privateJwk).length).toBeGreaterThan(0)
    expect(privatePem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
    expect(createPublicKey(privatePem).equals(createPublicKey(publicPem))).toBe(true)
    expect(createPublicKey({ key: { ...publicJwk }, format: 'jwk' }).equals(createPublicKey(publicPem))).toBe(true)
    expect(createPrivateKey({ key: { ...privateJwk }, format: 'jwk' }).equals(createPrivateKey(privatePem))).toBe(true)
  })

  test.each(here)('for %s signs, here and by jose, what publicKey and keySet accept', async (algorithm) => {
    const { kid, privateJwk, publicJwk, privatePem, publicPem } = generateSigningKey(algorithm)
    const header = { alg: algorithm, kid }
    const ours = forge({ header, payload, key: { algorithm, secret: createPrivateKey(privatePem) } })
    const signing = new CompactSign(Buffer.from(payload)).setProtectedHeader(header)
    const theirs = await signing.sign(await importJWK(privateJwk as JWK))
    const sources = [
      publicKey(publicJwk, algorithm),
      publicKey(publicPem, algorithm, { kid }),
      keySet({ keys: [publicJwk] }, { algorithms: [algorithm] }),
    ]
    for (const token of [ours, theirs]) {
      for (const source of sources) expect((await verifyCompactJws(token, source)).header.kid).toBe(kid)
      expect(Buffer.from((await compactVerify(token, await importSPKI(publicPem, algorithm))).payload).toString()).toBe(
        payload,
      )
    }
    expect((await importPKCS8(privatePem, algorithm)).type).toBe('private')
  })

  test.each(here)('for %s is no verifier’s in its private form', (algorithm) => {
    const { privateJwk, privatePem } = generateSigningKey(algorithm)
    expect(mistake(() => publicKey(privateJwk, algorithm))).toBe('ERR_KEY_INVALID')
    expect(mistake(() => publicKey(privatePem, algorithm))).toBe('ERR_KEY_INVALID')
    expect(mistake(() => hmacSecret({ utf8: privatePem }, 'HS256'))).toBe('ERR_SECRET_INVALID')
  })

  test('of RSA has 3072 bits unless said, with the exponent 65537', () => {
    const bits = (modulusLength?: number) => {
      const options = modulusLength === undefined ? {} : { modulusLength }
      const { publicPem, publicJwk } = generateSigningKey('RS256', options)
      expect(publicJwk['e']).toBe('AQAB')
      return createPublicKey(publicPem).asymmetricKeyDetails?.modulusLength
    }
    expect(bits()).toBe(3072)
    expect(bits(2048)).toBe(2048)
  })

  test.each([2047, 8193, 3072.5, NaN, '3072', null, Infinity])('of RSA has no %j bits', (modulusLength) => {
    expect(mistake(() => generateSigningKey('RS256', { modulusLength: modulusLength as number }))).toBe(
      'ERR_OPTION_INVALID',
    )
  })

  test('of another kind has no modulus, and none has another option', () => {
    expect(mistake(() => generateSigningKey('ES256', { modulusLength: 3072 }))).toBe('ERR_OPTIONS_CONTRADICT')
    expect(mistake(() => generateSigningKey('ES256', { bits: 256 } as never))).toBe('ERR_OPTION_UNKNOWN')
    expect(mistake(() => generateSigningKey('RS256', { modulusLength: undefined } as never))).toBe('ERR_OPTION_MISSING')
  })

  test.each([undefined, 'HS256', 'RS1', 'none', 'ES256K', null, ['ES256']])('is not for %j', (algorithm) => {
    expect(mistake(() => generateSigningKey(algorithm as never))).toBe('ERR_OPTION_INVALID')
  })

  test('is frozen', () => {
    const key = generateSigningKey('Ed25519')
    for (const part of [key, key.privateJwk, key.publicJwk, generateSecret('HS256').jwk]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })
})

function privateMembersOf(jwk: Jwk): readonly string[] {
  return ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'priv'].filter((name) => name in jwk)
}
