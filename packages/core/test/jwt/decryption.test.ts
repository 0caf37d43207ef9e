import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import {
  accessToken,
  anyOf,
  createGuard,
  customToken,
  decryptionKey,
  defineTokens,
  describe as described,
  idToken,
  type ContentEncryptionAlgorithm,
  type DecryptionKey,
  type KeyManagementAlgorithm,
} from '@jwt-guard/core'
import { FakeIssuer, spoiledTokens } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { receivedWith } from '../http/received.js'
import { mistake, outcome } from '../tokens/outcome.js'
import { encrypted } from './encrypted.js'

const fake = new FakeIssuer()
const audience = 'https://api.test'
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const way = { alg: 'RSA-OAEP-256', enc: 'A256GCM' } as const
const key = decryptionKey(rsa.privateKey, { algorithm: way.alg, encryption: way.enc })
const sealed = (text: string, header: object = {}) => encrypted(text, rsa.publicKey, { ...way, ...header })

function accessWith(decryption: DecryptionKey | readonly DecryptionKey[], options: object = {}) {
  const type = accessToken({ issuer: fake.issuer, audience, decryption, ...options })
  return defineTokens({ access: type }, { clock: fake.clock }).access
}
const access = accessWith(key)

test('an encrypted token is accepted for the signed token within, and shows that one’s header', async () => {
  const token = await access.verify(await sealed(fake.accessToken()))
  expect(token).toMatchObject({ type: 'access', claims: { sub: 'user-1' } })
  expect(token.header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'test' })
})

describe('every way to encrypt', () => {
  const curves = ['P-256', 'P-384', 'P-521'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }))
  const agreement = [...curves, generateKeyPairSync('x25519')]
  const secret = (bytes: number) => [randomBytes(bytes)]
  const keys: Readonly<Record<KeyManagementAlgorithm, readonly ({ privateKey: KeyObject } | Uint8Array)[]>> = {
    'RSA-OAEP': [rsa],
    'RSA-OAEP-256': [rsa],
    'RSA-OAEP-384': [rsa],
    'RSA-OAEP-512': [rsa],
    'ECDH-ES': agreement,
    'ECDH-ES+A128KW': agreement,
    'ECDH-ES+A192KW': agreement,
    'ECDH-ES+A256KW': agreement,
    A128KW: secret(16),
    A192KW: secret(24),
    A256KW: secret(32),
    A128GCMKW: secret(16),
    A192GCMKW: secret(24),
    A256GCMKW: secret(32),
  }
  const encryptions: readonly ContentEncryptionAlgorithm[] = [
    ...(['A128GCM', 'A192GCM', 'A256GCM'] as const),
    ...(['A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'] as const),
  ]
  const algorithms = Object.keys(keys) as readonly KeyManagementAlgorithm[]
  const ways = algorithms.flatMap((algorithm) => encryptions.map((encryption) => ({ algorithm, encryption })))

  test.each(ways)('is opened: $algorithm with $encryption', async ({ algorithm, encryption }) => {
    for (const one of keys[algorithm]) {
      const own = one instanceof Uint8Array ? one : one.privateKey
      const { verify } = accessWith(decryptionKey(own, { algorithm, encryption }))
      const theirs = own instanceof Uint8Array ? own : createPublicKey(own)
      const header = { alg: algorithm, enc: encryption }
      expect(await outcome(verify(await encrypted(fake.accessToken(), theirs, header)))).toBe('accepted')
      const forged = fake.accessToken({ key: new FakeIssuer().key })
      expect(await outcome(verify(await encrypted(forged, theirs, header)))).toBe('ERR_SIGNATURE_INVALID')
    }
  })
})

describe('a type that takes encrypted tokens', () => {
  test('refuses every spoiled token within, for its own reason', async () => {
    const wrong: string[] = []
    for (const { defect, text, code, claim } of spoiledTokens(fake)) {
      const found = await outcome(access.verify(await sealed(text)))
      const expected = claim === undefined ? code : `${code} ${claim}`
      if (found !== expected) wrong.push(`${defect}: ${found}`)
    }
    expect(wrong).toEqual([])
  })

  test('refuses a plain one, unless it is told to take it', async () => {
    const text = fake.accessToken()
    expect(await outcome(access.verify(text))).toBe('ERR_TOKEN_NOT_ENCRYPTED')
    const both = accessWith(key, { unencrypted: 'accepted' })
    expect(await outcome(both.verify(text))).toBe('accepted')
    expect(await outcome(both.verify(await sealed(text)))).toBe('accepted')
    expect(await outcome(both.verify(fake.accessToken({ claims: { sub: undefined } })))).toBe('ERR_CLAIM_MISSING sub')
  })

  test.each(['', '.', 'x', '.......', 'a.b', 'a.b.c.d', 'a.b.c.d.e.f', 'a.b.c.d.e ', '.b.c.d.e', 'a.b.c.d.ë'])(
    'finds no token in "%s"',
    async (text) => {
      expect(await outcome(access.verify(text))).toBe('ERR_TOKEN_MALFORMED')
      expect(await outcome(accessWith(key, { unencrypted: 'accepted' }).verify(text))).toBe('ERR_TOKEN_MALFORMED')
    },
  )

  test.each([undefined, null, 7, {}, [], true, Symbol('x')])('takes text and not %s', async (value) => {
    expect(await outcome(access.verify(value as string))).toBe('ERR_TOKEN_MALFORMED')
  })

  test('counts the whole text against maxTokenLength', async () => {
    const text = await sealed(fake.accessToken())
    const exactly = accessWith(key, { maxTokenLength: text.length })
    const less = accessWith(key, { maxTokenLength: text.length - 1 })
    expect(await outcome(exactly.verify(text))).toBe('accepted')
    expect(await outcome(less.verify(text))).toBe('ERR_TOKEN_TOO_LONG')
  })

  test('takes each of the five parts in its one spelling', async () => {
    const parts = (await sealed(fake.accessToken())).split('.')
    const spelt = (at: number, other: (part: string) => string) =>
      parts.map((part, index) => (index === at ? other(part) : part)).join('.')
    // Zero bits of the last character that carry nothing, made one: of 256 and of 16 bytes there are four.
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const turned = (part: string) => part.slice(0, -1) + alphabet[alphabet.indexOf(part.at(-1) ?? '') + 1]
    const texts = [
      ...[1, 4].map((at) => spelt(at, turned)),
      ...[0, 1, 2, 3, 4].flatMap((at) => ['=', '==', ' '].map((end) => spelt(at, (part) => part + end))),
      ...[0, 1, 2, 3, 4].map((at) => spelt(at, (part) => part.slice(0, part.length - ((part.length + 3) % 4)))),
    ]
    for (const text of texts) expect(await outcome(access.verify(text))).toBe('ERR_TOKEN_MALFORMED')
  })

  test('limits the outer header, too', async () => {
    const apu = 'A'.repeat(2048)
    expect(await outcome(access.verify(await sealed(fake.accessToken(), { apu })))).toBe('ERR_TOKEN_TOO_LONG')
  })

  test('is no type for which a plain one is separate from it', () => {
    const common = { typ: 'x+jwt', issuer: fake.issuer, audience, maxLifetime: '15m' } as const
    const encryptedOne = customToken({ ...common, decryption: key })
    expect(mistake(() => defineTokens({ a: encryptedOne, b: customToken(common) }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
    const otherKey = decryptionKey(generateKeyPairSync('x25519').privateKey, {
      algorithm: 'ECDH-ES',
      encryption: 'A128GCM',
    })
    const another = customToken({ ...common, decryption: otherKey })
    expect(mistake(() => defineTokens({ a: encryptedOne, b: another }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
  })

  test('is any kind: an ID token', async () => {
    const { id } = defineTokens(
      { id: idToken({ issuer: fake.issuer, clientId: 'web', decryption: key }) },
      { clock: fake.clock },
    )
    const text = await sealed(fake.idToken())
    expect(await outcome(id.verify(text, { nonce: 'nonce-1' }))).toBe('accepted')
    expect(await outcome(id.verify(text, { nonce: 'nonce-2' }))).toBe('ERR_CLAIM_MISMATCH nonce')
    expect(await outcome(id.verify(fake.idToken(), { nonce: 'nonce-1' }))).toBe('ERR_TOKEN_NOT_ENCRYPTED')
  })

  test('says so in its description', () => {
    expect(described(access)).toContain('| encryption | RSA-OAEP-256 with A256GCM |')
    expect(described(accessWith(key, { unencrypted: 'accepted' }))).toContain('RSA-OAEP-256 with A256GCM or none')
  })
})

describe('the outer header', () => {
  test.each<[string, object, string]>([
    ['cty by its whole name', { cty: 'application/JWT' }, 'accepted'],
    ['cty in lower case', { cty: 'jwt' }, 'accepted'],
    ['any typ: that of the inner one counts', { typ: 'logout+jwt' }, 'accepted'],
    ['a name that means nothing', { x5t: 'x', 'x5t#S256': 1, tenant: 'x' }, 'accepted'],
    ['no cty', { cty: undefined }, 'ERR_HEADER_INVALID'],
    ['another cty', { cty: 'at+jwt' }, 'ERR_HEADER_INVALID'],
    ['a cty that is no text', { cty: ['JWT'] }, 'ERR_HEADER_INVALID'],
    ['a typ that is no media type', { typ: 'a b' }, 'ERR_HEADER_INVALID'],
    ['a typ that is no text', { typ: 7 }, 'ERR_HEADER_INVALID'],
    ['a kid that is no text', { kid: 7 }, 'ERR_HEADER_INVALID'],
    ['a kid that is null', { kid: null }, 'ERR_HEADER_INVALID'],
    ['a misspelt kid', { Kid: 'x' }, 'ERR_HEADER_INVALID'],
    ['a misspelt zip', { ZIP: 'DEF' }, 'ERR_HEADER_INVALID'],
    ['a key of its own', { jwk: {} }, 'ERR_HEADER_INVALID'],
    ['a place of keys', { jku: 'https://evil.test' }, 'ERR_HEADER_INVALID'],
    ['a certificate', { x5c: [] }, 'ERR_HEADER_INVALID'],
    ['the place of one', { x5u: 'https://evil.test' }, 'ERR_HEADER_INVALID'],
    ['a password’s count', { p2c: 1000 }, 'ERR_HEADER_INVALID'],
    ['a password’s salt', { p2s: 'x' }, 'ERR_HEADER_INVALID'],
    ['a payload that is not encoded', { b64: false }, 'ERR_HEADER_INVALID'],
  ])('with %s', async (_, header, code) => {
    expect(await outcome(access.verify(await sealed(fake.accessToken(), header)))).toBe(code)
  })

  test('may understand no extension', async () => {
    const [, ...rest] = (await sealed(fake.accessToken())).split('.')
    const header = Buffer.from(JSON.stringify({ ...way, cty: 'JWT', crit: ['x'], x: 1 })).toString('base64url')
    const lenient = accessWith(key, { extensions: { x: () => true } })
    expect(await outcome(lenient.verify([header, ...rest].join('.')))).toBe('ERR_HEADER_INVALID')
  })

  test.each([
    '{}x',
    '[]',
    '"x"',
    'null',
    '{"alg":"a","alg":"b"}',
    '\ufeff{}',
    '{"a":{"b":{"c":{"d":{}}}}}',
    '{"__proto__":{}}',
  ])('has to be a strict JSON object, which %s is not', async (json) => {
    const [, ...rest] = (await sealed(fake.accessToken())).split('.')
    const text = [Buffer.from(json).toString('base64url'), ...rest].join('.')
    expect(await outcome(access.verify(text))).toBe('ERR_HEADER_MALFORMED')
  })

  test('has 64 values at most', async () => {
    const withList = (length: number) => sealed(fake.accessToken(), { x: Array.from({ length }, () => 1) })
    const own = Object.keys({ ...way, cty: 'JWT', x: [] }).length
    expect(await outcome(access.verify(await withList(64 - own)))).toBe('accepted')
    expect(await outcome(access.verify(await withList(65 - own)))).toBe('ERR_HEADER_MALFORMED')
  })

  test.each<[string, object, Readonly<Record<string, unknown>>, string]>([
    ['all of them', { iss: fake.id, sub: 'user-1', aud: audience }, {}, 'accepted'],
    ['a list', { aud: [audience, 'b'] }, { aud: [audience, 'b'] }, 'accepted'],
    ['another iss', { iss: 'https://other.test' }, {}, 'ERR_CLAIM_MISMATCH iss'],
    ['another sub', { sub: 'admin' }, {}, 'ERR_CLAIM_MISMATCH sub'],
    ['another aud', { aud: 'https://other.test' }, {}, 'ERR_CLAIM_MISMATCH aud'],
    ['another order', { aud: ['b', audience] }, { aud: [audience, 'b'] }, 'ERR_CLAIM_MISMATCH aud'],
    ['a part of the list', { aud: [audience] }, { aud: [audience, 'b'] }, 'ERR_CLAIM_MISMATCH aud'],
    ['null', { sub: null }, {}, 'ERR_CLAIM_MISMATCH sub'],
  ])('repeats claims as they are: %s', async (_, header, claims, code) => {
    expect(await outcome(access.verify(await sealed(fake.accessToken({ claims: { ...claims } }), header)))).toBe(code)
  })

  test('repeats no claim that is not there', async () => {
    const { note } = defineTokens(
      { note: customToken({ typ: 'n+jwt', issuer: fake.issuer, audience, maxLifetime: '15m', decryption: key }) },
      { clock: fake.clock },
    )
    expect(await outcome(note.verify(await sealed(fake.customToken('n+jwt', {}))))).toBe('accepted')
    expect(await outcome(note.verify(await sealed(fake.customToken('n+jwt', {}), { sub: 'user-1' })))).toBe(
      'ERR_CLAIM_MISMATCH sub',
    )
  })
})

describe('while keys are rotated', () => {
  const next = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const options = { algorithm: way.alg, encryption: way.enc } as const
  const both = accessWith([
    decryptionKey(rsa.privateKey, { ...options, kid: 'old' }),
    decryptionKey(next.privateKey, { ...options, kid: 'new' }),
  ])
  const seal = (pair: typeof rsa, kid: string | undefined) =>
    encrypted(fake.accessToken(), pair.publicKey, { ...way, kid })

  test.each<[string, typeof rsa, string | undefined, string]>([
    ['the old one is found by its kid', rsa, 'old', 'accepted'],
    ['the new one is found by its kid', next, 'new', 'accepted'],
    ['the kid of the other is not passed over', rsa, 'new', 'ERR_DECRYPTION_FAILED'],
    ['an unknown kid is nobody’s', rsa, 'third', 'ERR_KEY_UNKNOWN'],
    ['without a kid either could be meant', rsa, undefined, 'ERR_KEY_AMBIGUOUS'],
  ])('%s', async (_, pair, kid, code) => {
    expect(await outcome(both.verify(await seal(pair, kid)))).toBe(code)
  })

  test('a key alone is meant without a kid, and one without a kid by any', async () => {
    const named = accessWith(decryptionKey(rsa.privateKey, { ...options, kid: 'old' }))
    expect(await outcome(named.verify(await seal(rsa, undefined)))).toBe('accepted')
    expect(await outcome(named.verify(await seal(rsa, 'other')))).toBe('ERR_KEY_UNKNOWN')
    expect(await outcome(access.verify(await seal(rsa, 'any')))).toBe('accepted')
  })

  test('the kid of a JWK is its name', async () => {
    const jwk = { ...rsa.privateKey.export({ format: 'jwk' }), kty: 'RSA', kid: 'own' }
    const named = accessWith(decryptionKey(jwk, options))
    expect(await outcome(named.verify(await seal(rsa, 'own')))).toBe('accepted')
    expect(await outcome(named.verify(await seal(rsa, 'other')))).toBe('ERR_KEY_UNKNOWN')
  })
})

describe('beside a type that takes plain tokens', () => {
  const tokens = defineTokens(
    {
      secret: customToken({ typ: 's+jwt', issuer: fake.issuer, audience, maxLifetime: '15m', decryption: key }),
      plain: customToken({ typ: 'p+jwt', issuer: fake.issuer, audience, maxLifetime: '15m' }),
    },
    { clock: fake.clock },
  )
  const either = anyOf(tokens.secret, tokens.plain)

  test('anyOf takes each in its own form', async () => {
    const secret = await either.verify(await sealed(fake.customToken('s+jwt', {})))
    const plain = await either.verify(fake.customToken('p+jwt', {}))
    expect([secret.type, plain.type]).toEqual(['secret', 'plain'])
    expect(await outcome(either.verify(fake.customToken('s+jwt', {})))).toBe('ERR_TYP_MISMATCH')
    expect(await outcome(either.verify(await sealed(fake.customToken('p+jwt', {}))))).toBe('ERR_TYP_MISMATCH')
  })

  test('what cannot be opened came nearest to the type that opens', async () => {
    const text = `${(await sealed('x')).split('.').slice(0, 4).join('.')}.AAAAAAAAAAAAAAAAAAAAAA`
    expect(await outcome(either.verify(text))).toBe('ERR_DECRYPTION_FAILED')
  })

  test('a guard takes each in its own form', async () => {
    const sealedRequest = await receivedWith(await sealed(fake.customToken('s+jwt', {})))
    expect(await createGuard(tokens.secret).check(sealedRequest)).toMatchObject({
      verdict: 'accepted',
      token: { type: 'secret' },
    })
    const plainRequest = await receivedWith(fake.customToken('s+jwt', {}))
    expect(await createGuard(tokens.secret).check(plainRequest)).toMatchObject({ verdict: 'refused', status: 401 })
    expect(await createGuard(tokens.plain, { as: 'plain' }).check(sealedRequest)).toMatchObject({
      verdict: 'refused',
      status: 401,
    })
  })
})

describe('an explanation', () => {
  const failed = async (text: string) => {
    const { steps, looksLike } = await access.explain(text)
    return { ...steps.find(({ outcome: how }) => how === 'failed'), looksLike }
  }

  test('begins with the encryption', async () => {
    const { steps, accepted } = await access.explain(await sealed(fake.accessToken()))
    expect(accepted).toBe(true)
    expect(steps[0]).toEqual({ step: 'encryption', outcome: 'passed' })
  })

  test('says which step of which layer failed', async () => {
    const sealedFor = (header: object) => sealed(fake.accessToken(), header)
    const [, ...rest] = (await sealed('x')).split('.')
    const header = Buffer.from(JSON.stringify({ ...way, enc: 'A128GCM', cty: 'JWT' })).toString('base64url')
    expect(await failed([header, ...rest].join('.'))).toEqual({
      step: 'encryption',
      outcome: 'failed',
      detail: 'no key has the algorithm that the header names; expected: RSA-OAEP-256 with A256GCM',
      looksLike: undefined,
    })
    expect(await failed(fake.accessToken())).toMatchObject({ step: 'encryption', looksLike: undefined })
    expect(await failed(await sealedFor({ sub: 'x' }))).toMatchObject({ step: 'claims that the encryption repeats' })
    expect(await failed(await sealed(fake.idToken()))).toMatchObject({ step: 'typ' })
  })
})
