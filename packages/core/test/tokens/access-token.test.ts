import { accessToken, createGuard, defineTokens } from '@jwt-guard/core'
import { FakeIssuer, testKey } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { signedByJose } from './kinds.ts'
import { outcome } from './outcome.ts'

const fake = new FakeIssuer()
const audience = 'https://api.test'
const tokens = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }, { clock: fake.clock })
const verify = (changes?: Parameters<typeof fake.accessToken>[0]) =>
  outcome(tokens.access.verify(fake.accessToken(changes)))

test('a valid access token is accepted, with its claims, header and end', async () => {
  const verified = await tokens.access.verify(fake.accessToken())
  expect(verified).toMatchObject({ type: 'access', header: { alg: 'ES256', typ: 'at+jwt', kid: 'test' } })
  expect(verified.claims.sub).toBe('user-1')
  expect(verified.expiresAt).toBe(fake.clock.now() + 300)
})

test('an access token that another library makes, as RFC 9068 shows one, is accepted', async () => {
  const now = fake.clock.now()
  const claims = {
    iss: fake.id,
    sub: '5ba552d67',
    aud: audience,
    exp: now + 300,
    iat: now,
    jti: 'dbe39bf3a3ba4238a513f51d6e1691c4',
  }
  const text = await signedByJose(
    fake,
    { typ: 'at+jwt', kid: 'test' },
    { ...claims, client_id: 's6BhdRkqt3', scope: 'openid profile' },
  )
  expect(await outcome(tokens.access.verify(text))).toBe('accepted')
})

test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'])('AT-1 typ may be %s', async (typ) => {
  expect(await verify({ header: { typ } })).toBe('accepted')
})

test.each([undefined, 'JWT', 'jwt', 'at+jwt2', 'text/at+jwt', 'id+jwt'])('AT-1 typ is not %s', async (typ) => {
  expect(await verify({ header: { typ } })).toBe('ERR_TYP_MISMATCH')
})

test('an encrypted token is refused, since none is agreed', async () => {
  const [header] = fake.accessToken().split('.')
  expect(await outcome(tokens.access.verify(`${header}.AAAA.AAAA.AAAA.AAAA`))).toBe('ERR_TOKEN_ENCRYPTED')
})

test('AT-3 iss is exactly the issuer', async () => {
  expect(await verify({ claims: { iss: `${fake.id}/` } })).toBe('ERR_ISSUER_UNKNOWN iss')
})

test('AT-4 aud holds a name of this API', async () => {
  const several = accessToken({ issuer: fake.issuer, audience: [audience, 'urn:api'] })
  const set = defineTokens({ several }, { clock: fake.clock })
  for (const aud of ['urn:api', [audience], ['https://other.test', 'urn:api']]) {
    expect(await outcome(set.several.verify(fake.accessToken({ claims: { aud } })))).toBe('accepted')
  }
  expect(await verify({ claims: { aud: 'urn:api' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
})

test('AT-5 the signature is one of the issuer, and never none', async () => {
  expect(await verify({ key: testKey() })).toBe('ERR_SIGNATURE_INVALID')
  expect(await verify({ header: { alg: 'none' } })).toBe('ERR_ALGORITHM_INVALID')
  const [header, payload] = fake.accessToken({ header: { alg: 'none' } }).split('.')
  expect(await outcome(tokens.access.verify(`${header}.${payload}.`))).toBe('ERR_TOKEN_MALFORMED')
})

test('AT-6 exp has not passed, but for a little tolerance', async () => {
  const now = fake.clock.now()
  expect(await verify({ claims: { exp: now - 29, iat: now - 60 } })).toBe('accepted')
  expect(await verify({ claims: { exp: now - 30, iat: now - 60 } })).toBe('ERR_TOKEN_EXPIRED exp')
})

test.each(['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'])('AT-7 %s is required', async (claim) => {
  for (const value of [undefined, null]) {
    const code = claim === 'iss' ? 'ERR_ISSUER_UNKNOWN' : 'ERR_CLAIM_MISSING'
    expect(await verify({ claims: { [claim]: value } })).toBe(`${code} ${claim}`)
  }
})

test.each(['sub', 'client_id', 'jti'])('AT-7 %s is a string', async (claim) => {
  for (const value of [1, true, [], {}, '']) {
    expect(await verify({ claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  }
})

test('AT-8 scope is one string of scope tokens, and is not required', async () => {
  expect(await verify({ claims: { scope: undefined } })).toBe('accepted')
  for (const scope of ['!', '#[]^~', 'a', 'a b', 'openid https://a.test/read']) {
    expect(await verify({ claims: { scope } })).toBe('accepted')
  }
  for (const scope of ['', 'a  b', 'a"', 'a\\', ['a']]) {
    expect(await verify({ claims: { scope } })).toBe('ERR_CLAIM_INVALID scope')
  }
})

test('AT-8 a claim of another name may hold the scopes, as text or as a list', async () => {
  for (const scopeClaim of ['scp', 'permissions']) {
    const type = accessToken({ issuer: fake.issuer, audience, scopeClaim })
    const set = defineTokens({ type }, { clock: fake.clock })
    for (const [value, answer] of [
      [['a', 'b'], 'accepted'],
      ['a b', 'accepted'],
      [[], 'accepted'],
      [['a b'], `ERR_CLAIM_INVALID ${scopeClaim}`],
      [{}, `ERR_CLAIM_INVALID ${scopeClaim}`],
    ] as const) {
      expect(await outcome(set.type.verify(fake.accessToken({ claims: { [scopeClaim]: value } })))).toBe(answer)
    }
  }
})

test('AT-8 a claim that has a form of its own keeps it as the claim of scopes', async () => {
  const type = accessToken({ issuer: fake.issuer, audience, scopeClaim: 'roles' })
  const set = defineTokens({ type }, { clock: fake.clock })
  expect(await outcome(set.type.verify(fake.accessToken({ claims: { roles: ['a b'] } })))).toBe('accepted')
  expect(await outcome(set.type.verify(fake.accessToken({ claims: { roles: 'a b' } })))).toBe('ERR_CLAIM_INVALID roles')
})

test('AT-9 a guard can be made of it without a context', () => {
  expect(createGuard(tokens.access)).toMatchObject({ optional: false, slot: 'auth', onRefusal: 'answer' })
})

const optional: readonly (readonly [string, unknown, unknown])[] = [
  ['auth_time', 1_700_000_000, '1700000000'],
  ['acr', 'urn:mace:silver', 1],
  ['amr', ['pwd', 'otp'], 'pwd'],
  ['roles', ['admin'], 'admin'],
  ['groups', [], [1]],
  ['entitlements', ['a'], { a: true }],
]
test.each(optional)('AT-10 %s is not required, and where it is there it has its form', async (claim, good, bad) => {
  expect(await verify({ claims: { [claim]: good } })).toBe('accepted')
  for (const value of [bad, null]) {
    expect(await verify({ claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  }
})

test.each([{ jkt: 'a' }, { 'x5t#S256': 'a' }, { unknown: 'a' }, {}, null, 'a'])(
  'AT-11 a token that is bound to a key is refused: %j',
  async (cnf) => {
    expect(await verify({ claims: { cnf } })).toBe('ERR_TOKEN_BOUND cnf')
  },
)

test('a token that is bound to a key and wrong otherwise is refused for that', async () => {
  expect(await verify({ claims: { cnf: {}, aud: 'other' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
})

test('it takes no context', async () => {
  const verifyWith = tokens.access.verify as (text: string, context: unknown) => Promise<unknown>
  for (const context of [{}, null, { nonce: null }]) {
    await expect(verifyWith(fake.accessToken(), context)).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'ERR_CONTEXT_INVALID',
    })
  }
})

test('a token may begin when it ends, and not later', async () => {
  const exp = fake.clock.now() + 10
  expect(await verify({ claims: { exp, nbf: exp } })).toBe('accepted')
  expect(await verify({ claims: { exp, nbf: exp + 1 } })).toBe('ERR_CLAIM_INVALID nbf')
})

test.each([{}, null, 'x'])('events, which other kinds have, is not there: %j', async (events) => {
  expect(await verify({ claims: { events } })).toBe('ERR_CLAIM_FORBIDDEN events')
})
