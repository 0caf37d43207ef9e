import { randomBytes } from 'node:crypto'
import { forge, segment, type FakeIssuer, type TestKey } from '@jwt-guard/testing'
import { audience, tokenOf } from './tokens.js'

/** What makes a token of this issuer that has to be refused, each time another text. */
type Make = () => string

/** Tokens that are refused, by what is wrong with them: late or early, short or long, and made to be dear. */
export function refusedTokens(fake: FakeIssuer, alg: string, stranger: TestKey): Readonly<Record<string, Make>> {
  const now = fake.clock.now()
  const good = { exp: now + 7200 }
  const header = (changes: object) => () => fake.accessToken({ header: { alg, ...changes }, claims: good })
  const claims = (changes: object) => () => fake.accessToken({ header: { alg }, claims: { ...good, ...changes } })
  const forged = (changes: object) => () =>
    fake.accessToken({ header: { alg }, claims: { ...good, ...changes }, key: stranger })
  const raw = (members: string) => () => withRawPayload(fake, alg, members)
  return {
    'another key': forged({}),
    'a changed payload': () => withOtherPayload(tokenOf(fake, alg)),
    'another typ': header({ typ: 'JWT' }),
    'no typ': header({ typ: undefined }),
    'alg none': header({ alg: 'none' }),
    'an unknown kid': header({ kid: 'unknown' }),
    'an unknown critical extension': header({ crit: ['exp'] }),
    'an unknown issuer': claims({ iss: 'https://evil.test' }),
    expired: claims({ iat: now - 600, exp: now - 300 }),
    'not yet valid': claims({ nbf: now + 600 }),
    'another audience': claims({ aud: 'https://other.test' }),
    'no subject': claims({ sub: undefined }),
    'a member that stands twice': raw('"sub":"user-1","sub":"admin"'),
    'a member that stands twice, after 200 others': raw(`${members(200)},"sub":"user-1","sub":"admin"`),
    'lists 1000 deep': raw(`"list":${'['.repeat(1000)}${']'.repeat(1000)}`),
    'objects 700 deep': raw(`"o":${'{"o":'.repeat(700)}1${'}'.repeat(700)}`),
    '600 members': raw(members(600)),
    'no issuer, and a list of 500 lists': () => withPayload(fake, alg, `{"list":[${'[],'.repeat(499)}[]]}`),
    'no issuer, and a list of 1000 numbers': () => withPayload(fake, alg, `{"list":[${'1e300,'.repeat(999)}1]}`),
    'no issuer, and 17 members': () => withPayload(fake, alg, `{${members(17)}}`),
    '200 members and another key': forged(Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`m${at}`, at]))),
    'a list of 2500 numbers and another key': forged({ list: Array.from({ length: 2500 }, () => 1) }),
    'a list of 1600 objects and another key': forged({ list: Array.from({ length: 1600 }, () => ({})) }),
    'a list of 1600 texts and another key': forged({ list: Array.from({ length: 1600 }, () => '') }),
    'a text of 900 escapes': raw(`"text":"${String.raw`\u00e9`.repeat(900)}","iss":"x"`),
    'a number of 5000 digits': raw(`"n":${'9'.repeat(5000)}`),
    'JSON without its end': () => withPayload(fake, alg, '{"iss":"https://issuer.test",'),
    'too long by a little': claims({ pad: 'x'.repeat(7000) }),
    'too long by far': () => `${tokenOf(fake, alg)}${'A'.repeat(100_000)}`,
    '8 KiB of garbage': () => randomBytes(6144).toString('base64url'),
    '8 KiB of garbage with two dots': () =>
      [2048, 2048, 2046].map((count) => randomBytes(count).toString('base64url')).join('.'),
    '8 KiB of dots': () => `${randomBytes(8).toString('base64url')}${'.'.repeat(8181)}`,
    'five segments': () => `${tokenOf(fake, alg)}.AAAA.AAAA`,
    'bad base64 at the end of its payload': () => tokenOf(fake, alg).replace(/\.(?=[^.]*$)/, '!.'),
    'padding in its header': () => tokenOf(fake, alg).replace('.', '=.'),
    'no signature': () => `${tokenOf(fake, alg).split('.', 2).join('.')}.`,
  }
}

/** A good token of about this length, by one long text in it; never longer than a token may be. */
export function goodTokenOfLength(fake: FakeIssuer, alg: string, length: number): string {
  const claims = { exp: fake.clock.now() + 7200 }
  const least = fake.accessToken({ header: { alg }, claims: { ...claims, pad: '' } }).length
  const pad = Math.max(0, Math.floor(((Math.min(length, 8190) - least) * 3) / 4))
  return fake.accessToken({ header: { alg }, claims: { ...claims, pad: 'x'.repeat(pad) } })
}

function members(count: number): string {
  return Array.from({ length: count }, (_, at) => `"m${at}":${at % 10}`).join(',')
}

/** A payload of text, signed as it is. The `jti` makes it another one each time. */
function withRawPayload(fake: FakeIssuer, alg: string, more: string): string {
  const now = fake.clock.now()
  const times = `"iat":${now},"exp":${now + 7200}`
  const said = `"aud":"${audience}","client_id":"web","jti":"${randomBytes(12).toString('hex')}"`
  return withPayload(fake, alg, `{"iss":"${fake.id}",${times},${said},${more}}`)
}

function withPayload(fake: FakeIssuer, alg: string, payload: string): string {
  const { kid } = fake.key
  return forge({ header: { alg, kid, typ: 'at+jwt' }, payload, key: fake.key })
}

function withOtherPayload(token: string): string {
  const [header, payload = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  return `${header}.${segment({ ...claims, sub: 'admin' })}.${signature}`
}
