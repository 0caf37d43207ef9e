/* oxlint-disable vitest/no-standalone-expect -- attack() registers a test */
import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { deflateRawSync } from 'node:zlib'
import {
  accessToken,
  anyOf,
  customToken,
  decryptionKey,
  defineTokens,
  type ContentEncryptionAlgorithm,
  type DecryptionKey,
  type KeyManagementAlgorithm,
} from '@jwt-guard/core'
import { jwtGuard as expressGuard } from '@jwt-guard/express'
import { jwtGuard as koaGuard } from '@jwt-guard/koa'
import { FakeIssuer, forge, segment, testKey, testSecret } from '@jwt-guard/testing'
import express from 'express'
import * as fc from 'fast-check'
import { CompactEncrypt } from 'jose'
import Koa from 'koa'
import { expect, onTestFinished } from 'vitest'
import { listening } from '../conformance/driver.js'
import { sendByFetch } from '../conformance/wire.js'
import { attack, expectAccepted, expectRefusals, mistakeOf, refusedFor, verdictOf } from './catalogue.js'
import {
  agreed,
  byOaep,
  byRsa15,
  parts,
  sharedOf,
  wrappedByGcm,
  wrappedByKw,
  type Header,
  type Wrapped,
} from './jwe.js'
import { bytesOf, curves, numberOf, times } from './weierstrass.js'

const audience = 'https://api.test'
const fake = new FakeIssuer()
const failed = 'ERR_DECRYPTION_FAILED'
const malformed = 'ERR_TOKEN_MALFORMED'
const wrongHeader = 'ERR_HEADER_INVALID'
const wrongAlgorithm = 'ERR_ALGORITHM_MISMATCH'

function typeWith(decryption: DecryptionKey | readonly DecryptionKey[], options: object = {}) {
  const type = accessToken({ issuer: fake.issuer, audience, decryption, ...options })
  return defineTokens({ access: type }, { clock: fake.clock }).access
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const rsaWay = { alg: 'RSA-OAEP-256', enc: 'A256GCM' } as const
const access = typeWith(decryptionKey(rsa.privateKey, { algorithm: rsaWay.alg, encryption: rsaWay.enc }))
const { verify } = access
const text = fake.accessToken()

/** What anybody can make who has the public key. `undefined` takes a member of the header out. */
function sealed(content: string | Uint8Array, header: Header = {}, key: KeyObject | Uint8Array = rsa.publicKey) {
  const all = Object.entries({ ...rsaWay, cty: 'JWT', ...header }).filter(([, value]) => value !== undefined)
  const members = Object.fromEntries(all) as { alg: string; enc: string }
  return new CompactEncrypt(Buffer.from(content)).setProtectedHeader(members).encrypt(key)
}
const valid = await sealed(text)
const segments = valid.split('.')
/** The valid token with other parts. */
const changed = (change: Readonly<Record<number, string>>) =>
  segments.map((part, index) => change[index] ?? part).join('.')
/** The parts of a valid token under another header; it cannot be opened, since the header is part of what is sealed. */
const underHeader = (header: unknown) =>
  changed({ 0: segment(typeof header === 'string' ? header : JSON.stringify(header)) })

async function sealedAll(
  contents: Readonly<Record<string, string | Uint8Array>>,
  header: Header = {},
): Promise<Readonly<Record<string, string>>> {
  const all = Object.entries(contents).map(async ([name, content]) => [name, await sealed(content, header)] as const)
  return Object.fromEntries(await Promise.all(all))
}

const pairs = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  X25519: generateKeyPairSync('x25519'),
}
const agreement = (name: keyof typeof pairs) =>
  typeWith(decryptionKey(pairs[name].privateKey, { algorithm: 'ECDH-ES', encryption: 'A128GCM' })).verify
const epkOf = (key: KeyObject): Record<string, unknown> => ({ ...key.export({ format: 'jwk' }) })
/** A pair that a sender makes for one token. */
const ephemeral = (name: keyof typeof pairs) =>
  name === 'X25519' ? generateKeyPairSync('x25519') : generateKeyPairSync('ec', { namedCurve: name })

attack('ENC-01', 'an encrypted token is none for a type that takes signed ones', async () => {
  const plain = defineTokens(
    {
      access: accessToken({ issuer: fake.issuer, audience }),
      note: customToken({ typ: 'n+jwt', issuer: fake.issuer, audience, maxLifetime: '15m' }),
    },
    { clock: fake.clock },
  )
  const tokens = {
    'by RSA': valid,
    'by ECDH': await sealed(text, { alg: 'ECDH-ES', enc: 'A128GCM' }, pairs['P-256'].publicKey),
    'by X25519': await sealed(text, { alg: 'ECDH-ES+A128KW', enc: 'A128CBC-HS256' }, pairs.X25519.publicKey),
    'by a secret': await sealed(text, { alg: 'A128KW' }, randomBytes(16)),
    'by a secret that is the key itself': await sealed(text, { alg: 'dir', enc: 'A128GCM' }, randomBytes(16)),
    'five segments that are nothing': 'a.b.c.d.e',
    'five segments, four of them empty': 'a....',
  }
  const codes = refusedFor('ERR_TOKEN_ENCRYPTED', tokens)
  await expectRefusals(plain.access.verify, text, codes)
  await expectRefusals(anyOf(plain.access, plain.note).verify, text, codes)
  // CVE-2023-51774: nor is a signed token an encrypted one, where its signature looks like something that opens.
  await expectRefusals(verify, valid, refusedFor('ERR_TOKEN_NOT_ENCRYPTED', { 'a signed one': text }))
})

attack(
  'ENC-02',
  'what anybody can encrypt with the public key is believed for the signature within alone',
  async () => {
    const { kid } = fake.key
    const claims = JSON.stringify({
      ...JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()),
      sub: 'admin',
    })
    const stranger = testKey('ES256', kid)
    const header = { alg: 'ES256', kid, typ: 'at+jwt' }
    const publicPem = rsa.publicKey.export({ format: 'pem', type: 'spki' })
    const asSecret = { ...testSecret('HS256', kid), secret: Buffer.from(publicPem) }
    const nested = (own: Header, key: Parameters<typeof forge>[0]['key']) =>
      forge({ header: { ...header, ...own }, payload: claims, key })
    await expectRefusals(verify, valid, [
      ...refusedFor(malformed, await sealedAll({ 'the claims': claims, 'the claims, encoded': segment(claims) })),
      ...refusedFor(wrongHeader, await sealedAll({ 'the claims, as such': claims }, { cty: undefined })),
      ...refusedFor(
        wrongHeader,
        await sealedAll({ 'the claims, as an access token': claims }, { cty: undefined, typ: 'at+jwt' }),
      ),
      ...refusedFor('ERR_SIGNATURE_INVALID', await sealedAll({ 'a signature of one’s own': nested({}, stranger) })),
      ...refusedFor(wrongHeader, await sealedAll({ 'a key of one’s own': nested({ jwk: stranger.jwk }, stranger) })),
      ...refusedFor(
        wrongAlgorithm,
        await sealedAll({ 'the encryption key as a secret': nested({ alg: 'HS256' }, asSecret) }),
      ),
    ])
    // There is no way to say that encryption is enough.
    const make = accessToken as (options: object) => unknown
    const decryption = decryptionKey(rsa.privateKey, { algorithm: rsaWay.alg, encryption: rsaWay.enc })
    for (const option of ['nested', 'signed', 'sign', 'encryptedOnly', 'unsigned']) {
      const options = { issuer: fake.issuer, audience, decryption, [option]: false }
      expect(mistakeOf(() => make(options))).toBe('ERR_OPTION_UNKNOWN')
    }
    expect(mistakeOf(() => make({ audience, decryption }))).toBe('ERR_OPTION_MISSING')
  },
)

attack('ENC-03', 'within an encryption none is no algorithm either', async () => {
  const [, payload = '', signature = ''] = text.split('.')
  const unsigned = (alg: unknown, end = signature) =>
    `${segment(JSON.stringify({ alg, typ: 'at+jwt', kid: 'test' }))}.${payload}.${end}`
  const names = ['none', 'None', 'NONE', 'nOnE', 'none ', '', null, [], ['none']]
  const refused = Object.fromEntries(names.map((alg) => [JSON.stringify(alg), unsigned(alg)]))
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_ALGORITHM_INVALID', await sealedAll(refused)),
    ...refusedFor(
      malformed,
      await sealedAll({
        'no signature': unsigned('none', ''),
        'no third part': unsigned('none').split('.', 2).join('.'),
      }),
    ),
  ])
})

attack('ENC-04', 'what is within is a token in compact form, or nothing', async () => {
  const json = { payload: text.split('.')[1], protected: text.split('.')[0], signature: text.split('.')[2] }
  await expectRefusals(
    verify,
    valid,
    refusedFor(
      malformed,
      await sealedAll({
        nothing: '',
        claims: '{"sub":"admin"}',
        'JSON serialization': JSON.stringify(json),
        'a token in quotes': JSON.stringify(text),
        'a token and a line': `${text}\n`,
        'a token and a NUL': `${text}\0`,
        'a token behind a mark': `\ufeff${text}`,
        'a token in UTF-16': Buffer.from(text, 'utf16le'),
        'a token with a byte that is none': Buffer.concat([Buffer.from(text), Buffer.from([0xff])]),
        'a token whose letters have another bit': Buffer.from(text).map((byte, at) => (at === 3 ? byte | 0x80 : byte)),
        'two tokens': `${text}.${text}`,
        'a whole header': `Bearer ${text}`,
      }),
    ),
  )
})

attack('ENC-05', 'every rule is for the token within: a good encryption excuses nothing', async () => {
  const now = fake.clock.now()
  const cases = [
    ['ERR_SIGNATURE_INVALID', undefined, fake.accessToken({ key: testKey('ES256') })],
    ['ERR_KEY_UNKNOWN', undefined, fake.accessToken({ header: { kid: 'other' } })],
    [wrongAlgorithm, undefined, fake.accessToken({ header: { alg: 'ES384' } })],
    ['ERR_ISSUER_UNKNOWN', 'iss', fake.accessToken({ claims: { iss: 'https://evil.test' } })],
    ['ERR_AUDIENCE_MISMATCH', 'aud', fake.accessToken({ claims: { aud: 'https://evil.test' } })],
    ['ERR_TOKEN_EXPIRED', 'exp', fake.accessToken({ claims: { iat: now - 600, exp: now - 300 } })],
    ['ERR_TOKEN_NOT_YET_VALID', 'nbf', fake.accessToken({ claims: { nbf: now + 120 } })],
    ['ERR_LIFETIME_EXCEEDED', 'exp', fake.accessToken({ claims: { exp: now + 10 * 86400 } })],
    ['ERR_CLAIM_MISSING', 'sub', fake.accessToken({ claims: { sub: undefined } })],
    ['ERR_TOKEN_BOUND', 'cnf', fake.accessToken({ claims: { cnf: { jkt: 'x' } } })],
  ] as const
  const refused = cases.map(async ([code, claim, content]) =>
    refusedFor(code, { [`${code} ${claim}`]: await sealed(content) }, claim),
  )
  await expectRefusals(verify, valid, (await Promise.all(refused)).flat())
})

attack('ENC-06', 'the typ that counts is that of the token within', async () => {
  const untyped = fake.accessToken({ header: { typ: undefined } })
  const other = fake.accessToken({ header: { typ: 'JWT' } })
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_TYP_MISMATCH', await sealedAll({ 'none within': untyped, 'another within': other })),
    ...refusedFor('ERR_TYP_MISMATCH', await sealedAll({ 'none within, right outside': untyped }, { typ: 'at+jwt' })),
    ...refusedFor('ERR_TYP_MISMATCH', await sealedAll({ 'another within, right outside': other }, { typ: 'at+jwt' })),
  ])
  await expectAccepted(verify, {
    'another outside': await sealed(text, { typ: 'logout+jwt' }),
    'the same outside': await sealed(text, { typ: 'at+jwt' }),
  })
})

attack('ENC-07', 'claims that the outer header repeats are those within', async () => {
  const same = { iss: fake.id, sub: 'user-1', aud: audience }
  for (const claim of ['iss', 'sub', 'aud'] as const) {
    const others = ['https://evil.test', '', null, 7, [], {}, [same[claim]], `${same[claim]} `]
    const tokens = others.map(async (value) => [JSON.stringify(value), await sealed(text, { [claim]: value })] as const)
    const refused = Object.fromEntries(await Promise.all(tokens))
    await expectRefusals(verify, await sealed(text, same), refusedFor('ERR_CLAIM_MISMATCH', refused, claim))
  }
})

attack('ENC-08', 'cty says that a token is within', async () => {
  const others = [undefined, 'JWS', 'at+jwt', 'json', '', 'JWT ', 'JWT;x=1', 'application/jose', null, 7, ['JWT'], {}]
  const tokens = others.map(async (cty) => [JSON.stringify(cty), await sealed(text, { cty })] as const)
  await expectRefusals(verify, valid, refusedFor(wrongHeader, Object.fromEntries(await Promise.all(tokens))))
  await expectAccepted(verify, { 'its whole name': await sealed(text, { cty: 'application/jwt' }) })
})

attack('ENC-09', 'an encryption within an encryption is not opened', async () => {
  const { verify: roomy } = typeWith(decryptionKey(rsa.privateKey, { algorithm: rsaWay.alg, encryption: rsaWay.enc }), {
    maxTokenLength: 1024 * 1024,
  })
  const deeper: Record<string, string> = {}
  // A layer makes a text a third longer: a hundred of them would be too long for any memory.
  for (let [depth, token] = [2, valid]; depth <= 20; depth++) {
    token = await sealed(token)
    deeper[`${depth} layers`] = token
  }
  await expectRefusals(roomy, valid, refusedFor('ERR_TOKEN_ENCRYPTED', deeper))
})

const passwords = ['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW']

attack('ENC-10', 'no password is ever hashed, however often a header says', async () => {
  const counts = [1000, 10_001, 1_200_001, 2 ** 31 - 1, Number.MAX_SAFE_INTEGER]
  const headers = passwords.flatMap((alg) =>
    counts.map((p2c) => [`${alg} ${p2c}`, underHeader({ alg, enc: rsaWay.enc, cty: 'JWT', p2s: 'AAAAAAAAAAA', p2c })]),
  )
  await expectRefusals(verify, valid, refusedFor(wrongHeader, Object.fromEntries(headers) as Record<string, string>))
  const secret = randomBytes(16)
  const { verify: byWrap } = typeWith(decryptionKey(secret, { algorithm: 'A128KW', encryption: 'A128GCM' }))
  const way = { alg: 'A128KW', enc: 'A128GCM' }
  await expectRefusals(byWrap, await sealed(text, way, secret), [
    ...refusedFor(wrongHeader, Object.fromEntries(headers) as Record<string, string>),
    ...refusedFor(wrongHeader, {
      'a wrap that names a count': underHeader({ ...way, cty: 'JWT', p2c: 2 ** 31 - 1, p2s: 'AAAAAAAAAAA' }),
    }),
  ])
})

attack('ENC-11', 'the parameters of passwords have no good value', async () => {
  const header = (members: string) => underHeader(`{"alg":"${passwords[0]}","enc":"A256GCM","cty":"JWT"${members}}`)
  const values = ['0', '-1', '1.5', '"1000"', 'null', '[]', '{}', 'true']
  const named = Object.fromEntries(values.map((p2c) => [`p2c ${p2c}`, header(`,"p2s":"AAAAAAAAAAA","p2c":${p2c}`)]))
  await expectRefusals(verify, valid, [
    ...refusedFor(wrongHeader, {
      ...named,
      'a short salt': header(',"p2s":"AA","p2c":1000'),
      'no count': header(',"p2s":"AA"'),
    }),
    ...refusedFor(wrongAlgorithm, { 'neither of them': header('') }),
    ...refusedFor('ERR_HEADER_MALFORMED', { 'a count beyond all numbers': header(',"p2s":"AA","p2c":1e400') }),
  ])
})

attack('ENC-12', 'nothing is ever inflated', async () => {
  const cek = randomBytes(32)
  const encryptedKey = byOaep(cek, rsa.publicKey)
  const zipped = (content: Buffer, zip: unknown) =>
    parts({ header: { ...rsaWay, cty: 'JWT', zip }, cek, encryptedKey, plaintext: deflateRawSync(content) }).join('.')
  const bomb = Buffer.alloc(4_000_000)
  await expectRefusals(verify, valid, [
    ...refusedFor(wrongHeader, {
      'a token': zipped(Buffer.from(text), 'DEF'),
      'a bomb': zipped(bomb, 'DEF'),
      'another method': zipped(Buffer.from(text), 'GZ'),
      'no method': zipped(Buffer.from(text), null),
    }),
    ...refusedFor(malformed, { 'a token that says nothing of it': zipped(Buffer.from(text), undefined) }),
  ])
})

attack('ENC-13', 'RSA with the padding of PKCS #1 v1.5 opens nothing', async () => {
  const cek = randomBytes(32)
  const token = (alg: string, encryptedKey: Buffer) =>
    parts({ header: { ...rsaWay, alg, cty: 'JWT' }, cek, encryptedKey, plaintext: text }).join('.')
  const old = byRsa15(cek, rsa.publicKey)
  await expectRefusals(verify, token('RSA-OAEP-256', byOaep(cek, rsa.publicKey)), [
    ...refusedFor(wrongAlgorithm, {
      'by its name': token('RSA1_5', old),
      'by its name alone': token('RSA1_5', byOaep(cek, rsa.publicKey)),
    }),
    ...refusedFor(failed, {
      'under the name of OAEP': token('RSA-OAEP-256', old),
      'no key': token('RSA-OAEP-256', Buffer.alloc(0)),
      'zeros for a key': token('RSA-OAEP-256', Buffer.alloc(256)),
    }),
  ])
})

attack('ENC-14', 'a point that is not on the curve gives nothing away', async () => {
  for (const curve of curves) {
    const { privateKey, publicKey } = pairs[curve.name]
    const d = numberOf(privateKey.export({ format: 'jwk' }).d)
    const b64 = (value: bigint) => bytesOf(value, curve).toString('base64url')
    /** The token that opens for one who multiplies whatever point he is given. */
    const byNumbers = (x: bigint, y: bigint) => {
      const [shared = 0n] = times(d, [x, y], curve) ?? []
      return agreed(bytesOf(shared, curve), { kty: 'EC', crv: curve.name, x: b64(x), y: b64(y) }, text)
    }
    const sender = ephemeral(curve.name)
    const epk = epkOf(sender.publicKey)
    const shared = sharedOf(sender.privateKey, publicKey)
    const [x, y] = [numberOf(String(epk['x'])), numberOf(String(epk['y']))]
    const own = agreement(curve.name)
    await expectAccepted(own, { 'numbers for a good point': byNumbers(x, y) })
    const others = curves.filter(({ name }) => name !== curve.name)
    await expectRefusals(own, agreed(shared, epk, text), [
      ...refusedFor(failed, {
        'a point beside it': byNumbers(x, y + 1n),
        'another beside it': byNumbers(x + 1n, y),
        'a point of order two': byNumbers(x, 0n),
        'a point with x = 0': byNumbers(0n, y),
        'the origin': agreed(Buffer.alloc(curve.bytes), { ...epk, x: b64(0n), y: b64(0n) }, text),
        'a coordinate of p': agreed(shared, { ...epk, x: b64(curve.p) }, text),
        'nothing for a point': agreed(Buffer.alloc(curve.bytes), { ...epk, x: '', y: '' }, text),
        'no secret at all': agreed(Buffer.alloc(0), { ...epk, x: b64(0n), y: b64(0n) }, text),
      }),
      ...refusedFor(
        failed,
        Object.fromEntries([
          ...others.map(({ name }) => [`said to be on ${name}`, agreed(shared, { ...epk, crv: name }, text)]),
          ...others.map(({ name }) => [`a point of ${name}`, agreed(shared, epkOf(pairs[name].publicKey), text)]),
        ]) as Record<string, string>,
      ),
    ])
  }
})

/** Points of X25519 whose multiples, by every key, are zero (RFC 7748 §6.1), and other spellings of them. */
const lowOrder = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  `${'00'.repeat(31)}80`,
  `01${'00'.repeat(30)}80`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7',
  `ec${'ff'.repeat(31)}`,
  `ed${'ff'.repeat(31)}`,
  `ee${'ff'.repeat(31)}`,
]

attack('ENC-15', 'a shared secret that is zero for everybody is none', async () => {
  const sender = ephemeral('X25519')
  const epk = epkOf(sender.publicKey)
  const shared = sharedOf(sender.privateKey, pairs.X25519.publicKey)
  const zeros = lowOrder.flatMap((hex) => {
    const point = { kty: 'OKP', crv: 'X25519', x: Buffer.from(hex, 'hex').toString('base64url') }
    return [
      [hex, agreed(Buffer.alloc(32), point, text)],
      [`${hex}, no secret`, agreed(Buffer.alloc(0), point, text)],
    ]
  })
  await expectRefusals(agreement('X25519'), agreed(shared, epk, text), [
    ...refusedFor(failed, Object.fromEntries(zeros) as Record<string, string>),
    ...refusedFor(failed, {
      'a point of another kind': agreed(shared, { ...epk, crv: 'Ed25519' }, text),
      X448: agreed(shared, { ...epk, crv: 'X448' }, text),
      'a point of 31 bytes': agreed(shared, { ...epk, x: String(epk['x']).slice(0, 42) }, text),
      'a point on P-256': agreed(shared, epkOf(pairs['P-256'].publicKey), text),
    }),
  ])
})

attack('ENC-16', 'a tag has its length, and every bit of it counts', async () => {
  for (const enc of ['A256GCM', 'A256CBC-HS512'] as const) {
    const own = typeWith(decryptionKey(rsa.privateKey, { algorithm: rsaWay.alg, encryption: enc })).verify
    const good = await sealed(text, { enc })
    const [head = '', key = '', iv = '', ciphertext = '', tag = ''] = good.split('.')
    const bytes = Buffer.from(tag, 'base64url')
    const withTag = (other: Buffer) => [head, key, iv, ciphertext, other.toString('base64url')].join('.')
    const lengths = Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length))
    const longer = [1, 2, 4, 16, 32].map((more) => Buffer.concat([bytes, Buffer.alloc(more)]))
    const turned = Array.from({ length: bytes.length * 8 }, (_, bit) => flipped(bytes, bit))
    const nonce = Buffer.from(iv, 'base64url')
    const nonces = [
      Buffer.alloc(0),
      nonce.subarray(1),
      Buffer.concat([nonce, Buffer.alloc(4)]),
      Buffer.alloc(nonce.length),
    ]
    await expectRefusals(own, good, [
      ...refusedFor(
        failed,
        [...lengths, ...longer, ...turned, bytes.map(() => 0)].map((one) => withTag(Buffer.from(one))),
      ),
      ...refusedFor(
        failed,
        nonces.map((one) => [head, key, one.toString('base64url'), ciphertext, tag].join('.')),
      ),
      ...refusedFor(failed, {
        'a turned bit of the text': [
          head,
          key,
          iv,
          flipped(Buffer.from(ciphertext, 'base64url'), 7).toString('base64url'),
          tag,
        ].join('.'),
      }),
    ])
  }
})

attack('ENC-16', 'the tag of a wrapped key has its length, too', async () => {
  const secret = randomBytes(16)
  const own = typeWith(decryptionKey(secret, { algorithm: 'A128GCMKW', encryption: 'A128GCM' })).verify
  const cek = randomBytes(16)
  const { encryptedKey, members } = wrappedByGcm(cek, secret)
  const token = (changes: Header) => {
    const header = { alg: 'A128GCMKW', enc: 'A128GCM', cty: 'JWT', ...members, ...changes }
    return parts({ header, cek, encryptedKey, plaintext: text }).join('.')
  }
  const tag = Buffer.from(String(members['tag']), 'base64url')
  const lengths = Array.from({ length: 16 }, (_, length) => tag.subarray(0, length))
  const bits = Array.from({ length: 128 }, (_, bit) => flipped(tag, bit))
  const others = [...lengths, ...bits, Buffer.concat([tag, tag])].map((other) =>
    token({ tag: other.toString('base64url') }),
  )
  const values = [undefined, null, 7, [], {}, 'é', 'AA==', '', 'AA']
  const shapes = values.flatMap((value) => [token({ tag: value }), token({ iv: value })])
  await expectRefusals(own, token({}), refusedFor(failed, [...others, ...shapes]))
})

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

/** What a client is told, all of it but the date. */
async function answersTo(tokens: readonly string[], guarded = access) {
  const koa = new Koa()
    .use(koaGuard(guarded))
    .use((ctx) => void (ctx.body = 'let in'))
    .callback()
  const behindExpress = express().use(expressGuard(guarded), (_request, response) => void response.send('let in'))
  const servers = [
    createServer(behindExpress as RequestListener),
    createServer((request, response) => void koa(request, response)),
  ]
  const answers: string[] = []
  for (const server of servers) {
    const { port, close } = await listening(server.listen(0, '127.0.0.1'))
    onTestFinished(close)
    for (const token of tokens) {
      const { status, headers, body } = await sendByFetch(port, 'GET', '/', { authorization: `Bearer ${token}` })
      const lines = [...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name))
      answers.push(JSON.stringify([status, lines, body]))
    }
  }
  return answers
}

async function expectOneAnswer(tokens: readonly string[], guarded = access): Promise<void> {
  const answers = await answersTo(tokens, guarded)
  const each = answers.length / 2
  expect(answers[0]).toContain('invalid_token')
  expect(new Set(answers.slice(0, each)).size).toBe(1)
  expect(new Set(answers.slice(each)).size).toBe(1)
}

attack('ENC-17', 'whether the padding or the tag of a CBC encryption was wrong is not told', async () => {
  const enc = 'A128CBC-HS256'
  const own = typeWith(decryptionKey(rsa.privateKey, { algorithm: rsaWay.alg, encryption: enc }))
  const cek = randomBytes(32)
  const header = { alg: rsaWay.alg, enc, cty: 'JWT' }
  const encryptedKey = byOaep(cek, rsa.publicKey)
  const made = (padded?: (plaintext: Buffer) => Buffer) =>
    parts({ header, cek, encryptedKey, plaintext: text, ...(padded && { padded }) })
  const filled = (end: readonly number[]) => (plaintext: Buffer) => {
    const room = 16 - ((plaintext.length + end.length) % 16)
    return Buffer.concat([plaintext, Buffer.alloc(room % 16, 0x41), Buffer.from(end)])
  }
  const paddings = [[0], [17], [255], [2, 3], [1, 2, 3], Array.from({ length: 16 }, () => 0), [3, 2]].map((end) =>
    made(filled(end)).join('.'),
  )
  const valid17 = made().join('.')
  const [head = '', key = '', iv = '', ciphertext = '', tag = ''] = valid17.split('.')
  const withText = (bytes: Uint8Array) => [head, key, iv, Buffer.from(bytes).toString('base64url'), tag].join('.')
  const bytes = Buffer.from(ciphertext, 'base64url')
  // The byte before the last block is what an attacker turns to find the last byte of the text.
  const turned = Array.from({ length: 255 }, (_, value) =>
    withText(bytes.map((byte, at) => (at === bytes.length - 17 ? byte ^ (value + 1) : byte))),
  )
  const others = [withText(bytes.subarray(1)), withText(bytes.subarray(16)), withText(Buffer.alloc(0))]
  await expectRefusals(own.verify, valid17, refusedFor(failed, [...paddings, ...turned, ...others]))
  const forged = await sealed(fake.accessToken({ key: testKey('ES256') }), { enc })
  await expectOneAnswer([...paddings, ...turned.slice(0, 32), ...others, forged], own)
})

attack('ENC-18', 'algorithm and encryption are the key’s: a header chooses neither', async () => {
  const algorithms = ['RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'] as const
  const encryptions = ['A128GCM', 'A192GCM', 'A256GCM', 'A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'] as const
  const ways = algorithms.flatMap((alg) => encryptions.map((enc) => ({ alg, enc })))
  const tokens = await Promise.all(
    ways.map(async ({ alg, enc }) => ({ alg, enc, token: await sealed(text, { alg, enc }) })),
  )
  for (const { alg, enc, token } of tokens) {
    const others = tokens.filter((one) => one.alg !== alg || one.enc !== enc)
    await expectRefusals(
      typeWith(decryptionKey(rsa.privateKey, { algorithm: alg, encryption: enc })).verify,
      token,
      refusedFor(wrongAlgorithm, Object.fromEntries(others.map((one) => [`${one.alg} ${one.enc}`, one.token]))),
    )
  }
})

attack(
  'ENC-18',
  'a secret that wraps keys is no content key (dir), and no header’s alg or enc is anything else',
  async () => {
    const secret = randomBytes(16)
    const own = typeWith(decryptionKey(secret, { algorithm: 'A128KW', encryption: 'A128GCM' })).verify
    const good = await sealed(text, { alg: 'A128KW', enc: 'A128GCM' }, secret)
    const direct = await sealed(text, { alg: 'dir', enc: 'A128GCM' }, secret)
    const values = ['', 'a128kw', 'A128KW ', 'none', null, 7, ['A128KW'], {}, true, 'toString', '__proto__']
    const header = (members: object) => underHeader({ alg: 'A128KW', enc: 'A128GCM', cty: 'JWT', ...members })
    await expectRefusals(own, good, [
      ...refusedFor(wrongAlgorithm, { direct }),
      ...refusedFor(
        wrongAlgorithm,
        values.map((alg) => header({ alg })),
      ),
      ...refusedFor(
        wrongAlgorithm,
        values.map((enc) => header({ enc })),
      ),
      ...refusedFor(wrongAlgorithm, [header({ alg: undefined }), header({ enc: undefined })]),
    ])
  },
)

attack('ENC-19', 'a key for one way to wrap opens no other', async () => {
  const enc = 'A128GCM'
  const cek = randomBytes(16)
  for (const bits of [128, 192, 256] as const) {
    const key = randomBytes(bits / 8)
    const ways = { [`A${bits}KW`]: wrappedByKw(cek, key), [`A${bits}GCMKW`]: wrappedByGcm(cek, key) }
    const token = (alg: string, { encryptedKey, members }: Wrapped) =>
      parts({ header: { alg, enc, cty: 'JWT', ...members }, cek, encryptedKey, plaintext: text }).join('.')
    for (const algorithm of [`A${bits}KW`, `A${bits}GCMKW`] as const) {
      const own = typeWith(decryptionKey(key, { algorithm, encryption: enc })).verify
      const [right, other] = Object.keys(ways).toSorted((name) => (name === algorithm ? -1 : 1))
      const [good, bad] = [ways[right ?? ''], ways[other ?? '']]
      if (good === undefined || bad === undefined || other === undefined) throw new TypeError('two ways')
      const both = { ...bad, members: { ...good.members, ...bad.members } }
      const cut = (length: number) => token(algorithm, { ...good, encryptedKey: good.encryptedKey.subarray(0, length) })
      await expectRefusals(own, token(algorithm, good), [
        ...refusedFor(wrongAlgorithm, { 'the other way by its name': token(other, bad) }),
        ...refusedFor(failed, { 'the other way by this name': token(algorithm, both) }),
        ...refusedFor(failed, [0, 1, 8, 15].map(cut)),
      ])
    }
  }
  const withWrap = await sealed(text, { alg: 'ECDH-ES+A128KW', enc }, pairs['P-256'].publicKey)
  const own = typeWith(decryptionKey(pairs['P-256'].privateKey, { algorithm: 'ECDH-ES', encryption: enc })).verify
  const good = await sealed(text, { alg: 'ECDH-ES', enc }, pairs['P-256'].publicKey)
  await expectRefusals(own, good, [
    ...refusedFor(wrongAlgorithm, { 'an agreement with a wrap': withWrap }),
    ...refusedFor(failed, {
      'an agreement with a key beside it': [good.split('.')[0], 'AAAA', ...good.split('.').slice(2)].join('.'),
    }),
  ])
})

attack('ENC-20', 'which layer was wrong is not told: every answer is the same, byte by byte', async () => {
  const opened = {
    'a forged signature': fake.accessToken({ key: testKey('ES256') }),
    'a signature of the right length that is none': `${text.split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}`,
    'an expired token': fake.accessToken({ claims: { exp: fake.clock.now() - 300, iat: fake.clock.now() - 600 } }),
    'no token': 'x',
    'another encryption': valid,
    'another kind': fake.idToken(),
  }
  const unopened = [
    changed({ 4: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    changed({ 4: '' }),
    changed({ 1: 'AAAA' }),
    changed({ 1: Buffer.alloc(256, 1).toString('base64url') }),
    changed({ 2: 'AAAA' }),
    changed({ 3: '' }),
    underHeader({ ...rsaWay, cty: 'JWT', alg: 'dir' }),
    underHeader({ ...rsaWay, cty: 'JWT', zip: 'DEF' }),
    underHeader('x'),
    text,
  ]
  await expectOneAnswer([...unopened, ...Object.values(await sealedAll(opened))])
  expect(await answersTo([valid])).toEqual([expect.stringContaining('let in'), expect.stringContaining('let in')])
})

const strange: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  '',
  'x',
  [],
  {},
  [{}],
  { kty: 'EC' },
  { kty: 'EC', crv: 'P-256' },
  { kty: 'oct', k: 'AA' },
  { kty: 'RSA', n: 'AA', e: 'AQAB' },
  { kty: 'OKP', crv: 'X25519', x: 'AA' },
  { kty: 'EC', crv: 'P-256', x: 1, y: 2 },
  { kty: 'EC', crv: 'P-256', x: null, y: null },
  { kty: 'EC', crv: 'P-256', x: 'é', y: 'é' },
  { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' },
  { kty: ['EC'], crv: ['P-256'] },
  { kty: 'EC', crv: 'toString' },
]

attack('ENC-21', 'an epk of any shape is refused', async () => {
  const sender = ephemeral('P-256')
  const epk = epkOf(sender.publicKey)
  const shared = sharedOf(sender.privateKey, pairs['P-256'].publicKey)
  const own = agreement('P-256')
  const good = agreed(shared, epk, text)
  const spoilt = Object.keys(epk).flatMap((name) => strange.map((value) => ({ ...epk, [name]: value })))
  const long = { ...epk, x: 'A'.repeat(1200) }
  const privateOnes = ['d', 'k', 'p', 'oth', 'priv'].map((name) => Object.assign({ [name]: epk['x'] }, epk))
  const uses = [{ key_ops: 'x' }, { key_ops: ['sign'] }].map((members) => Object.assign(members, epk))
  const all = [...strange, ...spoilt, long, ...privateOnes, ...uses]
  await expectRefusals(
    own,
    good,
    refusedFor(
      failed,
      all.map((one) => agreed(shared, one, text)),
    ),
  )
  const deep = JSON.parse(`${'['.repeat(50)}${']'.repeat(50)}`) as unknown
  await expectRefusals(own, good, refusedFor('ERR_HEADER_MALFORMED', [agreed(shared, { ...epk, deep }, text)]))
})

attack('ENC-21', 'party information of no form is refused', async () => {
  const sender = ephemeral('P-256')
  const shared = sharedOf(sender.privateKey, pairs['P-256'].publicKey)
  const token = (members: Header) => agreed(shared, epkOf(sender.publicKey), text, members)
  const values = strange.filter((value) => value !== undefined && value !== '')
  const tokens = ['apu', 'apv'].flatMap((name) => values.map((value) => token({ [name]: value })))
  await expectRefusals(agreement('P-256'), token({}), refusedFor(failed, tokens))
})

attack('ENC-21', 'nothing that is sent throws what is not the library’s own', async () => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', listen)
  onTestFinished(() => void process.off('unhandledRejection', listen))
  const secret = randomBytes(16)
  const ways: readonly (readonly [KeyObject | Uint8Array, KeyManagementAlgorithm, ContentEncryptionAlgorithm])[] = [
    [rsa.privateKey, 'RSA-OAEP-256', 'A256GCM'],
    [pairs['P-256'].privateKey, 'ECDH-ES', 'A128GCM'],
    [pairs.X25519.privateKey, 'ECDH-ES+A256KW', 'A128CBC-HS256'],
    [secret, 'A128KW', 'A128GCM'],
    [secret, 'A128GCMKW', 'A256CBC-HS512'],
  ]
  const refusal = /^ERR_(TOKEN|HEADER|ALGORITHM|KEY|DECRYPTION)_[A-Z_]+$/
  for (const [key, algorithm, encryption] of ways) {
    const { verify: own } = typeWith(decryptionKey(key, { algorithm, encryption }))
    const theirs = key instanceof Uint8Array ? key : createPublicKey(key)
    const good = await sealed(text, { alg: algorithm, enc: encryption }, theirs)
    const goodHeader = JSON.parse(Buffer.from(good.split('.')[0] ?? '', 'base64url').toString()) as object
    const bytes = fc.uint8Array({ maxLength: 300 }).map((some) => Buffer.from(some).toString('base64url'))
    const value = fc.oneof(fc.jsonValue(), bytes, fc.constantFrom(...strange))
    const name = fc.constantFrom(
      'epk',
      'apu',
      'apv',
      'iv',
      'tag',
      'kid',
      'cty',
      'typ',
      'alg',
      'enc',
      'iss',
      'zip',
      'crit',
    )
    const header = fc
      .dictionary(name, value, { maxKeys: 3 })
      .map((some) => segment(JSON.stringify({ ...goodHeader, ...some })))
    const part = fc.oneof(bytes, fc.constant(''), fc.string({ maxLength: 40 }))
    const change = fc.record({ 0: header, 1: part, 2: part, 3: part, 4: part }, { requiredKeys: [] })
    const token = fc.oneof(
      change.map((some: Readonly<Record<number, string>>) =>
        good
          .split('.')
          .map((one, index) => some[index] ?? one)
          .join('.'),
      ),
      fc.array(part, { minLength: 1, maxLength: 7 }).map((some) => some.join('.')),
    )
    await fc.assert(
      fc.asyncProperty(token, async (one) => {
        fc.pre(one !== good)
        expect(await verdictOf(() => own(one))).toMatch(refusal)
      }),
      { numRuns: 1000 },
    )
  }
  await new Promise((resolve) => void setTimeout(resolve, 0))
  expect(unhandled).toEqual([])
})

attack('ENC-22', 'nothing of this suite compresses what it encrypts, or anything else', () => {
  const packages = `${import.meta.dirname}/../../packages`
  const sources = readdirSync(packages).flatMap((name) =>
    readdirSync(`${packages}/${name}/src`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${name}/src/${path}`),
  )
  const compressing = /node:zlib|deflate|gzip|['"]?\bzip\b['"]?\s*:|CompressionStream/i
  expect(sources.filter((path) => compressing.test(readFileSync(`${packages}/${path}`, 'utf8')))).toEqual([])
  expect(sources.length).toBeGreaterThan(50)
})
