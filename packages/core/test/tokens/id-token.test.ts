import { createHash, randomBytes } from 'node:crypto'
import {
  accessToken,
  defineTokens,
  hmacSecret,
  idToken,
  issuer,
  type Algorithm,
  type HmacSecret,
  type PublicKey,
} from '@jwt-guard/core'
import { FakeIssuer, testKey, testSecret, type Claims, type TestKey } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose, verifierOf } from './kinds.ts'
import { mistake, outcome } from './outcome.ts'

const fake = new FakeIssuer({ keys: [testSecret()] })
const now = fake.clock.now()
const tokens = defineTokens({ id: idToken({ issuer: fake.issuer, clientId: 'web' }) }, { clock: fake.clock })
type Context = Parameters<typeof tokens.id.verify>[1]
const sent: Context = { nonce: 'nonce-1' }
const verify = (claims: Claims = {}, context: Partial<Context> = {}, header: Claims = {}) =>
  outcome(tokens.id.verify(fake.idToken({ claims, header }), { ...sent, ...context }))

test('a valid ID token is accepted, with its claims', async () => {
  const verified = await tokens.id.verify(fake.idToken({ claims: { email: 'a@b.test' } }), sent)
  expect(verified).toMatchObject({ type: 'id', claims: { sub: 'user-1', nonce: 'nonce-1', email: 'a@b.test' } })
})

test.each([undefined, 'JWT', 'jwt', 'application/jwt'])('its typ may be %s', async (typ) => {
  expect(await verify({}, {}, { typ })).toBe('accepted')
})

test.each(['at+jwt', 'id+jwt', 'logout+jwt', 'JWTs'])('any other explicit typ is refused: %s', async (typ) => {
  expect(await verify({}, {}, { typ })).toBe('ERR_TYP_MISMATCH')
})

test('an ID token that another library makes, as OpenID Connect Core shows one, is accepted', async () => {
  const open = new FakeIssuer({ clock: fake.clock })
  const claims = { iss: open.id, sub: '24400320', aud: 'web', nonce: 'nonce-1', exp: now + 600, iat: now }
  const text = await signedByJose(open, { kid: 'test' }, { ...claims, auth_time: now - 10, acr: 'urn:mace:silver' })
  expect(await outcome(verifierOf('idToken', open)(text, sent))).toBe('accepted')
})

test('ID-2 iss is exactly the issuer', async () => {
  expect(await verify({ iss: `${fake.id}/` })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('ID-3 aud is this client, alone or beside those that it trusts', async () => {
  expect(await verify({ aud: ['web'] })).toBe('accepted')
  expect(await verify({ aud: 'other' })).toBe('ERR_AUDIENCE_MISMATCH aud')
  expect(await verify({ aud: ['web', 'other'] })).toBe('ERR_AUDIENCE_MISMATCH aud')
  const trusting = idToken({ issuer: fake.issuer, clientId: 'web', trustedAudiences: ['api', 'app'] })
  const set = defineTokens({ trusting }, { clock: fake.clock })
  for (const [aud, answer] of [
    [['web', 'api'], 'accepted'],
    [['app', 'web', 'api'], 'accepted'],
    [['web', 'web'], 'accepted'],
    [['api'], 'ERR_AUDIENCE_MISMATCH aud'],
    [['web', 'api', 'other'], 'ERR_AUDIENCE_MISMATCH aud'],
  ] as const) {
    expect(await outcome(set.trusting.verify(fake.idToken({ claims: { aud } }), sent))).toBe(answer)
  }
})

test('ID-4 azp is not required, and where it is there it is this client', async () => {
  expect(await verify({ azp: undefined })).toBe('accepted')
  expect(await verify({ azp: 'web' })).toBe('accepted')
  expect(await verify({ azp: 'other' })).toBe('ERR_CLAIM_MISMATCH azp')
  expect(await verify({ azp: null })).toBe('ERR_CLAIM_INVALID azp')
})

test('ID-5 ID-6 the algorithm is that of the key, an HMAC secret included', async () => {
  for (const alg of ['HS384', 'HS512', 'RS256']) expect(await verify({}, {}, { alg })).toBe('ERR_ALGORITHM_MISMATCH')
  expect(await verify({}, {}, { alg: 'none' })).toBe('ERR_ALGORITHM_INVALID')
})

test('ID-6 a client secret is taken as its UTF-8 bytes', async () => {
  const utf8 = randomBytes(32).toString('base64url')
  const secret: TestKey<HmacSecret> = { ...testSecret(), secret: Buffer.from(utf8) }
  const type = idToken({ issuer: issuer(fake.id, { keys: hmacSecret({ utf8 }, 'HS256') }), clientId: 'web' })
  const set = defineTokens({ id: type }, { clock: fake.clock })
  expect(await outcome(set.id.verify(fake.idToken({ key: secret }), sent))).toBe('accepted')
  expect(await outcome(set.id.verify(fake.idToken(), sent))).toBe('ERR_SIGNATURE_INVALID')
})

test.each(['exp', 'iat', 'sub'])('ID-7 %s is required', async (claim) => {
  expect(await verify({ [claim]: undefined })).toBe(`ERR_CLAIM_MISSING ${claim}`)
})

test('ID-7 sub is at most 255 ASCII characters', async () => {
  expect(await verify({ sub: 'x'.repeat(255) })).toBe('accepted')
  for (const sub of ['x'.repeat(256), 'é', 'a\u0000', '', '\u{1f600}']) {
    expect(await verify({ sub })).toBe('ERR_CLAIM_INVALID sub')
  }
})

test('ID-8 the nonce is the one sent', async () => {
  expect(await verify()).toBe('accepted')
  expect(await verify({ nonce: undefined })).toBe('ERR_CLAIM_MISSING nonce')
  expect(await verify({ nonce: 'nonce-2' })).toBe('ERR_CLAIM_MISMATCH nonce')
  expect(await verify({}, { nonce: 'nonce-2' })).toBe('ERR_CLAIM_MISMATCH nonce')
})

test('ID-8 a nonce is text', async () => {
  for (const nonce of [1, ['nonce-1'], { 0: 'nonce-1' }, null]) {
    expect(await verify({ nonce })).toBe('ERR_CLAIM_INVALID nonce')
    expect(await verify({ nonce }, { nonce: null })).toBe('ERR_CLAIM_INVALID nonce')
  }
})

test('ID-8 where no nonce was sent, none is there', async () => {
  expect(await verify({ nonce: undefined }, { nonce: null })).toBe('accepted')
  expect(await verify({}, { nonce: null })).toBe('ERR_CLAIM_MISMATCH nonce')
})

test('ID-8 where every ID token has a nonce, none is taken without', async () => {
  const type = idToken({ issuer: fake.issuer, clientId: 'web', nonce: 'required' })
  const set = defineTokens({ id: type }, { clock: fake.clock })
  const verdict = (nonce: unknown) => outcome(set.id.verify(fake.idToken({ claims: { nonce } }), sent))
  expect(await verdict('nonce-1')).toBe('accepted')
  for (const nonce of [undefined, null]) expect(await verdict(nonce)).toBe('ERR_CLAIM_MISSING nonce')
  expect(await verdict('nonce-2')).toBe('ERR_CLAIM_MISMATCH nonce')
  for (const context of [{ nonce: null }, { nonce: '' }, {}]) {
    await expect(set.id.verify(fake.idToken(), context as never)).rejects.toMatchObject({ code: 'ERR_CONTEXT_INVALID' })
  }
})

test('ID-8 only the word required requires a nonce: one that was sent belongs to the context', () => {
  for (const nonce of ['nonce-1', true, null]) {
    const make = () => idToken({ issuer: fake.issuer, clientId: 'web', nonce: nonce as never })
    expect(mistake(make)).toBe('ERR_OPTION_INVALID')
    expect(make).toThrow(/context of verify/)
  }
})

test('ID-9 acr is one of those asked for', async () => {
  const acrValues = ['silver', 'gold']
  expect(await verify({ acr: 'gold' }, { acrValues })).toBe('accepted')
  expect(await verify({ acr: 'bronze' }, { acrValues })).toBe('ERR_CLAIM_MISMATCH acr')
  expect(await verify({}, { acrValues })).toBe('ERR_CLAIM_MISSING acr')
  expect(await verify({ acr: 'bronze' })).toBe('accepted')
})

test('ID-10 where max_age was sent, auth_time is there and recent enough', async () => {
  expect(await verify({ auth_time: now - 630 }, { maxAge: '10m' })).toBe('accepted')
  expect(await verify({ auth_time: now - 631 }, { maxAge: 600 })).toBe('ERR_AUTHENTICATION_TOO_OLD auth_time')
  expect(await verify({ auth_time: undefined }, { maxAge: 600 })).toBe('ERR_CLAIM_MISSING auth_time')
  expect(await verify({ auth_time: now + 30 }, { maxAge: 0 })).toBe('accepted')
  expect(await verify({ auth_time: now + 31 }, { maxAge: 0 })).toBe('ERR_TOKEN_NOT_YET_VALID auth_time')
  expect(await verify({ auth_time: now - 1e6 })).toBe('accepted')
})

const hashes: readonly (readonly [Algorithm, string])[] = [
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
  ['ES256', 'sha256'],
  ['ES384', 'sha384'],
  ['ES512', 'sha512'],
  ['Ed25519', 'sha512'],
  ['EdDSA', 'sha512'],
]
test.each(hashes)(
  'ID-11 ID-12 ID-13 with %s, at_hash, c_hash and s_hash are the left half of %s',
  async (algorithm, hash) => {
    const key: TestKey = algorithm.startsWith('HS') ? testSecret(algorithm as 'HS256') : testKey(algorithm as 'ES256')
    const keys = [key] as [TestKey<HmacSecret>] | [TestKey<PublicKey>]
    const signing = new FakeIssuer({ keys, clock: fake.clock })
    const set = defineTokens({ id: idToken({ issuer: signing.issuer, clientId: 'web' }) }, { clock: fake.clock })
    const digest = (text: string) => createHash(hash).update(text).digest()
    const half = (text: string) => digest(text).subarray(0, digest(text).length / 2)
    const claims = {
      at_hash: half('token').toString('base64url'),
      c_hash: half('code').toString('base64url'),
      s_hash: half('state').toString('base64url'),
    }
    const context = { ...sent, accessToken: 'token', code: 'code', state: 'state' }
    const verdict = (changes: Claims) =>
      outcome(set.id.verify(signing.idToken({ claims: { ...claims, ...changes } }), context))
    expect(await verdict({})).toBe('accepted')
    expect(await verdict({ at_hash: claims.c_hash })).toBe('ERR_CLAIM_MISMATCH at_hash')
    expect(await verdict({ c_hash: claims.at_hash })).toBe('ERR_CLAIM_MISMATCH c_hash')
    expect(await verdict({ at_hash: digest('token').toString('base64url') })).toBe('ERR_CLAIM_MISMATCH at_hash')
    expect(await verdict({ at_hash: undefined })).toBe('ERR_CLAIM_MISSING at_hash')
    expect(await verdict({ c_hash: undefined })).toBe('ERR_CLAIM_MISSING c_hash')
    expect(await verdict({ s_hash: claims.c_hash })).toBe('ERR_CLAIM_MISMATCH s_hash')
    expect(await verdict({ s_hash: undefined })).toBe('ERR_CLAIM_MISSING s_hash')
  },
)

test('ID-11 the example of OpenID Connect Core, A.3', async () => {
  const context = { accessToken: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y' }
  expect(await verify({ at_hash: '77QmUPtjPfzWtF2AnpK9RQ' }, context)).toBe('accepted')
})

test('ID-12 the example of OpenID Connect Core, A.4', async () => {
  const context = { code: 'Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk' }
  expect(await verify({ c_hash: 'LDktKdoQak3Pk0cnXxCltA' }, context)).toBe('accepted')
})

const standard: readonly (readonly [string, unknown, unknown])[] = [
  ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture']
    .concat('website', 'email', 'gender', 'zoneinfo', 'locale', 'phone_number', 'acr', 'at_hash', 'c_hash', 's_hash')
    .map((claim) => [claim, 'text', ['text']] as const),
  ['email_verified', false, 'true'],
  ['phone_number_verified', true, 1],
  ['birthdate', '0000-01-01', 1],
  ['updated_at', 1, '1'],
  ['address', { formatted: 'a' }, { formatted: 1 }],
  ['address', {}, 'a'],
  ['amr', ['pwd'], 'pwd'],
  ['sid', 's', ''],
  ['auth_time', 1, '1'],
  ['auth_time', now, -1],
]
test.each(standard)('%s has its form where it is there', async (claim, good, bad) => {
  expect(await verify({ [claim]: good })).toBe('accepted')
  expect(await verify({ [claim]: bad })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  expect(await verify({ [claim]: null })).toBe(`ERR_CLAIM_INVALID ${claim}`)
})

const contexts: readonly unknown[] = [
  undefined,
  null,
  'nonce-1',
  [],
  {},
  { nonce: undefined },
  { nonce: '' },
  { nonce: 1 },
  { nonce: ['nonce-1'] },
  { nonce: null, accessToken: '' },
  { nonce: null, accessToken: 'é' },
  { nonce: null, accessToken: 1 },
  { nonce: null, code: 'a\n' },
  { nonce: null, code: undefined },
  { nonce: null, maxAge: -1 },
  { nonce: null, maxAge: 'soon' },
  { nonce: null, maxAge: NaN },
  { nonce: null, acrValues: [] },
  { nonce: null, acrValues: [1] },
  { nonce: null, nonse: 'a' },
]
test.each(contexts)('a context that is not one is a mistake of the program: %j', async (context) => {
  await expect(tokens.id.verify(fake.idToken(), context as Context)).rejects.toMatchObject({
    name: 'ConfigurationError',
    code: 'ERR_CONTEXT_INVALID',
  })
})

test.each([new Error('no session'), undefined])(
  'a context that cannot be read is a mistake too: %s',
  async (thrown) => {
    const context = {
      get nonce(): never {
        throw thrown
      },
    }
    await expect(tokens.id.verify(fake.idToken(), context)).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'ERR_CONTEXT_INVALID',
    })
  },
)

test('ID-14 an ID token that is offered as an access token is refused, and people are told what it is', async () => {
  const access = accessToken({ issuer: fake.issuer, audience: 'https://api.test' })
  const id = idToken({ issuer: fake.issuer, clientId: 'web' })
  for (const [types, looksLike] of [
    [{ access }, 'an ID token, which is for the client that asked: an API is sent the access token'],
    [{ access, id }, 'id, the ID token (OpenID Connect Core) of this set'],
  ] as const) {
    const set = defineTokens(types, { clock: fake.clock })
    const text = fake.idToken()
    expect(await outcome(set.access.verify(text))).toBe('ERR_TYP_MISMATCH')
    expect(await set.access.explain(text)).toMatchObject({ accepted: false, looksLike })
  }
})
