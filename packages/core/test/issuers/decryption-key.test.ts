import { createPublicKey, createSecretKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import {
  customToken,
  decryptionKey,
  defineTokens,
  hmacSecret,
  issuer,
  publicKey,
  type DecryptionKey,
  type Issuer,
  type Jwk,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { mistake } from '../tokens/outcome.js'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const x25519 = generateKeyPairSync('x25519').privateKey
const make = decryptionKey as (key: unknown, options: unknown) => DecryptionKey
const jwkOf = (key: KeyObject, members: object = {}): Jwk => ({ ...key.export({ format: 'jwk' }), ...members }) as Jwk
const pemOf = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') =>
  // The types of Node pair a type with a kind of key.
  (key.export as (options: object) => string).call(key, { format: 'pem', type })
const oaep = { algorithm: 'RSA-OAEP-256', encryption: 'A256GCM' } as const
const ecdh = { algorithm: 'ECDH-ES', encryption: 'A256GCM' } as const
const kw = { algorithm: 'A128KW', encryption: 'A128GCM' } as const

describe('a decryption key is', () => {
  test.each<[string, unknown, object]>([
    ['a private RSA key as PEM', pemOf(rsa), oaep],
    ['the same in its older form', pemOf(rsa, 'pkcs1'), oaep],
    ['a private EC key as PEM', pemOf(ec), ecdh],
    ['the same in its older form', pemOf(ec, 'sec1'), ecdh],
    ['an X25519 key as PEM', pemOf(x25519), ecdh],
    ['a JWK', jwkOf(rsa), oaep],
    ['a JWK that says what it is for', jwkOf(ec, { use: 'enc', alg: 'ECDH-ES', key_ops: ['deriveBits'] }), ecdh],
    ['a JWK of X25519', jwkOf(x25519), ecdh],
    ['a KeyObject', rsa, oaep],
    ['a KeyObject of X25519', x25519, { ...ecdh, algorithm: 'ECDH-ES+A256KW' }],
    ['bytes', randomBytes(16), kw],
    ['a secret with its encoding', { base64url: randomBytes(16).toString('base64url') }, kw],
  ])('%s (%#)', (_, key, options) => {
    expect(make(key, options)).toMatchObject(options)
    expect(Object.isFrozen(make(key, options))).toBe(true)
  })

  test.each(['P-256', 'P-384', 'P-521'])('on %s', (namedCurve) => {
    expect(make(generateKeyPairSync('ec', { namedCurve }).privateKey, ecdh)).toMatchObject(ecdh)
  })
})

describe('refused as a decryption key is', () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const three = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).privateKey
  test.each<[string, string, unknown, object]>([
    ['a public key', 'ERR_KEY_INVALID', createPublicKey(rsa), oaep],
    ['a public key as PEM', 'ERR_KEY_INVALID', createPublicKey(rsa).export({ format: 'pem', type: 'spki' }), oaep],
    ['a public JWK', 'ERR_KEY_INVALID', createPublicKey(ec).export({ format: 'jwk' }), ecdh],
    ['a secret KeyObject', 'ERR_KEY_INVALID', createSecretKey(randomBytes(32)), oaep],
    ['text that is no PEM', 'ERR_KEY_INVALID', 'secret', oaep],
    [
      'a PEM block that holds nothing',
      'ERR_KEY_INVALID',
      '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----',
      oaep,
    ],
    [
      'an encrypted PEM',
      'ERR_KEY_INVALID',
      rsa.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'x' }),
      oaep,
    ],
    ['a list', 'ERR_KEY_INVALID', [rsa], oaep],
    ['undefined', 'ERR_KEY_INVALID', undefined, oaep],
    ['null', 'ERR_KEY_INVALID', null, oaep],
    ['bytes for RSA', 'ERR_KEY_INVALID', randomBytes(32), oaep],
    ['a point off the curve', 'ERR_KEY_INVALID', jwkOf(ec, { y: jwkOf(ec)['x'] }), ecdh],
    ['a JWK of more than two primes', 'ERR_KEY_INVALID', jwkOf(rsa, { oth: [] }), oaep],
    ['a kid that is none', 'ERR_KEY_INVALID', jwkOf(ec, { kid: 7 }), ecdh],
    ['an empty kid', 'ERR_KEY_INVALID', jwkOf(ec, { kid: '' }), ecdh],
    ['another kid beside its own', 'ERR_OPTIONS_CONTRADICT', jwkOf(ec, { kid: 'a' }), { ...ecdh, kid: 'b' }],
    ['an RSA key of 1024 bits', 'ERR_KEY_WEAK', weak, oaep],
    ['an RSA key with the exponent 3', 'ERR_KEY_WEAK', three, oaep],
    ['an EC key for RSA', 'ERR_KEY_MISMATCH', ec, oaep],
    ['an RSA key for ECDH', 'ERR_KEY_MISMATCH', rsa, ecdh],
    ['a key for RSA-PSS', 'ERR_KEY_MISMATCH', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey, oaep],
    [
      'a key on a curve of another kind',
      'ERR_KEY_MISMATCH',
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey,
      ecdh,
    ],
    ['an Ed25519 key', 'ERR_KEY_MISMATCH', generateKeyPairSync('ed25519').privateKey, ecdh],
    ['an X448 key', 'ERR_KEY_MISMATCH', generateKeyPairSync('x448').privateKey, ecdh],
    ['a JWK that signs', 'ERR_KEY_MISMATCH', jwkOf(ec, { use: 'sig' }), ecdh],
    ['a JWK for another algorithm', 'ERR_KEY_MISMATCH', jwkOf(ec, { alg: 'ECDH-ES+A128KW' }), ecdh],
    ['a JWK whose key_ops sign', 'ERR_KEY_MISMATCH', jwkOf(ec, { key_ops: ['sign'] }), ecdh],
    ['a JWK whose key_ops are no list', 'ERR_KEY_MISMATCH', jwkOf(ec, { key_ops: 'decrypt' }), ecdh],
    ['a secret as a JWK', 'ERR_SECRET_INVALID', { kty: 'oct', k: randomBytes(16).toString('base64url') }, kw],
    ['a secret as a KeyObject', 'ERR_SECRET_INVALID', createSecretKey(randomBytes(16)), kw],
    ['a secret as bare text', 'ERR_SECRET_INVALID', 'sixteen letters.', kw],
    ['a secret that is not set', 'ERR_SECRET_INVALID', { base64url: undefined }, kw],
    ['a private key for a secret', 'ERR_SECRET_INVALID', rsa, kw],
  ])('%s', (_, code, key, options) => {
    expect(mistake(() => make(key, options))).toBe(code)
  })

  test.each<[string, number]>([
    ['A128KW', 16],
    ['A192KW', 24],
    ['A256KW', 32],
    ['A128GCMKW', 16],
    ['A192GCMKW', 24],
    ['A256GCMKW', 32],
  ])('a secret for %s of any length but %i bytes', (algorithm, length) => {
    const options = { algorithm, encryption: 'A128GCM' }
    const codes = [0, 8, 15, 16, 17, 24, 32, 33, 64].map((bytes) => [
      bytes,
      mistake(() => make(randomBytes(bytes), options)),
    ])
    expect(codes.filter(([, code]) => code !== 'ERR_KEY_MISMATCH')).toEqual([[length, 'accepted']])
  })

  test.each<[string, object]>([
    ['ERR_OPTION_MISSING', {}],
    ['ERR_OPTION_MISSING', { algorithm: 'RSA-OAEP' }],
    ['ERR_OPTION_MISSING', { encryption: 'A128GCM' }],
    ['ERR_OPTION_MISSING', { ...oaep, kid: undefined }],
    ['ERR_OPTION_INVALID', { ...oaep, kid: 7 }],
    ['ERR_OPTION_INVALID', { ...oaep, algorithm: 'rsa-oaep' }],
    ['ERR_OPTION_INVALID', { ...oaep, algorithm: 'toString' }],
    ['ERR_OPTION_INVALID', { ...oaep, encryption: 'A256' }],
    ['ERR_OPTION_INVALID', { ...oaep, encryption: ['A256GCM'] }],
    ['ERR_OPTION_UNKNOWN', { ...oaep, zip: 'DEF' }],
  ])('a key whose options are wrong: %s (%#)', (code, options) => {
    expect(mistake(() => make(rsa, options))).toBe(code)
  })

  test('what only looks like one, by a token type', () => {
    const real = make(rsa, oaep)
    const fakes = [{ ...real }, Object.create(real), rsa, 'key', null, [], [real, real]]
    expect(fakes.map((fake) => mistake(() => typeWith({ decryption: fake })))).toEqual(
      fakes.map(() => 'ERR_OPTION_INVALID'),
    )
  })
})

function typeWith(options: object, own: Issuer = new FakeIssuer().issuer) {
  const make = customToken as (options: object) => ReturnType<typeof customToken>
  return make({ typ: 'x+jwt', issuer: own, audience: 'https://api.test', maxLifetime: '15m', ...options })
}

describe('keys of one type', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  test.each<[string, string, readonly DecryptionKey[]]>([
    ['need a kid each', 'ERR_KEY_AMBIGUOUS', [make(rsa, oaep), make(other, oaep)]],
    ['need one even beside a named one', 'ERR_KEY_AMBIGUOUS', [make(rsa, { ...oaep, kid: 'a' }), make(other, oaep)]],
    [
      'need different ones',
      'ERR_KEY_AMBIGUOUS',
      [make(rsa, { ...oaep, kid: 'a' }), make(jwkOf(other, { kid: 'a' }), oaep)],
    ],
    ['are told apart by kid', 'accepted', [make(rsa, { ...oaep, kid: 'a' }), make(other, { ...oaep, kid: 'b' })]],
    ['are told apart by algorithm', 'accepted', [make(rsa, oaep), make(ec, ecdh)]],
    ['may be one, for two encryptions', 'accepted', [make(rsa, oaep), make(rsa, { ...oaep, encryption: 'A128GCM' })]],
  ])('%s', (_, code, decryption) => {
    expect(mistake(() => typeWith({ decryption }))).toBe(code)
  })

  test('unencrypted is accepted by a type with decryption alone, and by that word alone', () => {
    const decryption = make(rsa, oaep)
    expect(mistake(() => typeWith({ decryption, unencrypted: 'accepted' }))).toBe('accepted')
    expect(mistake(() => typeWith({ unencrypted: 'accepted' }))).toBe('ERR_OPTIONS_CONTRADICT')
    expect(mistake(() => typeWith({ decryption, unencrypted: true }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => typeWith({ decryption: undefined }))).toBe('ERR_OPTION_MISSING')
  })
})

describe('one key for two jobs starts in no set', () => {
  const start = (...types: readonly ReturnType<typeof customToken>[]) =>
    mistake(() => defineTokens(Object.fromEntries(types.map((type, index) => [`t${index}`, type]))))
  const named = (keys: Parameters<typeof issuer>[1]['keys'], id = 'https://issuer.test') =>
    issuer(id, { keys } as never)
  const open = (key: KeyObject) => createPublicKey(key)
  const secret = randomBytes(32)
  const ending = Buffer.concat([randomBytes(30), Buffer.alloc(2)])

  test.each<[string, unknown, object, () => Issuer]>([
    ['an RSA key', rsa, oaep, () => named(publicKey(open(rsa), 'RS256'))],
    ['an EC key', ec, ecdh, () => named(publicKey(open(ec), 'ES256'))],
    ['a secret', secret, { ...kw, algorithm: 'A256KW' }, () => named(hmacSecret(secret, 'HS256'))],
    ['a secret that ends in zeros', ending, { ...kw, algorithm: 'A256KW' }, () => named(hmacSecret(ending, 'HS256'))],
  ])('%s that opens and verifies', (_, key, options, verifies) => {
    expect(start(typeWith({ decryption: make(key, options) }, verifies()))).toBe('ERR_KEY_SHARED')
  })

  test('not even where another type of the set verifies with it', () => {
    const opens = typeWith({ decryption: make(ec, ecdh) })
    const verifies = typeWith({ typ: 'y+jwt' }, named(publicKey(open(ec), 'ES256'), 'https://other.test'))
    expect(start(opens, verifies)).toBe('ERR_KEY_SHARED')
    expect(start(opens)).toBe('accepted')
  })

  test('however the EC key was written', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' })
    const jwk = { ...open(privateKey).export({ format: 'jwk' }) } as Jwk
    const opens = typeWith({ decryption: make(privateKey, ecdh) }, named(publicKey(jwk, 'ES256')))
    expect(start(opens)).toBe('ERR_KEY_SHARED')
  })

  test('nor with two algorithms, in one type or in two', () => {
    const bytes = randomBytes(16)
    const keys = ['A128KW', 'A128GCMKW'].map((algorithm) => make(bytes, { ...kw, algorithm }))
    expect(start(typeWith({ decryption: keys }))).toBe('ERR_KEY_SHARED')
    const oneIssuer = new FakeIssuer().issuer
    const types = keys.map((decryption, index) => typeWith({ typ: `y${index}+jwt`, decryption }, oneIssuer))
    expect(start(...types)).toBe('ERR_KEY_SHARED')
    expect(start(typeWith({ decryption: keys[0] }))).toBe('accepted')
  })
})
