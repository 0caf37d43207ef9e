import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { inspect } from 'node:util'
import * as core from '@jwt-guard/core'
import {
  accessToken,
  ConfigurationError,
  createGuard,
  customToken,
  defineTokens,
  DependencyError,
  guardFor,
  hmacSecret,
  idToken,
  issuer,
  issuers,
  keySet,
  notChecked,
  publicKey,
  remoteKeySet,
  TokenRejectedError,
  tokenOf,
  type Jwk,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, forge, startKeyServer, testKey, testSecret } from '@jwt-guard/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { keysOverHttps } from './https-keys.js'
import { usual } from '../../packages/core/test/issuers/certificate-world.js'

/** The code with which something is refused when it is constructed, or `accepted`. Any other error fails the test. */
function mistake(make: () => unknown): string {
  try {
    make()
    return 'accepted'
  } catch (error) {
    if (error instanceof ConfigurationError) return error.code
    throw error
  }
}

/** What became of a verification: `accepted`, or the code of its refusal or outage. */
async function outcome(verification: Promise<unknown>): Promise<string> {
  try {
    await verification
    return 'accepted'
  } catch (error) {
    if (error instanceof TokenRejectedError || error instanceof DependencyError) return error.code
    throw error
  }
}

/** The factories as plain JavaScript sees them: whatever is given gets in. */
const untyped = {
  hmacSecret: (secret: unknown, algorithm: unknown, options?: unknown) =>
    hmacSecret(secret as never, algorithm as never, options as never),
  publicKey: (key: unknown, algorithm: unknown, options?: unknown) =>
    publicKey(key as never, algorithm as never, options as never),
  keySet: (jwks: unknown, options: unknown) => keySet(jwks as never, options as never),
  remoteKeySet: (url: unknown, options: unknown) => remoteKeySet(url as never, options as never),
  issuer: (id: unknown, options: unknown) => issuer(id as never, options as never),
  accessToken: (options: unknown) => accessToken(options as never),
  idToken: (options: unknown) => idToken(options as never),
  customToken: (options: unknown) => customToken(options as never),
  defineTokens: (types: unknown, options?: unknown) => defineTokens(types as never, options as never),
  createGuard: (type: unknown, options?: unknown) => createGuard(type as never, options as never),
}

/** Bytes that look random and are the same in every run. */
const bytes = (length: number, seed = 'configuration') =>
  createHash('shake256', { outputLength: length }).update(seed).digest()
const bigBase64url = (value: bigint) => {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
}

const rsaPair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ecPair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const ec521Pair = generateKeyPairSync('ec', { namedCurve: 'P-521' })
const edPair = generateKeyPairSync('ed25519')
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Jwk
const rsaJwk = jwkOf(rsaPair.publicKey)
const ecJwk = jwkOf(ecPair.publicKey)
const edJwk = jwkOf(edPair.publicKey)
const pemOf = (key: KeyObject) => key.export({ format: 'pem', type: 'spki' }).toString()
const rsaPem = pemOf(rsaPair.publicKey)

const hmacKey = testSecret()
const self = issuer('https://self.test', { keys: hmacKey.source })
const fake = new FakeIssuer()
const audience = 'https://api.test'
const custom = { typ: 'a+jwt', issuer: self, audience, maxLifetime: 60 }

const publicAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
]
const secretAlgorithms = ['HS256', 'HS384', 'HS512']
const algorithmNames = [...publicAlgorithms, ...secretAlgorithms, 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87']

/** Every text that one slip makes of another: a letter too many, too few, another, or two swapped. */
function typosOf(name: string, alphabet: string): readonly string[] {
  const typos = new Set<string>()
  for (let at = 0; at <= name.length; at++) {
    const [before, after] = [name.slice(0, at), name.slice(at)]
    for (const letter of alphabet) typos.add(before + letter + after).add(before + letter + after.slice(1))
    if (after !== '') typos.add(before + after.slice(1))
    if (after.length > 1) typos.add(`${before}${after[1]}${after[0]}${after.slice(2)}`)
  }
  typos.delete(name)
  return [...typos]
}
const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'

describe('algorithms', () => {
  test('CFG-01 a key or a key source without an algorithm is refused', () => {
    expect(mistake(() => untyped.hmacSecret(bytes(32), undefined))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => untyped.publicKey(rsaPem, undefined))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => untyped.keySet({ keys: [rsaJwk] }, {}))).toBe('ERR_OPTION_MISSING')
    expect(mistake(() => untyped.keySet({ keys: [rsaJwk] }, { algorithms: undefined }))).toBe('ERR_OPTION_MISSING')
    expect(mistake(() => untyped.keySet({ keys: [rsaJwk] }, { algorithms: [] }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => untyped.keySet({ keys: [rsaJwk] }, undefined))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => untyped.remoteKeySet('https://a.test/jwks', {}))).toBe('ERR_OPTION_MISSING')
    expect(mistake(() => untyped.remoteKeySet('https://a.test/jwks', { algorithms: [] }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => untyped.issuer('https://a.test', {}))).toBe('ERR_OPTION_MISSING')
    for (const algorithms of [[undefined], ['RS256', undefined]]) {
      expect(mistake(() => untyped.keySet({ keys: [rsaJwk] }, { algorithms }))).toBe('ERR_OPTION_INVALID')
      expect(mistake(() => untyped.issuer('https://a.test', { algorithms }))).toBe('ERR_OPTION_INVALID')
    }
    expect(mistake(() => untyped.issuer('https://a.test', { algorithms: 'RS256' }))).toBe('ERR_OPTION_INVALID')
  })

  /** Every place in which an algorithm is named, and which of them are right there. */
  const places: readonly (readonly [string, (algorithm: unknown) => unknown])[] = [
    ['hmacSecret', (algorithm) => untyped.hmacSecret(bytes(64), algorithm)],
    ['publicKey', (algorithm) => untyped.publicKey(rsaPem, algorithm)],
    ['keySet', (algorithm) => untyped.keySet({ keys: [rsaJwk] }, { algorithms: ['RS256', algorithm] })],
    ['remoteKeySet', (algorithm) => untyped.remoteKeySet('https://a.test/jwks', { algorithms: ['RS256', algorithm] })],
    ['issuer', (algorithm) => untyped.issuer('https://a.test', { algorithms: [algorithm] })],
  ]

  test.each(places)('CFG-02 no spelling of "none" is an algorithm for %s', (_, make) => {
    for (const none of [
      'none',
      'None',
      'NONE',
      'nOnE',
      'noNE',
      'none ',
      ' none',
      'none\u0000',
      '',
      ' ',
      null,
      false,
      0,
      ['none'],
    ]) {
      expect([inspect(none), mistake(() => make(none))]).toEqual([inspect(none), 'ERR_OPTION_INVALID'])
    }
  })

  test.each(places)('CFG-03 no algorithm name that is one slip away from a real one is taken by %s', (_, make) => {
    const typos = algorithmNames
      .flatMap((name) => typosOf(name, alphabet))
      .filter((name) => !algorithmNames.includes(name))
    const lowered = algorithmNames.map((name) => name.toLowerCase())
    const invented = [
      'ES521',
      'ES256K',
      'Ed448',
      'RS1',
      'HS1',
      'A256KW',
      'RSA-OAEP',
      'dir',
      'toString',
      '__proto__',
      'constructor',
    ]
    const taken = [...typos, ...lowered, ...invented].filter(
      (name) => mistake(() => make(name)) !== 'ERR_OPTION_INVALID',
    )
    expect(taken).toEqual([])
    expect(typos.length).toBeGreaterThan(5000)
  })

  test('CFG-04 HMAC secrets and public keys meet nowhere', () => {
    const [secret, open] = [testSecret('HS256', 'a').source, testKey('ES256', 'b').source]
    const remote = remoteKeySet('https://a.test/jwks', { algorithms: ['RS256'] })
    expect(mistake(() => untyped.issuer('https://a.test', { keys: [secret, open] }))).toBe('ERR_OPTIONS_CONTRADICT')
    expect(mistake(() => untyped.issuer('https://a.test', { keys: [secret, remote] }))).toBe('ERR_OPTIONS_CONTRADICT')
    for (const algorithm of secretAlgorithms) {
      expect(mistake(() => untyped.publicKey(rsaPem, algorithm))).toBe('ERR_OPTION_INVALID')
      expect(mistake(() => untyped.keySet({ keys: [rsaJwk] }, { algorithms: ['RS256', algorithm] }))).toBe(
        'ERR_OPTION_INVALID',
      )
    }
    for (const algorithm of publicAlgorithms) {
      expect(mistake(() => untyped.hmacSecret(bytes(64), algorithm))).toBe('ERR_OPTION_INVALID')
    }
    const oct = { kty: 'oct', k: bytes(32).toString('base64url'), alg: 'HS256' }
    expect(mistake(() => untyped.keySet({ keys: [rsaJwk, oct] }, { algorithms: ['RS256'] }))).toBe('ERR_KEY_INVALID')
    expect(mistake(() => untyped.publicKey(oct, 'RS256'))).toBe('ERR_KEY_INVALID')
  })

  test('CFG-05 one key has one algorithm', async () => {
    const both = { algorithms: ['RS256', 'PS256'] as const }
    expect(mistake(() => keySet({ keys: [rsaJwk] }, both))).toBe('ERR_KEY_MISMATCH')
    const twice = [publicKey(rsaPem, 'RS256', { kid: 'a' }), publicKey(rsaPem, 'PS256', { kid: 'b' })]
    expect(mistake(() => issuer('https://a.test', { keys: twice }))).toBe('ERR_KEY_AMBIGUOUS')

    const keys = keySet({ keys: [{ ...rsaJwk, alg: 'RS256' }] }, both)
    const tokens = typesOf(keys)
    const signed = (algorithm: 'RS256' | 'PS256') =>
      new FakeIssuer({ clock: fake.clock }).accessToken({
        header: { alg: algorithm },
        key: { ...fake.key, algorithm, secret: rsaPair.privateKey },
      })
    expect(await outcome(tokens.access.verify(signed('RS256')))).toBe('accepted')
    expect(await outcome(tokens.access.verify(signed('PS256')))).toBe('ERR_KEY_UNKNOWN')
    const one = typesOf(publicKey(rsaPem, 'RS256'))
    expect(await outcome(one.access.verify(signed('PS256')))).toBe('ERR_ALGORITHM_MISMATCH')
  })

  test('CFG-21 a JWK without alg takes the one algorithm that fits, and no other', async () => {
    const keys = keySet({ keys: [ecJwk] }, { algorithms: ['RS256', 'ES256'] })
    const tokens = typesOf(keys)
    const text = fake.accessToken({ key: { ...fake.key, secret: ecPair.privateKey } })
    expect(await outcome(tokens.access.verify(text))).toBe('accepted')
    expect(mistake(() => keySet({ keys: [edJwk] }, { algorithms: ['Ed25519', 'EdDSA'] }))).toBe('ERR_KEY_MISMATCH')
    expect(mistake(() => keySet({ keys: [rsaJwk] }, { algorithms: ['ES256'] }))).toBe('ERR_KEY_INVALID')
  })
})

/** One access token type of the fake issuer's id, with these keys. */
function typesOf(keys: core.PublicKeySource) {
  return defineTokens({ access: accessToken({ issuer: issuer(fake.id, { keys }), audience }) }, { clock: fake.clock })
}

describe('HMAC secrets', () => {
  test.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const)('CFG-06 a secret for %s has at least %i bytes, as long as its hash', (algorithm, least) => {
    for (let length = 0; length <= 64; length++) {
      const expected = length < least ? 'ERR_SECRET_TOO_SHORT' : 'accepted'
      expect([`${length} bytes`, mistake(() => hmacSecret(bytes(length), algorithm))]).toEqual([
        `${length} bytes`,
        expected,
      ])
      if (length === 0) continue
      const base64url = bytes(length).toString('base64url')
      expect([`${length} bytes, base64url`, mistake(() => hmacSecret({ base64url }, algorithm))]).toEqual([
        `${length} bytes, base64url`,
        expected,
      ])
    }
  })

  test('CFG-06 the length is that of the bytes, not that of their text', () => {
    expect(mistake(() => hmacSecret({ hex: bytes(31).toString('hex') }, 'HS256'))).toBe('ERR_SECRET_TOO_SHORT')
    expect(mistake(() => hmacSecret({ base64: bytes(31).toString('base64') }, 'HS256'))).toBe('ERR_SECRET_TOO_SHORT')
    // Letters of two bytes: long enough, and still no secret.
    expect(mistake(() => hmacSecret({ utf8: 'é'.repeat(15) }, 'HS256'))).toBe('ERR_SECRET_TOO_SHORT')
    expect(mistake(() => hmacSecret({ utf8: 'é'.repeat(16) }, 'HS256'))).toBe('ERR_SECRET_GUESSABLE')
  })

  /** Every spelling in which a configuration may hold a text. */
  const spelled = (text: string): readonly unknown[] => {
    const secret = Buffer.from(text)
    const [base64, hex] = [secret.toString('base64'), secret.toString('hex')]
    return [secret, { utf8: text }, { base64 }, { hex }, { utf8: base64 }, { utf8: hex }]
  }

  // Published in tutorials, templates and lists; most of them are in several.
  test.each([
    'your-256-bit-secret-your-256-bit-secret',
    'a-string-secret-at-least-256-bits-long',
    'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
    'secret_key_that_should_be_at_least_32_characters_long',
    'my-32-character-ultra-secure-and-ultra-long-secret',
    'This_is_the_secret_key_that_is_used_for_JSON_WEB_TOKEN',
    'some-super-secret-passphrase-that-you-just-made-up',
    'reallyreallyreallyreallyverysafe',
    'r9iMKoe5CRMgvJBBtp4HrqN7QiPpUToj',
    '404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970',
    '9a4f2c8d3b7a1e6f45c8a0b3f267d8b1d4e6f3c8a9d2b5f8e3a9c8b5f6v8a3d9',
    'n2r5u8x/A%D*G-KaPdSgVkYp3s6v9y$B&E(H+MbQeThWmZq4t7w!z%C*F-J@NcRf',
    '2k66QfKeTRk3MdZ5vpDYgZCu2k66QfKeTRk3MdZ5vpDYgZCu',
  ])('CFG-07 a published secret is refused: %s', (text) => {
    for (const secret of spelled(text)) expect(mistake(() => untyped.hmacSecret(secret, 'HS256'))).toMatch(guessable)
  })

  test.each([
    'a'.repeat(32),
    'password'.repeat(4),
    'super-secret-jwt-key-change-me-please-now',
    'correct horse battery staple correct horse',
    'S3cr3tP4ssw0rdS3cr3tP4ssw0rdS3cr3tP4ssw0rd',
    '0123456789abcdef0123456789abcdef',
    '12345678901234567890123456789012',
    'qwertyuiopasdfghjklzxcvbnm123456',
    '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9',
    '3f2a81c4-9d07-4e6b-a5c8-1b7e60d2f394',
    '3F2A81C49D074E6BA5C81B7E60D2F394',
    '3f2a81c4-9d07-4e6b-a5c8-1b7e60d2f394-5b0d2c1a-77e4-4f0c-9a36-c2d8e1f40b57',
    '2026-01-15T08:00:00.000Z2026-01-15T08:00:00.000Z',
    '1800000000000180000000000118000000000021800000000003',
    'the quick brown fox jumps over the lazy dog',
    'undefinedundefinedundefinedundefined',
    ' keyboard cat keyboard cat keyboard cat ',
  ])('CFG-08 a secret that can be guessed is refused, however long: %s', (text) => {
    for (const secret of spelled(text)) expect(mistake(() => untyped.hmacSecret(secret, 'HS256'))).toMatch(guessable)
  })
  const guessable = /^ERR_SECRET_GUESSABLE$/

  const nothing: readonly (readonly [string, unknown, string])[] = [
    ['undefined', undefined, 'ERR_SECRET_INVALID'],
    ['null', null, 'ERR_SECRET_INVALID'],
    ['an empty Buffer', Buffer.alloc(0), 'ERR_SECRET_TOO_SHORT'],
    ['an empty object', {}, 'ERR_SECRET_INVALID'],
    ['an array', [1, 2, 3], 'ERR_SECRET_INVALID'],
    ['a number', 42, 'ERR_SECRET_INVALID'],
    ['an ArrayBuffer', new ArrayBuffer(64), 'ERR_SECRET_INVALID'],
    ['a function', () => bytes(32), 'ERR_SECRET_INVALID'],
    ['base64url that is undefined', { base64url: undefined }, 'ERR_SECRET_INVALID'],
    ['hex that is null', { hex: null }, 'ERR_SECRET_INVALID'],
    ['utf8 that is a number', { utf8: 12_345_678 }, 'ERR_SECRET_INVALID'],
    ['utf8 that is empty', { utf8: '' }, 'ERR_SECRET_INVALID'],
    ['utf8 of spaces', { utf8: ' '.repeat(64) }, 'ERR_SECRET_INVALID'],
    ['utf8 of line breaks', { utf8: '\r\n\t'.repeat(32) }, 'ERR_SECRET_INVALID'],
    ['the text "undefined"', { utf8: 'undefined' }, 'ERR_SECRET_TOO_SHORT'],
    ['the text "null"', { utf8: 'null' }, 'ERR_SECRET_TOO_SHORT'],
    ['base64 of the text "undefined"', { base64: 'undefined' }, 'ERR_SECRET_INVALID'],
  ]
  test.each(nothing)('CFG-09 %s is no secret', (_, secret, code) => {
    expect(mistake(() => untyped.hmacSecret(secret, 'HS256'))).toBe(code)
  })

  test('CFG-11 a bare string is no secret, however long', () => {
    for (const text of ['secret', bytes(64).toString('hex'), bytes(64).toString('base64'), 'x'.repeat(1000)]) {
      expect(mistake(() => untyped.hmacSecret(text, 'HS256'))).toBe('ERR_SECRET_INVALID')
      expect(mistake(() => untyped.hmacSecret(Object(text), 'HS256'))).toBe('ERR_SECRET_INVALID')
    }
  })

  test('CFG-11 a secret names exactly one encoding and keeps to it', () => {
    const text = bytes(33).toString('hex')
    const wrong: readonly unknown[] = [
      { utf8: text, hex: text },
      { binary: text },
      { latin1: text },
      { toString: text },
      { hex: text.slice(1) },
      { hex: `0x${text}` },
      { hex: `${text}zz` },
      { base64: `${text}!` },
      { base64: `${bytes(33).toString('base64')}\n` },
      { base64url: `${bytes(32).toString('base64url')}=` },
      { base64url: `${bytes(32).toString('base64url').slice(0, -1)}B` },
      {
        base64url: bytes(48, '+')
          .toString('base64url')
          .replace(/[-_]?.$/, '+'),
      },
      { utf8: `${text}\ud800` },
    ]
    for (const secret of wrong) {
      expect([JSON.stringify(secret), mistake(() => untyped.hmacSecret(secret, 'HS256'))]).toEqual([
        JSON.stringify(secret),
        'ERR_SECRET_INVALID',
      ])
    }
    for (const secret of [{ hex: text.toUpperCase() }, { base64: bytes(32).toString('base64').replaceAll('=', '') }]) {
      expect(mistake(() => untyped.hmacSecret(secret, 'HS256'))).toBe('accepted')
    }
  })
})

describe('keys of another kind as HMAC secrets', () => {
  const pairs = { RSA: rsaPair, 'P-256': ecPair, 'P-521': ec521Pair, Ed25519: edPair }
  type Pair = (typeof pairs)[keyof typeof pairs]

  function spellingsOf({ publicKey: open, privateKey }: Pair): Readonly<Record<string, string | Buffer>> {
    const pem = pemOf(open)
    const der = open.export({ format: 'der', type: 'spki' })
    const jwk = JSON.stringify(jwkOf(open))
    const cert = certificateOf(der)
    const certPem = `-----BEGIN CERTIFICATE-----\n${wrapped(cert.toString('base64'))}\n-----END CERTIFICATE-----\n`
    const ssh = sshBlobOf(open)
    const sshType = ssh.subarray(4, 4 + ssh.readUInt32BE(0)).toString()
    const body = pem.split('\n').slice(1, -2)
    return {
      PEM: pem,
      'PEM after a space': ` ${pem}`,
      'PEM after a tab': `\t${pem}`,
      'PEM after a line break': `\n${pem}`,
      'PEM after a byte order mark': `\ufeff${pem}`,
      'PEM with CRLF': pem.replaceAll('\n', '\r\n'),
      'PEM without its last line break': pem.trimEnd(),
      'PEM on one line': pem.replaceAll('\n', ' '),
      'PEM with the breaks written as \\n': pem.replaceAll('\n', String.raw`\n`),
      'PEM in quotes': JSON.stringify(pem),
      'PEM after a comment': `# the public key\n${pem}`,
      'base64 of PEM': Buffer.from(pem).toString('base64'),
      'base64url of PEM': Buffer.from(pem).toString('base64url'),
      'base64 of PEM, wrapped': wrapped(Buffer.from(pem).toString('base64')),
      'hex of PEM': Buffer.from(pem).toString('hex'),
      'the body of PEM': body.join('\n'),
      'the body of PEM on one line': body.join(''),
      DER: der,
      'base64url of DER': der.toString('base64url'),
      'hex of DER': der.toString('hex'),
      'hex of DER in capitals': der.toString('hex').toUpperCase(),
      JWK: jwk,
      'JWK, indented': JSON.stringify(jwkOf(open), undefined, 2),
      'JWK after a byte order mark': `\ufeff ${jwk}`,
      'JWK with spaces around its colons': jwk.replaceAll(':', ' : '),
      'JWK Set': `{"keys":[${jwk}]}`,
      'base64url of JWK': Buffer.from(jwk).toString('base64url'),
      certificate: certPem,
      'certificate as DER': cert,
      'certificate as in x5c': cert.toString('base64'),
      SSH: `${sshType} ${ssh.toString('base64')} user@host`,
      'SSH after a line break': `\n${sshType} ${ssh.toString('base64')}`,
      SSH2: `---- BEGIN SSH2 PUBLIC KEY ----\n${wrapped(ssh.toString('base64'))}\n---- END SSH2 PUBLIC KEY ----\n`,
      'private PEM': privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      'private DER': privateKey.export({ format: 'der', type: 'pkcs8' }),
      'private JWK': JSON.stringify(jwkOf(privateKey)),
      'PEM in UTF-16': Buffer.from(pem, 'utf16le'),
      'PEM in UTF-16 after a byte order mark': Buffer.from(`\ufeff${pem}`, 'utf16le'),
      'PEM in UTF-16, the other way round': Buffer.from(`\ufeff${pem}`, 'utf16le').swap16(),
      'JWK in UTF-16': Buffer.from(jwk, 'utf16le'),
      'hex of DER with colons': der.toString('hex').replaceAll(/..(?=.)/g, '$&:'),
      'hex of PEM with spaces': Buffer.from(pem)
        .toString('hex')
        .replaceAll(/..(?=.)/g, '$& '),
      'base64 of PEM, twice': Buffer.from(Buffer.from(pem).toString('base64')).toString('base64'),
      'base64 of DER with the breaks written as \\n': wrapped(der.toString('base64')).replaceAll('\n', String.raw`\n`),
      'base64 of DER, twice': Buffer.from(der.toString('base64')).toString('base64'),
      'hex of base64 of JWK': Buffer.from(Buffer.from(jwk).toString('base64')).toString('hex'),
      ...(open.asymmetricKeyType !== 'ed25519' && { 'DER that was cut off': der.subarray(0, 40) }),
      ...(open.asymmetricKeyType === 'rsa' && {
        'PKCS #1 PEM': open.export({ format: 'pem', type: 'pkcs1' }).toString(),
        'PKCS #1 DER': open.export({ format: 'der', type: 'pkcs1' }),
        'private PKCS #1 DER': privateKey.export({ format: 'der', type: 'pkcs1' }),
      }),
      ...(open.asymmetricKeyType === 'ec' && {
        'private SEC 1 DER': privateKey.export({ format: 'der', type: 'sec1' }),
      }),
    }
  }

  const cases = Object.entries(pairs).flatMap(([name, pair]) =>
    Object.entries(spellingsOf(pair)).map(([spelling, secret]) => [spelling, name, secret] as const),
  )
  test.each(cases)('CFG-10 %s of an %s key is no HMAC secret', (_, __, key) => {
    const secret = Buffer.from(key)
    expect(mistake(() => hmacSecret(secret, 'HS256'))).toBe('ERR_SECRET_INVALID')
    expect(mistake(() => hmacSecret({ base64: secret.toString('base64') }, 'HS256'))).toBe('ERR_SECRET_INVALID')
    expect(mistake(() => hmacSecret({ hex: secret.toString('hex') }, 'HS256'))).toBe('ERR_SECRET_INVALID')
    const text = typeof key === 'string' ? { utf8: key } : { base64url: key.toString('base64url') }
    expect(mistake(() => hmacSecret(text, 'HS256'))).toBe('ERR_SECRET_INVALID')
  })

  test('CFG-10 a token is no HMAC secret', () => {
    const text = fake.accessToken()
    for (const utf8 of [text, ` ${text}\n`, Buffer.from(text).toString('base64')]) {
      expect(mistake(() => hmacSecret({ utf8 }, 'HS256'))).toBe('ERR_SECRET_INVALID')
    }
  })

  test('CFG-10 secrets that only begin like a key are secrets', () => {
    const sequence = Buffer.concat([Buffer.from([0x30, 0x59]), bytes(64)])
    for (const secret of [sequence, Buffer.from(`{${bytes(40).toString('hex')}}`), bytes(64)]) {
      expect(mistake(() => hmacSecret(secret, 'HS256'))).toBe('accepted')
      expect(mistake(() => hmacSecret({ utf8: secret.toString('base64') }, 'HS256'))).toBe('accepted')
    }
  })

  function wrapped(text: string): string {
    return text.replaceAll(/.{64}/g, '$&\n')
  }

  /** A self-signed certificate in form; nobody looks at its signature. */
  function certificateOf(spki: Buffer): Buffer {
    const sequence = (...parts: readonly Buffer[]) => tlv(0x30, ...parts)
    const algorithm = sequence(tlv(0x06, Buffer.from('2a8648ce3d040302', 'hex')))
    const name = sequence(tlv(0x31, sequence(tlv(0x06, Buffer.from('550403', 'hex')), tlv(0x0c, Buffer.from('test')))))
    const validity = sequence(tlv(0x17, Buffer.from('260101000000Z')), tlv(0x17, Buffer.from('360101000000Z')))
    const serial = tlv(0x02, Buffer.from([1]))
    const tbs = sequence(serial, algorithm, name, validity, name, spki)
    return sequence(tbs, algorithm, tlv(0x03, Buffer.from([0]), bytes(64)))
  }

  function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
    const content = Buffer.concat(parts)
    const length = content.length
    const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
    return Buffer.concat([Buffer.from([tag, ...head]), content])
  }

  function sshBlobOf(key: KeyObject): Buffer {
    const { kty, crv, n, e, x, y } = key.export({ format: 'jwk' })
    const from = (text: string | undefined) => Buffer.from(text ?? '', 'base64url')
    const field = (content: Buffer | string) => {
      const buffer = Buffer.from(content as string)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(buffer.length)
      return Buffer.concat([length, buffer])
    }
    const integer = (value: Buffer) => field((value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), value]) : value)
    if (kty === 'RSA') return Buffer.concat([field('ssh-rsa'), integer(from(e)), integer(from(n))])
    if (kty === 'OKP') return Buffer.concat([field('ssh-ed25519'), field(from(x))])
    const curve = `nistp${(crv ?? '').slice(2)}`
    const point = Buffer.concat([Buffer.from([4]), from(x), from(y)])
    return Buffer.concat([field(`ecdsa-sha2-${curve}`), field(curve), field(point)])
  }
})

describe('weak and unfit public keys', () => {
  /** As a key alone, and as a key of a set. */
  const eachWay = (jwk: unknown, algorithm: string) => [
    mistake(() => untyped.publicKey(jwk, algorithm)),
    mistake(() => untyped.keySet({ keys: [jwk] }, { algorithms: [algorithm] })),
  ]

  test.each([
    [512, 'ERR_KEY_WEAK'],
    [1024, 'ERR_KEY_WEAK'],
    [2047, 'ERR_KEY_WEAK'],
    [2048, 'accepted'],
    [8192, 'accepted'],
  ])('CFG-12 an RSA modulus of %i bits: %s', (bits, code) => {
    const jwk = { kty: 'RSA', e: 'AQAB', n: bigBase64url(2n ** BigInt(bits - 1) + 1n) }
    expect(eachWay(jwk, 'RS256')).toEqual([code, code])
  })

  test('CFG-12 a short RSA key is refused in every form', () => {
    const { publicKey: short } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    for (const form of [short, pemOf(short), short.export({ format: 'pem', type: 'pkcs1' }), jwkOf(short)]) {
      expect(mistake(() => untyped.publicKey(form, 'PS256'))).toBe('ERR_KEY_WEAK')
    }
    const padded = { ...jwkOf(short), n: Buffer.concat([Buffer.alloc(128), bytes(128)]).toString('base64url') }
    expect(mistake(() => untyped.publicKey(padded, 'RS256'))).toBe('ERR_KEY_WEAK')
  })

  test.each([
    [0n, 'ERR_KEY_WEAK'],
    [1n, 'ERR_KEY_WEAK'],
    [2n, 'ERR_KEY_WEAK'],
    [3n, 'ERR_KEY_WEAK'],
    [65_535n, 'ERR_KEY_WEAK'],
    [65_536n, 'ERR_KEY_WEAK'],
    [65_537n, 'accepted'],
    [65_538n, 'ERR_KEY_WEAK'],
    [2n ** 32n - 1n, 'accepted'],
    [2n ** 32n + 1n, 'ERR_KEY_WEAK'],
    [2n ** 64n + 1n, 'ERR_KEY_WEAK'],
    [2n ** 2047n - 1n, 'ERR_KEY_WEAK'],
  ])('CFG-13 an RSA exponent of %s: %s', (e, code) => {
    expect(eachWay({ ...rsaJwk, e: bigBase64url(e) }, 'RS256')).toEqual([code, code])
  })

  test('CFG-13 an RSA key with exponent 1 gets in as no KeyObject either', () => {
    const key = createPublicKey({ key: { ...rsaJwk, e: 'AQ' }, format: 'jwk' })
    expect(mistake(() => publicKey(key, 'RS256'))).toBe('ERR_KEY_WEAK')
    expect(mistake(() => publicKey(pemOf(key), 'RS256'))).toBe('ERR_KEY_WEAK')
  })

  test('CFG-13 an even modulus is refused', () => {
    expect(eachWay({ ...rsaJwk, n: bigBase64url(2n ** 2047n + 2n) }, 'RS256')).toEqual(['ERR_KEY_WEAK', 'ERR_KEY_WEAK'])
  })

  test.each([1n, 2n, 12_345n, 2n ** 100n + 7n])(
    'CFG-14 a modulus of the ROCA pattern is refused (65537 ^ %s)',
    (power) => {
      const primes = [2]
      for (let candidate = 3; candidate <= 167; candidate += 2) {
        if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
      }
      const product = primes.reduce((all, prime) => all * BigInt(prime), 1n)
      let residue = 1n
      for (let rest = power, base = 65_537n; rest > 0n; rest >>= 1n, base = (base * base) % product) {
        if (rest % 2n === 1n) residue = (residue * base) % product
      }
      const modulus = (2n ** 2047n / product + 12_345_678n) * product + residue
      expect(modulus.toString(2)).toHaveLength(2048)
      expect(eachWay({ kty: 'RSA', e: 'AQAB', n: bigBase64url(modulus) }, 'RS256')).toEqual([
        'ERR_KEY_WEAK',
        'ERR_KEY_WEAK',
      ])
      // Its neighbours are like any other number.
      expect(mistake(() => publicKey({ kty: 'RSA', e: 'AQAB', n: bigBase64url(modulus + 2n) }, 'RS256'))).toBe(
        'accepted',
      )
    },
  )

  test.each([8193, 16_384, 32_768, 1_000_000])('CFG-15 an RSA modulus of %i bits is refused, at once', (bits) => {
    const jwk = { kty: 'RSA', e: 'AQAB', n: bigBase64url(2n ** BigInt(bits - 1) + 1n) }
    const before = performance.now()
    expect(eachWay(jwk, 'RS256')).toEqual(['ERR_KEY_WEAK', 'ERR_KEY_WEAK'])
    expect(performance.now() - before).toBeLessThan(500)
  })

  const { x, y } = ecJwk as unknown as { readonly x: string; readonly y: string }
  const field = (text: string) => Buffer.from(text, 'base64url')
  const flipped = (text: string) => {
    const changed = field(text)
    changed[31] = (changed[31] ?? 0) ^ 1
    return changed.toString('base64url')
  }
  const p256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
  const badPoints: readonly (readonly [string, object, string])[] = [
    ['off the curve in y', { y: flipped(y) }, 'ERR_KEY_INVALID'],
    ['off the curve in x', { x: flipped(x) }, 'ERR_KEY_INVALID'],
    [
      'the origin',
      { x: Buffer.alloc(32).toString('base64url'), y: Buffer.alloc(32).toString('base64url') },
      'ERR_KEY_INVALID',
    ],
    ['beyond the field', { x: bigBase64url(p256) }, 'ERR_KEY_INVALID'],
    ['coordinates swapped', { x: y, y: x }, 'ERR_KEY_INVALID'],
    ['x too short', { x: field(x).subarray(1).toString('base64url') }, 'ERR_KEY_INVALID'],
    ['x too long', { x: Buffer.concat([Buffer.alloc(1), field(x)]).toString('base64url') }, 'ERR_KEY_INVALID'],
    ['y too long', { y: Buffer.concat([Buffer.alloc(1), field(y)]).toString('base64url') }, 'ERR_KEY_INVALID'],
    ['no x', { x: undefined }, 'ERR_KEY_INVALID'],
    ['an empty y', { y: '' }, 'ERR_KEY_INVALID'],
    ['y as a number', { y: 5 }, 'ERR_KEY_INVALID'],
    ['padded x', { x: `${x}=` }, 'ERR_KEY_INVALID'],
    ['x in the other alphabet', { x: `+${x.slice(1)}` }, 'ERR_KEY_INVALID'],
    ['the name of another curve', { crv: 'P-384' }, 'ERR_KEY_MISMATCH'],
    ['secp256k1', { crv: 'secp256k1' }, 'ERR_KEY_MISMATCH'],
    ['the curve in small letters', { crv: 'p-256' }, 'ERR_KEY_MISMATCH'],
    ['no curve', { crv: undefined }, 'ERR_KEY_MISMATCH'],
    ['another kty', { kty: 'OKP' }, 'ERR_KEY_MISMATCH'],
    ['RSA', { kty: 'RSA' }, 'ERR_KEY_MISMATCH'],
  ]
  test.each(badPoints)('CFG-16 an EC key with %s is refused', (_, changes, code) => {
    const jwk = { ...ecJwk, ...changes }
    expect(mistake(() => untyped.publicKey(jwk, 'ES256'))).toBe(code)
    expect(mistake(() => untyped.keySet({ keys: [jwk] }, { algorithms: ['ES256'] }))).toBe('ERR_KEY_INVALID')
  })

  test('CFG-16 a key fits its algorithm or is refused: every pair', () => {
    const keys = {
      RSA: rsaPair.publicKey,
      'RSA-PSS': generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey,
      'P-256': ecPair.publicKey,
      'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey,
      'P-521': ec521Pair.publicKey,
      secp256k1: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey,
      Ed25519: edPair.publicKey,
      Ed448: generateKeyPairSync('ed448').publicKey,
      X25519: generateKeyPairSync('x25519').publicKey,
      DSA: generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey,
    }
    const fits: Readonly<Record<string, string>> = {
      ES256: 'P-256',
      ES384: 'P-384',
      ES512: 'P-521',
      Ed25519: 'Ed25519',
      EdDSA: 'Ed25519',
    }
    for (const [kind, key] of Object.entries(keys)) {
      for (const algorithm of publicAlgorithms) {
        const code = (fits[algorithm] ?? 'RSA') === kind ? 'accepted' : 'ERR_KEY_MISMATCH'
        expect([`${kind} for ${algorithm}`, mistake(() => untyped.publicKey(key, algorithm))]).toEqual([
          `${kind} for ${algorithm}`,
          code,
        ])
        expect([`${kind} PEM for ${algorithm}`, mistake(() => untyped.publicKey(pemOf(key), algorithm))]).toEqual([
          `${kind} PEM for ${algorithm}`,
          code,
        ])
      }
    }
  })

  const order8 = [
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03',
  ]
  const smallOrder = [
    ...['00', '01'].flatMap((first) => ['00', '80'].map((last) => first + '00'.repeat(30) + last)),
    ...['ec', 'ed', 'ee'].flatMap((first) => ['7f', 'ff'].map((last) => first + 'ff'.repeat(30) + last)),
    ...['05', '85'].map((last) => order8[0] + last),
    ...['7a', 'fa'].map((last) => order8[1] + last),
  ]
  test.each(smallOrder)('CFG-17 the Ed25519 point %s of small order is refused', (hex) => {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') }
    expect(eachWay(jwk, 'Ed25519')).toEqual(['ERR_KEY_WEAK', 'ERR_KEY_WEAK'])
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    expect(mistake(() => publicKey(key, 'EdDSA'))).toBe('ERR_KEY_WEAK')
    expect(mistake(() => publicKey(pemOf(key), 'Ed25519'))).toBe('ERR_KEY_WEAK')
  })

  test('CFG-17 every second spelling of an Ed25519 point is refused', () => {
    for (let beyond = 0; beyond < 19; beyond++) {
      for (const last of [0x7f, 0xff]) {
        const point = Buffer.concat([Buffer.from([0xed + beyond]), Buffer.alloc(30, 0xff), Buffer.from([last])])
        const jwk = { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }
        expect(eachWay(jwk, 'Ed25519')).toEqual(['ERR_KEY_WEAK', 'ERR_KEY_WEAK'])
      }
    }
  })

  test('CFG-17 an Ed25519 key of another length is refused', () => {
    for (const length of [0, 31, 33, 64]) {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes(length).toString('base64url') }
      expect(eachWay(jwk, 'Ed25519')).toEqual(['ERR_KEY_INVALID', 'ERR_KEY_INVALID'])
    }
  })

  const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
  test.each(privateMembers)('CFG-18 a JWK with the member "%s" is refused, whatever its value', (member) => {
    for (const jwk of [rsaJwk, ecJwk, edJwk]) {
      const algorithm = { RSA: 'RS256', EC: 'ES256', OKP: 'Ed25519' }[jwk.kty] ?? ''
      for (const value of ['AQ', '', null, undefined, 0, []]) {
        const exposed = { ...jwk, [member]: value }
        expect(eachWay(exposed, algorithm)).toEqual(['ERR_KEY_INVALID', 'ERR_KEY_INVALID'])
      }
    }
  })

  test('CFG-18 a private or symmetric key beside a good one is refused, though nothing would use it', () => {
    const good = { ...rsaJwk, kid: 'good' }
    const exposed = [
      jwkOf(ecPair.privateKey),
      jwkOf(edPair.privateKey),
      { ...jwkOf(rsaPair.privateKey), use: 'enc' },
      { kty: 'oct', k: 'AQ' },
      { kty: 'oct' },
      { kty: 'AKP', priv: 'AQ' },
    ]
    for (const jwk of exposed) {
      expect(mistake(() => untyped.keySet({ keys: [good, jwk] }, { algorithms: ['RS256'] }))).toBe('ERR_KEY_INVALID')
    }
  })

  test('CFG-18 a private key in any form is refused', () => {
    const pem = rsaPair.privateKey.export({ format: 'pem', type: 'pkcs8' })
    const encrypted = rsaPair.privateKey.export({
      format: 'pem',
      type: 'pkcs8',
      cipher: 'aes-128-cbc',
      passphrase: 'x',
    })
    const traditional = rsaPair.privateKey.export({ format: 'pem', type: 'pkcs1' })
    for (const key of [rsaPair.privateKey, jwkOf(rsaPair.privateKey), pem, encrypted, traditional, pem + rsaPem]) {
      expect(mistake(() => untyped.publicKey(key, 'RS256'))).toBe('ERR_KEY_INVALID')
    }
  })

  const uses = [undefined, 'sig', 'enc', 'SIG', '', null, 1]
  const operations = [
    undefined,
    ['verify'],
    ['sign', 'verify'],
    ['sign'],
    ['encrypt'],
    [],
    ['verify', 'verify'],
    'verify',
    null,
  ]
  const bound = [undefined, 'RS256', 'RS384', 'PS256', 'rs256', '', null]
  test('CFG-19 use, key_ops and alg of a JWK fit what it is for, or it is refused: every combination', () => {
    for (const use of uses) {
      for (const operation of operations) {
        for (const alg of bound) {
          const members = Object.entries({ use, key_ops: operation, alg }).filter(([, value]) => value !== undefined)
          const jwk = { ...rsaJwk, ...Object.fromEntries(members) }
          const fits =
            [undefined, 'sig'].includes(use as string) &&
            operations.indexOf(operation) < 3 &&
            [undefined, 'RS256'].includes(alg as string)
          expect([JSON.stringify(members), mistake(() => untyped.publicKey(jwk, 'RS256'))]).toEqual([
            JSON.stringify(members),
            fits ? 'accepted' : 'ERR_KEY_MISMATCH',
          ])
        }
      }
    }
  })

  test('CFG-20 one kid names one key', () => {
    const one = testKey('ES256', 'same')
    const algorithms = ['ES256', 'Ed25519'] as const
    const clashes = [testKey('ES256', 'same'), testKey('Ed25519', 'same'), one]
    for (const { jwk, source } of clashes) {
      expect(mistake(() => keySet({ keys: [one.jwk, jwk] }, { algorithms }))).toBe('ERR_KEY_AMBIGUOUS')
      expect(mistake(() => issuer('https://a.test', { keys: [one.source, source] }))).toBe('ERR_KEY_AMBIGUOUS')
    }
    const [a, b] = [testSecret('HS256', 'same'), testSecret('HS512', 'same')]
    expect(mistake(() => issuer('https://a.test', { keys: [a.source, b.source] }))).toBe('ERR_KEY_AMBIGUOUS')
  })

  test('CFG-20 a key without kid is alone for its algorithm', () => {
    const { kid: _, ...nameless } = testKey('ES256').jwk
    const named = testKey('ES256', 'named')
    expect(mistake(() => untyped.keySet({ keys: [nameless, named.jwk] }, { algorithms: ['ES256'] }))).toBe(
      'ERR_KEY_AMBIGUOUS',
    )
    const remote = remoteKeySet('https://a.test/jwks', { algorithms: ['ES256'] })
    const local = untyped.publicKey(nameless, 'ES256')
    expect(mistake(() => issuer('https://a.test', { keys: [local, remote] }))).toBe('ERR_KEY_AMBIGUOUS')
  })

  test('CFG-46 no key is made for RSA1_5, a password, a content key of its own, or compression', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const make = core.decryptionKey as (key: unknown, options: unknown) => unknown
    const encryption = 'A256GCM'
    const passwords = ['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW']
    for (const algorithm of ['RSA1_5', 'dir', ...passwords, 'none', 'A256GCM', 'RS256', 'HS256']) {
      for (const key of [privateKey, bytes(32), { utf8: 'correct horse battery staple' }]) {
        expect([algorithm, mistake(() => make(key, { algorithm, encryption }))]).toEqual([
          algorithm,
          'ERR_OPTION_INVALID',
        ])
      }
    }
    for (const option of ['zip', 'maxDecompressedLength', 'maxPBES2Count', 'p2c']) {
      const options = { algorithm: 'RSA-OAEP', encryption, [option]: 'DEF' }
      expect([option, mistake(() => make(privateKey, options))]).toEqual([option, 'ERR_OPTION_UNKNOWN'])
    }
    expect(mistake(() => make(privateKey, { algorithm: 'RSA-OAEP', encryption }))).toBe('accepted')
  })

  test('CFG-47 a key that opens encrypted tokens verifies none', () => {
    const { privateKey, publicKey: open } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = (algorithm: core.KeyManagementAlgorithm) =>
      core.decryptionKey(privateKey, { algorithm, encryption: 'A256GCM' })
    const jwk = { ...open.export({ format: 'jwk' }), kty: 'RSA' }
    const same = [
      publicKey(open, 'RS256'),
      publicKey(jwk, 'PS256', { kid: 'a' }),
      keySet({ keys: [jwk] }, { algorithms: ['RS512'] }),
    ]
    for (const keys of same) {
      const own = issuer('https://a.test', { keys })
      const type = accessToken({ issuer: own, audience: 'https://api.test', decryption: key('RSA-OAEP-256') })
      expect(mistake(() => defineTokens({ access: type }))).toBe('ERR_KEY_SHARED')
    }
    const own = issuer('https://a.test', { keys: testKey('RS256').source })
    const access = (decryption: readonly core.DecryptionKey[]) =>
      mistake(() => defineTokens({ access: accessToken({ issuer: own, audience: 'https://api.test', decryption }) }))
    expect(access([key('RSA-OAEP'), key('RSA-OAEP-256')])).toBe('ERR_KEY_SHARED')
    expect(access([key('RSA-OAEP')])).toBe('accepted')
  })

  test('CFG-48 one key, or one key URL, is that of one issuer of a set', () => {
    const secret = bytes(32)
    const url = 'https://keys.test/jwks'
    const shared: readonly (readonly [core.Issuer, core.Issuer])[] = [
      [
        issuer('https://a.test', { keys: hmacSecret(secret, 'HS256') }),
        issuer('https://b.test', { keys: hmacSecret(secret, 'HS256') }),
      ],
      [
        issuer('https://a.test', { keys: hmacSecret(secret, 'HS256') }),
        issuer('https://b.test', { keys: hmacSecret(Buffer.concat([secret, Buffer.alloc(1)]), 'HS256') }),
      ],
      [
        issuer('https://a.test', { keys: publicKey(rsaPem, 'RS256') }),
        issuer('https://b.test', { keys: publicKey(rsaJwk, 'PS256') }),
      ],
      [
        issuer('https://a.test', { keys: remoteKeySet(url, { algorithms: ['RS256'] }) }),
        issuer('https://b.test', { keys: remoteKeySet(new URL(url), { algorithms: ['ES256'] }) }),
      ],
      [
        issuer('https://a.test', { keys: remoteKeySet(url, { algorithms: ['RS256'] }) }),
        issuer('https://b.test', { keys: remoteKeySet('https://KEYS.test:443/a/../jwks', { algorithms: ['RS256'] }) }),
      ],
      [
        issuer('https://a.test', { keys: publicKey(edPair.publicKey, 'Ed25519') }),
        issuer('https://b.test', { keys: keySet({ keys: [edJwk] }, { algorithms: ['EdDSA'] }) }),
      ],
    ]
    for (const [a, b] of shared) {
      const types = (first: core.Issuer, second: core.Issuer) => ({
        access: accessToken({ issuer: first, audience }),
        own: customToken({ typ: 'a+jwt', issuer: second, audience, maxLifetime: 60 }),
      })
      expect(mistake(() => defineTokens(types(a, b)))).toBe('ERR_KEY_SHARED')
      expect(mistake(() => defineTokens({ both: accessToken({ issuer: [a, b], audience }) }))).toBe('ERR_KEY_SHARED')
      expect(mistake(() => defineTokens(types(a, a)))).toBe('accepted')
    }
  })
})

describe('who, for whom, which kind, how long', () => {
  const noNames: readonly unknown[] = [
    undefined,
    null,
    '',
    ' ',
    '\t',
    5,
    true,
    {},
    [],
    () => 'https://a.test',
    /a/,
    new URL('https://a.test'),
    ' https://a.test',
    'https://a.test\n',
    'a\u0000b',
    '\ud800',
    Symbol('a'),
  ]

  test('CFG-22 the id of an issuer is one plain string, without query, fragment or wildcard', () => {
    const badIds = [...noNames, ['https://a.test'], 'https://a.test?x=1', 'https://a.test#x', 'https://*.test', 'a b']
    for (const id of badIds) {
      for (const options of [{ keys: hmacKey.source }, { algorithms: ['RS256'] }]) {
        expect([inspect(id), mistake(() => untyped.issuer(id, options))]).toEqual([inspect(id), 'ERR_OPTION_INVALID'])
      }
    }
    for (const alias of badIds.filter((id) => !Array.isArray(id) || id.length === 0)) {
      const code = mistake(() => untyped.issuer('https://a.test', { keys: hmacKey.source, aliases: [alias] }))
      expect([String(alias), code]).toEqual([String(alias), 'ERR_OPTION_INVALID'])
    }
    for (const aliases of [[], 'https://b.test', {}, ['https://b.test', 'https://b.test'], null]) {
      expect(mistake(() => untyped.issuer('https://a.test', { keys: hmacKey.source, aliases }))).toBe(
        'ERR_OPTION_INVALID',
      )
    }
    expect(mistake(() => issuer('urn:example:issuer', { keys: hmacKey.source }))).toBe('accepted')
    expect(mistake(() => issuer('joe', { algorithms: ['RS256'] }))).toBe('ERR_URL_REFUSED')
  })

  const kinds = {
    accessToken: (changes: object) => untyped.accessToken({ issuer: self, audience, ...changes }),
    idToken: (changes: object) => untyped.idToken({ issuer: self, clientId: 'web', ...changes }),
    customToken: (changes: object) => untyped.customToken({ ...custom, ...changes }),
  }
  const eachKind = Object.entries(kinds)

  test.each(eachKind)('CFG-22 the issuer of %s is one that issuer() or issuers() made', (_, make) => {
    const notIssuers = [
      null,
      '',
      'https://self.test',
      [],
      [undefined],
      [self, undefined],
      {},
      { id: 'https://self.test' },
      notChecked,
      hmacKey.source,
      [[self]],
      /self/,
      async () => self,
      { ...self },
    ]
    for (const wrong of notIssuers)
      expect([inspect(wrong), mistake(() => make({ issuer: wrong }))]).toEqual([inspect(wrong), 'ERR_OPTION_INVALID'])
    expect(mistake(() => make({ issuer: undefined }))).toBe('ERR_OPTION_MISSING')
    expect(mistake(() => make({ issuer: [self, self] }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => make({ issuer: [issuers(() => undefined)] }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => make({ issuer: issuers(() => undefined) }))).toBe('accepted')
  })

  test('CFG-23 an audience is named, or switched off by the one word for it', () => {
    const { audience: _, ...withoutAudience } = custom
    expect(mistake(() => untyped.accessToken({ issuer: self }))).toBe('ERR_OPTION_MISSING')
    expect(mistake(() => untyped.customToken(withoutAudience))).toBe('ERR_OPTION_MISSING')
    expect(mistake(() => untyped.idToken({ issuer: self }))).toBe('ERR_OPTION_MISSING')
    const others = [
      ['a', 'a'],
      ['a', undefined],
      [''],
      [notChecked],
      'https://*.test',
      Symbol('jwt-guard notChecked'),
      Symbol.for('jwt-guard notChecked'),
    ]
    for (const wrong of [...noNames, ...others]) {
      const code = wrong === undefined ? 'ERR_OPTION_MISSING' : 'ERR_OPTION_INVALID'
      expect(mistake(() => kinds.accessToken({ audience: wrong }))).toBe(code)
      expect(mistake(() => kinds.customToken({ audience: wrong }))).toBe(code)
      expect(mistake(() => kinds.idToken({ trustedAudiences: wrong }))).toBe(code)
    }
    for (const wrong of [...noNames, ['web'], notChecked]) {
      expect(mistake(() => kinds.idToken({ clientId: wrong }))).toBe(
        wrong === undefined ? 'ERR_OPTION_MISSING' : 'ERR_OPTION_INVALID',
      )
    }
    expect(mistake(() => kinds.accessToken({ audience: notChecked }))).toBe('accepted')
  })

  test('CFG-24 nothing is matched by a pattern or a function', () => {
    const guarded = defineTokens({ access: accessToken({ issuer: self, audience }) }).access
    for (const matcher of [/x/, /x/g, () => true, '*', 'https://*.test', { test: () => true }, new Set(['x'])]) {
      const places: readonly (() => unknown)[] = [
        () => untyped.issuer(matcher, { keys: hmacKey.source }),
        () => untyped.issuer('https://a.test', { keys: hmacKey.source, aliases: [matcher] }),
        () => kinds.accessToken({ issuer: matcher }),
        () => kinds.accessToken({ audience: matcher }),
        () => kinds.accessToken({ audience: [matcher] }),
        () => kinds.idToken({ trustedAudiences: [matcher] }),
        ...(typeof matcher === 'string'
          ? []
          : [
              () => kinds.idToken({ clientId: matcher }),
              () => kinds.customToken({ typ: matcher }),
              () => kinds.customToken({ required: matcher }),
              () => kinds.customToken({ required: [matcher] }),
              () => kinds.customToken({ forbidden: [matcher] }),
              () => kinds.customToken({ fixed: { use: matcher } }),
              () => kinds.customToken({ fixed: { use: [matcher] } }),
              () => kinds.accessToken({ scopeClaim: matcher }),
              () => untyped.hmacSecret(bytes(32), 'HS256', { kid: matcher }),
              () => untyped.createGuard(guarded, { scope: matcher }),
              () => untyped.createGuard(guarded, { anyScope: [matcher] }),
            ]),
      ]
      for (const place of places)
        expect([`${inspect(matcher)} in ${String(place)}`, mistake(place)]).toEqual([
          `${inspect(matcher)} in ${String(place)}`,
          'ERR_OPTION_INVALID',
        ])
    }
  })

  test('CFG-25 a set in which one token could be two kinds does not start', () => {
    const access = accessToken({ issuer: self, audience })
    const own = customToken({ ...custom, typ: 'at+jwt' })
    expect(mistake(() => defineTokens({ access, own }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
    expect(mistake(() => defineTokens({ access, again: access }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
    expect(mistake(() => defineTokens({ access, own: customToken(custom) }))).toBe('accepted')
    expect(() => defineTokens({ access, own })).toThrow(/access.*own.*typ/s)
  })

  test('CFG-26 typ values that are equal once normalised tell nothing apart', () => {
    const spellings = [
      'a+jwt',
      'A+jwt',
      'a+JWT',
      'A+JWT',
      'application/a+jwt',
      'APPLICATION/A+JWT',
      'Application/a+Jwt',
    ]
    for (const one of spellings) {
      for (const other of spellings) {
        const types = { one: customToken({ ...custom, typ: one }), other: customToken({ ...custom, typ: other }) }
        expect([`${one} and ${other}`, mistake(() => defineTokens(types))]).toEqual([
          `${one} and ${other}`,
          'ERR_TOKENS_NOT_EXCLUSIVE',
        ])
      }
      const apart = { one: customToken({ ...custom, typ: one }), other: customToken({ ...custom, typ: 'text/a+jwt' }) }
      expect(mistake(() => defineTokens(apart))).toBe('accepted')
    }
  })

  test('CFG-27 "JWT" and no typ are no typ of one\'s own', () => {
    const id = idToken({ issuer: self, clientId: audience })
    for (const typ of ['JWT', 'jwt', 'application/jwt', 'application/JWT']) {
      const own = customToken({ ...custom, typ })
      expect([typ, mistake(() => defineTokens({ id, own }))]).toEqual([typ, 'ERR_TOKENS_NOT_EXCLUSIVE'])
      const other = customToken({ ...custom, typ, audience: 'https://other.test' })
      expect([typ, mistake(() => defineTokens({ id, other }))]).toEqual([typ, 'accepted'])
    }
  })

  test('CFG-28 typ is a media type and nothing else', () => {
    const bad: readonly unknown[] = [
      '',
      ' ',
      'a jwt',
      ' a+jwt',
      'a+jwt ',
      'a+jwt; charset=utf-8',
      'a+jwt;',
      'a\u0000jwt',
      'a+jwt\n',
      'é+jwt',
      'application/a/jwt',
      '/jwt',
      'application/',
      '*/*',
      'a,b',
      '"a"',
      '\u212aey+jwt',
      'a'.repeat(129),
      null,
      5,
      ['a+jwt'],
      {},
    ]
    for (const typ of bad)
      expect([inspect(typ), mistake(() => kinds.customToken({ typ }))]).toEqual([inspect(typ), 'ERR_OPTION_INVALID'])
    expect(mistake(() => kinds.customToken({ typ: undefined }))).toBe('ERR_OPTION_MISSING')
  })

  test.each(eachKind)('CFG-29 a clock tolerance of %s is at most five minutes', (_, make) => {
    const bad = [
      NaN,
      -1,
      -0.001,
      Infinity,
      -Infinity,
      1e12,
      300.001,
      301,
      '6m',
      '1h',
      '100y',
      '1.5m',
      '',
      ' ',
      '30',
      '30 s',
      '-5s',
      '1e2s',
      null,
      true,
      [30],
      {},
      30n,
      notChecked,
      '9999999999s',
    ]
    for (const clockTolerance of bad)
      expect([inspect(clockTolerance), mistake(() => make({ clockTolerance }))]).toEqual([
        inspect(clockTolerance),
        'ERR_OPTION_INVALID',
      ])
    for (const clockTolerance of [0, 0.5, 300, '300s', '5m', '0s'])
      expect(mistake(() => make({ clockTolerance }))).toBe('accepted')
  })

  const badReadings: readonly (readonly [string, () => unknown])[] = [
    ['NaN', () => NaN],
    ['Infinity', () => Infinity],
    ['-Infinity', () => -Infinity],
    ['a string', () => '1800000000'],
    ['undefined', () => undefined],
    ['null', () => null],
    ['a Date', () => new Date()],
    ['a bigint', () => 1_800_000_000n],
    ['a promise', () => Promise.resolve(1_800_000_000)],
    [
      'a throw',
      () => {
        throw new Error('no time')
      },
    ],
  ]
  test.each(badReadings)('CFG-30 a clock that answers %s accepts nothing and blames no token', async (_, now) => {
    const clock = { now, monotonic: () => 0 } as core.Clock
    const tokens = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }, { clock })
    expect(await outcome(tokens.access.verify(fake.accessToken()))).toBe('ERR_CLOCK_UNAVAILABLE')
  })

  test('CFG-30 a clock is whole, and is asked anew for every token', async () => {
    for (const clock of [
      null,
      5,
      {},
      { now: () => 0 },
      { monotonic: () => 0 },
      { now: 1, monotonic: 2 },
      () => 0,
      Date,
    ]) {
      expect(mistake(() => untyped.defineTokens({ access: accessToken({ issuer: self, audience }) }, { clock }))).toBe(
        'ERR_OPTION_INVALID',
      )
    }
    const other = new FakeIssuer()
    const tokens = defineTokens({ access: accessToken({ issuer: other.issuer, audience }) }, { clock: other.clock })
    const text = other.accessToken()
    other.clock.advance(400)
    expect(await outcome(tokens.access.verify(text))).toBe('ERR_TOKEN_EXPIRED')
    other.clock.advance(-400)
    expect(await outcome(tokens.access.verify(text))).toBe('accepted')
    other.clock.advance(-1e9)
    expect(await outcome(tokens.access.verify(text))).toBe('ERR_TOKEN_NOT_YET_VALID')
  })

  test('CFG-31 every kind has a longest lifetime', async () => {
    const { maxLifetime: _, ...endless } = custom
    expect(mistake(() => untyped.customToken(endless))).toBe('ERR_OPTION_MISSING')
    for (const maxLifetime of [0, -1, 0.5, NaN, Infinity, '0s', '15 minutes', 'forever', null, '99999d', notChecked]) {
      for (const [, make] of eachKind) expect(mistake(() => make({ maxLifetime }))).toBe('ERR_OPTION_INVALID')
    }
    const tokens = defineTokens(
      { access: accessToken({ issuer: fake.issuer, audience }), id: idToken({ issuer: fake.issuer, clientId: 'web' }) },
      { clock: fake.clock },
    )
    const now = fake.clock.now()
    for (const [lifetime, code] of [
      [86_400, 'accepted'],
      [86_401, 'ERR_LIFETIME_EXCEEDED'],
      [100 * 365 * 86_400, 'ERR_LIFETIME_EXCEEDED'],
    ] as const) {
      const claims = { exp: now + lifetime }
      expect(await outcome(tokens.access.verify(fake.accessToken({ claims })))).toBe(code)
      expect(await outcome(tokens.id.verify(fake.idToken({ claims }), { nonce: 'nonce-1' }))).toBe(code)
    }
  })
})

describe('URLs of keys', () => {
  const algorithms = ['RS256']
  const makers: readonly (readonly [string, (url: string, options?: object) => unknown])[] = [
    ['remoteKeySet', (url, options) => untyped.remoteKeySet(url, { algorithms, ...options })],
    ['issuer', (url, options) => untyped.issuer(url, { algorithms, ...options })],
    [
      'x5u of certificateChain',
      (url, options) => core.certificateChain({ ...usual, x5u: { urls: [url], ...options } }),
    ],
  ]

  test.each(makers)('CFG-32 %s fetches over https alone', (_, make) => {
    const urls = [
      'http://a.test/jwks',
      'HTTP://a.test/jwks',
      'file:///etc/passwd',
      'data:application/json,{}',
      'ftp://a.test/jwks',
      'blob:https://a.test/x',
      'javascript:1',
      'ws://a.test',
      'wss://a.test',
      'gopher://a.test',
      'about:blank',
      'urn:x',
      '//a.test/jwks',
      '/jwks',
      'a.test/jwks',
      'jwks',
      'https:',
      'https://',
      'https://[::1',
      'https://a.test:99999',
    ]
    for (const url of urls) {
      expect([url, mistake(() => make(url))]).toEqual([url, 'ERR_URL_REFUSED'])
      expect([url, mistake(() => make(url, { allowInsecureLoopback: true }))]).toEqual([url, 'ERR_URL_REFUSED'])
    }
    expect(mistake(() => make('https://a.test/jwks'))).toBe('accepted')
  })

  test.each(makers)('CFG-32 %s fetches by plain http from loopback alone, and only when told so', (_, make) => {
    for (const url of [
      'http://127.0.0.1:8080/jwks',
      'http://localhost/jwks',
      'http://[::1]/jwks',
      'http://127.9.9.9/',
    ]) {
      expect([url, mistake(() => make(url))]).toEqual([url, 'ERR_URL_REFUSED'])
      expect([url, mistake(() => make(url, { allowInsecureLoopback: false }))]).toEqual([url, 'ERR_URL_REFUSED'])
      expect([url, mistake(() => make(url, { allowInsecureLoopback: true }))]).toEqual([url, 'accepted'])
      for (const word of ['true', 1, null])
        expect(mistake(() => make(url, { allowInsecureLoopback: word }))).toBe('ERR_OPTION_INVALID')
    }
  })

  test.each(makers)(
    'CFG-33 %s takes no URL with credentials or a fragment, and no address that only looks like loopback',
    (_, make) => {
      for (const url of [
        'https://user@a.test/jwks',
        'https://user:pass@a.test/jwks',
        'https://:pass@a.test/jwks',
        'http://user@127.0.0.1/jwks',
      ]) {
        expect([url, mistake(() => make(url, { allowInsecureLoopback: true }))]).toEqual([url, 'ERR_URL_REFUSED'])
      }
      expect(mistake(() => make('https://a.test/jwks#x')).startsWith('ERR_')).toBe(true)
      const lookalikes = [
        'http://127.0.0.1.evil.test/',
        'http://localhost.evil.test/',
        'http://evil-localhost/',
        'http://localhost./',
        'http://0.0.0.0/',
        'http://10.0.0.1/',
        'http://192.168.0.1/',
        'http://169.254.169.254/',
        'http://[::ffff:127.0.0.1]/',
        'http://[::]/',
        'http://[fe80::1]/',
        'http://[fd00::1]/',
        'http://128.0.0.1/',
        'http://2852039166/',
        'http://0xa9.254.169.254/',
        'http://0251.0376.0251.0376/',
      ]
      for (const url of lookalikes)
        expect([url, mistake(() => make(url, { allowInsecureLoopback: true }))]).toEqual([url, 'ERR_URL_REFUSED'])
      // Whatever the operator wrote down with https is his own.
      expect(mistake(() => make('https://10.0.0.1/jwks'))).toBe('accepted')
    },
  )

  test('CFG-34 no URL is built from a token, and none that a token names is asked', async () => {
    const owner = new FakeIssuer({ clock: fake.clock })
    const [own, named] = [await startKeyServer(owner.jwks), await startKeyServer(owner.jwks)]
    onTestFinished(async () => {
      await Promise.all([own.close(), named.close()])
    })
    for (const [, make] of makers) {
      expect(mistake(() => make((() => named.jwksUrl) as never))).toMatch(/^ERR_/)
      for (const name of ['jwksUri', 'getKey', 'keyUrl', 'jku', 'x5u', 'resolve', 'baseUrl']) {
        expect(mistake(() => make('https://a.test', { [name]: () => named.jwksUrl }))).toBe('ERR_OPTION_UNKNOWN')
      }
    }
    const keys = remoteKeySet(own.jwksUrl, { algorithms: ['ES256'], allowInsecureLoopback: true })
    const trusted = issuer(owner.id, { keys })
    const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience }) }, { clock: fake.clock })
    const url = named.jwksUrl
    for (const header of [{ kid: url }, { jku: url }, { x5u: url }, { kid: url, jku: url, x5u: url }]) {
      expect(await outcome(access.verify(owner.accessToken({ header })))).toMatch(/^ERR_(KEY_UNKNOWN|HEADER_INVALID)/)
    }
    for (const iss of [named.url, url]) {
      expect(await outcome(access.verify(owner.accessToken({ claims: { iss } })))).toBe('ERR_ISSUER_UNKNOWN')
    }
    expect(await outcome(access.verify(owner.accessToken()))).toBe('accepted')
    expect(named.requests).toEqual([])
  })

  test('CFG-35 certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    onTestFinished(() => {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      if (before !== undefined) process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
    })
    for (const setting of ['0', '1']) {
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = setting
      expect(await keysOverHttps('good', 'trusted')).toBe('fetched')
      expect(await keysOverHttps('good', 'not trusted')).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
      expect(await keysOverHttps('expired', 'trusted')).toBe('CERT_HAS_EXPIRED')
      expect(await keysOverHttps('of another host', 'trusted')).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    }
  })

  test('CFG-54 what a template makes of a missing value is no name and no URL', () => {
    for (const text of ['undefined', 'null', 'NaN', '[object Object]']) {
      expect(mistake(() => untyped.issuer(text, { keys: hmacKey.source }))).toBe('ERR_OPTION_INVALID')
      expect(mistake(() => untyped.issuer('a', { keys: hmacKey.source, aliases: [text] }))).toBe('ERR_OPTION_INVALID')
      expect(mistake(() => untyped.accessToken({ issuer: self, audience: text }))).toBe('ERR_OPTION_INVALID')
      expect(mistake(() => untyped.accessToken({ issuer: self, audience: [audience, text] }))).toBe(
        'ERR_OPTION_INVALID',
      )
      expect(mistake(() => untyped.idToken({ issuer: self, clientId: text }))).toBe('ERR_OPTION_INVALID')
      expect(mistake(() => untyped.remoteKeySet(text, { algorithms }))).toBe('ERR_URL_REFUSED')
      expect(mistake(() => untyped.remoteKeySet('https://a.test', { algorithms, keyHosts: [text] }))).toBe(
        'ERR_OPTION_INVALID',
      )
    }
  })
})

describe('options', () => {
  const tokens = defineTokens({
    access: accessToken({ issuer: self, audience }),
    id: idToken({ issuer: self, clientId: 'web' }),
  })
  const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } }
  const common = {
    issuer: self,
    claims: schema,
    clockTolerance: 30,
    maxTokenLength: 8192,
    maxLifetime: 60,
    scopeClaim: 'scp',
  }
  const remote = {
    algorithms: ['RS256'],
    allowInsecureLoopback: false,
    timeout: 5,
    cooldown: 30,
    maxAge: 600,
    staleFor: 60,
    keyHosts: ['keys.test'],
  }
  const guard = {
    scope: 'read',
    anyScope: ['read'],
    optional: false,
    onRefusal: 'answer',
    realm: 'api',
    as: 'auth',
    authorize: () => true,
  }
  /** Every factory with all of its options, each of which is good. */
  const factories: Readonly<Record<string, { readonly make: (options: object) => unknown; readonly all: object }>> = {
    hmacSecret: { make: (options) => untyped.hmacSecret(bytes(32), 'HS256', options), all: { kid: 'a' } },
    publicKey: { make: (options) => untyped.publicKey(rsaPem, 'RS256', options), all: { kid: 'a' } },
    keySet: { make: (options) => untyped.keySet({ keys: [rsaJwk] }, options), all: { algorithms: ['RS256'] } },
    remoteKeySet: { make: (options) => untyped.remoteKeySet('https://a.test/jwks', options), all: remote },
    'issuer with keys': {
      make: (options) => untyped.issuer('https://a.test', options),
      all: { keys: hmacKey.source, aliases: ['https://b.test'] },
    },
    'issuer with discovery': {
      make: (options) => untyped.issuer('https://a.test', options),
      all: { ...remote, aliases: ['https://b.test'] },
    },
    accessToken: { make: untyped.accessToken, all: { ...common, audience } },
    idToken: { make: untyped.idToken, all: { ...common, clientId: 'web', trustedAudiences: ['api'] } },
    customToken: {
      make: untyped.customToken,
      all: { ...common, typ: 'a+jwt', audience, required: ['sub'], forbidden: ['nonce'], fixed: { use: 'a' } },
    },
    defineTokens: {
      make: (options) => untyped.defineTokens({ access: accessToken({ issuer: self, audience }) }, options),
      all: { clock: fixedClock() },
    },
    createGuard: { make: (options) => untyped.createGuard(tokens.access, options), all: guard },
    'createGuard of a type with a context': {
      make: (options) => untyped.createGuard(tokens.id, options),
      all: { ...guard, context: () => ({ nonce: null }) },
    },
  }

  test.each(Object.entries(factories))(
    'CFG-36 no option of %s can be misspelt: every slip of every name',
    (_, { make, all }) => {
      expect(mistake(() => make(all))).toBe('accepted')
      const names = Object.keys(all)
      for (const name of names) {
        const value: unknown = all[name as never]
        const { [name as never]: __, ...others } = all
        const typos = typosOf(name, alphabet).filter(
          (typo) => !names.includes(typo) && !['context', 'keys'].includes(typo),
        )
        const taken = typos.filter(
          (typo) =>
            mistake(() => make({ ...all, [typo]: value })) !== 'ERR_OPTION_UNKNOWN' ||
            mistake(() => make({ ...others, [typo]: value })) !== 'ERR_OPTION_UNKNOWN',
        )
        expect([name, taken]).toEqual([name, []])
      }
    },
    60_000,
  )

  test.each(Object.entries(factories))(
    'CFG-36 undefined, a symbol and a foreign name are no silent options of %s',
    (_, { make, all }) => {
      for (const name of Object.keys(all))
        expect([name, mistake(() => make({ ...all, [name]: undefined }))]).toEqual([name, 'ERR_OPTION_MISSING'])
      for (const name of ['', '__proto__x', 'toString', 'constructor', 'hasOwnProperty', Symbol('audience')]) {
        expect([inspect(name), mistake(() => make({ ...all, [name]: 1 }))]).toEqual([
          inspect(name),
          'ERR_OPTION_UNKNOWN',
        ])
      }
      expect(mistake(() => make(JSON.parse('{"__proto__":{"a":1}}') as object))).toBe('ERR_OPTION_UNKNOWN')
      for (const none of [null, [], 'options', 5])
        expect([inspect(none), mistake(() => make(none as never))]).toEqual([inspect(none), 'ERR_OPTION_INVALID'])
    },
  )

  test('CFG-36 the context of a verification is read as strictly', async () => {
    const context = { nonce: null, accessToken: 'a', code: 'b', maxAge: 5, acrValues: ['c'] }
    const verify = tokens.id.verify as (text: string, context: unknown) => Promise<unknown>
    for (const name of Object.keys(context)) {
      for (const typo of typosOf(name, 'aeiouSsxyz_').filter((one) => !(one in context))) {
        await expect(verify('', { ...context, [typo]: 'a' })).rejects.toMatchObject({
          name: 'ConfigurationError',
          code: 'ERR_CONTEXT_INVALID',
        })
      }
    }
  })

  const optionNames = [...new Set(Object.values(factories).flatMap(({ all }) => Object.keys(all)))]
  test.each([...optionNames, 'base64url', 'hex', 'kty', 'alg', 'use', 'd', 'k', 'iss', 'sub', 'nonce'])(
    'CFG-37 a polluted Object.prototype.%s opens nothing',
    async (name) => {
      const text = fake.accessToken()
      const wrong = [
        fake.accessToken({ claims: { aud: 'https://other.test' } }),
        fake.accessToken({ claims: { sub: undefined } }),
        fake.accessToken({ claims: { iss: undefined } }),
        fake.accessToken({ header: { alg: 'none' } }),
      ]
      const values: readonly unknown[] = [['none'], 'https://other.test', true, { keys: hmacKey.source }]
      for (const value of values) {
        // oxlint-disable-next-line eslint/no-extend-native -- pollution is what is tested
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: true })
        try {
          // Where pollution gets in the way, construction may fail; it never makes anything looser.
          expect(mistakeOrFailure(() => untyped.issuer('https://a.test', {}))).not.toBe('accepted')
          expect(mistakeOrFailure(() => untyped.accessToken({ issuer: self }))).not.toBe('accepted')
          expect(mistakeOrFailure(() => untyped.hmacSecret({}, 'HS256'))).not.toBe('accepted')
          expect(mistakeOrFailure(() => untyped.keySet({ keys: [rsaJwk] }, {}))).not.toBe('accepted')
          expect(mistakeOrFailure(() => untyped.publicKey({}, 'RS256'))).not.toBe('accepted')
          const set = started(() =>
            defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }, { clock: fake.clock }),
          )
          if (set === undefined) continue
          expect(await outcome(set.access.verify(text))).toBe('accepted')
          for (const bad of wrong) expect(await outcome(set.access.verify(bad))).not.toBe('accepted')
        } finally {
          Reflect.deleteProperty(Object.prototype, name)
        }
      }
    },
  )

  function started<T>(make: () => T): T | undefined {
    try {
      return make()
    } catch {
      return undefined
    }
  }

  function mistakeOrFailure(make: () => unknown): string {
    try {
      return mistake(make)
    } catch {
      return 'failed'
    }
  }

  test('CFG-38 whatever was given can be changed afterwards, and nothing follows', async () => {
    const secret = bytes(32)
    const kept = { algorithm: 'HS256' as const, kid: 'a', secret: Buffer.from(secret) }
    const keys = [hmacSecret(secret, 'HS256', { kid: 'a' })]
    const aliases = ['https://alias.test']
    const own = issuer('https://own.test', { keys, aliases })
    const options = {
      typ: 'a+jwt',
      issuer: [own],
      audience: [audience],
      maxLifetime: 60,
      clockTolerance: 0,
      required: ['sub'],
      forbidden: ['nonce'],
      fixed: { use: ['a'] as string[] },
    }
    const types: Record<string, core.AnyTokenType> = { own: customToken(options) }
    const clock = { ...fixedClock() }
    const set = defineTokens(types, { clock })
    const text = (claims: object) =>
      forge({
        header: { alg: 'HS256', kid: 'a', typ: 'a+jwt' },
        payload: {
          iss: 'https://own.test',
          aud: audience,
          iat: clock.now(),
          exp: clock.now() + 60,
          sub: 's',
          use: 'a',
          ...claims,
        },
        key: kept,
      })
    const bad: readonly (readonly [object, string])[] = [
      [{ aud: 'https://evil.test' }, 'ERR_AUDIENCE_MISMATCH'],
      [{ iss: 'https://evil.test' }, 'ERR_ISSUER_UNKNOWN'],
      [{ sub: undefined }, 'ERR_CLAIM_MISSING'],
      [{ nonce: 'n' }, 'ERR_CLAIM_FORBIDDEN'],
      [{ use: 'evil' }, 'ERR_CLAIM_MISMATCH'],
      [{ exp: clock.now() + 61 }, 'ERR_LIFETIME_EXCEEDED'],
    ]

    secret.fill(0)
    keys.length = 0
    aliases.push('https://evil.test')
    options.issuer.push(self)
    options.audience.push('https://evil.test')
    options.required.pop()
    options.forbidden.pop()
    options.fixed.use.push('evil')
    Object.assign(options, { maxLifetime: 1e6, typ: 'evil' })
    types['own'] = accessToken({ issuer: self, audience })

    const verify = set['own']?.verify as unknown as (token: string) => Promise<unknown>
    expect(await outcome(verify(text({})))).toBe('accepted')
    expect(await outcome(verify(text({ iss: 'https://alias.test' })))).toBe('accepted')
    for (const [claims, code] of bad) expect(await outcome(verify(text(claims)))).toBe(code)
  })

  test('CFG-38 a JWK Set and its list of algorithms can be changed afterwards, and nothing follows', async () => {
    const [key, evil] = [testKey(), testKey('ES256', 'evil')]
    const jwks = { keys: [{ ...key.jwk }] as Record<string, unknown>[] }
    const allowed: core.PublicKeyAlgorithm[] = ['ES256']
    const set = typesOf(untyped.keySet(jwks, { algorithms: allowed }))
    Object.assign(jwks.keys[0] as object, evil.jwk)
    jwks.keys.push(evil.jwk)
    allowed.push('RS256')
    expect(await outcome(set.access.verify(fake.accessToken({ key })))).toBe('accepted')
    expect(await outcome(set.access.verify(fake.accessToken({ key: evil, header: { kid: 'evil' } })))).toBe(
      'ERR_KEY_UNKNOWN',
    )
  })

  test('CFG-38 what was made is frozen', () => {
    const made: readonly object[] = [
      tokens,
      tokens.access,
      self,
      hmacKey.source,
      accessToken({ issuer: self, audience }),
      createGuard(tokens.access),
      keySet({ keys: [rsaJwk] }, { algorithms: ['RS256'] }),
    ]
    for (const object of made) expect(Object.isFrozen(object)).toBe(true)
    expect(() => Object.assign(tokens, { access: tokens.id })).toThrow(TypeError)
    expect(() => Object.assign(tokens.access, { verify: () => true })).toThrow(TypeError)
  })

  test('CFG-39 there is no off switch but one', () => {
    const switches = [
      'ignoreExpiration',
      'ignoreNotBefore',
      'verify',
      'complete',
      'validators',
      'skip',
      'insecure',
      'unsafe',
      'decodeOnly',
      'disable',
      'algorithms',
      'secret',
      'key',
      'checks',
      'typ',
      'exp',
    ]
    for (const name of switches) {
      for (const value of [true, false]) {
        expect(mistake(() => untyped.accessToken({ issuer: self, audience, [name]: value }))).toBe('ERR_OPTION_UNKNOWN')
        expect(mistake(() => untyped.createGuard(tokens.access, { [name]: value }))).toBe('ERR_OPTION_UNKNOWN')
      }
    }
    for (const name of [...Object.keys(common), 'typ', 'required', 'forbidden', 'fixed']) {
      for (const off of [notChecked, false, null]) {
        expect([name, mistake(() => untyped.customToken({ ...custom, [name]: off }))]).toEqual([
          name,
          'ERR_OPTION_INVALID',
        ])
      }
    }
    expect(mistake(() => untyped.issuer('https://a.test', { keys: notChecked }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => untyped.publicKey(rsaPem, notChecked))).toBe('ERR_OPTION_INVALID')
  })

  test('CFG-40 nothing is exported that reads a token without verifying it', () => {
    const suspicious = Object.keys(core).filter((name) =>
      /decode|parse|peek|unverified|unsafe|unsecured|read/i.test(name),
    )
    expect(suspicious).toEqual([])
  })

  test('CFG-40 only what defineTokens named can be guarded', () => {
    const forged = { name: 'access', verify: () => Promise.resolve({}), rules: {} }
    for (const wrong of [
      undefined,
      null,
      {},
      forged,
      { ...tokens.access },
      accessToken({ issuer: self, audience }),
      'access',
    ]) {
      expect(mistake(() => untyped.createGuard(wrong))).toBe('ERR_TYPE_UNNAMED')
    }
    for (const wrong of [undefined, null, {}, forged, tokens.access, 'access']) {
      expect(mistake(() => untyped.defineTokens({ access: wrong }))).toBe('ERR_OPTION_INVALID')
    }
  })

  test('CFG-49 claims have names that mean nothing to JavaScript', () => {
    for (const name of ['__proto__', 'constructor', 'prototype', '', ' ', 'a\u0000', 'undefined', 5, null]) {
      for (const list of ['required', 'forbidden']) {
        expect([`${list} ${name}`, mistake(() => untyped.customToken({ ...custom, [list]: [name] }))]).toEqual([
          `${list} ${name}`,
          'ERR_OPTION_INVALID',
        ])
      }
      expect(mistake(() => untyped.accessToken({ issuer: self, audience, scopeClaim: name }))).toBe(
        'ERR_OPTION_INVALID',
      )
    }
    for (const list of ['required', 'forbidden']) {
      expect(mistake(() => untyped.customToken({ ...custom, [list]: ['a', 'a'] }))).toBe('ERR_OPTION_INVALID')
      expect(mistake(() => untyped.customToken({ ...custom, [list]: 'a' }))).toBe('ERR_OPTION_INVALID')
    }
    for (const name of ['__proto__', 'constructor', 'prototype', '', ' ', 'undefined']) {
      const fixed: unknown = JSON.parse(`{${JSON.stringify(name)}:"x"}`)
      expect([name, mistake(() => untyped.customToken({ ...custom, fixed }))]).toEqual([name, 'ERR_OPTION_INVALID'])
    }
    for (const value of [
      null,
      undefined,
      {},
      [],
      [null],
      [['a']],
      1.5,
      NaN,
      Infinity,
      2 ** 53,
      1n,
      () => 'a',
      Symbol('a'),
    ]) {
      expect(mistake(() => untyped.customToken({ ...custom, fixed: { use: value } }))).toBe('ERR_OPTION_INVALID')
    }
    for (const name of ['iss', 'aud', 'scope', 'exp', 'nbf', 'iat']) {
      expect(mistake(() => untyped.customToken({ ...custom, fixed: { [name]: 'x' } }))).toBe('ERR_OPTION_INVALID')
    }
    for (const fixed of [null, [], 'use', 5])
      expect(mistake(() => untyped.customToken({ ...custom, fixed }))).toBe('ERR_OPTION_INVALID')
  })

  test('CFG-49 scopes have names, each once and without a space', () => {
    for (const scope of [
      '',
      ' ',
      'a b',
      ' a',
      'a\n',
      'a"b',
      'a\\b',
      'é',
      [],
      [''],
      ['a', 'a'],
      ['a b'],
      [['a']],
      null,
      5,
      {},
    ]) {
      expect([JSON.stringify(scope), mistake(() => untyped.createGuard(tokens.access, { scope }))]).toEqual([
        JSON.stringify(scope),
        'ERR_OPTION_INVALID',
      ])
      expect([
        JSON.stringify(scope),
        mistake(() => untyped.createGuard(tokens.access, { anyScope: [scope].flat() })),
      ]).toEqual([JSON.stringify(scope), 'ERR_OPTION_INVALID'])
    }
    expect(mistake(() => untyped.createGuard(tokens.access, { anyScope: 'a' }))).toBe('ERR_OPTION_INVALID')
  })

  test('CFG-49 a name of a token type is a plain word', () => {
    for (const name of [
      '',
      ' ',
      'a b',
      '1',
      'a-b',
      '_a',
      'é',
      'then',
      'constructor',
      'prototype',
      '__proto__',
      'a'.repeat(65),
    ]) {
      const types = Object.defineProperty({}, name, {
        value: accessToken({ issuer: self, audience }),
        enumerable: true,
      })
      expect([name, mistake(() => untyped.defineTokens(types))]).toEqual([name, 'ERR_OPTION_INVALID'])
    }
    for (const types of [undefined, null, {}, [], 'access', 5, [accessToken({ issuer: self, audience })]]) {
      expect(mistake(() => untyped.defineTokens(types))).toBe('ERR_OPTION_INVALID')
    }
  })

  test('CFG-51 a guard that was never called lets nobody in, and tokenOf says so', () => {
    const request = new IncomingMessage(new Socket())
    expect(mistake(() => tokenOf(request, tokens.access))).toBe('ERR_GUARD_NOT_PASSED')
    expect(mistake(() => tokenOf(request, tokens.access, { optional: true }))).toBe('ERR_GUARD_NOT_PASSED')
    expect(mistake(() => guardFor(request))).toBe('ERR_GUARD_NOT_CALLED')
    expect(mistake(() => guardFor({ req: request }))).toBe('ERR_GUARD_NOT_CALLED')
  })

  test('CFG-52 nobody builds the key of a cache', () => {
    for (const name of ['cache', 'cacheKey', 'cacheKeyBuilder', 'cacheTTL', 'memoize']) {
      expect(mistake(() => untyped.accessToken({ issuer: self, audience, [name]: () => 'x' }))).toBe(
        'ERR_OPTION_UNKNOWN',
      )
      expect(
        mistake(() => untyped.defineTokens({ access: accessToken({ issuer: self, audience }) }, { [name]: () => 'x' })),
      ).toBe('ERR_OPTION_UNKNOWN')
    }
  })

  const answers: readonly (readonly [string, () => unknown, string])[] = [
    ['undefined', () => undefined, 'ERR_ISSUER_UNKNOWN'],
    ['a promise of undefined', async () => undefined, 'ERR_ISSUER_UNKNOWN'],
    ['the issuer', () => fake.issuer, 'accepted'],
    ['a promise of the issuer', async () => fake.issuer, 'accepted'],
    ['an empty string', () => '', 'ERR_ISSUER_UNAVAILABLE'],
    ['false', () => false, 'ERR_ISSUER_UNAVAILABLE'],
    ['true', () => true, 'ERR_ISSUER_UNAVAILABLE'],
    ['null', () => null, 'ERR_ISSUER_UNAVAILABLE'],
    ['zero', () => 0, 'ERR_ISSUER_UNAVAILABLE'],
    ['an empty object', () => ({}), 'ERR_ISSUER_UNAVAILABLE'],
    ['an empty buffer', () => Buffer.alloc(0), 'ERR_ISSUER_UNAVAILABLE'],
    ['an array', () => [fake.issuer], 'ERR_ISSUER_UNAVAILABLE'],
    ['its id', () => fake.id, 'ERR_ISSUER_UNAVAILABLE'],
    ['a copy of the issuer', () => ({ ...fake.issuer }), 'ERR_ISSUER_UNAVAILABLE'],
    [
      'an heir of the issuer that has no id',
      () => Object.create(fake.issuer, { ids: { value: new Set() } }),
      'ERR_ISSUER_UNAVAILABLE',
    ],
    ['an HMAC secret', () => hmacKey.source, 'ERR_ISSUER_UNAVAILABLE'],
    ['a JWK', () => ecJwk, 'ERR_ISSUER_UNAVAILABLE'],
    ['another issuer', () => self, 'ERR_ISSUER_UNAVAILABLE'],
    [
      'a throw',
      () => {
        throw new Error('away')
      },
      'ERR_ISSUER_UNAVAILABLE',
    ],
    [
      'a throw of undefined',
      () => {
        throw undefined
      },
      'ERR_ISSUER_UNAVAILABLE',
    ],
    ['a rejection', () => Promise.reject(new TypeError('away')), 'ERR_ISSUER_UNAVAILABLE'],
  ]
  test.each(answers)('CFG-53 a resolver that answers with %s', async (_, resolve, code) => {
    const set = defineTokens(
      { access: accessToken({ issuer: issuers(resolve as never), audience }) },
      { clock: fake.clock },
    )
    expect(await outcome(set.access.verify(fake.accessToken()))).toBe(code)
  })

  test('CFG-53 a resolver is a function', () => {
    for (const resolve of [undefined, null, {}, 'https://a.test', self, [self]]) {
      expect(mistake(() => issuers(resolve as never))).toBe('ERR_OPTION_INVALID')
    }
  })
})
