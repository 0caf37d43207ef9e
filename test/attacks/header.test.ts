/* oxlint-disable vitest/no-standalone-expect -- attack() registers a test */
import { AsyncLocalStorage, createHook } from 'node:async_hooks'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import {
  accessToken,
  customToken,
  defineTokens,
  idToken,
  issuer,
  keySet,
  publicKey,
  TokenRejectedError,
  verifyCompactJws,
  type Algorithm,
} from '@jwt-guard/core'
import {
  FakeIssuer,
  forge,
  segment,
  signatureOf,
  testKey,
  testSecret,
  type FakeIssuerOptions,
  type TestKey,
} from '@jwt-guard/testing'
import { expect } from 'vitest'
import { selfSigned } from '../../packages/core/test/issuers/certificate-authority.js'
import { certifiedWorld, good, root } from '../../packages/core/test/issuers/certificate-world.js'
import { attack, eventsOf, expectAccepted, expectRefusals, refusedFor, verdictOf } from './catalogue.js'
import { everyKey, publicKeyAlgorithms, publicKeys } from './keys.js'
import { brokenJson, injections, lookAlikes, notUtf8, otherEncodings, withBytes } from './hostile.js'

const audience = 'https://api.test'
const fake = new FakeIssuer()
const { access } = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }, { clock: fake.clock })
const { verify } = access

const valid = fake.accessToken()
const [validHeader = '', validPayload = '', validSignature = ''] = valid.split('.')
const headerText = Buffer.from(validHeader, 'base64url').toString()
const payloadText = Buffer.from(validPayload, 'base64url').toString()

/** The valid token with some parameters of its header otherwise, and a good signature. */
const withHeader = (header: Readonly<Record<string, unknown>>) => fake.accessToken({ header })
/** The valid token with another header, to the byte, and a good signature. */
const withRawHeader = (header: string | Uint8Array) => forge({ header, payload: payloadText, key: fake.key })
const withRawPayload = (payload: string | Uint8Array) => forge({ header: headerText, payload, key: fake.key })

/** One token for each value of one parameter. */
function valuesOf(parameter: string, values: readonly unknown[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    values.map((value) => [`${parameter} ${JSON.stringify(value)}`, withHeader({ [parameter]: value })]),
  )
}

function each<T>(values: Readonly<Record<string, T>>, make: (value: T) => unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, make(value)]))
}

const everywhere = (text: string, change: (before: string, behind: string) => string): readonly string[] =>
  Array.from({ length: text.length + 1 }, (_, at) => change(text.slice(0, at), text.slice(at)))

const malformed = 'ERR_TOKEN_MALFORMED'

attack('HDR-01', 'what is not a primitive string is no token, and is not asked what it would be', async () => {
  let asked = 0
  const changing = new Proxy(Object(valid) as object, {
    get(target, name) {
      asked++
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const posing = { toString: () => valid, split: () => valid.split('.'), length: valid.length }
  await expectRefusals(verify, valid, [
    ...refusedFor(malformed, { array: [valid], segments: valid.split('.'), buffer: Buffer.from(valid) }),
    ...refusedFor(malformed, { bytes: new TextEncoder().encode(valid), posing, changing, object: Object(valid) }),
    ...refusedFor(malformed, [undefined, null, true, 0, 1n, Symbol('token'), () => valid, {}, new Date(0)]),
    ...refusedFor(malformed, { promise: Promise.resolve(valid), iterator: valid[Symbol.iterator]() }),
  ])
  expect(asked).toBe(0)
})

attack('HDR-02', 'a token has three segments, whatever the number of dots', async () => {
  const long = defineTokens(
    { access: accessToken({ issuer: fake.issuer, audience, maxTokenLength: 1024 * 1024 }) },
    { clock: fake.clock },
  )
  const [h, p, s] = [validHeader, validPayload, validSignature]
  await expectRefusals(long.access.verify, valid, [
    ...refusedFor(malformed, [
      '',
      h,
      `${h}.${p}`,
      `${valid}.${s}`,
      `${valid}.${p}.${s}.${s}`,
      `.${valid}`,
      `${valid}.`,
    ]),
    ...refusedFor(malformed, ['.', '..', '...', '.....', `${h}.${p}..${s}`, `${h}..${p}.${s}`]),
    ...refusedFor('ERR_TOKEN_ENCRYPTED', [`${valid}.${p}.${s}`, `${h}.${p}...`, `${h}....`]),
    ...refusedFor(malformed, { 'a million dots': '.'.repeat(1e6), 'a million segments': 'a.'.repeat(5e5) }),
    ...refusedFor(malformed, { 'dots behind': valid + '.'.repeat(1e6), 'no dot': 'a'.repeat(1e6) }),
  ])
  await expectRefusals(verify, valid, refusedFor('ERR_TOKEN_TOO_LONG', { 'a million dots': '.'.repeat(1e6) }))
})

attack('HDR-03', 'a JSON serialisation is no token', async () => {
  const signed = { protected: validHeader, signature: validSignature }
  const flattened = { payload: validPayload, ...signed }
  const general = { payload: validPayload, signatures: [signed] }
  await expectRefusals(verify, valid, [
    ...refusedFor(malformed, { flattened, general }),
    ...refusedFor(
      malformed,
      [flattened, general, { ...flattened, header: { kid: 'test' } }].map((jws) => JSON.stringify(jws)),
    ),
    ...refusedFor(malformed, [JSON.stringify([valid]), JSON.stringify(flattened, null, 1)]),
  ])
})

attack('HDR-04', 'a text that is JSON and holds a token is no token', async () => {
  const [h, p, s] = [validHeader, validPayload, validSignature]
  await expectRefusals(
    verify,
    valid,
    refusedFor(malformed, [
      `{"payload":"${valid}"}`,
      `{"protected":"${h}","payload":"${p}","signature":"${s}"}.${p}.${s}`,
      `{"protected":"${h}.","payload":".${p}","signature":"${s}"}`,
      `{"x":".${p}.${s}","protected":"${h}","payload":"${p}","signature":"${s}"}`,
      `${h}.${p}.${s}{"payload":"${segment({ sub: 'admin' })}"}`,
      `"${valid}"`,
      `{"alg":"ES256"}.${payloadText}.${s}`,
      `${h}.${payloadText}.${s}`,
    ]),
  )
})

attack('HDR-05', 'white space anywhere in a token is refused', async () => {
  const spaces = [' ', '\t', '\r', '\n', '\r\n', '\v', '\f']
  const texts = spaces.flatMap((space) => everywhere(valid, (before, behind) => before + space + behind))
  await expectRefusals(verify, valid, refusedFor(malformed, texts))
})

attack('HDR-06', 'padding is refused on every segment, of the right length and of any other', async () => {
  const pads = ['=', '==', '===', '%3D', '%3d%3d']
  const [h, p, s] = [validHeader, validPayload, validSignature]
  await expectRefusals(
    verify,
    valid,
    refusedFor(
      malformed,
      pads.flatMap((pad) => [`${h}${pad}.${p}.${s}`, `${h}.${p}${pad}.${s}`, `${h}.${p}.${s}${pad}`]),
    ),
  )
})

attack('HDR-07', 'the other alphabet of base64 is refused on every segment', async () => {
  const swapped = (text: string) => text.replaceAll('-', '+').replaceAll('_', '/')
  // 1 and 2 characters in front put the characters of interest at every place of a group of three.
  const texts = ['', '~', '~~'].map((front) => {
    const header = segment(headerText.replace('{', `{"x":"${front}>>>???>>>???",`))
    const payload = segment(payloadText.replace('{', `{"x":"${front}>>>???>>>???",`))
    return { header, payload, signed: resigned(`${header}.${payload}`, fake.key) }
  })
  for (const { header, payload, signed } of texts) {
    const signature = signed.slice(header.length + payload.length + 2)
    expect([header, payload].map((text) => swapped(text) !== text)).toEqual([true, true])
    await expectRefusals(verify, signed, [
      ...refusedFor(malformed, [
        `${swapped(header)}.${payload}.${signature}`,
        `${header}.${swapped(payload)}.${signature}`,
      ]),
      ...refusedFor(
        malformed,
        everywhere(signed.slice(0, -1), (before) => `${before}+${signed.slice(before.length + 1)}`),
      ),
      ...refusedFor(
        malformed,
        everywhere(signed.slice(0, -1), (before) => `${before}/${signed.slice(before.length + 1)}`),
      ),
    ])
  }
})

attack('HDR-08', 'bits that carry nothing are zero: no segment has a second spelling', async () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const key = testSecret()
  const spellings = (text: string) =>
    Array.from(alphabet)
      .map((last) => text.slice(0, -1) + last)
      .filter((other) => other !== text && Buffer.from(other, 'base64url').equals(Buffer.from(text, 'base64url')))
  let seen = 0
  for (const pad of ['', 'x', 'xx']) {
    const token = forge({ header: { alg: 'HS256', pad }, payload: { pad }, key })
    const segments = token.split('.')
    const others = segments.flatMap((text, place) =>
      spellings(text).map((other) => segments.with(place, other).join('.')),
    )
    seen += others.length
    await expectRefusals((text) => verifyCompactJws(text, key.source), token, refusedFor(malformed, others))
    // Signed over its own spelling, so that nothing but the rule refuses it.
    const header = spellings(segments[0] ?? '').map((other) => resigned(`${other}.${segments[1]}`, key))
    const payload = spellings(segments[1] ?? '').map((other) => resigned(`${segments[0]}.${other}`, key))
    await expectRefusals(
      (text) => verifyCompactJws(text, key.source),
      token,
      refusedFor(malformed, [...header, ...payload, '']),
    )
  }
  // Two and four bits to spare, on each of header and payload: 3 + 15; and twice or thrice the signature's 3.
  expect(seen).toBe(2 * (3 + 15) + 3 * 3)
})

attack(
  'HDR-09',
  'no single edit of a token is accepted: substitution, insertion, deletion, at every place',
  async () => {
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index))
    const characters = [...printable, '\0', '\t', '\n', '\r', '\u00a0', '\u2028', '\u200b', '\ufeff', '\uff21']
    expect(characters.length).toBe(104)
    for (const key of [testSecret('HS256'), testKey('ES256'), testKey('Ed25519')]) {
      const token = forge({ header: { alg: key.algorithm }, payload: {}, key })
      await expectAccepted((text) => verifyCompactJws(text, key.source), { [key.algorithm]: token })
      const odd: string[] = []
      for (let at = 0; at <= token.length; at++) {
        const [before, behind] = [token.slice(0, at), token.slice(at)]
        const edits = [
          before + behind.slice(1),
          ...characters.flatMap((c) => [before + c + behind.slice(1), before + c + behind]),
        ].filter((edit) => edit !== token)
        const verdicts = await Promise.all(edits.map((edit) => verdictOf(() => verifyCompactJws(edit, key.source))))
        odd.push(...edits.filter((_, index) => !verdicts[index]?.startsWith('ERR_')))
      }
      expect({ [key.algorithm]: odd }).toEqual({ [key.algorithm]: [] })
    }
  },
)

attack('HDR-10', 'look-alike and invisible characters are refused at every place', async () => {
  const texts = lookAlikes.flatMap((character) =>
    everywhere(valid, (before, behind) => before + character + behind).flatMap((text, at) => [
      text,
      valid.slice(0, at) + character + valid.slice(at + 1),
    ]),
  )
  await expectRefusals(verify, valid, refusedFor(malformed, texts))
})

/** The valid token, padded in a claim and a header parameter to exactly this length. */
function ofLength(length: number): string {
  const encoded = (bytes: number) => Math.ceil((bytes * 4) / 3)
  for (let pad = 0; pad < 4; pad++) {
    const header = headerText.replace('{', `{"x":"${'x'.repeat(pad)}",`)
    const rest = length - encoded(header.length) - 2 - validSignature.length
    const payload = (fill: number) => payloadText.replace('{', `{"x":"${'x'.repeat(fill)}",`)
    const fill = Math.floor((rest * 3) / 4) - payload(0).length
    if (encoded(payload(fill).length) === rest) return forge({ header, payload: payload(fill), key: fake.key })
  }
  throw new Error(`no token of ${length} characters`)
}

attack('HDR-11', 'a token longer than 8 KiB is refused for its length alone', async () => {
  const [shorter, longest, longer] = [8191, 8192, 8193].map(ofLength)
  expect([shorter, longest, longer].map((text) => text?.length)).toEqual([8191, 8192, 8193])
  await expectAccepted(verify, { shorter: shorter ?? '', longest: longest ?? '' })
  const huge = withRawPayload(payloadText.replace('{', `{"x":"${'x'.repeat(6 * 1024 * 1024)}",`))
  const mega = 1024 * 1024
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_TOKEN_TOO_LONG', {
      longer,
      '6 MiB, well signed': huge,
      '1 MiB': ofLength(mega),
      '8 MiB': ofLength(8 * mega),
    }),
    // The length comes first: what else is wrong is not looked at.
    ...refusedFor('ERR_TOKEN_TOO_LONG', {
      spaces: ' '.repeat(8193),
      dots: '.'.repeat(8193),
      jwe: 'a.'.repeat(4) + 'a'.repeat(8192),
    }),
  ])
})

attack('HDR-12', 'a header longer than 2 KiB is refused for its length alone', async () => {
  const wide = defineTokens(
    { access: accessToken({ issuer: fake.issuer, audience, maxTokenLength: 1024 * 1024 }) },
    { clock: fake.clock },
  )
  const padded = (bytes: number) =>
    withRawHeader(headerText.replace('{', `{"x":"${'x'.repeat(bytes - headerText.length - 7)}",`))
  const [longest, longer] = [padded(1536), padded(1537)]
  expect([longest, longer].map((text) => text.indexOf('.'))).toEqual([2048, 2050])
  await expectAccepted(wide.access.verify, { longest })
  await expectRefusals(
    wide.access.verify,
    valid,
    refusedFor('ERR_TOKEN_TOO_LONG', {
      longer,
      kid: withHeader({ kid: 'k'.repeat(600_000) }),
      broken: withRawHeader('{'.repeat(2000)),
    }),
  )
})

attack('HDR-13', 'a header that is not an object is refused', async () => {
  const values = [
    '[]',
    `[${headerText}]`,
    `"${validHeader}"`,
    JSON.stringify(headerText),
    '1',
    'null',
    'true',
    '{}'.repeat(2),
  ]
  await expectRefusals(
    verify,
    valid,
    refusedFor('ERR_HEADER_MALFORMED', Object.fromEntries(values.map((value) => [value, withRawHeader(value)]))),
  )
})

attack('HDR-14', 'broken JSON is refused, in the header and in the payload', async () => {
  const [headers, payloads] = [brokenJson(headerText), brokenJson(payloadText)]
  const texts = [...Object.values(headers), ...Object.values(payloads)]
  expect(texts.filter(isJson)).toEqual([])
  const { 'nothing at all': _, ...filled } = headers
  const { 'nothing at all': __, ...filledPayloads } = payloads
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_HEADER_MALFORMED', each(filled, withRawHeader)),
    ...refusedFor('ERR_CLAIMS_MALFORMED', each(filledPayloads, withRawPayload)),
    ...refusedFor(malformed, [withRawHeader(''), withRawPayload('')]),
  ])
})

attack('HDR-15', 'a byte order mark is refused', async () => {
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_HEADER_MALFORMED', {
      front: withRawHeader(`\ufeff${headerText}`),
      behind: withRawHeader(`${headerText}\ufeff`),
    }),
    ...refusedFor('ERR_CLAIMS_MALFORMED', {
      front: withRawPayload(`\ufeff${payloadText}`),
      behind: withRawPayload(`${payloadText}\ufeff`),
    }),
  ])
})

attack('HDR-16', 'bytes that are not UTF-8 are refused, and spoil nothing that comes after', async () => {
  const header = headerText.replace('{', '{"x":"@@",')
  const payload = payloadText.replace('{', '{"x":"@@",')
  await expectAccepted(verify, { 'good bytes in their place': withRawHeader(withBytes(header, [0xe2, 0x82, 0xac])) })
  await expectRefusals(verify, valid, [
    ...refusedFor(
      'ERR_HEADER_MALFORMED',
      each(notUtf8, (bytes) => withRawHeader(withBytes(header, bytes))),
    ),
    ...refusedFor(
      'ERR_CLAIMS_MALFORMED',
      each(notUtf8, (bytes) => withRawPayload(withBytes(payload, bytes))),
    ),
    ...refusedFor(
      'ERR_HEADER_MALFORMED',
      each(notUtf8, (bytes) => withRawHeader(withBytes(`${headerText}@@`, bytes))),
    ),
    ...refusedFor('ERR_HEADER_MALFORMED', each(otherEncodings(headerText), withRawHeader)),
    ...refusedFor('ERR_CLAIMS_MALFORMED', each(otherEncodings(payloadText), withRawPayload)),
  ])
  await expectAccepted(verify, { 'the valid token afterwards': valid })
})

attack('HDR-17', 'a parameter that stands twice is refused, plain or escaped, in both orders', async () => {
  const twice = {
    'alg, the same': '"alg":"ES256"',
    'alg, another': '"alg":"none"',
    'alg, escaped': '"\\u0061lg":"none"',
    'alg, escaped in part': '"al\\u0067":"HS256"',
    'typ, another': '"typ":"JWT"',
    'typ, escaped': '"t\\u0079p":"JWT"',
    'kid, another': '"kid":"other"',
    'kid, escaped': '"\\u006bid":"other"',
    'kid, null': '"kid":null',
    'x, nested': '"x":{"a":1,"a":2}',
    'x, nested and escaped': '"x":[{"a":1,"\\u0061":1}]',
    'crit, twice': '"crit":["x"],"crit":[]',
    'the empty name': '"":1,"":1',
  }
  await expectRefusals(verify, valid, [
    ...refusedFor(
      'ERR_HEADER_MALFORMED',
      each(twice, (member) => withRawHeader(headerText.replace('{', `{${member},`))),
    ),
    ...refusedFor(
      'ERR_HEADER_MALFORMED',
      each(twice, (member) => withRawHeader(headerText.replace(/\}$/, `,${member}}`))),
    ),
  ])
})

attack('HDR-18', 'a header that is deep is refused', async () => {
  const nested = (depth: number, open = '[', close = ']') =>
    withRawHeader(headerText.replace('{', `{"x":${open.repeat(depth - 1)}1${close.repeat(depth - 1)},`))
  await expectAccepted(verify, {
    'depth 4': nested(4),
    'four objects': nested(4, '{"a":', '}'),
    wide: withHeader({ x: [[], [[]], {}] }),
  })
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_HEADER_MALFORMED', { 5: nested(5), objects: nested(5, '{"a":', '}'), 700: nested(700) }),
    ...refusedFor('ERR_TOKEN_TOO_LONG', { 1000: nested(1000), 50_000: nested(50_000) }),
  ])
})

attack('HDR-18', 'a header of more than 64 values is refused', async () => {
  const own = Object.keys(JSON.parse(headerText) as object).length + 1
  const wide = (length: number) => withHeader({ x: Array.from({ length }, () => 1) })
  await expectAccepted(verify, { 'sixty-four': wide(64 - own) })
  await expectRefusals(verify, valid, refusedFor('ERR_HEADER_MALFORMED', [65 - own, 700].map(wide)))
})

attack('HDR-19', 'alg is the name of an algorithm, and of no other type', async () => {
  await expectRefusals(
    verify,
    valid,
    refusedFor('ERR_ALGORITHM_INVALID', {
      ...valuesOf('alg', ['', null, 0, 256, ['ES256'], [], { ES256: true }, {}, true, false, [['ES256']]]),
      missing: withHeader({ alg: undefined }),
    }),
  )
})

attack('HDR-20', 'no spelling of "none" is an algorithm, with any signature or without one', async () => {
  const cases = Array.from({ length: 16 }, (_, bits) =>
    Array.from('none')
      .map((letter, at) => (bits & (1 << at) ? letter.toUpperCase() : letter))
      .join(''),
  )
  // oxfmt-ignore
  const others = [
    'nоne', 'n\u200bone', 'none ', ' none', 'none\0', 'ｎｏｎｅ', 'ⁿone', 'None\n', 'nonе', 'null', 'NULL', 'plain',
    'unsigned',
  ]
  const unsigned = (alg: string) => withHeader({ alg }).replace(/\.[^.]*$/, '')
  const spoiled = (form: (alg: string) => string) =>
    Object.fromEntries([...cases, ...others].map((alg) => [alg, form(alg)]))
  await expectRefusals(verify, valid, [
    ...refusedFor(
      'ERR_ALGORITHM_INVALID',
      spoiled((alg) => withHeader({ alg })),
    ),
    ...refusedFor(
      'ERR_ALGORITHM_INVALID',
      spoiled((alg) => `${unsigned(alg)}.AAAA`),
    ),
    ...refusedFor(
      malformed,
      spoiled((alg) => `${unsigned(alg)}.`),
    ),
    ...refusedFor(malformed, spoiled(unsigned)),
    ...refusedFor(
      malformed,
      spoiled((alg) => `${unsigned(alg)}..`),
    ),
  ])
})

attack('HDR-21', 'the name of an algorithm in other case is no algorithm', async () => {
  const mixed = (name: string) =>
    Array.from(name)
      .map((c, at) => (at % 2 ? c.toUpperCase() : c.toLowerCase()))
      .join('')
  const swapped = (name: string) =>
    Array.from(name)
      .map((c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase()))
      .join('')
  for (const key of everyKey) {
    const name = key.algorithm
    const other = new Set([name.toLowerCase(), name.toUpperCase(), mixed(name), swapped(name)])
    other.delete(name)
    const signed = (alg: string) => forge({ header: { alg }, payload: {}, key })
    const cases = refusedFor('ERR_ALGORITHM_INVALID', Object.fromEntries([...other].map((alg) => [alg, signed(alg)])))
    await expectRefusals((text) => verifyCompactJws(text, key.source), signed(name), cases)
  }
})

attack('HDR-22', 'an algorithm with anything around it, or one that is not offered, is no algorithm', async () => {
  // oxfmt-ignore
  const around = [
    'ES256 ', ' ES256', 'ES256\0', 'ES256\n', '\tES256', 'ES256,none', 'ES256K', 'ES2566', 'ES256;', '"ES256"',
    'ES-256', 'E\u200bS256',
  ]
  // oxfmt-ignore
  const unknown = [
    'RS1', 'HS1', 'HS128', 'RS265', 'ES521', 'SHA256', 'ECDSA', 'RSA', 'HMAC', 'Ed448',
  ]
  // oxfmt-ignore
  const encryption = [
    'dir', 'A128KW', 'A256GCMKW', 'RSA-OAEP', 'RSA-OAEP-256', 'RSA1_5', 'ECDH-ES', 'PBES2-HS256+A128KW', 'A128GCM',
  ]
  await expectRefusals(
    verify,
    valid,
    refusedFor('ERR_ALGORITHM_INVALID', valuesOf('alg', [...around, ...unknown, ...encryption])),
  )
})

attack('HDR-23', 'the name of a member that every object has is no algorithm', async () => {
  // oxfmt-ignore
  const names = [
    '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf', '__defineGetter__',
    'prototype',
  ]
  await expectRefusals(verify, valid, refusedFor('ERR_ALGORITHM_INVALID', valuesOf('alg', names)))
})

attack('HDR-24', 'an algorithm of another type of this application is not an algorithm of this one', async () => {
  const owners = everyKey.map((key) => {
    const keys = [key] as unknown as NonNullable<FakeIssuerOptions['keys']>
    return new FakeIssuer({ id: `https://${key.algorithm}.test`, keys, clock: fake.clock })
  })
  const types = owners.map((owner) => [
    owner.key.algorithm,
    customToken({ typ: `${owner.key.algorithm}+jwt`, issuer: owner.issuer, audience, maxLifetime: '1h' }),
  ])
  const tokens = defineTokens(Object.fromEntries(types) as Record<Algorithm, ReturnType<typeof customToken>>, {
    clock: fake.clock,
  })
  for (const owner of owners) {
    const { algorithm } = owner.key
    const signed = (key: TestKey) => owner.customToken(`${algorithm}+jwt`, {}, { header: { alg: key.algorithm }, key })
    const others = everyKey.filter((key) => key.algorithm !== algorithm)
    const cases = refusedFor(
      'ERR_ALGORITHM_MISMATCH',
      Object.fromEntries(others.map((key) => [`${key.algorithm} as ${algorithm}`, signed(key)])),
    )
    await expectRefusals(tokens[algorithm].verify, signed(owner.key), cases)
  }
})

attack('HDR-25', 'the algorithm that a header names is that of the key, or the token is refused', async () => {
  const named = publicKeys.map(({ algorithm, secret, jwk }) => {
    const kid = `kid of ${algorithm}`
    return { algorithm, secret, kid, jwk: Object.assign({}, jwk, { kid }) }
  })
  const all = keySet({ keys: named.map(({ jwk }) => jwk) }, { algorithms: publicKeyAlgorithms })
  for (const key of named) {
    const signed = (alg: string, kid?: string) => forge({ header: { alg, kid }, payload: {}, key })
    const others = (make: (other: (typeof named)[number]) => string) =>
      Object.fromEntries(
        named.filter((other) => other !== key).map((other) => [`${key.algorithm}, ${other.algorithm}`, make(other)]),
      )
    await expectRefusals((text) => verifyCompactJws(text, all), signed(key.algorithm, key.kid), [
      // The key of that name has another algorithm.
      ...refusedFor(
        'ERR_KEY_UNKNOWN',
        others(({ algorithm }) => signed(algorithm, key.kid)),
      ),
      ...refusedFor(
        'ERR_KEY_UNKNOWN',
        others(({ kid }) => signed(key.algorithm, kid)),
      ),
      // The key of that algorithm did not sign.
      ...refusedFor(
        'ERR_SIGNATURE_INVALID',
        others(({ algorithm, kid }) => signed(algorithm, kid)),
      ),
      ...refusedFor(
        'ERR_SIGNATURE_INVALID',
        others(({ algorithm }) => signed(algorithm)),
      ),
    ])
  }
})

attack('HDR-26', 'parameters are told apart by case, and one in other case is refused', async () => {
  const spellings = ['Alg', 'ALG', 'aLG', 'alG']
  await expectRefusals(verify, valid, [
    ...refusedFor(
      'ERR_ALGORITHM_INVALID',
      spellings.map((name) => withHeader({ alg: undefined, [name]: 'ES256' })),
    ),
    ...refusedFor(
      'ERR_HEADER_INVALID',
      spellings.map((name) => withHeader({ [name]: 'ES256' })),
    ),
    ...refusedFor('ERR_HEADER_INVALID', {
      Alg: withHeader({ Alg: 'none' }),
      Kid: withHeader({ Kid: 'test' }),
      TYP: withHeader({ TYP: 'at+jwt' }),
      CRIT: withHeader({ CRIT: ['x'] }),
      Jwk: withHeader({ Jwk: fake.key.jwk }),
      B64: withHeader({ B64: false }),
    }),
  ])
})

attack('HDR-27', 'a token without typ is no access token', async () => {
  await expectRefusals(verify, valid, refusedFor('ERR_TYP_MISMATCH', { dropped: withHeader({ typ: undefined }) }))
})

/** Types of one issuer, one key and one audience, that differ by typ alone; and a valid token of each. */
const same = { issuer: fake.issuer, audience: 'web' }
const kinds = defineTokens(
  {
    access: accessToken(same),
    id: idToken({ issuer: fake.issuer, clientId: 'web' }),
    reset: customToken({ ...same, typ: 'password-reset+jwt', maxLifetime: '1h' }),
    invitation: customToken({ ...same, typ: 'invitation+jwt', maxLifetime: '1h' }),
    introspection: customToken({ ...same, typ: 'token-introspection+jwt', maxLifetime: '1h' }),
  },
  { clock: fake.clock },
)
const claimsOfAll = {
  aud: 'web',
  sub: 'user-1',
  nonce: 'nonce-1',
  client_id: 'web',
  jti: 'jti-1',
  auth_time: fake.clock.now(),
}
const kind = (typ: unknown, verify: (text: string) => Promise<unknown>) => ({
  typ,
  verify,
  token: (typ: unknown) => fake.sign({ typ }, claimsOfAll),
})
const everyKind = [
  kind('at+jwt', kinds.access.verify),
  kind('JWT', (text) => kinds.id.verify(text, { nonce: 'nonce-1' })),
  kind('password-reset+jwt', kinds.reset.verify),
  kind('invitation+jwt', kinds.invitation.verify),
  kind('token-introspection+jwt', kinds.introspection.verify),
]

attack('HDR-28', 'a token with the typ of another type is refused, though it has every claim of this one', async () => {
  for (const { typ, verify, token } of everyKind) {
    const others = everyKind.filter((other) => other.typ !== typ).map((other) => [String(other.typ), token(other.typ)])
    await expectRefusals(verify, token(typ), refusedFor('ERR_TYP_MISMATCH', Object.fromEntries(others)))
  }
})

attack('HDR-29', 'typ is a string', async () => {
  await expectRefusals(
    verify,
    valid,
    refusedFor('ERR_HEADER_INVALID', valuesOf('typ', [null, 1, true, [], ['at+jwt'], {}, { typ: 'at+jwt' }, ''])),
  )
})

attack('HDR-30', 'typ is accepted in any case, and with the prefix that it may leave out', async () => {
  await expectAccepted(
    verify,
    valuesOf('typ', ['AT+JWT', 'application/at+jwt', 'APPLICATION/AT+JWT', 'Application/At+Jwt', 'at+JWT']),
  )
})

attack('HDR-31', 'typ with anything around it is not that typ', async () => {
  // oxfmt-ignore
  const noMediaType = [
    'at+jwt;v=1', 'at+jwt; charset=utf-8', ' at+jwt', 'at+jwt ', 'at +jwt', 'application/application/at+jwt',
    '/at+jwt', 'application/', 'at+jwt\0', 'at+jwt\n', '"at+jwt"', 'at+jwt,JWT', 'at%2Bjwt', 'application//at+jwt',
    '*/*', 'application\\at+jwt',
  ]
  // oxfmt-ignore
  const others = [
    'text/at+jwt', 'x/at+jwt', 'at+jwt+jwt', 'at', 'jwt', 'at+jwtx', 'xat+jwt', 'application/jwt', 'at.jwt', 'at-jwt',
    'application.at+jwt',
  ]
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_HEADER_INVALID', valuesOf('typ', noMediaType)),
    ...refusedFor('ERR_TYP_MISMATCH', valuesOf('typ', others)),
  ])
})

attack('HDR-32', 'typ is compared in ASCII: a character that only folds to its letters is another one', async () => {
  const folding = new Map<string, string[]>()
  for (let point = 0x80; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const character = String.fromCodePoint(point)
    const forms = [
      character.toLowerCase(),
      character.toUpperCase(),
      character.normalize('NFKC'),
      character.normalize('NFKD'),
    ]
    for (const form of new Set(forms.map((text) => text.toLowerCase().replace(/[^\0-\x7f]/gu, '')))) {
      if (form.length === 1) folding.set(form, [...(folding.get(form) ?? []), character])
    }
  }
  // KELVIN SIGN, LATIN SMALL LETTER LONG S, LATIN CAPITAL LETTER I WITH DOT ABOVE.
  expect(folding.get('k')).toContain('\u212a')
  expect(folding.get('s')).toContain('\u017f')
  expect(folding.get('i')).toContain('\u0130')
  for (const { typ, verify, token } of everyKind) {
    const letters = Array.from(String(typ))
    const spoiled = letters.flatMap((letter, at) =>
      (folding.get(letter.toLowerCase()) ?? []).map((character) => letters.with(at, character).join('')),
    )
    const cases = refusedFor('ERR_HEADER_INVALID', Object.fromEntries(spoiled.map((other) => [other, token(other)])))
    await expectRefusals(verify, token(typ), cases)
  }
})

attack('HDR-33', 'the typ of a token does not stand in cty', async () => {
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_TYP_MISMATCH', {
      alone: withHeader({ typ: undefined, cty: 'at+jwt' }),
      beside: withHeader({ typ: 'JWT', cty: 'at+jwt' }),
    }),
    ...refusedFor('ERR_HEADER_INVALID', {
      array: withHeader({ cty: ['at+jwt'] }),
      null: withHeader({ cty: null }),
    }),
  ])
})

attack('HDR-34', 'an extension that would have to be understood is refused', async () => {
  const names = ['x', 'http://example.com/UNDEFINED', 'b64', 'bork', 'exp']
  await expectRefusals(
    verify,
    valid,
    refusedFor(
      'ERR_HEADER_INVALID',
      Object.fromEntries(
        names.flatMap((name) => [
          [`${name}, there`, withHeader({ crit: [name], [name]: true })],
          [`${name}, not there`, withHeader({ crit: [name] })],
        ]),
      ),
    ),
  )
})

attack('HDR-35', 'crit of any form is refused', async () => {
  await expectRefusals(
    verify,
    valid,
    refusedFor(
      'ERR_HEADER_INVALID',
      valuesOf('crit', [[], '', 'x', null, [1], [''], {}, { 0: 'x', length: 1 }, true, false, 0, [null], [['x']]]),
    ),
  )
})

attack('HDR-36', 'crit that lists what a token has anyway, or has not, is refused', async () => {
  await expectRefusals(
    verify,
    valid,
    refusedFor(
      'ERR_HEADER_INVALID',
      valuesOf('crit', [
        ['alg'],
        ['typ'],
        ['kid'],
        ['crit'],
        ['absent'],
        ['__proto__'],
        ['constructor'],
        ['exp', 'iat'],
      ]),
    ),
  )
})

attack('HDR-37', 'crit is refused where it changes nothing', async () => {
  await expectRefusals(
    verify,
    valid,
    refusedFor('ERR_HEADER_INVALID', [
      withHeader({ crit: ['b64'], b64: true }),
      withHeader({ crit: ['b64', 'b64'], b64: true }),
    ]),
  )
})

attack('HDR-38', 'a payload that is not encoded is refused', async () => {
  const header = segment(headerText.replace('{', '{"b64":false,"crit":["b64"],'))
  const plain = (payload: string) => resigned(`${header}.${payload}`, fake.key)
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_HEADER_INVALID', {
      'an encoded payload all the same': plain(validPayload),
      'a payload of its letters': plain('payloads'),
    }),
    ...refusedFor(malformed, {
      'RFC 7797 §4.2': plain('$.02'),
      'the claims as they are': plain(payloadText),
      detached: plain(''),
    }),
  ])
})

attack('HDR-39', 'b64 without crit is refused, whatever its value', async () => {
  await expectRefusals(
    verify,
    valid,
    refusedFor('ERR_HEADER_INVALID', valuesOf('b64', [true, false, null, 0, 'false', []])),
  )
})

attack('HDR-40', 'kid is a string, for one key and for a set of keys', async () => {
  const [jwk] = fake.jwks.keys
  const bare = { ...jwk, kty: 'EC' } as Record<string, unknown> & { kty: string }
  delete bare['kid']
  const sources = {
    'one key': publicKey(bare, 'ES256'),
    'one key with a kid': publicKey({ ...bare, kid: 'test' }, 'ES256'),
    'a set': keySet(fake.jwks, { algorithms: ['ES256'] }),
  }
  for (const keys of Object.values(sources)) {
    const own = issuer(fake.id, { keys })
    const tokens = defineTokens({ access: accessToken({ issuer: own, audience }) }, { clock: fake.clock })
    const values = [{}, { test: 1 }, [], ['test'], 0, 1, null, true, false]
    await expectRefusals(tokens.access.verify, valid, refusedFor('ERR_HEADER_INVALID', valuesOf('kid', values)))
  }
})

attack('HDR-41', 'kid is compared with names in memory: no file, no query, no command, no connection', async () => {
  const touched: string[] = []
  const here = new AsyncLocalStorage<true>()
  const outside = /^(FS|TCP|TLS|UDP|PIPE|PROCESS|GETADDRINFO|GETNAMEINFO|QUERY|HTTP|STAT)/
  const hook = createHook({
    init: (_, type) => {
      if (here.getStore() === true && outside.test(type)) touched.push(type)
    },
  })
  hook.enable()
  try {
    await here.run(true, () =>
      expectRefusals(verify, valid, refusedFor('ERR_KEY_UNKNOWN', valuesOf('kid', injections))),
    )
  } finally {
    hook.disable()
  }
  expect(touched).toEqual([])
  const core = `${import.meta.dirname}/../../packages/core/src`
  const sources = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const imports = sources.map((name) => [name, readFileSync(`${core}/${name}`, 'utf8')] as const)
  expect(imports.length).toBeGreaterThan(20)
  expect(
    imports.filter(([, text]) => /from 'node:(fs|child_process|net|dgram|dns|vm|worker_threads)/.test(text)),
  ).toEqual([])
})

attack(
  'HDR-42',
  'kid is printable ASCII of at most 256 characters, and appears in nothing that is logged',
  async () => {
    // oxfmt-ignore
    const lines = [
      '\r\nSet-Cookie: a=b', '\n{"level":"info"}', '\u001b[31mred', '\u001b]0;title\u0007', '\0', '\t', '\u0007',
      '\u007f', '\u0085', '\u2028', '\u202e', 'é', '😀', '\u00a0',
    ]
    const kids = [...lines.map((line) => `test${line}`), ...lines, 'k'.repeat(257), 'k'.repeat(1000)]
    const logged = await eventsOf('jwt-guard:verdict', async () => {
      await expectRefusals(verify, valid, refusedFor('ERR_HEADER_INVALID', valuesOf('kid', kids)))
      const error = await verify(withHeader({ kid: 'kid-marker' })).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(TokenRejectedError)
      const text = error instanceof Error ? `${error.stack}${JSON.stringify(error)}${String(error.cause)}` : ''
      expect(text).not.toContain('kid-marker')
    })
    expect(logged.length).toBe(kids.length + 2)
    expect(JSON.stringify(logged)).not.toMatch(/kid-marker|Set-Cookie|level|red/)
    await expectRefusals(verify, valid, refusedFor('ERR_KEY_UNKNOWN', valuesOf('kid', ['k'.repeat(256)])))
  },
)

attack('HDR-43', 'a blank kid names no key', async () => {
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_HEADER_INVALID', valuesOf('kid', [''])),
    ...refusedFor('ERR_KEY_UNKNOWN', valuesOf('kid', [' ', '  '])),
  ])
})

attack('HDR-44', 'the name of a member that every object has names no key', async () => {
  // oxfmt-ignore
  const names = [
    '__proto__', 'constructor', 'hasOwnProperty', 'toString', 'prototype', 'get', 'size', 'undefined', 'null',
  ]
  await expectRefusals(verify, valid, refusedFor('ERR_KEY_UNKNOWN', valuesOf('kid', names)))
})

const stranger = testKey('ES256', 'test')

attack('HDR-45', 'a key in a header is refused, whoever signed', async () => {
  const embedding = (key: TestKey, header: Readonly<Record<string, unknown>>) => fake.accessToken({ header, key })
  await expectRefusals(
    verify,
    valid,
    refusedFor('ERR_HEADER_INVALID', {
      'another key, its own signature': embedding(stranger, { jwk: stranger.jwk }),
      'another key, its own signature, no kid': embedding(stranger, { jwk: stranger.jwk, kid: undefined }),
      'another key, the right signature': embedding(fake.key, { jwk: stranger.jwk }),
      'the right key, the right signature': embedding(fake.key, { jwk: fake.key.jwk }),
      'an empty key': embedding(fake.key, { jwk: {} }),
      null: embedding(fake.key, { jwk: null }),
    }),
  )
})

attack('HDR-46', 'a place of keys in a header is refused, and nothing connects to it', async () => {
  let connections = 0
  const listener = createServer((socket) => {
    connections++
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(listener.address() as AddressInfo).port}`
  const places = ['http', 'https'].flatMap((scheme) => [`${scheme}://${host}/jwks.json`, `${scheme}://${host}`])
  try {
    for (const key of [fake.key, stranger]) {
      const tokens = ['jku', 'x5u'].flatMap((name) =>
        places.map((place) => fake.accessToken({ header: { [name]: place }, key })),
      )
      await expectRefusals(verify, valid, refusedFor('ERR_HEADER_INVALID', tokens))
    }
    await expectRefusals(
      verify,
      valid,
      refusedFor('ERR_HEADER_INVALID', {
        ...valuesOf('jku', [null, '', 'file:///etc/passwd']),
        ...valuesOf('x5u', [null, '']),
      }),
    )
    await new Promise((resolve) => void setImmediate(resolve))
  } finally {
    await new Promise((resolve) => listener.close(resolve))
  }
  expect(connections).toBe(0)
})

attack('HDR-47', 'a certificate in a header is refused, and its thumbprint chooses nothing', async () => {
  const thumbprints = { x5t: 'dGh1bWJwcmludA', 'x5t#S256': 'dGh1bWJwcmludA' }
  await expectAccepted(verify, { 'with thumbprints': withHeader(thumbprints) })
  await expectRefusals(verify, valid, [
    ...refusedFor('ERR_HEADER_INVALID', valuesOf('x5c', [['MIIB'], [], null, 'MIIB'])),
    ...refusedFor('ERR_SIGNATURE_INVALID', { stranger: fake.accessToken({ header: thumbprints, key: stranger }) }),
    ...refusedFor('ERR_KEY_UNKNOWN', { 'instead of a kid': withHeader({ ...thumbprints, kid: 'other' }) }),
  ])
})

attack('HDR-46', 'a place of certificates is asked only where the operator listed it, and jku never', async () => {
  const asked: string[] = []
  const server = createHttpServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(200, { 'Content-Type': 'application/pem-certificate-chain' })
    response.end(good.map(({ pem }) => pem).join(''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const listed = `${host}/listed`
  const opened = certifiedWorld({ x5u: { urls: [listed], allowInsecureLoopback: true } })
  const others = [
    host,
    `${host}/other`,
    `${listed}/../listed`,
    `${listed}?a=1`,
    `${listed}#a`,
    'file:///etc/passwd',
    '',
  ]
  const refused = [...others.map((x5u) => ({ x5u })), { jku: listed }, { x5u: listed, jku: listed }]
  const tokenWith = (header: Readonly<Record<string, unknown>>) => opened.signedBy(good[0], header)
  try {
    await expectRefusals(opened.access.verify, tokenWith({ x5u: listed }), [
      ...refusedFor('ERR_HEADER_INVALID', refused.map(tokenWith)),
      ...refusedFor('ERR_SIGNATURE_INVALID', [opened.signedBy(selfSigned(), { x5u: listed })]),
    ])
  } finally {
    opened.issuer.close()
    await new Promise((resolve) => server.close(resolve))
  }
  expect(asked).toEqual(['/listed'])
})

attack('HDR-47', 'where certificates count, only a chain to the anchor for the right name does', async () => {
  const opened = certifiedWorld()
  const [leaf, intermediate] = good
  const name = [['CN', 'client-1']] as const
  const stranger = selfSigned({ name: [['CN', 'root']] })
  await expectRefusals(opened.access.verify, opened.token(good), [
    ...refusedFor('ERR_CERTIFICATE_INVALID', {
      'a certificate of his own': opened.token([selfSigned({ name })]),
      'his own root beside it': opened.token([stranger.issue({ name }), stranger]),
      'his own root, and the right one': opened.token([stranger.issue({ name }), root]),
      'a certificate that a leaf signed': opened.token([leaf.issue({ name }), ...good]),
      'the root itself': opened.token([root]),
    }),
    ...refusedFor('ERR_CERTIFICATE_MISMATCH', {
      'a certificate for another name': opened.token([intermediate.issue({ name: [['CN', 'other']] }), intermediate]),
    }),
    ...refusedFor('ERR_SIGNATURE_INVALID', {
      'the chain of another': opened.signedBy(stranger, { x5c: good.map(({ text }) => text) }),
    }),
    ...refusedFor('ERR_HEADER_INVALID', {
      'a key beside the chain': opened.token(good, { header: { jwk: stranger.publicKey.export({ format: 'jwk' }) } }),
    }),
  ])
})

attack('HDR-48', 'a signed token has no parameters of an encrypted one', async () => {
  const parameters = {
    enc: 'A128GCM',
    zip: 'DEF',
    epk: fake.jwks.keys[0],
    p2c: 1,
    p2s: 'c2FsdA',
    apu: 'dQ',
    apv: 'dg',
    iv: 'aXY',
    tag: 'dGFn',
  }
  await expectRefusals(
    verify,
    valid,
    refusedFor(
      'ERR_HEADER_INVALID',
      Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, withHeader({ [name]: value })])),
    ),
  )
})

attack('HDR-49', 'a token that says it holds another token is refused', async () => {
  await expectAccepted(verify, valuesOf('cty', ['json', 'application/json']))
  await expectRefusals(
    verify,
    valid,
    refusedFor('ERR_HEADER_INVALID', valuesOf('cty', ['JWT', 'jwt', 'application/jwt', 'Application/JWT'])),
  )
})

attack('HDR-50', 'parameters that nobody knows are passed over, up to 16, and are not shown', async () => {
  const unknown = (members: number) =>
    Object.fromEntries(Array.from({ length: members - 3 }, (_, index) => [`x${index}`, index]))
  for (const members of [3, 4, 16]) {
    const { header } = await access.verify(withHeader(unknown(members)))
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'test' })
  }
  await expectRefusals(verify, withHeader(unknown(16)), [
    ...refusedFor('ERR_HEADER_MALFORMED', { 17: withHeader(unknown(17)), 100: withHeader(unknown(100)) }),
    ...refusedFor('ERR_HEADER_MALFORMED', { 'members of members': withHeader({ x: unknown(17) }) }),
    ...refusedFor('ERR_TOKEN_TOO_LONG', { 50_000: withHeader(unknown(50_000)) }),
  ])
})

attack('HDR-51', 'a member that would become a prototype is refused', async () => {
  // oxfmt-ignore
  const members = [
    '"__proto__":{"alg":"none"}', '"__proto__":null', '"\\u005f_proto__":{}', '"x":{"__proto__":{"admin":true}}',
    '"constructor":{"prototype":{"admin":true}}', '"prototype":{}', '"x":[{"constructor":1}]',
  ]
  await expectRefusals(
    verify,
    valid,
    refusedFor(
      'ERR_HEADER_MALFORMED',
      Object.fromEntries(members.map((member) => [member, withRawHeader(headerText.replace('{', `{${member},`))])),
    ),
  )
  expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
})

attack('HDR-52', 'no segment is empty', async () => {
  const [h, p, s] = [validHeader, validPayload, validSignature]
  const detached = resigned(`${h}.`, fake.key)
  await expectRefusals(
    verify,
    valid,
    refusedFor(malformed, [`.${p}.${s}`, `${h}..${s}`, `${h}.${p}.`, `${h}..`, `.${p}.`, `..${s}`, '..', detached]),
  )
})

attack('HDR-53', 'a token in any wrapping is no token', async () => {
  // oxfmt-ignore
  const wrapped = [
    '"@"', "'@'", '<@>', '[@]', 'Bearer @', 'Bearer Bearer @', 'bearer:@', '@,', '@;', '@#', '@?x=1', '/@', 'token=@',
    'jwt:@', '{"token":"@"}', '@.sig!', '%20@', '@%00', 'data:,@', '`@`',
  ]
  const texts = [
    ...wrapped.map((wrapping) => wrapping.replace('@', valid)),
    valid.replaceAll('.', '%2E'),
    valid.replaceAll('.', ','),
    Buffer.from(valid).toString('base64url'),
  ]
  await expectRefusals(verify, valid, refusedFor(malformed, texts))
})

attack('HDR-54', 'half a character and NUL are refused in typ and kid', async () => {
  const replaced = (name: string, by: string) =>
    withRawHeader(
      headerText.replace(/"(typ|kid)":"(.)/g, (whole, found: string, first: string) =>
        found === name ? `"${found}":"${first}${by}` : whole,
      ),
    )
  const names = ['typ', 'kid']
  await expectRefusals(verify, valid, [
    ...refusedFor(
      'ERR_HEADER_MALFORMED',
      names.flatMap((name) =>
        ['\\ud800', '\\udfff', '\\ud83d\\ud83d', '\\ude00\\ud83d'].map((half) => replaced(name, half)),
      ),
    ),
    ...refusedFor('ERR_HEADER_MALFORMED', {
      'in another parameter': withHeader({ x: '\ud800' }),
      'in a name': withHeader({ '\udc00': 1 }),
    }),
    ...refusedFor(
      'ERR_HEADER_INVALID',
      names.map((name) => replaced(name, '\\u0000')),
    ),
    ...refusedFor(
      'ERR_HEADER_INVALID',
      names.map((name) => replaced(name, '\\ud83d\\ude00')),
    ),
  ])
})

attack('HDR-55', 'the order of members, white space between them and escapes are nobody’s business', async () => {
  await expectAccepted(verify, {
    order: withRawHeader('{"typ":"at+jwt","kid":"test","alg":"ES256"}'),
    'other order': withRawHeader('{"kid":"test","alg":"ES256","typ":"at+jwt"}'),
    'white space': withRawHeader(' {\r\n\t"alg" : "ES256" ,\n "kid":"test",\t"typ":"at+jwt" }\n'),
    'escaped values': withRawHeader('{"alg":"\\u0045\\u0053256","kid":"te\\u0073t","typ":"at\\u002Bjwt"}'),
    'escaped names': withRawHeader('{"\\u0061lg":"ES256","k\\u0069d":"test","ty\\u0070":"at+jwt"}'),
    'an escaped slash': withRawHeader('{"alg":"ES256","kid":"test","typ":"application\\/at+jwt"}'),
    'payload white space': withRawPayload(` ${payloadText.replaceAll(',', ' ,\n')}\t`),
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** A text of two segments as it is, and a good signature over it. */
function resigned(signed: string, key: TestKey): string {
  return `${signed}.${signatureOf(signed, key).toString('base64url')}`
}
