import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { customToken, decryptionKey, defineTokens, issuer, type CustomTokenOptions, type Jwk } from '@jwt-guard/core'
import type { EncryptFor } from '@jwt-guard/issuer'
import { compactDecrypt } from 'jose'
import { expect, test } from 'vitest'
import { privateKey } from './keys.ts'
import { api, clock, mine } from './kinds.ts'
import { headerOf, outcome } from './outcome.ts'

const self = issuer(mine.id, { keys: mine.verificationKeys })
function own(options: Partial<CustomTokenOptions> = {}) {
  const base = { typ: 'own+jwt', issuer: self, audience: api, maxLifetime: '15m' } as const
  return defineTokens({ own: customToken({ ...base, ...options }) }, { clock }).own
}

const rsa = privateKey('RS256')
const ec = privateKey('ES384')
const half = (key: KeyObject) => createPublicKey(key).export({ format: 'jwk' }) as Jwk
const opens = { algorithm: 'RSA-OAEP-256', encryption: 'A256GCM' } as const
const encryptFor: EncryptFor = { ...opens, key: createPublicKey(rsa) }
const sealed = own({ decryption: decryptionKey(rsa, { ...opens, kid: 'enc-1' }) })

test.each(['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'] as const)(
  'a token is encrypted by %s',
  async (algorithm) => {
    const options = { algorithm, encryption: 'A128CBC-HS256' } as const
    const type = own({ decryption: decryptionKey(rsa, options) })
    const text = await mine.issue(type, {}, { encryptFor: { ...options, key: createPublicKey(rsa) } })
    expect(headerOf(text)).toEqual({ alg: algorithm, enc: 'A128CBC-HS256', cty: 'JWT' })
    expect(await outcome(type.verify(text))).toBe('done')
  },
)

test.each(['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'] as const)(
  'a token is encrypted by %s',
  async (algorithm) => {
    for (const key of [ec, privateKey('ES256'), privateKey('ES512')]) {
      const options = { algorithm, encryption: 'A256GCM' } as const
      const type = own({ decryption: decryptionKey(key, options) })
      const text = await mine.issue(type, {}, { encryptFor: { ...options, key: half(key) } })
      expect(await outcome(type.verify(text))).toBe('done')
    }
  },
)

test('the kid is the option, or that of the JWK', async () => {
  const key = { ...half(rsa), kid: 'enc-1', use: 'enc', alg: 'RSA-OAEP-256', key_ops: ['wrapKey'] }
  const byJwk = await mine.issue(sealed, {}, { encryptFor: { ...opens, key } })
  const byOption = await mine.issue(sealed, {}, { encryptFor: { ...encryptFor, kid: 'enc-1' } })
  expect([byJwk, byOption].map((text) => headerOf(text)['kid'])).toEqual(['enc-1', 'enc-1'])
  expect(await outcome(sealed.verify(byJwk))).toBe('done')
})

test('a type that demands encryption is not issued without', async () => {
  expect(await outcome(mine.issue(sealed, {}, { encryptFor }))).toBe('done')
  expect(await outcome(mine.issue(sealed, {}))).toBe('ERR_TOKEN_NOT_ENCRYPTED')
  const both = own({ decryption: decryptionKey(rsa, opens), unencrypted: 'accepted' })
  expect(await outcome(mine.issue(both, {}))).toBe('done')
})

test('for a type that opens its tokens, the whole of it is looked at', async () => {
  const other = { ...encryptFor, key: createPublicKey(privateKey('RS256', true)) }
  expect(await outcome(mine.issue(sealed, {}, { encryptFor: other }))).toBe('ERR_DECRYPTION_FAILED')
  expect(await outcome(mine.issue(sealed, {}, { encryptFor: { ...encryptFor, kid: 'other' } }))).toBe('ERR_KEY_UNKNOWN')
  expect(await outcome(mine.issue(sealed, {}, { encryptFor: { ...encryptFor, encryption: 'A128GCM' } }))).toBe(
    'ERR_ALGORITHM_MISMATCH',
  )
  expect(await outcome(mine.issue(sealed, { aud: 'https://other.test' }, { encryptFor }))).toBe(
    'ERR_AUDIENCE_MISMATCH aud',
  )
})

test('for somebody else what is within is looked at, and the length of the whole', async () => {
  const plain = own()
  const text = await mine.issue(plain, {}, { encryptFor })
  expect(await outcome(plain.verify(text))).toBe('ERR_TOKEN_ENCRYPTED')
  const { plaintext, protectedHeader } = await compactDecrypt(text, rsa)
  expect(protectedHeader).toEqual({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT' })
  expect(await outcome(plain.verify(Buffer.from(plaintext).toString()))).toBe('done')
  expect(await outcome(mine.issue(plain, { aud: 'https://other.test' }, { encryptFor }))).toBe(
    'ERR_AUDIENCE_MISMATCH aud',
  )
  const long = { pad: 'x'.repeat(5000) } as {}
  expect(await outcome(mine.issue(plain, long))).toBe('done')
  expect(await outcome(mine.issue(plain, long, { encryptFor }))).toBe('ERR_TOKEN_TOO_LONG')
})

const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
test.each<[string, object, string]>([
  ['a private key', { key: rsa }, 'ERR_KEY_INVALID'],
  ['a private JWK', { key: rsa.export({ format: 'jwk' }) }, 'ERR_KEY_INVALID'],
  ['a key of another kind', { key: half(ec) }, 'ERR_KEY_MISMATCH'],
  [
    'a key of a curve that is not offered',
    { algorithm: 'ECDH-ES', key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey },
    'ERR_KEY_MISMATCH',
  ],
  ['a key for signatures', { key: { ...half(rsa), use: 'sig' } }, 'ERR_KEY_MISMATCH'],
  ['a key that verifies', { key: { ...half(rsa), key_ops: ['verify'] } }, 'ERR_KEY_MISMATCH'],
  ['a key for another algorithm', { key: { ...half(rsa), alg: 'RSA-OAEP' } }, 'ERR_KEY_MISMATCH'],
  ['a weak key', { key: weak }, 'ERR_KEY_WEAK'],
  ['a point off its curve', { algorithm: 'ECDH-ES', key: { ...half(ec), x: half(ec)['y'] } }, 'ERR_KEY_INVALID'],
  ['an algorithm that is not offered', { algorithm: 'RSA1_5' }, 'ERR_OPTION_INVALID'],
  ['a content encryption that is not offered', { encryption: 'A256KW' }, 'ERR_OPTION_INVALID'],
  ['a kid that cannot be', { kid: '' }, 'ERR_OPTION_INVALID'],
  ['an unknown option', { keys: [] }, 'ERR_OPTION_UNKNOWN'],
])('%s is refused before anything is signed', async (_, change, code) => {
  expect(await outcome(mine.issue(sealed, {}, { encryptFor: { ...encryptFor, ...change } }))).toBe(code)
})

test.each(['key', 'algorithm', 'encryption'])('encryptFor has to say its %s', async (name) => {
  const rest = Object.fromEntries(Object.entries(encryptFor).filter(([option]) => option !== name))
  expect(await outcome(mine.issue(sealed, {}, { encryptFor: rest as unknown as EncryptFor }))).toBe(
    'ERR_OPTION_MISSING',
  )
})
