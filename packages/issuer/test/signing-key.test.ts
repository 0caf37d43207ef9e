import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import {
  customToken,
  defineTokens,
  issuer,
  type HmacAlgorithm,
  type Jwk,
  type PublicKeyAlgorithm,
} from '@jwt-guard/core'
import { createIssuer, retiredKey, signingKey, signingSecret, type SigningKey } from '@jwt-guard/issuer'
import { calculateJwkThumbprint } from 'jose'
import { expect, test } from 'vitest'
import { aKey, hmacAlgorithms, privateKey, publicKeyAlgorithms } from './keys.ts'
import { api, clock } from './kinds.ts'
import { mistake, outcome, read } from './outcome.ts'

const id = 'https://issuer.test'

/** A token of this key, issued and accepted. */
async function header(key: SigningKey) {
  const mine = createIssuer({ id, keys: key, clock })
  const self = issuer(id, { keys: mine.verificationKeys })
  const { own } = defineTokens(
    { own: customToken({ typ: 'own+jwt', issuer: self, audience: api, maxLifetime: '15m' }) },
    { clock },
  )
  const text = await mine.issue(own, {})
  expect(await outcome(own.verify(text))).toBe('done')
  return read(text).header
}
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Jwk
const pemOf = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') =>
  key.export({ format: 'pem', type }) as string

test.each(publicKeyAlgorithms)('a key for %s signs, as a KeyObject, PEM and a JWK, by one thumbprint', async (alg) => {
  const key = privateKey(alg)
  const kid = await calculateJwkThumbprint(jwkOf(createPublicKey(key)))
  for (const form of [key, pemOf(key), jwkOf(key)]) {
    expect(await header(signingKey(form, alg))).toEqual({ alg, kid, typ: 'own+jwt' })
  }
})

test.each(hmacAlgorithms)('a secret for %s signs, and its kid stays the same', async (alg) => {
  const secret = randomBytes(64)
  const forms = [secret, { base64url: secret.toString('base64url') }, { hex: secret.toString('hex').toUpperCase() }]
  const headers = [...forms, { base64: secret.toString('base64') }].map((form) => header(signingSecret(form, alg)))
  const [first, ...others] = await Promise.all(headers)
  expect(first).toEqual({ alg, kid: expect.stringMatching(/^[\w-]{22}$/), typ: 'own+jwt' })
  for (const other of others) expect(other).toEqual(first)
})

test('a secret as text in UTF-8 signs', async () => {
  const utf8 = randomBytes(32).toString('base64url')
  expect(await header(signingSecret({ utf8 }, 'HS256'))).toMatchObject({ alg: 'HS256' })
})

test('older forms of PEM are read', async () => {
  expect(await header(signingKey(pemOf(privateKey('RS256'), 'pkcs1'), 'RS256'))).toMatchObject({ alg: 'RS256' })
  expect(await header(signingKey(pemOf(privateKey('ES256'), 'sec1'), 'ES256'))).toMatchObject({ alg: 'ES256' })
})

test('the kid is the option, or that of the JWK', async () => {
  const jwk = { ...jwkOf(privateKey('ES256')), kid: 'its-own', alg: 'ES256', use: 'sig', key_ops: ['sign'] }
  expect(await header(signingKey(jwk, 'ES256'))).toMatchObject({ kid: 'its-own' })
  expect(await header(signingKey(privateKey('ES256'), 'ES256', { kid: 'given' }))).toMatchObject({ kid: 'given' })
  expect(await header(signingSecret(randomBytes(32), 'HS256', { kid: 'given' }))).toMatchObject({ kid: 'given' })
  expect(mistake(() => signingKey(jwk, 'ES256', { kid: 'another' }))).toBe('ERR_OPTIONS_CONTRADICT')
})

const p256 = jwkOf(privateKey('ES256'))
const { d: _, ...open } = p256
const other = jwkOf(privateKey('ES256'))
const [rsa, otherRsa] = [jwkOf(privateKey('RS256')), jwkOf(privateKey('RS256', true))]
const encryptedPem = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { format: 'pem', type: 'spki' },
  privateKeyEncoding: { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'p' },
}).privateKey
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const smallExponent = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey

test.each<[string, unknown, PublicKeyAlgorithm, string]>([
  ['a public JWK', open, 'ES256', 'ERR_KEY_INVALID'],
  ['a public KeyObject', createPublicKey(privateKey('ES256')), 'ES256', 'ERR_KEY_INVALID'],
  [
    'a public PEM',
    createPublicKey(privateKey('ES256')).export({ format: 'pem', type: 'spki' }),
    'ES256',
    'ERR_KEY_INVALID',
  ],
  ['an HMAC secret', { kty: 'oct', k: 'AAAA' }, 'ES256', 'ERR_KEY_INVALID'],
  ['an encrypted PEM', encryptedPem, 'ES256', 'ERR_KEY_INVALID'],
  ['text that is no PEM', 'secret', 'ES256', 'ERR_KEY_INVALID'],
  ['PEM of nothing', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'ES256', 'ERR_KEY_INVALID'],
  ['nothing', undefined, 'ES256', 'ERR_KEY_INVALID'],
  ['bytes', randomBytes(32), 'ES256', 'ERR_KEY_INVALID'],
  ['two keys in one', { ...p256, d: other['d'] }, 'ES256', 'ERR_KEY_INVALID'],
  ['the exponent of another key', { ...rsa, d: otherRsa['d'], dp: otherRsa['dp'] }, 'RS256', 'ERR_KEY_INVALID'],
  ['the modulus of another key', { ...rsa, n: otherRsa['n'] }, 'RS256', 'ERR_KEY_INVALID'],
  ['a JWK of more than two primes', { ...rsa, oth: [] }, 'RS256', 'ERR_KEY_INVALID'],
  ['a d of nothing', { ...p256, d: '' }, 'ES256', 'ERR_KEY_INVALID'],
  ['a JWK without a coordinate', { kty: 'EC', crv: 'P-256', d: p256['d'] }, 'ES256', 'ERR_KEY_INVALID'],
  ['another curve', privateKey('ES384'), 'ES256', 'ERR_KEY_MISMATCH'],
  ['another kind', privateKey('Ed25519'), 'RS256', 'ERR_KEY_MISMATCH'],
  [
    'a curve that is not offered',
    generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
    'ES256',
    'ERR_KEY_MISMATCH',
  ],
  ['a key of X25519', generateKeyPairSync('x25519').privateKey, 'Ed25519', 'ERR_KEY_MISMATCH'],
  [
    'a key that is bound to PSS',
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey,
    'PS256',
    'ERR_KEY_MISMATCH',
  ],
  ['another alg', { ...p256, alg: 'ES384' }, 'ES256', 'ERR_KEY_MISMATCH'],
  ['another use', { ...p256, use: 'enc' }, 'ES256', 'ERR_KEY_MISMATCH'],
  ['other key_ops', { ...p256, key_ops: ['verify'] }, 'ES256', 'ERR_KEY_MISMATCH'],
  ['1024 bits', weak, 'RS256', 'ERR_KEY_WEAK'],
  ['a small exponent', smallExponent, 'RS256', 'ERR_KEY_WEAK'],
  ['HMAC', p256, 'HS256' as PublicKeyAlgorithm, 'ERR_OPTION_INVALID'],
])('%s does not sign', (_, key, algorithm, code) => {
  expect(mistake(() => signingKey(key as Jwk, algorithm))).toBe(code)
})

test.each<[string, unknown, string]>([
  ['short', randomBytes(31), 'ERR_SECRET_TOO_SHORT'],
  ['a bare string', 'secret', 'ERR_SECRET_INVALID'],
  ['of two encodings', { utf8: 'x'.repeat(32), hex: '00' }, 'ERR_SECRET_INVALID'],
  ['of no encoding', {}, 'ERR_SECRET_INVALID'],
  ['not there', { base64url: undefined }, 'ERR_SECRET_INVALID'],
  ['a key of another kind', { utf8: pemOf(privateKey('ES256')) }, 'ERR_SECRET_INVALID'],
  ['null', null, 'ERR_SECRET_INVALID'],
])('a secret that is %s does not sign', (_, secret, code) => {
  expect(mistake(() => signingSecret(secret as Uint8Array, 'HS256'))).toBe(code)
})

test('options that do not exist, and kids that cannot be, are mistakes', () => {
  for (const make of [
    (options: object) => signingKey(p256, 'ES256', options),
    (options: object) => retiredKey(open, 'ES256', options),
    (options: object) => signingSecret(randomBytes(32), 'HS256', options),
  ]) {
    expect(mistake(() => make({ kidd: 'a' }))).toBe('ERR_OPTION_UNKNOWN')
    expect(mistake(() => make({ kid: undefined }))).toBe('ERR_OPTION_MISSING')
    for (const kid of ['', 'ä', 'a'.repeat(257), 1, {}]) expect(mistake(() => make({ kid }))).toBe('ERR_OPTION_INVALID')
  }
  expect(mistake(() => signingSecret(randomBytes(32), 'RS256' as HmacAlgorithm))).toBe('ERR_OPTION_INVALID')
})

test('a retired key is its public half alone, by the same kid', () => {
  const { kid } = signingKey(p256, 'ES256')
  const pem = createPublicKey({ key: { ...open }, format: 'jwk' }).export({ format: 'pem', type: 'spki' }) as string
  for (const form of [open as Jwk, pem, createPublicKey({ key: { ...open }, format: 'jwk' })]) {
    expect(retiredKey(form, 'ES256')).toMatchObject({ kid, algorithm: 'ES256', secret: undefined })
  }
})

test.each<[string, unknown, string]>([
  ['a private JWK', p256, 'ERR_KEY_INVALID'],
  ['a private KeyObject', privateKey('ES256'), 'ERR_KEY_INVALID'],
  ['a private PEM', pemOf(privateKey('ES256')), 'ERR_KEY_INVALID'],
  ['no key', 'text', 'ERR_KEY_INVALID'],
  ['a secret', { kty: 'oct', k: 'AAAA' }, 'ERR_KEY_MISMATCH'],
  ['another curve', createPublicKey(privateKey('ES384')), 'ERR_KEY_MISMATCH'],
  ['a key of 1024 bits', createPublicKey(weak), 'ERR_KEY_MISMATCH'],
])('%s is no retired key for ES256', (_, key, code) => {
  expect(mistake(() => retiredKey(key as Jwk, 'ES256'))).toBe(code)
})

test('what is shown of a key, in a log or as JSON, is not its secret', async () => {
  const { inspect } = await import('node:util')
  const secret = randomBytes(32)
  const shown = [signingKey(p256, 'ES256'), signingSecret(secret, 'HS256')].map(
    (key) => inspect(key, { depth: 9 }) + JSON.stringify(key),
  )
  for (const text of shown) {
    expect(text).not.toContain(p256['d'])
    expect(text).not.toContain(secret.toString('base64url'))
    expect(text).not.toContain(secret.toString('hex'))
  }
})

test('an issuer takes keys that a header can tell apart, of one family, and an id', () => {
  const key = aKey()
  const make = (options: object) => mistake(() => createIssuer({ id, keys: key, ...options }))
  expect(make({})).toBe('done')
  expect(make({ keys: { current: key, next: aKey('RS256'), retired: [aKey('Ed25519')] } })).toBe('done')
  expect(make({ keys: { current: aKey('ES256', 'a'), next: aKey('ES256', 'a') } })).toBe('ERR_KEY_AMBIGUOUS')
  expect(make({ keys: { current: key, retired: [key] } })).toBe('ERR_KEY_AMBIGUOUS')
  expect(
    make({
      keys: {
        current: signingKey(privateKey('RS256'), 'RS256', { kid: 'a' }),
        next: signingKey(privateKey('RS256'), 'PS256', { kid: 'b' }),
      },
    }),
  ).toBe('ERR_KEY_AMBIGUOUS')
  expect(make({ keys: { current: key, next: aKey('HS256') } })).toBe('ERR_OPTIONS_CONTRADICT')
  expect(make({ keys: { current: retiredKey(open as Jwk, 'ES256') } })).toBe('ERR_OPTION_INVALID')
  expect(make({ keys: { current: key, next: retiredKey(open as Jwk, 'ES256') } })).toBe('ERR_OPTION_INVALID')
  expect(make({ keys: { current: key, retired: key } })).toBe('ERR_OPTION_INVALID')
  expect(make({ keys: { current: privateKey('ES256') } })).toBe('ERR_OPTION_INVALID')
  expect(make({ keys: privateKey('ES256') })).toBe('ERR_OPTION_INVALID')
  expect(make({ keys: { next: key } })).toBe('ERR_OPTION_MISSING')
  expect(make({ keys: { current: key, later: key } })).toBe('ERR_OPTION_UNKNOWN')
  expect(make({ keys: undefined })).toBe('ERR_OPTION_MISSING')
  expect(make({ id: undefined })).toBe('ERR_OPTION_MISSING')
  expect(make({ id: 1 })).toBe('ERR_OPTION_INVALID')
  expect(make({ id: '' })).toBe('ERR_OPTION_INVALID')
  expect(make({ id: 'undefined' })).toBe('ERR_OPTION_INVALID')
  expect(make({ clock: {} })).toBe('ERR_OPTION_INVALID')
  expect(make({ clock: null })).toBe('ERR_OPTION_INVALID')
  expect(make({ keepRetired: 'a day' })).toBe('ERR_OPTION_INVALID')
  expect(make({ key })).toBe('ERR_OPTION_UNKNOWN')
})
