import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  accessToken,
  defineTokens,
  hmacSecret,
  issuer,
  keySet,
  publicKey,
  remoteKeySet,
  type GivenKeys,
  type Jwk,
  type PublicKeyAlgorithm,
} from '@jwt-guard/core'
import { FakeIssuer, startKeyServer, testKey, testSecret, type Claims } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { mistake, outcome } from '../tokens/outcome.ts'

const fake = new FakeIssuer()

/** What a type of the fake issuer's id, with these keys, makes of a token signed with `key` under this header. */
function verdict(keys: GivenKeys['keys'], key: ReturnType<typeof testKey | typeof testSecret>, header: Claims = {}) {
  const type = accessToken({ issuer: issuer(fake.id, { keys }), audience: 'https://api.test' })
  const set = defineTokens({ type }, { clock: fake.clock })
  const named = { alg: key.algorithm, kid: key.kid, ...header }
  return outcome(set.type.verify(fake.accessToken({ key, header: named })))
}

describe('which key a header names', () => {
  const [a, b, other] = [testKey('ES256', 'a'), testKey('ES256', 'b'), testKey('Ed25519', 'c')]
  const keys = [a.source, b.source, other.source]

  test('the one with its kid', async () => {
    expect(await verdict(keys, a)).toBe('accepted')
    expect(await verdict(keys, b)).toBe('accepted')
    expect(await verdict(keys, a, { kid: 'b' })).toBe('ERR_SIGNATURE_INVALID')
    expect(await verdict(keys, a, { kid: 'A' })).toBe('ERR_KEY_UNKNOWN')
  })

  test('without kid the only one with its algorithm, and none of several', async () => {
    expect(await verdict(keys, other, { kid: undefined })).toBe('accepted')
    expect(await verdict(keys, a, { kid: undefined })).toBe('ERR_KEY_AMBIGUOUS')
  })

  test('never one of another algorithm, though its kid is right', async () => {
    expect(await verdict(keys, other, { alg: 'EdDSA' })).toBe('ERR_ALGORITHM_MISMATCH')
    expect(await verdict(keys, other, { alg: 'ES256' })).toBe('ERR_KEY_UNKNOWN')
    expect(await verdict(keys, a, { kid: 'c' })).toBe('ERR_KEY_UNKNOWN')
  })

  test('a key without kid matches any kid, for it is alone', async () => {
    const { kid: _, ...nameless } = a.jwk
    for (const kid of [undefined, 'a', 'anything']) {
      expect(await verdict([publicKey(nameless as Jwk, 'ES256'), other.source], a, { kid })).toBe('accepted')
    }
  })

  test('an algorithm that a set may have, and has no key for, is an unknown key', async () => {
    const set = keySet({ keys: [a.jwk] }, { algorithms: ['ES256', 'RS256'] })
    const rsa = testKey('RS256', 'a')
    expect(await verdict(set, rsa)).toBe('ERR_KEY_UNKNOWN')
    expect(await verdict(set, rsa, { kid: undefined })).toBe('ERR_KEY_UNKNOWN')
  })

  test('sources of one issuer are searched together', async () => {
    const set = keySet({ keys: [a.jwk] }, { algorithms: ['ES256'] })
    expect(await verdict([set, b.source], a)).toBe('accepted')
    expect(await verdict([set, b.source], b)).toBe('accepted')
    expect(await verdict([set, b.source], b, { kid: undefined })).toBe('ERR_KEY_AMBIGUOUS')
  })

  test('keys that are fetched are asked for an algorithm that they may have, and for no other', async () => {
    const server = await startKeyServer({ keys: [b.jwk] })
    try {
      const fetched = remoteKeySet(server.jwksUrl, { algorithms: ['ES256'], allowInsecureLoopback: true })
      const both = [other.source, fetched]
      expect(await verdict(both, other)).toBe('accepted')
      expect(await verdict(both, other, { kid: 'unknown' })).toBe('ERR_KEY_UNKNOWN')
      expect(await verdict(both, a, { alg: 'RS256' })).toBe('ERR_ALGORITHM_MISMATCH')
      expect(server.requests).toEqual([])
      expect(await verdict(both, b)).toBe('accepted')
      expect(server.requests).toEqual(['/jwks'])
    } finally {
      await server.close()
    }
  })

  test('HMAC secrets are named like other keys', async () => {
    const [one, two] = [testSecret('HS256', 'one'), testSecret('HS256', 'two')]
    expect(await verdict([one.source, two.source], two)).toBe('accepted')
    expect(await verdict([one.source, two.source], two, { kid: 'one' })).toBe('ERR_SIGNATURE_INVALID')
  })
})

describe('a public key', () => {
  const algorithms: readonly PublicKeyAlgorithm[] = ['RS256', 'PS384', 'ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA']
  test.each(algorithms)('of %s is taken as KeyObject, PEM and JWK, and verifies', async (algorithm) => {
    const key = testKey(algorithm)
    const object = createPublicKey({ key: { ...key.jwk }, format: 'jwk' })
    const pem = object.export({ format: 'pem', type: 'spki' }).toString()
    for (const form of [object, pem, `\n${pem}\n`, pem.replaceAll('\n', '\r\n'), key.jwk]) {
      expect(await verdict(publicKey(form, algorithm), key)).toBe('accepted')
    }
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  const pem = rsa.export({ format: 'pem', type: 'spki' }).toString()

  test('may be PKCS #1', () => {
    expect(mistake(() => publicKey(rsa.export({ format: 'pem', type: 'pkcs1' }).toString(), 'RS256'))).toBe('accepted')
  })

  const notKeys: readonly (readonly [string, unknown])[] = [
    ['nothing', ''],
    ['a text', 'RS256'],
    ['two blocks', pem + pem],
    ['a text before it', `key\n${pem}`],
    ['a certificate', pem.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
    ['a block that is not closed', pem.replace(/-----END.*/s, '')],
    ['a block that ends as another', pem.replace('END PUBLIC', 'END RSA PUBLIC')],
    ['a block of nothing', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['a block of another kind', pem.replaceAll('PUBLIC KEY', 'RSA PUBLIC KEY')],
    ['bytes', rsa.export({ format: 'der', type: 'spki' })],
    ['a list', [pem]],
    ['a JWK Set', { keys: [rsa.export({ format: 'jwk' })] }],
    ['a JWK without kty', { n: 'AQ', e: 'AQAB' }],
    ['null', null],
    ['undefined', undefined],
    ['a number', 5],
  ]
  test.each(notKeys)('is not %s', (_, key) => {
    expect(mistake(() => publicKey(key as string, 'RS256'))).toBe('ERR_KEY_INVALID')
  })

  const members: readonly (readonly [string, object])[] = [
    ['no modulus', { n: undefined }],
    ['an empty modulus', { n: '' }],
    ['a modulus as a number', { n: 5 }],
    ['a modulus that is no base64url', { n: 'a+b/' }],
    ['no exponent', { e: undefined }],
    ['an empty exponent', { e: '' }],
  ]
  test.each(members)('of RSA has %s: refused', (_, changes) => {
    const jwk = { ...rsa.export({ format: 'jwk' }), ...changes } as Jwk
    expect(mistake(() => publicKey(jwk, 'RS256'))).toBe('ERR_KEY_INVALID')
  })

  test('has the kid that its JWK or the option gives it, and not two', async () => {
    const key = testKey('ES256', 'mine')
    const second = testKey('ES256', 'second').source
    const { kid: _, ...nameless } = key.jwk
    expect(await verdict([publicKey(key.jwk, 'ES256', { kid: 'mine' }), second], key)).toBe('accepted')
    expect(await verdict([publicKey(nameless as Jwk, 'ES256', { kid: 'mine' }), second], key)).toBe('accepted')
    expect(mistake(() => publicKey(key.jwk, 'ES256', { kid: 'yours' }))).toBe('ERR_OPTIONS_CONTRADICT')
  })

  test.each(['', 'é', 'a\n', 'x'.repeat(257), 5, null, ['a'], {}])('has no kid like %j', (kid) => {
    const key = testKey()
    const asOption = () => publicKey(key.jwk, 'ES256', { kid: kid as string })
    expect(mistake(asOption)).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => hmacSecret(randomBytes(32), 'HS256', { kid: kid as string }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => publicKey({ ...key.jwk, kid }, 'ES256'))).toBe('ERR_KEY_INVALID')
    expect(mistake(() => keySet({ keys: [{ ...key.jwk, kid }] }, { algorithms: ['ES256'] }))).toBe('ERR_KEY_INVALID')
  })
})

describe('a key set', () => {
  const algorithms = ['RS256', 'ES256'] as const
  const [ec, rsa] = [testKey('ES256', 'ec'), testKey('RS256', 'rsa')]

  test.each([undefined, null, [], 'keys', {}, { keys: null }, { keys: {} }, { keys: 'a' }, { keys: [] }])(
    'is not %j',
    (jwks) => {
      expect(mistake(() => keySet(jwks as never, { algorithms }))).toBe('ERR_KEY_INVALID')
    },
  )

  test.each([null, 'jwk', [], {}, { kty: 5 }, { n: 'a' }])('holds JWKs alone, not %j', (jwk) => {
    expect(mistake(() => keySet({ keys: [ec.jwk, jwk as never] }, { algorithms }))).toBe('ERR_KEY_INVALID')
  })

  test('leaves out what is for something else', async () => {
    const others = [
      { ...testKey('RS256', 'enc').jwk, use: 'enc', alg: undefined },
      { ...testKey('RS256', 'oaep').jwk, alg: 'RSA-OAEP' },
      { ...testKey('RS384', 'rs384').jwk },
      { ...testKey('ES384', 'es384').jwk },
      { kty: 'OKP', crv: 'X25519', x: 'AAAA' },
      { kty: 'NEW' },
    ].map((jwk) => Object.fromEntries(Object.entries(jwk).filter(([, value]) => value !== undefined)) as unknown as Jwk)
    const set = keySet({ keys: [ec.jwk, ...others, rsa.jwk] }, { algorithms })
    expect(await verdict(set, ec)).toBe('accepted')
    expect(await verdict(set, rsa)).toBe('accepted')
    expect(mistake(() => keySet({ keys: others }, { algorithms }))).toBe('ERR_KEY_INVALID')
  })

  test('refuses a key whose alg is for another kty', () => {
    const confused = { ...ec.jwk, alg: 'RS256' }
    expect(mistake(() => keySet({ keys: [confused] }, { algorithms }))).toBe('ERR_KEY_MISMATCH')
  })

  test('refuses a key without alg that could be for two', () => {
    const { alg: _, ...open } = rsa.jwk
    const two = ['RS256', 'RS512'] as const
    expect(mistake(() => keySet({ keys: [open as Jwk] }, { algorithms: two }))).toBe('ERR_KEY_MISMATCH')
    expect(mistake(() => keySet({ keys: [open as Jwk] }, { algorithms }))).toBe('accepted')
  })

  test.each([[['RS256', 'RS256']], [['HS256']], ['RS256'], [{}], [null], [[]], [[5]]])(
    'has no algorithms like %j',
    (names) => {
      expect(mistake(() => keySet({ keys: [rsa.jwk] }, { algorithms: names as never }))).toBe('ERR_OPTION_INVALID')
    },
  )
})

describe('an issuer', () => {
  test.each([undefined, null, [], {}, 'secret', [undefined], [testKey().jwk], [testKey()], testKey().secret])(
    'has keys that were made for it (%#)',
    (keys) => {
      const code = keys === undefined ? 'ERR_OPTION_MISSING' : 'ERR_OPTION_INVALID'
      expect(mistake(() => issuer('a', { keys: keys as never }))).toBe(code)
    },
  )

  test('with given keys is ready at once, and closing it changes nothing', async () => {
    const key = testKey()
    const own = issuer(fake.id, { keys: key.source })
    await own.ready()
    own.close()
    const type = accessToken({ issuer: own, audience: 'https://api.test' })
    const set = defineTokens({ type }, { clock: fake.clock })
    expect(await outcome(set.type.verify(fake.accessToken({ key })))).toBe('accepted')
  })

  test('is known under its id and its aliases, exactly', async () => {
    const key = testKey()
    const own = issuer('a', { keys: key.source, aliases: ['b', 'https://c.test/'] })
    const set = defineTokens(
      { type: accessToken({ issuer: own, audience: 'https://api.test' }) },
      { clock: fake.clock },
    )
    const verify = (iss: string) => outcome(set.type.verify(fake.accessToken({ key, claims: { iss } })))
    for (const iss of ['a', 'b', 'https://c.test/']) expect(await verify(iss)).toBe('accepted')
    for (const iss of ['A', 'https://c.test', 'ab']) expect(await verify(iss)).toBe('ERR_ISSUER_UNKNOWN iss')
  })
})
