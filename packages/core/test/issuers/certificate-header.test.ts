import { createHash } from 'node:crypto'
import {
  accessToken,
  certificateChain,
  customToken,
  defineTokens,
  issuer,
  issuers,
  separation,
  verifyCompactJws,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, segment, testKey } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import type { UnverifiedHeader } from '../../src/jwt/compact-jws.js'
import { readHeader } from '../../src/jwt/header.js'
import { knownHeader, rememberHeader } from '../../src/jwt/known-headers.js'
import { jwsOf } from '../jwt/jws-of.js'
import { authorityExtensions, extension, selfSigned } from './certificate-authority.js'
import {
  certifiedWorld,
  good,
  intermediate,
  leaf,
  leafWith,
  outcomeOf,
  root,
  settings,
  subject,
  usual,
} from './certificate-world.js'

const world = certifiedWorld()
const x5c = good.map(({ text }) => text)

describe('x5c', () => {
  const { der } = leaf
  const standard = leaf.text
  let padded = leafWith()
  while (!/[^=]=$/.test(padded.text)) padded = leafWith()
  /** The next character, which differs in bits that carry nothing. */
  const nextTo = ([character = '']: string) => String.fromCharCode(character.charCodeAt(0) + 1)
  /** Texts in the place of the leaf, each of which would be good if it were read less strictly, or is no certificate. */
  const inPlaceOfLeaf = {
    'no base64': 'not base64!',
    'an empty text': '',
    spaces: ` ${standard}`,
    'a line break at the end': `${standard}\n`,
    lines: standard.replace(/(.{64})/g, '$1\n'),
    base64url: der.toString('base64url'),
    'no padding': padded.text.replace(/=+$/, ''),
    'other bits behind the end': padded.text.replace(/.=$/, (end) => `${nextTo(end)}=`),
    PEM: leaf.pem,
    'PEM in base64': Buffer.from(leaf.pem).toString('base64'),
    'bytes behind the end': Buffer.concat([der, Buffer.from([0])]).toString('base64'),
    'a part': der.subarray(0, -1).toString('base64'),
    'no certificate': Buffer.from('certificate').toString('base64'),
    zeros: Buffer.alloc(300).toString('base64'),
    'a length that lies': Buffer.concat([Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), der]).toString('base64'),
    nesting: Buffer.alloc(3000, 0x30).toString('base64'),
    'indefinite lengths': Buffer.from(Array.from({ length: 2000 }, (_, at) => (at % 2 === 0 ? 0x30 : 0x80))).toString(
      'base64',
    ),
    'a public key': leaf.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    'a certificate of more than 4 KiB': leafWith({ extensions: [extension.long(4096)] }).text,
  }
  const garbage: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(Object.entries(inPlaceOfLeaf).map(([name, text]) => [name, [text, intermediate.text]])),
    'one certificate twice': [standard, standard, intermediate.text],
    'six certificates': [...x5c, root.text, ...[1, 2, 3].map(() => selfSigned().text)],
    'garbage behind a good chain': [...x5c, 'AAAA'],
  }
  test.each(Object.entries(garbage))('%s is refused', async (_, chain) => {
    expect(await world.verdict(world.signedBy(leaf, { x5c: chain }))).toBe('ERR_CERTIFICATE_INVALID')
  })

  test.each([
    null,
    '',
    standard,
    [],
    {},
    1,
    true,
    [null],
    [1],
    [[standard]],
    [{}],
    [standard, null],
    { 0: standard, length: 1 },
  ])('of the form %j is refused with its header', async (value) => {
    expect(await world.verdict(world.signedBy(leaf, { x5c: value }))).toBe('ERR_HEADER_INVALID')
  })

  test('with any byte of the leaf otherwise is refused, and never more than that', async () => {
    for (let at = 0; at < der.length; at += 7) {
      const bytes = Buffer.from(der)
      bytes[at] = (bytes[at] ?? 0) ^ 0x15
      const text = world.signedBy(leaf, { x5c: [bytes.toString('base64'), intermediate.text] })
      expect(await world.verdict(text)).toBe('ERR_CERTIFICATE_INVALID')
    }
  })

  test('beside x5u is refused, and so are jwk and jku beside it', async () => {
    for (const header of [{ x5u: 'https://a.test' }, { jwk: {} }, { jku: 'https://a.test' }]) {
      expect(await world.verdict(world.signedBy(leaf, { x5c, ...header }))).toBe('ERR_HEADER_INVALID')
    }
  })

  test('chooses whatever the kid is; without it there is no key', async () => {
    expect(await world.verdict(world.signedBy(leaf, { x5c, kid: 'any' }))).toBe('accepted')
    expect(await world.verdict(world.signedBy(leaf, {}))).toBe('ERR_KEY_UNKNOWN')
    expect(await world.verdict(world.signedBy(leaf, { kid: 'any' }))).toBe('ERR_KEY_UNKNOWN')
  })

  test('agrees with the thumbprints beside it', async () => {
    const thumbprint = (hash: string, of = leaf) => createHash(hash).update(of.der).digest('base64url')
    for (const header of [
      { 'x5t#S256': thumbprint('sha256') },
      { x5t: thumbprint('sha1') },
      { x5t: thumbprint('sha1'), 'x5t#S256': thumbprint('sha256') },
    ]) {
      expect(await world.verdict(world.signedBy(leaf, { x5c, ...header }))).toBe('accepted')
    }
    for (const header of [
      { 'x5t#S256': thumbprint('sha256', intermediate) },
      { 'x5t#S256': `${thumbprint('sha256')}=` },
      { x5t: thumbprint('sha256') },
      { x5t: thumbprint('sha1'), 'x5t#S256': '' },
      { x5t: null },
    ]) {
      expect(await world.verdict(world.signedBy(leaf, { x5c, ...header }))).toBe('ERR_CERTIFICATE_MISMATCH')
    }
  })
})

test('certificates that certify one another end in a refusal', async () => {
  const a = selfSigned({ name: [['CN', 'a']] })
  const b = selfSigned({ name: [['CN', 'b']] })
  const aByB = b.issue({ name: [['CN', 'a']], keys: a, extensions: authorityExtensions })
  const bByA = a.issue({ name: [['CN', 'b']], keys: b, extensions: authorityExtensions })
  const end = a.issue({ name: [['CN', 'client-1']] })
  expect(await world.chain(end, aByB, bByA)).toBe('ERR_CERTIFICATE_INVALID')
  expect(await world.chain(end, aByB, bByA, a)).toBe('ERR_CERTIFICATE_INVALID')
})

describe('a chain that was good is remembered', () => {
  test('and its dates are looked at each time', async () => {
    const clock = fixedClock()
    const { token, verdict } = certifiedWorld({}, clock)
    const until = clock.now() + 60
    const short = leafWith({ until })
    const chain = [short, intermediate]
    expect(await verdict(token(chain))).toBe('accepted')
    clock.advance(60)
    expect(await verdict(token(chain))).toBe('accepted')
    clock.advance(1)
    expect(await verdict(token(chain))).toBe('ERR_CERTIFICATE_EXPIRED')
    clock.advance(-1)
    expect(await verdict(token(chain))).toBe('accepted')
    clock.advance(-200_000_000)
    expect(await verdict(token(chain))).toBe('ERR_CERTIFICATE_EXPIRED')
  })

  test('from the latest beginning in it to the earliest end', async () => {
    const clock = fixedClock()
    const { chain } = certifiedWorld({}, clock)
    const [from, until] = [clock.now() - 60, clock.now() + 60]
    const authority = root.issue({ name: [['CN', 'authority']], extensions: authorityExtensions, until })
    const short = [authority.issue({ from }), authority] as const
    expect(await chain(...short)).toBe('accepted')
    clock.advance(61)
    expect(await chain(...short)).toBe('ERR_CERTIFICATE_EXPIRED')
    clock.advance(-122)
    expect(await chain(...short)).toBe('ERR_CERTIFICATE_EXPIRED')
    clock.advance(1)
    expect(await chain(...short)).toBe('accepted')
  })

  test('by itself: each issuer has its own', async () => {
    expect(await world.chain(...good)).toBe('accepted')
    expect(await certifiedWorld({ trustAnchors: selfSigned().pem }).chain(...good)).toBe('ERR_CERTIFICATE_INVALID')
    expect(await certifiedWorld({ subject: { CN: 'other' } }).chain(...good)).toBe('ERR_CERTIFICATE_MISMATCH')
  })

  test('and never a signature by its key', async () => {
    expect(await world.chain(...good)).toBe('accepted')
    expect(await world.verdict(world.signedBy(intermediate, { x5c }))).toBe('ERR_SIGNATURE_INVALID')
    expect(await world.verdict(world.signedBy(leaf, { x5c }, { algorithm: 'RS256', key: undefined as never }))).toBe(
      'ERR_ALGORITHM_MISMATCH',
    )
  })
})

describe('x5t selects among given certificates', () => {
  const other = leafWith()
  const { signedBy, verdict } = certifiedWorld({
    certificates: [leaf.pem + intermediate.pem, other.pem + intermediate.pem],
  })
  const sha256 = (of = leaf) => createHash('sha256').update(of.der).digest('base64url')
  const sha1 = (of = leaf) => createHash('sha1').update(of.der).digest('base64url')

  test('by either hash, or both', async () => {
    for (const one of [leaf, other]) {
      for (const header of [
        { 'x5t#S256': sha256(one) },
        { x5t: sha1(one) },
        { x5t: sha1(one), 'x5t#S256': sha256(one) },
      ]) {
        expect(await verdict(signedBy(one, header))).toBe('accepted')
        expect(await verdict(signedBy(one, header))).toBe('accepted')
      }
    }
    expect(await verdict(signedBy(leaf, { 'x5t#S256': sha256(other) }))).toBe('ERR_SIGNATURE_INVALID')
  })

  test('exactly, and nothing else', async () => {
    for (const header of [
      { 'x5t#S256': `${sha256()}=` },
      { 'x5t#S256': sha256().toLowerCase() },
      { 'x5t#S256': createHash('sha256').update(leaf.der).digest('base64') + ' ' },
      { 'x5t#S256': createHash('sha256').update(leaf.der).digest('hex') },
      { 'x5t#S256': sha256(intermediate) },
      { 'x5t#S256': '' },
      { 'x5t#S256': [sha256()] },
      { x5t: sha256() },
      { 'x5t#S256': sha1() },
      { x5t: sha1(other), 'x5t#S256': sha256() },
      { x5t: null },
    ]) {
      expect([header, await verdict(signedBy(leaf, header))]).toEqual([header, 'ERR_KEY_UNKNOWN'])
    }
  })

  test('what is given is validated like any other', async () => {
    const stranger = selfSigned({ name: [['CN', 'client-1']], extensions: [] })
    const alone = certifiedWorld({ certificates: [stranger.pem, leaf.pem] })
    expect(await alone.verdict(alone.signedBy(stranger, { 'x5t#S256': sha256(stranger) }))).toBe(
      'ERR_CERTIFICATE_INVALID',
    )
    expect(await alone.verdict(alone.signedBy(leaf, { 'x5t#S256': sha256() }))).toBe('ERR_CERTIFICATE_INVALID')
    const late = certifiedWorld({ certificates: [leaf.pem + intermediate.pem] }, fixedClock(1_900_000_000))
    expect(await late.verdict(late.signedBy(leaf, { 'x5t#S256': sha256() }))).toBe('ERR_CERTIFICATE_EXPIRED')
  })

  test('where none are given, it chooses nothing', async () => {
    expect(await world.verdict(world.signedBy(leaf, { 'x5t#S256': sha256() }))).toBe('ERR_KEY_UNKNOWN')
  })
})

describe('beside issuers without certificates', () => {
  const clock = fixedClock()
  const { fake, issuer: certified, token, signedBy } = certifiedWorld({}, clock)
  const plain = issuer('https://plain.test', { keys: fake.key.source as never })
  const { both } = defineTokens(
    { both: accessToken({ issuer: [certified, plain], audience: 'https://api.test' }) },
    { clock },
  )
  const fromPlain = { claims: { iss: 'https://plain.test' } }
  const long = { 'a-name': 'x'.repeat(2000) }

  test('each has headers of its own', async () => {
    expect(await outcomeOf(both.verify(token(good)))).toBe('accepted')
    expect(await outcomeOf(both.verify(fake.accessToken(fromPlain)))).toBe('accepted')
    expect(await outcomeOf(both.verify(token(good, fromPlain)))).toBe('ERR_HEADER_INVALID')
    expect(await outcomeOf(both.verify(signedBy(leaf, { x5c, kid: 'test' }, fromPlain)))).toBe('ERR_HEADER_INVALID')
    expect(await outcomeOf(both.verify(fake.accessToken({ ...fromPlain, header: { x5c } })))).toBe('ERR_HEADER_INVALID')
    expect(await outcomeOf(both.verify(fake.accessToken({ ...fromPlain, header: { x5u: 'https://a.test' } })))).toBe(
      'ERR_HEADER_INVALID',
    )
    expect(await outcomeOf(both.verify(fake.accessToken({ ...fromPlain, header: long })))).toBe('ERR_TOKEN_TOO_LONG')
    expect(await outcomeOf(both.verify(signedBy(leaf, { x5c, ...long })))).toBe('accepted')
  })

  test('a type of none refuses before it knows the issuer', async () => {
    const { only } = defineTokens({ only: accessToken({ issuer: plain, audience: 'https://api.test' }) })
    expect(await outcomeOf(only.verify(token(good)))).toBe('ERR_HEADER_INVALID')
    expect(await outcomeOf(only.verify(token([...good, root], fromPlain)))).toBe('ERR_HEADER_INVALID')
    expect(await outcomeOf(only.verify(fake.accessToken({ header: long })))).toBe('ERR_TOKEN_TOO_LONG')
  })

  test('a header is not longer than 16 KiB', async () => {
    const { signedBy: signed, verdict } = world
    expect(await verdict(signed(leaf, { x5c, 'a-name': 'x'.repeat(9000) }))).toBe('accepted')
    expect(await verdict(signed(leaf, { x5c, 'a-name': 'x'.repeat(12_000) }))).toBe('ERR_TOKEN_TOO_LONG')
  })

  test('keys that are given serve headers without a chain', async () => {
    const key = testKey()
    const beside = new FakeIssuer({ keys: [key], clock })
    const mixed = issuer(fake.id, { keys: [certificateChain(usual), key.source] })
    const { access } = defineTokens({ access: accessToken({ issuer: mixed, audience: 'https://api.test' }) }, { clock })
    expect(await outcomeOf(access.verify(token(good)))).toBe('accepted')
    expect(await outcomeOf(access.verify(beside.accessToken()))).toBe('accepted')
    expect(await outcomeOf(access.verify(beside.accessToken({ header: { x5t: 'a' } })))).toBe('accepted')
    expect(await outcomeOf(access.verify(beside.accessToken({ header: { x5c } })))).toBe('ERR_SIGNATURE_INVALID')
  })

  test('a resolver may answer with either', async () => {
    const resolve = (iss: string) => [certifiedWorld({}, clock).issuer, plain].find(({ id }) => id === iss)
    const { access } = defineTokens(
      { access: accessToken({ issuer: issuers(resolve), audience: 'https://api.test' }) },
      { clock },
    )
    expect(await outcomeOf(access.verify(token(good)))).toBe('accepted')
    expect(await outcomeOf(access.verify(token(good, fromPlain)))).toBe('ERR_HEADER_INVALID')
    expect(await outcomeOf(access.verify(fake.accessToken({ ...fromPlain, header: long })))).toBe('ERR_TOKEN_TOO_LONG')
  })
})

test('a chain proves nothing apart, but for its algorithms', () => {
  const kindOf = (name: string, keys: ReturnType<typeof certificateChain>) => {
    const options = {
      issuer: issuer('https://a.test', { keys }),
      audience: 'https://api.test',
      maxLifetime: '5m',
    } as const
    return customToken({ typ: `${name}+jwt`, ...options })
  }
  const [a, b] = [certificateChain(usual), certificateChain(settings({ trustAnchors: selfSigned().pem, subject }))]
  const same = () => {
    const [one, other] = [a, b].map((keys) =>
      accessToken({ issuer: issuer('https://a.test', { keys }), audience: 'https://api.test' }),
    )
    return defineTokens({ one: one!, other: other! })
  }
  expect(same).toThrow(expect.objectContaining({ code: 'ERR_TOKENS_NOT_EXCLUSIVE' }))
  const [pair] = separation(defineTokens({ one: kindOf('one', a), other: kindOf('other', b) }))
  expect(pair?.witness).toMatch(/^typ/)
})

test('a long header is not remembered', () => {
  const segmentOf = (length: number) => segment({ alg: 'ES256', x5c, 'a-name': 'x'.repeat(length) })
  const again = (text: string) => {
    const header = readHeader(jwsOf(text), true) as UnverifiedHeader
    rememberHeader(jwsOf(text), header)
    return knownHeader(text) === header
  }
  expect(again(segment({ alg: 'ES256', x5c: ['AAAA'] }))).toBe(true)
  expect(again(segmentOf(2000))).toBe(false)
  const known = jwsOf(segment({ alg: 'ES256', x5c: ['AAAA'] }))
  known.knownHeader = knownHeader(known.header)
  expect(readHeader(known)).toMatchObject({ code: 'ERR_HEADER_INVALID' })
})

test('verifyCompactJws takes a chain', async () => {
  const now = Math.floor(Date.now() / 1000)
  const ofNow = selfSigned({ from: now - 1000, until: now + 1000 })
  const end = ofNow.issue({ from: now - 1000, until: now + 1000 })
  const keys = certificateChain(settings({ trustAnchors: ofNow.pem }))
  const text = world.signedBy(end, { x5c: [end.text] })
  expect((await verifyCompactJws(text, keys)).header.alg).toBe('ES256')
  const long = { x5c: [end.text], 'a-name': 'x'.repeat(2000) }
  expect((await verifyCompactJws(world.signedBy(end, long), keys)).header.alg).toBe('ES256')
  const unknown = world.signedBy(end, { 'a-name': 'x'.repeat(2000) })
  expect(await outcomeOf(verifyCompactJws(unknown, world.fake.key.source))).toBe('ERR_TOKEN_TOO_LONG')
  expect(await outcomeOf(verifyCompactJws(world.signedBy(leaf, { x5c: [end.text] }), keys))).toBe(
    'ERR_SIGNATURE_INVALID',
  )
  expect(await outcomeOf(verifyCompactJws(text, world.fake.key.source))).toBe('ERR_HEADER_INVALID')
})
