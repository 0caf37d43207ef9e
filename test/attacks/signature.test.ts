/* oxlint-disable vitest/no-standalone-expect -- attack() registers a test */
import { createHmac, createPublicKey, generateKeyPairSync, KeyObject, sign, X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, IncomingMessage, type RequestListener } from 'node:http'
import { Socket, type AddressInfo } from 'node:net'
import {
  accessToken,
  anyOf,
  authorizationGrant,
  clientAssertion,
  createGuard,
  defineTokens,
  generateSigningKey,
  hmacSecret,
  identityAssertionGrant,
  idToken,
  introspectionResponse,
  issuer,
  issuers,
  keySet,
  logoutToken,
  publicKey,
  remoteKeySet,
  requestObject,
  securityEventToken,
  transactionToken,
  userInfoResponse,
  verifyCompactJws,
  type AnyOf,
  type AnyTokenType,
  type Explanation,
  type Jwk,
  type KeySource,
  type PublicKeyAlgorithm,
  type Verified,
} from '@jwt-guard/core'
import { jwtGuard as expressGuard } from '@jwt-guard/express'
import { jwtGuard as koaGuard } from '@jwt-guard/koa'
import {
  FakeIssuer,
  forge,
  segment,
  signatureOf,
  startKeyServer,
  testKey,
  testSecret,
  type Changes,
  type TestKey,
} from '@jwt-guard/testing'
import express from 'express'
import Koa from 'koa'
import { expect } from 'vitest'
import {
  attack,
  eventsOf,
  expectAccepted,
  expectRefusals,
  mistakeOf,
  refusedFor,
  verdictOf,
  type Verify,
} from './catalogue.js'
import { certificateOf } from './certificate.js'
import {
  base,
  challenge,
  encoded,
  identity,
  littleEnd,
  numberOf,
  order,
  small,
  sum,
  times,
  type Point,
} from './ed25519.js'
import { everyKey, publicKeyAlgorithms, publicKeys, rsaAlgorithms } from './keys.js'
import { digestInfos, pkcs1Block, pssBlock, rsaOf, sha256 } from './rsa-blocks.js'

const audience = 'https://api.test'
const fake = new FakeIssuer()
const { access } = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }, { clock: fake.clock })
const valid = fake.accessToken()
const invalid = 'ERR_SIGNATURE_INVALID'
const malformed = 'ERR_TOKEN_MALFORMED'

const verifierOf =
  (keys: KeySource | readonly KeySource[]): Verify =>
  (text) =>
    verifyCompactJws(text, keys)
const tokenOf = (key: TestKey, header: Readonly<Record<string, unknown>> = {}) =>
  forge({ header: { alg: key.algorithm, ...header }, payload: { sub: 'user-1' }, key })
const partsOf = (token: string) => {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return { header, payload, signed: `${header}.${payload}`, signature: Buffer.from(signature, 'base64url') }
}
const withSignature = (token: string, signature: Uint8Array) =>
  `${partsOf(token).signed}.${Buffer.from(signature).toString('base64url')}`
const privateKeyOf = ({ secret }: TestKey) => {
  if (secret instanceof KeyObject) return secret
  throw new TypeError('a secret has no private key')
}
const keyOf = (algorithm: string) => {
  const found = everyKey.find((key) => key.algorithm === algorithm)
  if (found === undefined) throw new TypeError(algorithm)
  return found
}

const root = `${import.meta.dirname}/../..`
const core = `${root}/packages/core/src`
const sources = new Map(
  readdirSync(core, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => [name, readFileSync(`${core}/${name}`, 'utf8')]),
)
const filesWith = (pattern: RegExp) => [...sources].filter(([, text]) => pattern.test(text)).map(([name]) => name)

attack('SIG-01', 'a token without its signature is refused', async () => {
  for (const key of everyKey) {
    const token = tokenOf(key)
    const { signed } = partsOf(token)
    await expectRefusals(verifierOf(key.source), token, refusedFor(malformed, [`${signed}.`, signed, `${signed}..`]))
  }
})

attack('SIG-02', 'no bit of a token can be turned, whatever the algorithm', async () => {
  const anyRefusal = [
    'ERR_HEADER_MALFORMED',
    'ERR_HEADER_INVALID',
    'ERR_ALGORITHM_INVALID',
    'ERR_ALGORITHM_MISMATCH',
    invalid,
  ] as const
  for (const key of everyKey) {
    const token = tokenOf(key)
    const { header, payload, signature } = partsOf(token)
    const turned = (bytes: Buffer) =>
      Array.from({ length: bytes.length * 8 }, (_, bit) => {
        const copy = Buffer.from(bytes)
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return copy.toString('base64url')
      })
    const decoded = (text: string) => Buffer.from(text, 'base64url')
    await expectRefusals(verifierOf(key.source), token, [
      ...refusedFor(
        anyRefusal,
        turned(decoded(header)).map((text) => `${text}.${payload}.${signature.toString('base64url')}`),
      ),
      ...refusedFor(
        invalid,
        turned(decoded(payload)).map((text) => `${header}.${text}.${signature.toString('base64url')}`),
      ),
      ...refusedFor(
        invalid,
        turned(signature).map((text) => `${header}.${payload}.${text}`),
      ),
    ])
  }
})

attack('SIG-03', 'a signature has its length: shorter, longer or doubled it is refused', async () => {
  for (const key of everyKey) {
    const token = tokenOf(key)
    const { signature } = partsOf(token)
    const shorter = Array.from({ length: Math.min(64, signature.length - 1) }, (_, less) => [
      signature.subarray(0, signature.length - less - 1),
      signature.subarray(less + 1),
    ])
    const longer = Array.from({ length: 64 }, (_, more) => [
      Buffer.concat([signature, Buffer.alloc(more + 1)]),
      Buffer.concat([Buffer.alloc(more + 1), signature]),
      Buffer.concat([signature, signature.subarray(0, more + 1)]),
    ])
    const others = [...shorter.flat(), ...longer.flat(), Buffer.concat([signature, signature])]
    await expectRefusals(verifierOf(key.source), token, [
      ...refusedFor(
        invalid,
        others.map((other) => withSignature(token, other)),
      ),
      ...refusedFor(malformed, { 'no byte': withSignature(token, Buffer.alloc(0)) }),
    ])
  }
})

attack('SIG-04', 'a signature of another key is refused, whatever the algorithm', async () => {
  for (const key of everyKey) {
    const { algorithm, kid } = key
    const stranger = algorithm.startsWith('HS') ? testSecret(algorithm as 'HS256') : testKey(algorithm as 'ES256')
    const cases = refusedFor(invalid, { stranger: tokenOf({ ...stranger, algorithm }, { kid }) })
    await expectRefusals(verifierOf(key.source), tokenOf(key), cases)
  }
})

const macs = ['HS256', 'HS384', 'HS512'] as const
/** A token whose MAC is made with bytes that everybody has. */
const forgedWith = (secret: Uint8Array, algorithm: (typeof macs)[number], kid?: string) =>
  forge({ header: { alg: algorithm, kid }, payload: { sub: 'admin' }, key: { algorithm, secret } })
const forgeries = (spellings: Readonly<Record<string, Buffer | string>>) =>
  Object.fromEntries(
    Object.entries(spellings).flatMap(([name, spelling]) =>
      macs.flatMap((algorithm) => [
        [`${algorithm} with ${name}`, forgedWith(Buffer.from(spelling), algorithm)],
        [`${algorithm} with ${name}, named`, forgedWith(Buffer.from(spelling), algorithm, 'test')],
      ]),
    ),
  )

/** Everything that a public key looks like where it is published. */
function spellingsOf(key: KeyObject): Record<string, Buffer | string> {
  const pem = key.export({ format: 'pem', type: 'spki' }).toString()
  const der = key.export({ format: 'der', type: 'spki' })
  return {
    PEM: pem,
    'PEM, trimmed': pem.trim(),
    'PEM with CRLF': pem.replaceAll('\n', '\r\n'),
    'PEM in one line': pem.replaceAll('\n', ''),
    'PEM with a byte order mark': `\ufeff${pem}`,
    DER: der,
    'DER in base64': der.toString('base64'),
    'DER in base64url': der.toString('base64url'),
    JWK: JSON.stringify(key.export({ format: 'jwk' })),
    'JWK Set': JSON.stringify({ keys: [key.export({ format: 'jwk' })] }),
  }
}

attack('SIG-05', 'an RSA key in any spelling is no HMAC secret', async () => {
  for (const key of publicKeys.filter(({ algorithm }) => /^[RP]S/.test(algorithm))) {
    const open = createPublicKey(privateKeyOf(key))
    const modulus = Buffer.from(String(open.export({ format: 'jwk' }).n), 'base64url')
    const certificate = certificateOf(open, privateKeyOf(key))
    expect(new X509Certificate(certificate).publicKey.equals(open)).toBe(true)
    const spellings = {
      ...spellingsOf(open),
      'the modulus': modulus,
      'the modulus, as text': modulus.toString('base64url'),
      'PKCS#1 PEM': open.export({ format: 'pem', type: 'pkcs1' }).toString(),
      'PKCS#1 DER': open.export({ format: 'der', type: 'pkcs1' }),
      certificate,
      'certificate PEM': new X509Certificate(certificate).toString(),
      'certificate in base64 (x5c)': certificate.toString('base64'),
    }
    await expectRefusals(
      verifierOf(key.source),
      tokenOf(key),
      refusedFor('ERR_ALGORITHM_MISMATCH', forgeries(spellings)),
    )
  }
})

attack('SIG-06', 'an elliptic-curve key in any spelling is no HMAC secret', async () => {
  for (const key of publicKeys.filter(({ algorithm }) => !/^[RP]S/.test(algorithm))) {
    const open = createPublicKey(privateKeyOf(key))
    const { x = '', y = '' } = open.export({ format: 'jwk' })
    const [bx, by] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
    const spellings = {
      ...spellingsOf(open),
      'the point': Buffer.concat([Buffer.from([4]), bx, by]),
      'the point, bare': Buffer.concat([bx, by]),
      'the point, compressed': Buffer.concat([Buffer.from([2 + ((by.at(-1) ?? 0) & 1)]), bx]),
      x: bx,
      'x, as text': x,
    }
    await expectRefusals(
      verifierOf(key.source),
      tokenOf(key),
      refusedFor('ERR_ALGORITHM_MISMATCH', forgeries(spellings)),
    )
  }
})

attack('SIG-07', 'an RSA key that was worked out from signatures is no HMAC secret', async () => {
  const key = keyOf('RS256')
  const jwk = createPublicKey(privateKeyOf(key)).export({ format: 'jwk' })
  const modulus = BigInt(`0x${Buffer.from(jwk.n ?? '', 'base64url').toString('hex')}`)
  // What the greatest common divisor of two signatures leaves: the modulus, or a small multiple of it.
  const candidates = [1n, 2n, 3n].map((factor) => {
    const hex = (modulus * factor).toString(16)
    const n = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url')
    return createPublicKey({ key: { kty: 'RSA', n, e: jwk.e ?? '' }, format: 'jwk' })
  })
  for (const candidate of candidates) {
    await expectRefusals(
      verifierOf(key.source),
      tokenOf(key),
      refusedFor('ERR_ALGORITHM_MISMATCH', forgeries(spellingsOf(candidate))),
    )
  }
})

attack('SIG-08', 'the padding of an RSA signature is that of RFC 8017, to the byte', async () => {
  const key = keyOf('RS256')
  const privateKey = privateKeyOf(key)
  const token = tokenOf(key)
  const { signed, signature } = partsOf(token)
  const { right = Buffer.alloc(0), ...wrong } = digestInfos(sha256(signed))
  const signedBlock = (block: Buffer) => withSignature(token, rsaOf(block, privateKey))
  const padded = (change: (padding: Buffer) => void) => (length: number) => {
    const padding = Buffer.alloc(length, 0xff)
    change(padding)
    return padding
  }
  const eight = () => Buffer.alloc(8, 0xff)
  const rest = (used: number) => 'a5'.repeat(256 - used)
  const blocks = {
    'block type 0': pkcs1Block(right, { type: '00' }),
    'block type 2': pkcs1Block(right, { type: '02' }),
    'block type FF': pkcs1Block(right, { type: 'ff' }),
    'first byte 1': pkcs1Block(right, { front: '01' }),
    'no first zero': pkcs1Block(right, { front: '' }),
    'separator 1': pkcs1Block(right, { separator: '01' }),
    'no separator': pkcs1Block(right, { separator: '' }),
    'two separators': pkcs1Block(right, { separator: '0000' }),
    'zeros for padding': pkcs1Block(right, { padding: (length) => Buffer.alloc(length) }),
    'other bytes for padding': pkcs1Block(right, { padding: (length) => Buffer.alloc(length, 0xfe) }),
    'first byte of padding': pkcs1Block(right, { padding: padded((padding) => padding.fill(0, 0, 1)) }),
    'middle byte of padding': pkcs1Block(right, { padding: padded((padding) => padding.fill(0xfe, 100, 101)) }),
    'last byte of padding': pkcs1Block(right, { padding: padded((padding) => padding.fill(0xfe, padding.length - 1)) }),
    'a zero in the padding': pkcs1Block(right, { padding: padded((padding) => padding.fill(0, 9, 10)) }),
    'short padding, garbage behind': pkcs1Block(right, { padding: eight, behind: rest(11 + right.length) }),
    'no padding, garbage behind': pkcs1Block(right, { padding: () => Buffer.alloc(0), behind: rest(3 + right.length) }),
    'short padding, zeros behind': pkcs1Block(right, { padding: eight, behind: '00'.repeat(245 - right.length) }),
    'a byte behind': pkcs1Block(right, { behind: '00' }),
    'all zeros': Buffer.alloc(256),
  }
  const modulus = BigInt(
    `0x${Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`,
  )
  const number = (value: bigint) => Buffer.from((value % 2n ** 2048n).toString(16).padStart(512, '0'), 'hex')
  const numbers = {
    0: 0n,
    1: 1n,
    2: 2n,
    'n - 1': modulus - 1n,
    n: modulus,
    'n + 1': modulus + 1n,
    '2^2048 - 1': 2n ** 2048n - 1n,
  }
  const own = BigInt(`0x${signature.toString('hex')}`)
  const map = <T>(values: Readonly<Record<string, T>>, make: (value: T) => string) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(value)]))
  await expectRefusals(verifierOf(key.source), signedBlock(pkcs1Block(right)), [
    ...refusedFor(invalid, map(blocks, signedBlock)),
    ...refusedFor(
      invalid,
      map(wrong, (content) => signedBlock(pkcs1Block(content))),
    ),
    ...refusedFor(
      invalid,
      map(numbers, (value) => withSignature(token, number(value))),
    ),
    ...refusedFor(invalid, {
      'n - s': withSignature(token, number(modulus - own)),
      's + n': withSignature(token, Buffer.from((own + modulus).toString(16).padStart(514, '0'), 'hex')),
    }),
    ...refusedFor(invalid, {
      'the hash itself': withSignature(token, sha256(signed)),
      'the block itself': withSignature(token, pkcs1Block(right)),
    }),
  ])
})

attack('SIG-09', 'PSS has the hash, the mask and the salt length of its algorithm', async () => {
  const key = keyOf('PS256')
  const token = tokenOf(key)
  const { signed } = partsOf(token)
  const signedBlock = (block: Buffer) => withSignature(token, rsaOf(block, privateKeyOf(key)))
  const saltLengths = [0, 1, 8, 16, 20, 28, 31, 33, 48, 64, 100, 222]
  const modulus = Buffer.from(createPublicKey(privateKeyOf(key)).export({ format: 'jwk' }).n ?? '', 'base64url')
  const salts = Array.from({ length: 200 }, (_, seed) => sha256(String(seed)))
  const topSet = salts.map((salt) => pssBlock(signed, { salt, top: 0x80 })).find((block) => block.compare(modulus) < 0)
  if (topSet === undefined) throw new Error('every block was above the modulus')
  await expectRefusals(verifierOf(key.source), signedBlock(pssBlock(signed)), [
    ...refusedFor(
      invalid,
      Object.fromEntries(
        saltLengths.map((length) => [
          `salt of ${length} bytes`,
          signedBlock(pssBlock(signed, { salt: Buffer.alloc(length, 7) })),
        ]),
      ),
    ),
    ...refusedFor(
      invalid,
      Object.fromEntries(
        ['sha1', 'sha224', 'sha384', 'sha512', 'sha512-256', 'sha3-256'].map((mask) => [
          `mask ${mask}`,
          signedBlock(pssBlock(signed, { mask })),
        ]),
      ),
    ),
    ...refusedFor(
      invalid,
      Object.fromEntries(
        ['sha1', 'sha384', 'sha512', 'sha512-256'].map((hash) => [
          `hash ${hash}`,
          signedBlock(pssBlock(signed, { hash })),
        ]),
      ),
    ),
    ...refusedFor(
      invalid,
      Object.fromEntries(
        [0xcc, 0x00, 0xbd, 0x3c].map((trailer) => [`trailer ${trailer}`, signedBlock(pssBlock(signed, { trailer }))]),
      ),
    ),
    ...refusedFor(
      invalid,
      Object.fromEntries(
        [0, 2, 0x81].map((separator) => [`separator ${separator}`, signedBlock(pssBlock(signed, { separator }))]),
      ),
    ),
    ...refusedFor(invalid, {
      'padding of ones': signedBlock(pssBlock(signed, { padding: 1 })),
      'top bit set': signedBlock(topSet),
    }),
    ...refusedFor(invalid, {
      'seven zeros': signedBlock(pssBlock(signed, { zeros: 7 })),
      'no zeros': signedBlock(pssBlock(signed, { zeros: 0 })),
    }),
    ...refusedFor(invalid, {
      'another message': signedBlock(pssBlock(`${signed}x`)),
      'the block itself': withSignature(token, pssBlock(signed)),
    }),
  ])
})

attack('SIG-10', 'a signature of another scheme or hash is none of this one, though the key is the same', async () => {
  for (const key of publicKeys.filter(({ algorithm }) => /^[RP]S/.test(algorithm))) {
    const token = tokenOf(key)
    const { signed } = partsOf(token)
    const others = rsaAlgorithms
      .filter((name) => name !== key.algorithm)
      .map((algorithm) => [algorithm, withSignature(token, signatureOf(signed, { algorithm, secret: key.secret }))])
    await expectRefusals(verifierOf(key.source), token, refusedFor(invalid, Object.fromEntries(others)))
  }
  for (const key of publicKeys.filter(({ algorithm }) => algorithm.startsWith('ES'))) {
    const token = tokenOf(key)
    const { signed } = partsOf(token)
    const others = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512']
      .filter((hash) => !hash.endsWith(key.algorithm.slice(2)))
      .map((hash) => [
        hash,
        withSignature(token, sign(hash, Buffer.from(signed), { key: privateKeyOf(key), dsaEncoding: 'ieee-p1363' })),
      ])
    await expectRefusals(verifierOf(key.source), token, refusedFor(invalid, Object.fromEntries(others)))
  }
})

const curves = [
  {
    algorithm: 'ES256',
    bytes: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  {
    algorithm: 'ES384',
    bytes: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  {
    algorithm: 'ES512',
    bytes: 66,
    p: 2n ** 521n - 1n,
    n: BigInt(`0x01${'f'.repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
  },
] as const
const bigEnd = (value: bigint, bytes: number) => Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex')
const fromBigEnd = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`)

attack('SIG-11', 'r and s lie between 0 and the order of the curve', async () => {
  for (const { algorithm, bytes, p, n } of curves) {
    const key = keyOf(algorithm)
    const token = tokenOf(key)
    const { signature } = partsOf(token)
    const [r, s] = [signature.subarray(0, bytes), signature.subarray(bytes)].map(fromBigEnd) as [bigint, bigint]
    const edges = {
      0: 0n,
      1: 1n,
      'n-1': n - 1n,
      n,
      'n+1': n + 1n,
      p,
      'p+1': p + 1n,
      'all ones': 2n ** BigInt(bytes * 8) - 1n,
    }
    const firsts = Object.entries({ ...edges, r })
    const seconds = Object.entries({ ...edges, s })
    const pairs = firsts
      .flatMap(([a, first]) => seconds.map(([b, second]) => [`r ${a}, s ${b}`, first, second] as const))
      .filter(([name]) => name !== 'r r, s s')
    const plus = [
      [`r + n`, r + n, s],
      [`s + n`, r, s + n],
    ] as const
    const fitting = [...pairs, ...plus].filter(([, a, b]) => a < 2n ** BigInt(bytes * 8) && b < 2n ** BigInt(bytes * 8))
    const cases = fitting.map(([name, a, b]) => [
      name,
      withSignature(token, Buffer.concat([bigEnd(a, bytes), bigEnd(b, bytes)])),
    ])
    expect(cases.length).toBeGreaterThanOrEqual(80)
    await expectRefusals(verifierOf(key.source), token, refusedFor(invalid, Object.fromEntries(cases)))
  }
})

attack('SIG-12', 'an ECDSA signature is r and s, and not DER', async () => {
  for (const { algorithm } of curves) {
    const key = keyOf(algorithm)
    const token = tokenOf(key)
    const der = sign(`sha${algorithm.slice(2)}`, Buffer.from(partsOf(token).signed), privateKeyOf(key))
    await expectRefusals(verifierOf(key.source), token, refusedFor(invalid, { der: withSignature(token, der) }))
  }
})

attack('SIG-13', 'a signature of 16 KiB is refused, also where the token may be that long', async () => {
  for (const { algorithm, bytes } of curves) {
    const owner = new FakeIssuer({ keys: [testKey(algorithm)], clock: fake.clock })
    const long = defineTokens(
      { access: accessToken({ issuer: owner.issuer, audience, maxTokenLength: 65536 }) },
      { clock: fake.clock },
    )
    const token = owner.accessToken()
    const { signature } = partsOf(token)
    const zeros = Buffer.alloc(8192 - bytes)
    const [r, s] = [signature.subarray(0, bytes), signature.subarray(bytes)]
    const oversized = [
      Buffer.concat([zeros, r, zeros, s]),
      Buffer.concat([r, s, zeros, zeros]),
      Buffer.alloc(16384, 0xff),
      Buffer.alloc(16384),
    ]
    expect(oversized.every((text) => text.length >= 16384 - 2 * bytes)).toBe(true)
    await expectRefusals(
      long.access.verify,
      token,
      refusedFor(
        invalid,
        oversized.map((one) => withSignature(token, one)),
      ),
    )
    await expectRefusals(
      (text) => verifyCompactJws(text, owner.key.source),
      token,
      refusedFor(
        'ERR_TOKEN_TOO_LONG',
        oversized.map((one) => withSignature(token, one)),
      ),
    )
  }
})

attack(
  'SIG-14',
  'of an ECDSA signature there are two, s and n - s: both are accepted, and the token is the same',
  async () => {
    for (const { algorithm, bytes, n } of curves) {
      const owner = new FakeIssuer({ keys: [testKey(algorithm)], clock: fake.clock })
      const own = defineTokens({ access: accessToken({ issuer: owner.issuer, audience }) }, { clock: fake.clock })
      const token = owner.accessToken()
      const { signature } = partsOf(token)
      const other = Buffer.concat([
        signature.subarray(0, bytes),
        bigEnd(n - fromBigEnd(signature.subarray(bytes)), bytes),
      ])
      const twin = withSignature(token, other)
      expect(twin).not.toBe(token)
      await expectAccepted(own.access.verify, { token, twin })
      // Whatever remembers a token has to go by its jti: these are one token.
      expect((await own.access.verify(twin)).claims).toEqual((await own.access.verify(token)).claims)
    }
  },
)

attack('SIG-15', 'an Ed25519 signature has one S: S + L is refused', async () => {
  for (const algorithm of ['Ed25519', 'EdDSA']) {
    const key = keyOf(algorithm)
    const token = tokenOf(key)
    const { signature } = partsOf(token)
    const [r, s] = [signature.subarray(0, 32), numberOf(signature.subarray(32))]
    const multiples = Array.from({ length: 14 }, (_, k) => s + BigInt(k + 1) * order).filter(
      (value) => value < 2n ** 256n,
    )
    expect(multiples.length).toBeGreaterThan(10)
    const others = [...multiples, order, order - 1n, 0n, 2n ** 256n - 1n, 2n ** 255n + s].filter(
      (value) => value < 2n ** 256n,
    )
    const cases = others.map((value) => withSignature(token, Buffer.concat([r, littleEnd(value)])))
    await expectRefusals(verifierOf(key.source), token, refusedFor(invalid, cases))
  }
})

attack('SIG-16', 'where verifiers of Ed25519 differ, the verdict is the same on every Node.js', async () => {
  expect([times(8n, small), times(4n, small)].map((point) => encoded(point).equals(encoded(identity)))).toEqual([
    true,
    false,
  ])
  const scalar = numberOf(sha256('a private key')) % order
  const nonce = numberOf(sha256('a nonce')) % order
  const pure = times(scalar, base)
  const mixed = sum(pure, small)
  const anyK = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]
  // Small: a point of order 1, 2, 4 or 8. Mixed: with such a part. R of small order is refused by OpenSSL in some versions
  // of Node alone, and by us in all.
  const forgeries: readonly (readonly [
    name: string,
    a: Point,
    r: Point,
    nonce: bigint,
    k: readonly bigint[],
    good: boolean,
  ])[] = [
    ['an honest signature', pure, times(nonce, base), nonce, anyK, true],
    ['mixed A, the small part cancels', mixed, times(nonce, base), nonce, [0n], true],
    ['mixed A, only the cofactor cancels it', mixed, times(nonce, base), nonce, anyK.slice(1), false],
    ['mixed A and mixed R that cancel', mixed, sum(times(nonce, base), small), nonce, [7n], true],
    ['mixed A and mixed R that do not', mixed, sum(times(nonce, base), small), nonce, [3n], false],
    ['pure A, mixed R', pure, sum(times(nonce, base), small), nonce, anyK, false],
    ...anyK.map((times8) => ['pure A, small R', pure, times(times8, small), 0n, anyK, false] as const),
    ...anyK.map(
      (times8) => ['mixed A, small R', mixed, times(times8, small), 0n, [(8n - times8) % 8n], false] as const,
    ),
  ]
  for (const [name, a, r, added, ks, good] of forgeries) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: encoded(a).toString('base64url') }
    const texts = Array.from({ length: 400 }, (_, count) => `${segment({ alg: 'Ed25519' })}.${segment({ count })}`)
    const signed = texts.find((text) => ks.includes(challenge(r, a, text) % 8n))
    if (signed === undefined) throw new Error(`no message for ${name}`)
    const s = (added + challenge(r, a, signed) * scalar) % order
    const signature = Buffer.concat([encoded(r), littleEnd(s)])
    const ours = await verdictOf(() =>
      verifyCompactJws(`${signed}.${signature.toString('base64url')}`, publicKey(jwk, 'Ed25519')),
    )
    expect({ name, ours }).toEqual({ name, ours: good ? 'accepted' : invalid })
  }
  // With a key of small order anybody can sign: no runtime is asked.
  for (let k = 0n; k < 8n; k++) {
    const x = encoded(times(k, small)).toString('base64url')
    expect(mistakeOf(() => publicKey({ kty: 'OKP', crv: 'Ed25519', x }, 'Ed25519'))).toBe('ERR_KEY_WEAK')
  }
})

attack('SIG-17', 'a key is of the kind and the curve of its algorithm', async () => {
  const { publicKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey
  const kinds: readonly (readonly [string, KeyObject, RegExp])[] = [
    ['RSA', rsa, /^[RP]S/],
    ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey, /^(?!)/],
    ['P-256', ec('P-256'), /^ES256$/],
    ['P-384', ec('P-384'), /^ES384$/],
    ['P-521', ec('P-521'), /^ES512$/],
    ['secp256k1', ec('secp256k1'), /^(?!)/],
    ['Ed25519', generateKeyPairSync('ed25519').publicKey, /^Ed/],
    ['Ed448', generateKeyPairSync('ed448').publicKey, /^(?!)/],
    ['X25519', generateKeyPairSync('x25519').publicKey, /^(?!)/],
    ['X448', generateKeyPairSync('x448').publicKey, /^(?!)/],
  ]
  const odd: string[] = []
  const note = (name: string, fits: boolean, got: string) => {
    if (got !== (fits ? 'constructed' : 'ERR_KEY_MISMATCH')) odd.push(`${name}: ${got}`)
  }
  for (const [name, key, fitting] of kinds) {
    for (const algorithm of publicKeyAlgorithms) {
      const fits = fitting.test(algorithm)
      const pem = key.export({ format: 'pem', type: 'spki' }).toString()
      note(
        `${name} as ${algorithm}`,
        fits,
        mistakeOf(() => publicKey(key, algorithm)),
      )
      note(
        `${name} in PEM as ${algorithm}`,
        fits,
        mistakeOf(() => publicKey(pem, algorithm)),
      )
      if (name === 'RSA-PSS') continue
      const jwk = key.export({ format: 'jwk' }) as Jwk
      note(
        `${name} as a JWK for ${algorithm}`,
        fits,
        mistakeOf(() => publicKey(jwk, algorithm)),
      )
      const inSet = mistakeOf(() => keySet({ keys: [{ ...jwk, alg: algorithm }] }, { algorithms: [algorithm] }))
      if ((inSet === 'constructed') !== fits || !/^constructed$|^ERR_KEY_/.test(inSet))
        odd.push(`${name} in a set for ${algorithm}: ${inSet}`)
    }
  }
  expect(odd).toEqual([])
  for (const key of publicKeys) {
    for (const algorithm of publicKeyAlgorithms.filter((name) => name !== key.algorithm)) {
      expect(mistakeOf(() => publicKey(key.jwk, algorithm))).toBe('ERR_KEY_MISMATCH')
    }
  }
})

attack('SIG-17', 'a curve that JWK has no name for is refused like any other that does not fit', () => {
  const { publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' })
  const pem = key.export({ format: 'pem', type: 'spki' }).toString()
  const mistakes = publicKeyAlgorithms.flatMap((algorithm) =>
    [key, pem].map((given) => mistakeOf(() => publicKey(given, algorithm))),
  )
  expect(new Set(mistakes)).toEqual(new Set(['ERR_KEY_MISMATCH']))
})

const trio = ['a', 'b', 'c'].map((kid) => testKey('ES256', kid))
const trioJwks = { keys: trio.map(({ jwk }) => jwk) }
const wrongPairs = trio.flatMap((key) =>
  trio
    .filter((other) => other !== key)
    .map((other) => [`kid ${key.kid}, signed by ${other.kid}`, tokenOf(other, { kid: key.kid })] as const),
)

attack('SIG-18', 'one key is tried, the one that kid names, and no other of its set', async () => {
  const [first] = trio
  if (first === undefined) throw new Error('no key')
  const sources = [keySet(trioJwks, { algorithms: ['ES256'] }), trio.map(({ source }) => source)]
  const server = await startKeyServer(trioJwks)
  try {
    const remote = remoteKeySet(server.jwksUrl, { algorithms: ['ES256'], allowInsecureLoopback: true })
    for (const keys of [...sources, remote]) {
      await expectRefusals(
        verifierOf(keys),
        tokenOf(first, { kid: first.kid }),
        refusedFor(invalid, Object.fromEntries(wrongPairs)),
      )
    }
  } finally {
    await server.close()
  }
})

attack('SIG-19', 'where several keys could be meant and no kid says which, none is tried', async () => {
  const [first] = trio
  if (first === undefined) throw new Error('no key')
  const named = tokenOf(first, { kid: first.kid })
  const server = await startKeyServer(trioJwks)
  try {
    const remote = remoteKeySet(server.jwksUrl, { algorithms: ['ES256'], allowInsecureLoopback: true })
    for (const keys of [keySet(trioJwks, { algorithms: ['ES256'] }), trio.map(({ source }) => source), remote]) {
      const nameless = Object.fromEntries(trio.map((key) => [`of ${key.kid}`, tokenOf(key)]))
      await expectRefusals(verifierOf(keys), named, refusedFor('ERR_KEY_AMBIGUOUS', nameless))
    }
  } finally {
    await server.close()
  }
  const nameless = trio.map(({ jwk }) => publicKey({ kty: 'EC', crv: 'P-256', x: jwk['x'], y: jwk['y'] }, 'ES256'))
  expect(mistakeOf(() => issuer('https://issuer.test', { keys: nameless }))).toBe('ERR_KEY_AMBIGUOUS')
})

attack('SIG-20', 'without a kid, the only key of the algorithm is meant', async () => {
  const [alone, rsa] = [testKey('ES256', 'alone'), testKey('RS256', 'rsa')]
  const { x, y } = alone.jwk
  const bare = publicKey({ kty: 'EC', crv: 'P-256', x, y }, 'ES256')
  await expectAccepted(verifierOf(alone.source), { 'no kid': tokenOf(alone), kid: tokenOf(alone, { kid: 'alone' }) })
  await expectAccepted(verifierOf(bare), { 'no kid': tokenOf(alone), 'any kid': tokenOf(alone, { kid: 'anything' }) })
  const both = keySet({ keys: [alone.jwk, rsa.jwk] }, { algorithms: ['ES256', 'RS256'] })
  await expectAccepted(verifierOf(both), { 'ES256, no kid': tokenOf(alone), 'RS256, no kid': tokenOf(rsa) })
  const other = refusedFor('ERR_KEY_UNKNOWN', { 'another kid': tokenOf(alone, { kid: 'other' }) })
  await expectRefusals(verifierOf(alone.source), tokenOf(alone), other)
})

const symmetricKeys = () => {
  const [good, rsa] = [testKey('ES256', 'good'), testKey('RS256', 'rsa')]
  const k = Buffer.alloc(64, 1).toString('base64url')
  const symmetric: readonly Jwk[] = [
    { kty: 'oct', k, alg: 'HS256', kid: 'oct', use: 'sig' },
    { kty: 'oct', k, kid: 'oct without alg' },
    { kty: 'oct', k, alg: 'RS256', kid: 'oct that says RS256' },
    { ...rsa.jwk, alg: 'HS256', kid: 'RSA that says HS256' },
    { ...good.jwk, alg: 'HS256', kid: 'EC that says HS256' },
    { ...rsa.jwk, k, alg: 'RS256', kid: 'RSA with k' },
  ]
  return { good, rsa, symmetric, jwks: { keys: [...symmetric, good.jwk] } }
}

attack('SIG-21', 'a key set cannot make an HMAC secret of itself', async () => {
  const { good, rsa, symmetric, jwks } = symmetricKeys()
  const forged = symmetric.flatMap(({ kid }) =>
    macs.map((algorithm) => forgedWith(Buffer.alloc(64, 1), algorithm, String(kid))),
  )
  const server = await startKeyServer(jwks)
  const fetched = () => remoteKeySet(server.jwksUrl, { algorithms: ['RS256', 'ES256'], allowInsecureLoopback: true })
  try {
    await expectRefusals(verifierOf(fetched()), tokenOf(good, { kid: 'good' }), [
      ...refusedFor('ERR_ALGORITHM_MISMATCH', forged),
      ...refusedFor('ERR_KEY_UNKNOWN', {
        'of the key with k': tokenOf(rsa, { kid: 'RSA with k' }),
        'no kid': tokenOf(rsa),
      }),
    ])
    const events = await eventsOf('jwt-guard:keys', () => fetched().ready())
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'dropped', reason: expect.stringContaining('symmetric') as string }),
    )
    expect(events).toContainEqual(expect.objectContaining({ event: 'fetched', source: server.jwksUrl, keys: 1 }))
  } finally {
    await server.close()
  }
  const algorithms = ['HS256' as PublicKeyAlgorithm]
  expect(mistakeOf(() => remoteKeySet('https://issuer.test/jwks', { algorithms }))).toBe('ERR_OPTION_INVALID')
  for (const jwk of symmetric.filter(({ kty, alg }) => kty === 'oct' || alg === 'RS256')) {
    const set = mistakeOf(() => keySet({ keys: [good.jwk, jwk] }, { algorithms: ['RS256', 'ES256'] }))
    expect(set).toBe('ERR_KEY_INVALID')
  }
})

attack('SIG-21', 'every symmetric key of a fetched set is dropped with an event', async () => {
  const { symmetric, jwks } = symmetricKeys()
  const server = await startKeyServer(jwks)
  try {
    const remote = remoteKeySet(server.jwksUrl, { algorithms: ['RS256', 'ES256'], allowInsecureLoopback: true })
    const events = await eventsOf('jwt-guard:keys', () => remote.ready())
    const dropped = events.filter((event) => (event as { event: string }).event === 'dropped')
    expect(dropped.length).toBe(symmetric.filter((jwk) => 'k' in jwk).length)
  } finally {
    await server.close()
  }
})

attack(
  'SIG-22',
  'no claim is judged before the signature: what a stranger signed is refused for that alone',
  async () => {
    let validations = 0
    const schema = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: (value: unknown) => {
          validations++
          return { value: value as object }
        },
      },
    }
    const own = defineTokens(
      { access: accessToken({ issuer: fake.issuer, audience, claims: schema }) },
      { clock: fake.clock },
    )
    const stranger = testKey('ES256', 'test')
    const defects: Readonly<Record<string, unknown>>[] = [
      { exp: 1 },
      { exp: 'soon' },
      { exp: undefined },
      { nbf: 4_000_000_000 },
      { iat: -1 },
      { aud: 'https://other.test' },
      { aud: [] },
      { sub: undefined },
      { sub: { $ne: null } },
      { scope: [] },
      { events: {} },
      { cnf: { jkt: 'x' } },
      { jti: null },
      { client_id: 7 },
      {},
    ]
    const names = defects.map((claims) => [JSON.stringify(claims), fake.accessToken({ claims, key: stranger })])
    await expectRefusals(own.access.verify, valid, refusedFor(invalid, Object.fromEntries(names)))
    // Once for the valid token.
    expect(validations).toBe(1)
  },
)

attack(
  'SIG-23',
  'what a verification needs may throw, hang or answer nonsense: nothing is accepted by it',
  async () => {
    const answers: Readonly<Record<string, () => unknown>> = {
      throws: () => {
        throw new Error('down')
      },
      'throws undefined': () => {
        throw undefined
      },
      rejects: () => Promise.reject(new Error('down')),
      undefined: () => undefined,
      null: () => null,
      true: () => true,
      'an empty object': () => ({}),
      'an empty string': () => '',
      'an object like an issuer': () => ({ id: fake.id, ids: new Set([fake.id]), keys: {} }),
      'the issuer of another id': () => issuer('https://other.test', { keys: testKey().source }),
    }
    const guarded = (resolve: () => unknown) =>
      defineTokens(
        { access: accessToken({ issuer: issuers(resolve as () => undefined), audience }) },
        { clock: fake.clock },
      ).access
    for (const [name, answer] of Object.entries(answers)) {
      const verdict = await verdictOf(() => guarded(answer).verify(valid))
      expect({ name, verdict }).toEqual({
        name,
        verdict: name === 'undefined' ? 'ERR_ISSUER_UNKNOWN iss' : 'DependencyError ERR_ISSUER_UNAVAILABLE',
      })
    }
    await expectAccepted(guarded(() => fake.issuer).verify, { 'the right answer': valid })
    const pending = guarded(() => new Promise(() => undefined)).verify(valid)
    const first = await Promise.race([
      pending,
      new Promise((resolve) => void setImmediate(() => resolve('still waiting'))),
    ])
    expect(first).toBe('still waiting')
    for (const now of [
      () => NaN,
      () => Infinity,
      () => '1800000000',
      () => undefined,
      () => {
        throw new Error('no clock')
      },
    ]) {
      const clock = { now: now as () => number, monotonic: () => 0 }
      const own = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }, { clock })
      expect(await verdictOf(() => own.access.verify(valid))).toBe('DependencyError ERR_CLOCK_UNAVAILABLE')
    }
  },
)

/** Serves on loopback while `use` runs. */
async function serving<T>(listener: RequestListener, use: (url: string) => Promise<T>): Promise<T> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => void server.close(resolve))
  }
}

type Access = typeof access
/** Applications that answer 200 where their guard lets somebody in. */
const applications: Readonly<Record<string, (access: Access, reached: () => void) => RequestListener>> = {
  Express: (type, reached) =>
    express()
      .use(expressGuard(type))
      .get('/', (_, response) => {
        reached()
        response.send('in')
      }),
  Koa: (type, reached) =>
    new Koa()
      .use(koaGuard(type))
      .use((ctx) => {
        reached()
        ctx.body = 'in'
      })
      .callback(),
}
const statusOf = async (url: string, token: string) =>
  (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status

attack('SIG-24', 'a handler is not reached while a verification is still running, nor after it failed', async () => {
  for (const [name, application] of Object.entries(applications)) {
    let reached = 0
    const key = testKey()
    const server = await startKeyServer({ keys: [key.jwk] })
    let release: () => void = () => undefined
    const asked = new Promise<void>((noticed) => {
      server.respond = (request, response) => {
        release = () => {
          const metadata = { issuer: server.url, jwks_uri: server.jwksUrl }
          const body = request.url === '/jwks' ? server.jwks : metadata
          response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
          server.respond = undefined
        }
        noticed()
      }
    })
    const owner = new FakeIssuer({ id: server.url, keys: [key], clock: fake.clock })
    const remote = issuer(server.url, { algorithms: ['ES256'], allowInsecureLoopback: true })
    const slow = defineTokens({ access: accessToken({ issuer: remote, audience }) }, { clock: fake.clock })
    try {
      await serving(
        application(slow.access, () => reached++),
        async (url) => {
          const answer = statusOf(url, owner.accessToken({ key: testKey('ES256', 'test') }))
          await asked
          expect({ name, reached }).toEqual({ name, reached: 0 })
          release()
          expect({ name, status: await answer, reached }).toEqual({ name, status: 401, reached: 0 })
          expect({ name, status: await statusOf(url, owner.accessToken()), reached }).toEqual({
            name,
            status: 200,
            reached: 1,
          })
        },
      )
    } finally {
      await server.close()
    }
  }
  const lint = JSON.parse(readFileSync(`${root}/.oxlintrc.json`, 'utf8')) as { rules: Record<string, string> }
  expect(lint.rules['typescript/no-floating-promises']).toBe('error')
  expect(lint.rules['typescript/no-misused-promises']).toBe('error')
})

attack(
  'SIG-25',
  'keys that node:crypto cannot use are refused as what they are, and nothing foreign is thrown',
  async () => {
    const [good, rsa, ed] = [testKey('ES256', 'good'), testKey('RS256', 'bad'), testKey('Ed25519', 'bad')]
    const n = String(rsa.jwk['n'])
    const y = String(good.jwk['y'])
    const spoiling = (jwk: Jwk, member: string, values: readonly unknown[]) =>
      values.map((value) => Object.assign({}, jwk, { kid: 'bad' }, { [member]: value }))
    const ones = '_'.repeat(43)
    const spoiled = [
      ...spoiling(rsa.jwk, 'n', [undefined, null, '', 'AAAA', 7, [], {}, '=', `${n}=`, ` ${n}`, n.slice(0, 100)]),
      ...spoiling(rsa.jwk, 'n', ['AA'.repeat(4096), 'A'.repeat(n.length), '_'.repeat(n.length)]),
      ...spoiling(rsa.jwk, 'e', [undefined, null, '', 'AQ', 'Ag', 'AAAA', 'AQAA', '!', 65537, 'AQAAAAAAAAAB']),
      ...spoiling(good.jwk, 'x', [undefined, null, '', 'AAAA', 'A'.repeat(43), y, {}, 0]),
      ...spoiling(good.jwk, 'y', [undefined, null, '', 'AAAA', 'A'.repeat(43), `${y}A`]),
      ...spoiling(ed.jwk, 'x', [undefined, null, '', 'AAAA', 'A'.repeat(43), ones, `${ones.slice(1)}8`]),
      ...spoiling(good.jwk, 'crv', [undefined, null, 'P-384', 'p-256', 'X25519', '__proto__']),
      ...spoiling(good.jwk, 'kty', [undefined, null, 'RSA', 'ec', 'OKP', '__proto__']),
      ...spoiling(good.jwk, 'kid', [null, '', {}, 7, 'é', 'k'.repeat(300)]),
    ]
    const algorithms = ['RS256', 'ES256', 'Ed25519'] as const
    for (const jwk of spoiled) {
      for (const algorithm of algorithms) expect(mistakeOf(() => publicKey(jwk, algorithm))).toMatch(/^ERR_KEY_/)
    }
    const server = await startKeyServer({ keys: [] })
    try {
      for (const jwk of spoiled) {
        server.jwks = { keys: [jwk, good.jwk] }
        const remote = remoteKeySet(server.jwksUrl, { algorithms, allowInsecureLoopback: true })
        const signers = { RS256: rsa, ES256: good, Ed25519: ed }
        const named = Object.entries(signers).map(([name, key]) => [name, tokenOf(key, { kid: 'bad' })])
        const cases = refusedFor('ERR_KEY_UNKNOWN', Object.fromEntries(named))
        await expectRefusals(verifierOf(remote), tokenOf(good, { kid: 'good' }), cases)
      }
    } finally {
      await server.close()
    }
  },
)

attack('SIG-26', 'MACs are compared in constant time, and in one place', () => {
  expect(filesWith(/\bcreateHmac\b/)).toEqual(['jwt/signature.ts'])
  expect(filesWith(/\btimingSafeEqual\(/)).toContain('jwt/signature.ts')
  expect(filesWith(/Buffer\.compare\(|\.equals\(|\.compare\(/)).toEqual([])
  const lines = (sources.get('jwt/signature.ts') ?? '').split('\n').filter((line) => /\bmac\b/.test(line))
  expect(lines.length).toBeGreaterThan(0)
  const compared = lines
    .map((line) => line.replace(/\w+\.length [!=]== \w+\.length/, ''))
    .filter((line) => /[!=]==|indexOf|includes/.test(line))
  expect(compared).toEqual([])
})

attack('SIG-27', 'a key that was used for one algorithm is not thereby a key for another', async () => {
  const { secret, jwk } = testKey('RS256')
  const { n, e } = jwk
  const sources = Object.fromEntries(
    rsaAlgorithms.map((algorithm) => [algorithm, publicKey({ kty: 'RSA', n, e }, algorithm)]),
  )
  const token = (algorithm: PublicKeyAlgorithm, by = algorithm) =>
    forge({ header: { alg: algorithm }, payload: {}, key: { algorithm: by, secret } })
  for (const round of [rsaAlgorithms, rsaAlgorithms.toReversed()]) {
    for (const algorithm of round) {
      const source = sources[algorithm]
      if (source === undefined) throw new Error(algorithm)
      const others = rsaAlgorithms.filter((name) => name !== algorithm)
      await expectRefusals(verifierOf(source), token(algorithm), [
        ...refusedFor(
          'ERR_ALGORITHM_MISMATCH',
          others.map((other) => token(other)),
        ),
        ...refusedFor(
          invalid,
          others.map((other) => token(algorithm, other)),
        ),
      ])
    }
  }
  const twice = keySetOf([
    { kty: 'RSA', n, e, alg: 'RS256', kid: 'a' },
    { kty: 'RSA', n, e, alg: 'PS256', kid: 'b' },
  ])
  expect(mistakeOf(twice)).toBe('ERR_KEY_AMBIGUOUS')
})

const keySetOf = (keys: readonly Jwk[]) => () => keySet({ keys }, { algorithms: ['RS256', 'PS256'] })

attack('SIG-28', 'the bytes that are handed out are those that were signed, and nobody else’s', async () => {
  const key = keyOf('ES256')
  const texts = Array.from({ length: 200 }, (_, count) => JSON.stringify({ count, pad: 'x'.repeat(count % 50) }))
  const tokens = texts.map((payload) => forge({ header: { alg: 'ES256' }, payload, key }))
  const results = await Promise.all(tokens.map((token) => verifyCompactJws(token, key.source)))
  expect(results.map(({ payload }) => Buffer.from(payload).toString())).toEqual(texts)
  // Each has memory of its own: nothing that is written to one is seen in another, or in the next verification.
  for (const { payload } of results) expect(payload.buffer.byteLength).toBe(payload.length)
  for (const { payload } of results) payload.fill(0)
  const again = await Promise.all(tokens.map((token) => verifyCompactJws(token, key.source)))
  expect(again.map(({ payload }) => Buffer.from(payload).toString())).toEqual(texts)
  const buffer = Buffer.from(tokens[0] ?? '')
  const running = verdictOf(() => verifyCompactJws(buffer as unknown as string, key.source))
  buffer.fill(0x41)
  expect(await running).toBe(malformed)
})

attack(
  'SIG-29',
  'ML-DSA is verified where this Node.js has it, and cannot be configured where it has not',
  async () => {
    for (const algorithm of ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const) {
      const supported = mistakeOf(() => generateSigningKey(algorithm)) === 'constructed'
      // The runtime itself is asked, so that one that has it may not be called one that has not.
      expect(supported).toBe(mistakeOf(() => generateKeyPairSync('ml-dsa-44' as 'ed25519')) === 'constructed')
      if (!supported) {
        const jwk = { kty: 'AKP', alg: algorithm, pub: 'A'.repeat(2603) }
        expect(mistakeOf(() => publicKey(jwk, algorithm))).toBe('ERR_OPTION_INVALID')
        expect(mistakeOf(() => keySet({ keys: [jwk] }, { algorithms: [algorithm] }))).toBe('ERR_OPTION_INVALID')
        const url = 'https://keys.test/jwks'
        expect(mistakeOf(() => remoteKeySet(url, { algorithms: ['RS256', algorithm] }))).toBe('ERR_OPTION_INVALID')
        continue
      }
      const key = testKey(algorithm)
      const valid = tokenOf(key)
      const other = testKey(algorithm)
      await expectRefusals(verifierOf(key.source), valid, [
        ...refusedFor(invalid, {
          'another key': tokenOf(other),
          'a changed payload': withSignature(tokenOf(key, { typ: 'JWT' }), partsOf(valid).signature),
        }),
        ...refusedFor('ERR_ALGORITHM_MISMATCH', { 'named ES256': tokenOf(key, { alg: 'ES256' }) }),
      ])
    }
    const es = testKey('ES256')
    await expectRefusals(verifierOf(es.source), tokenOf(es), [
      ...refusedFor(
        'ERR_ALGORITHM_MISMATCH',
        ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'].map((alg) => tokenOf(es, { alg })),
      ),
    ])
  },
)

attack('SIG-30', 'there is one way to a verdict, and the signature is on it', async () => {
  const bad = fake.accessToken({ key: testKey('ES256', 'test') })
  expect(await verdictOf(() => access.verify(bad))).toBe(invalid)
  expect(await verdictOf(() => verifyCompactJws(bad, fake.key.source))).toBe(invalid)
  for (const [name, application] of Object.entries(applications)) {
    let reached = 0
    const listener = application(access, () => reached++)
    const statuses = await serving(listener, async (url) => [await statusOf(url, bad), await statusOf(url, valid)])
    expect({ name, statuses, reached }).toEqual({ name, statuses: [401, 200], reached: 1 })
  }
  expect(filesWith(/import \{[^}]*\bverify\b[^}]*\} from 'node:crypto'/)).toEqual(['jwt/signature.ts'])
  expect(filesWith(/\bcheckSignature\(/)).toEqual(expect.arrayContaining(['verify.ts', 'jwt/signature.ts']))
  const steps = (sources.get('verify.ts') ?? '').replace(/^import .*$/gm, '')
  expect(steps.indexOf('checkSignature(')).toBeGreaterThan(0)
  expect(steps.indexOf('checkSignature(')).toBeLessThan(steps.indexOf('itemAt(rules.checks'))
  expect(steps.indexOf('checkSignature(')).toBeLessThan(steps.indexOf('applySchema('))
})

/** Every kind alone in its set, what `verify` is told, and how its token is made. */
const everyKind: Readonly<
  Record<string, readonly [type: AnyTokenType, make: (changes: Changes) => string, context?: object]>
> = {
  access: [accessToken({ issuer: fake.issuer, audience }), (changes) => fake.accessToken(changes)],
  id: [idToken({ issuer: fake.issuer, clientId: 'web' }), (changes) => fake.idToken(changes), { nonce: 'nonce-1' }],
  logout: [logoutToken({ issuer: fake.issuer, clientId: 'web' }), (changes) => fake.logoutToken(changes)],
  client: [
    clientAssertion({ issuer: fake.issuer, audience: 'https://as.test' }),
    (changes) => fake.clientAssertion(changes),
  ],
  grant: [
    authorizationGrant({ issuer: fake.issuer, audience: 'https://as.test' }),
    (changes) => fake.authorizationGrant(changes),
  ],
  jag: [
    identityAssertionGrant({ issuer: fake.issuer, audience: 'https://as.test' }),
    (changes) => fake.identityAssertionGrant(changes),
    { clientId: 'web' },
  ],
  event: [securityEventToken({ issuer: fake.issuer, audience }), (changes) => fake.securityEventToken(changes)],
  request: [
    requestObject({ issuer: fake.issuer, audience: 'https://as.test' }),
    (changes) => fake.requestObject(changes),
    { clientId: fake.id },
  ],
  introspection: [
    introspectionResponse({ issuer: fake.issuer, audience }),
    (changes) => fake.introspectionResponse(changes),
  ],
  userInfo: [
    userInfoResponse({ issuer: fake.issuer, clientId: 'web' }),
    (changes) => fake.userInfoResponse(changes),
    { subject: 'user-1' },
  ],
  transaction: [transactionToken({ issuer: fake.issuer, audience }), (changes) => fake.transactionToken(changes)],
  'transaction without iss': [
    transactionToken({ issuer: fake.issuer, audience }),
    ({ claims, ...changes }) => fake.transactionToken({ ...changes, claims: { ...claims, iss: undefined } }),
  ],
}

attack('SIG-30', 'no claim of any kind is judged before the signature, and none is taken without', async () => {
  for (const [name, [type, make, context]] of Object.entries(everyKind)) {
    const { it } = defineTokens({ it: type }, { clock: fake.clock })
    const verify = it.verify as (text: string, context?: object) => Promise<unknown>
    const key = testKey('ES256', 'test')
    expect([name, await verdictOf(() => verify(make({}), context))]).toEqual([name, 'accepted'])
    for (const claims of [{}, { aud: 'other' }, { exp: 1, iat: 1 }, { sub: {} }, { events: [], nonce: 1, cnf: {} }]) {
      expect([name, await verdictOf(() => verify(make({ key, claims }), context))]).toEqual([name, invalid])
    }
    const explain = it.explain as (text: string, context?: object) => Promise<Explanation>
    const { accepted, code, steps } = await explain(make({ key }), context)
    const after = steps.slice(steps.findIndex(({ step }) => step === 'signature'))
    expect([name, accepted, code]).toEqual([name, false, invalid])
    expect(after.map(({ outcome }) => outcome)).toEqual(['failed', ...after.slice(1).map(() => 'not reached')])
  }
})

attack('SIG-30', 'several types of a set take nothing that none of them would', async () => {
  const names = ['access', 'event', 'introspection', 'transaction', 'logout'] as const
  const set = defineTokens(Object.fromEntries(names.map((name) => [name, everyKind[name]?.[0]])) as never, {
    clock: fake.clock,
  })
  const all = (anyOf as (...types: readonly unknown[]) => AnyOf<Verified>)(...Object.values(set))
  const guard = createGuard(all)
  for (const name of names) {
    const make = everyKind[name]?.[1] ?? (() => '')
    expect([name, await verdictOf(() => all.verify(make({})))]).toEqual([name, 'accepted'])
    for (const key of [testKey('ES256', 'test'), testKey('ES256', 'other')]) {
      const forged = make({ key })
      expect([name, await verdictOf(() => all.verify(forged))]).toEqual([name, invalid])
      const request = new IncomingMessage(new Socket())
      request.rawHeaders.push('Authorization', `Bearer ${forged}`)
      expect(await guard.check(request)).toMatchObject({ verdict: 'refused', status: 401 })
    }
  }
})

attack('SIG-31', 'an empty secret cannot be given, and a MAC with one is refused', async () => {
  for (const secret of [
    new Uint8Array(),
    { utf8: '' },
    { base64url: '' },
    { hex: '' },
    { base64: '' },
    { utf8: ' ' },
    { utf8: undefined },
  ]) {
    for (const algorithm of macs)
      expect(mistakeOf(() => hmacSecret(secret, algorithm))).toMatch(/^ERR_SECRET_(INVALID|TOO_SHORT)$/)
  }
  const blanks = [
    Buffer.alloc(0),
    Buffer.alloc(1),
    Buffer.alloc(32),
    Buffer.alloc(64),
    Buffer.from(' '),
    Buffer.from('undefined'),
    Buffer.from('null'),
  ]
  for (const algorithm of macs) {
    const key = testSecret(algorithm)
    const forged = blanks.map((secret) => forgedWith(secret, algorithm))
    await expectRefusals(verifierOf(key.source), tokenOf(key), refusedFor(invalid, forged))
  }
})

attack('SIG-32', 'guesses do not hit a strong secret', async () => {
  const words =
    'secret password key jwt token admin changeme test default your-256-bit-secret qwerty letmein supersecret hs256 example demo api auth app root'.split(
      ' ',
    )
  const ends = [
    '',
    '!',
    '1',
    '123',
    '1234',
    '12345',
    '123456',
    '2024',
    '2025',
    '_key',
    '-key',
    'key',
    '_secret',
    '.',
    '@123',
    '0',
    '00',
    'x',
    'abc',
    '\n',
    ' ',
    '#',
    '$',
    '?',
    '99',
  ]
  const guesses = words.flatMap((word) =>
    ends.flatMap((end) => [
      `${word}${end}`,
      `${word.toUpperCase()}${end}`,
      `${word}${end}`.repeat(4),
      Buffer.from(`${word}${end}`).toString('base64'),
    ]),
  )
  expect(new Set(guesses).size).toBeGreaterThan(1900)
  const key = testSecret('HS256')
  const signed = `${segment({ alg: 'HS256' })}.${segment({ sub: 'admin' })}`
  const forged = guesses.map((guess) => `${signed}.${createHmac('sha256', guess).update(signed).digest('base64url')}`)
  await expectRefusals(verifierOf(key.source), tokenOf(key), refusedFor(invalid, forged))
})
