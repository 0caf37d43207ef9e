import { createHash } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, IncomingMessage } from 'node:http'
import { Socket, type AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import {
  accessToken,
  clientAssertion,
  createGuard,
  customToken,
  defineTokens,
  identityAssertionGrant,
  idToken,
  introspectionResponse,
  issuer,
  issuers,
  logoutToken,
  notChecked,
  requestObject,
  securityEventToken,
  TokenRejectedError,
  userInfoResponse,
  type VerdictEvent,
} from '@jwt-guard/core'
import { FakeIssuer, forge, startKeyServer, testKey, testSecret, type Claims } from '@jwt-guard/testing'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'

const audience = 'https://api.test'
const fake = new FakeIssuer({ keys: [testSecret()] })
const { clock } = fake
const now = clock.now()
const common = { issuer: fake.issuer, audience }
const own = { typ: 'own+jwt', ...common, maxLifetime: 900 }

const tokens = defineTokens(
  {
    access: accessToken(common),
    id: idToken({ issuer: fake.issuer, clientId: 'web' }),
    own: customToken(own),
  },
  { clock },
)
const nonce = { nonce: 'nonce-1' }

/** `accepted`, or the code of the refusal and the claim that it names. Any other error fails the test. */
async function outcome(verification: Promise<unknown>): Promise<string> {
  try {
    await verification
    return 'accepted'
  } catch (error) {
    if (!(error instanceof TokenRejectedError)) throw error
    return error.claim === undefined ? error.code : `${error.code} ${error.claim}`
  }
}
const access = (claims: Claims, header: Claims = {}) =>
  outcome(tokens.access.verify(fake.accessToken({ claims, header })))
const id = (claims: Claims, context: Parameters<typeof tokens.id.verify>[1] = nonce) =>
  outcome(tokens.id.verify(fake.idToken({ claims }), context))
const custom = (claims: Claims, changes: Claims = {}) =>
  outcome(tokens.own.verify(fake.customToken('own+jwt', claims, { claims: changes })))
/** What each kind makes of a valid token of its own with these claims changed. */
const eachKind = async (claims: Claims) => [await access(claims), await id(claims), await custom({}, claims)]
const inEachKind = (answer: string) => [answer, answer, answer]

const validAccess = { iss: fake.id, iat: now, exp: now + 300, aud: audience, sub: 'user-1', client_id: 'web', jti: 'j' }
/** A validly signed access token whose payload is exactly this text or these bytes. */
const rawAccess = (payload: string | Uint8Array) =>
  outcome(tokens.access.verify(forge({ header: { alg: 'HS256', typ: 'at+jwt' }, payload, key: fake.key })))
/** The payload of a valid access token in which the member `name` has this JSON text as its value. */
const withRaw = (name: string, json: string) =>
  JSON.stringify({ ...validAccess, [name]: '@' }).replace(`"${name}":"@"`, `"${name}":${json}`)

test('what every row below spoils is a valid token', async () => {
  expect(await eachKind({})).toEqual(inEachKind('accepted'))
  expect(await rawAccess(JSON.stringify(validAccess))).toBe('accepted')
})

describe('one kind is not another', () => {
  const key = testKey()
  const one = new FakeIssuer({ keys: [key], clock })
  const mine = { issuer: one.issuer, audience, maxLifetime: 900 }
  const rotated = testKey('ES256', 'rotated')
  const session = { typ: 'session+jwt', ...mine }
  /** Every kind of one issuer, one key and, as far as kinds allow it, one audience; separated by every means there is. */
  const set = defineTokens(
    {
      access: accessToken(mine),
      id: idToken({ issuer: one.issuer, clientId: audience }),
      reset: customToken({ typ: 'password-reset+jwt', ...mine, required: ['sub'] }),
      invitation: customToken({ ...session, fixed: { use: 'invitation' } }),
      session: customToken({ ...session, fixed: { use: ['session', 'remembered'] } }),
      anonymous: customToken({ typ: 'JWT', ...mine, forbidden: ['sub'] }),
      operator: customToken({
        ...session,
        issuer: issuer(one.id, { keys: rotated.source }),
        fixed: { use: 'session' },
      }),
    },
    { clock },
  )
  const valid: Readonly<Record<keyof typeof set, () => string>> = {
    access: () => one.accessToken(),
    id: () => one.idToken({ claims: { aud: audience } }),
    reset: () => one.customToken('password-reset+jwt', { sub: 'user-1' }),
    invitation: () => one.customToken('session+jwt', { sub: 'user-1', use: 'invitation' }),
    session: () => one.customToken('session+jwt', { sub: 'user-1', use: 'session' }),
    anonymous: () => one.customToken('JWT', {}),
    operator: () =>
      one.customToken('session+jwt', { sub: 'user-1', use: 'session' }, { key: rotated, header: { kid: 'rotated' } }),
  }
  const names = Object.keys(set) as readonly (keyof typeof set)[]
  const verify = (name: keyof typeof set, text: string) =>
    outcome(name === 'id' ? set.id.verify(text, nonce) : set[name].verify(text))

  const cells = names.flatMap((token) => names.map((guard) => [token, guard] as const))
  test.each(cells)('CLM-01 a valid token of the kind %s, offered as %s', async (token, guard) => {
    const code = await verify(guard, valid[token]())
    expect(code === 'accepted').toBe(token === guard)
  })

  test('CLM-02 an ID token is no access token, and an access token no ID token', async () => {
    const claims = { ...validAccess, iss: one.id, nonce: 'nonce-1' }
    expect(await verify('access', one.sign({ typ: 'JWT' }, claims))).toBe('ERR_TYP_MISMATCH')
    expect(await verify('access', one.sign({}, claims))).toBe('ERR_TYP_MISMATCH')
    expect(await verify('id', one.sign({ typ: 'at+jwt' }, claims))).toBe('ERR_TYP_MISMATCH')
    expect(await verify('id', one.sign({ typ: 'JWT' }, claims))).toBe('accepted')
    expect(await verify('id', one.sign({}, claims))).toBe('accepted')
  })

  const foreign = [
    'refresh+jwt',
    'session',
    'email-verification+jwt',
    'dpop+jwt',
    'client-authentication+jwt',
    'logout+jwt',
    'secevent+jwt',
    'token-introspection+jwt',
    'oauth-authz-req+jwt',
    'statuslist+jwt',
    'txntoken+jwt',
    'oauth-id-jag+jwt',
    'vc+jwt',
    'vp+jwt',
    'text/at+jwt',
    'at+jwt+x',
    'at',
    'xat+jwt',
  ]
  test.each(foreign)('CLM-03 CLM-04 CLM-05 a token of the type %s with all claims is of no other kind', async (typ) => {
    const text = one.sign({ typ }, { ...validAccess, iss: one.id, nonce: 'nonce-1', use: 'session' })
    for (const name of names) expect([name, await verify(name, text)]).toEqual([name, 'ERR_TYP_MISMATCH'])
  })

  /** Whoever names a kind of one's own `JWT` takes what says only that: `anonymous` does. */
  const typed = names.filter((name) => name !== 'anonymous')
  /** Tokens that are valid for what they are, as an authorization server and its clients make them every day. */
  const others: Readonly<Record<string, (header?: Claims) => string>> = {
    'logout token': (header = {}) => one.logoutToken({ claims: { aud: audience }, header }),
    'client assertion': (header = {}) => one.clientAssertion({ claims: { aud: audience }, header }),
    'authorization grant': (header = {}) => one.authorizationGrant({ claims: { aud: audience }, header }),
    'ID-JAG': (header = {}) => one.identityAssertionGrant({ claims: { aud: audience }, header }),
    'security event token': (header = {}) => one.securityEventToken({ header }),
    'request object': (header = {}) => one.requestObject({ claims: { aud: audience }, header }),
    'introspection response': (header = {}) => one.introspectionResponse({ header }),
    'UserInfo response': (header = {}) => one.userInfoResponse({ claims: { aud: audience }, header }),
    'transaction token': (header = {}) => one.transactionToken({ header }),
    'DPoP proof': (header = {}) =>
      one.sign({ typ: 'dpop+jwt', ...header }, { jti: 'j', htm: 'GET', htu: audience, iss: undefined, exp: undefined }),
    'authorization response': (header = {}) => one.sign({ ...header }, { aud: audience, code: 'c', state: 's' }),
  }
  test.each(Object.keys(others))(
    'CLM-04 a valid %s, typed or not, opens nothing that it was not made for',
    async (kind) => {
      const make = others[kind] ?? (() => '')
      for (const text of [make(), make({ typ: undefined }), make({ typ: 'JWT' })]) {
        for (const name of typed) expect([name, await verify(name, text)]).not.toEqual([name, 'accepted'])
        expect(await status(createGuard(set.access), text)).toBe(401)
      }
    },
  )

  test('CLM-05 a credential or presentation that says only JWT is no access token', async () => {
    for (const claim of ['vc', 'vp']) {
      const text = one.sign({ typ: 'JWT' }, { ...validAccess, iss: one.id, [claim]: { type: [] } })
      expect(await verify('access', text)).toBe('ERR_TYP_MISMATCH')
    }
  })

  test('CLM-07 a claim that a kind never has refuses the token, null included', async () => {
    for (const events of [{ 'http://schemas.openid.net/event/backchannel-logout': {} }, {}, null, '', false]) {
      expect(await eachKind({ events })).toEqual(inEachKind('ERR_CLAIM_FORBIDDEN events'))
    }
    for (const sub of ['user-1', null, '']) {
      expect(await verify('anonymous', one.customToken('JWT', { sub }))).toBe('ERR_CLAIM_FORBIDDEN sub')
    }
  })
})

describe('kinds for clients and for authorization servers', () => {
  const server = 'https://as.test'
  const web = { issuer: fake.issuer, clientId: 'web' }
  const set = defineTokens(
    {
      logout: logoutToken(web),
      userInfo: userInfoResponse(web),
      event: securityEventToken(common),
      introspection: introspectionResponse(common),
      request: requestObject({ issuer: fake.issuer, audience: server }),
      grant: identityAssertionGrant({ issuer: fake.issuer, audience: server }),
    },
    { clock },
  )
  const event = 'http://schemas.openid.net/event/backchannel-logout'
  const logout = (claims: Claims, header: Claims = {}) =>
    outcome(set.logout.verify(fake.logoutToken({ claims, header })))

  const forged: readonly (readonly [law: string, claims: Claims, code: string])[] = [
    ['has no events', { events: undefined }, 'ERR_CLAIM_MISSING events'],
    ['has an event of another kind', { events: { 'urn:other': {} } }, 'ERR_CLAIM_MISMATCH events'],
    ['has an event that is no object', { events: { [event]: true } }, 'ERR_CLAIM_INVALID events'],
    ['has events that are a list', { events: [event] }, 'ERR_CLAIM_INVALID events'],
    ['has a nonce, as an ID token does', { nonce: 'nonce-1' }, 'ERR_CLAIM_FORBIDDEN nonce'],
    ['says neither who nor which session', { sub: undefined }, 'ERR_CLAIM_MISSING sub'],
    ['is for another client', { aud: 'other' }, 'ERR_AUDIENCE_MISMATCH aud'],
    ['is of another issuer', { iss: 'https://evil.test' }, 'ERR_ISSUER_UNKNOWN iss'],
    ['has no jti', { jti: undefined }, 'ERR_CLAIM_MISSING jti'],
    ['has expired', { iat: now - 300, exp: now - 180 }, 'ERR_TOKEN_EXPIRED exp'],
    ['is old and never expires', { iat: now - 151, exp: undefined }, 'ERR_TOKEN_EXPIRED iat'],
  ]
  test.each(forged)('CLM-06 nobody is logged out by a token that %s', async (_, claims, code) => {
    expect(await logout({})).toBe('accepted')
    expect(await logout(claims)).toBe(code)
  })

  test('CLM-06 nobody is logged out by a token of another algorithm, key or kind', async () => {
    expect(await logout({}, { alg: 'none' })).toBe('ERR_ALGORITHM_INVALID')
    for (const alg of ['HS384', 'RS256', 'ES256']) expect(await logout({}, { alg })).toBe('ERR_ALGORITHM_MISMATCH')
    expect(await outcome(set.logout.verify(fake.logoutToken({ key: testSecret() })))).toBe('ERR_SIGNATURE_INVALID')
    for (const typ of ['JWT', 'secevent+jwt', 'at+jwt']) expect(await logout({}, { typ })).toBe('ERR_TYP_MISMATCH')
    const [header, payload] = fake.logoutToken({ header: { alg: 'none' } }).split('.')
    expect(await outcome(set.logout.verify(`${header}.${payload}.`))).toBe('ERR_TOKEN_MALFORMED')
  })

  const subject = { subject: 'user-1' }
  const request = { clientId: fake.id }
  const presented = { clientId: 'web' }
  const neverThere: readonly (readonly [
    kind: string,
    claims: readonly string[],
    (claims: Claims) => Promise<unknown>,
  ])[] = [
    ['logout token', ['nonce'], (claims) => set.logout.verify(fake.logoutToken({ claims }))],
    ['security event token', ['sub', 'exp'], (claims) => set.event.verify(fake.securityEventToken({ claims }))],
    [
      'introspection response',
      ['sub', 'exp', 'events'],
      (claims) => set.introspection.verify(fake.introspectionResponse({ claims })),
    ],
    [
      'UserInfo response',
      ['nonce', 'at_hash', 'c_hash', 'events'],
      (claims) => set.userInfo.verify(fake.userInfoResponse({ claims }), subject),
    ],
    [
      'request object',
      ['request', 'request_uri', 'events'],
      (claims) => set.request.verify(fake.requestObject({ claims }), request),
    ],
    ['ID-JAG', ['events'], (claims) => set.grant.verify(fake.identityAssertionGrant({ claims }), presented)],
  ]
  test.each(neverThere)('CLM-07 a claim that a %s never has refuses it, null included', async (_, claims, verify) => {
    expect(await outcome(verify({}))).toBe('accepted')
    for (const claim of claims) {
      for (const value of ['a', {}, null, 0]) {
        expect(await outcome(verify({ [claim]: value }))).toBe(`ERR_CLAIM_FORBIDDEN ${claim}`)
      }
    }
  })

  const client = new FakeIssuer({ id: 'client-1', clock })
  const known = issuers((id) => (id === client.id ? client.issuer : undefined))
  const assertions = defineTokens({ client: clientAssertion({ issuer: known, audience: server }) }, { clock })
  const injected = [
    `${server}/token`,
    `${server}/`,
    'https://evil.test',
    [server, 'https://evil.test'],
    ['https://evil.test', server],
    [server, `${server}/token`],
    [server, server],
    `${server} https://evil.test`,
    `${server},https://evil.test`,
  ]
  test.each(injected)(
    'CLM-19 an assertion that another server could have asked for is no good here: %j',
    async (aud) => {
      const verify = (audience: unknown) =>
        outcome(assertions.client.verify(client.clientAssertion({ claims: { aud: audience } })))
      for (const alone of [server, [server]]) expect(await verify(alone)).toBe('accepted')
      expect(await verify(aud)).toBe('ERR_AUDIENCE_MISMATCH aud')
    },
  )
})

describe('iss', () => {
  test.each([undefined, null, '', 'https://other.test', 0, true, {}, { $ne: null }])(
    'CLM-08 iss is there and one of ours, not %j',
    async (iss) => {
      expect(await eachKind({ iss })).toEqual(inEachKind('ERR_ISSUER_UNKNOWN iss'))
    },
  )

  test.each([[[fake.id]], [[fake.id, 'https://evil.test']], [['https://evil.test', fake.id]], [[]], [[[fake.id]]]])(
    'CLM-09 a list is no iss: %j',
    async (iss) => {
      expect(await eachKind({ iss })).toEqual(inEachKind('ERR_ISSUER_UNKNOWN iss'))
    },
  )

  const variants = [
    'https://issuer.test/',
    'https://issuer.test//',
    'HTTPS://issuer.test',
    'https://ISSUER.test',
    'https://Issuer.test',
    'https://issuer.test:443',
    'http://issuer.test',
    'https://user@issuer.test',
    'https://issuer.test\u0000',
    'https://issuer.test.evil.test',
    'https://issuer.test@evil.test',
    'https://issuer.test.',
    'https://\u0456ssuer.test',
    'https://i\u0301ssuer.test',
    'https://%69ssuer.test',
    'https://issuer.test?x',
    'https://issuer.test#x',
    ' https://issuer.test',
    'https://issuer.test ',
    'issuer.test',
  ]
  test.each(variants)('CLM-10 %j is another issuer', async (iss) => {
    expect(await eachKind({ iss })).toEqual(inEachKind('ERR_ISSUER_UNKNOWN iss'))
  })

  test.each([
    'https://issuer.tes',
    'ttps://issuer.test',
    'issuer',
    'https://issuer.test1',
    'xhttps://issuer.test',
    '.',
  ])('CLM-11 a part of an id, or more than it, is another issuer: %s', async (iss) => {
    expect(await eachKind({ iss })).toEqual(inEachKind('ERR_ISSUER_UNKNOWN iss'))
  })

  test('CLM-12 the keys are those of the issuer that the token names', async () => {
    const [a, b] = ['https://a.test', 'https://b.test'].map((name) => new FakeIssuer({ id: name, clock })) as [
      FakeIssuer,
      FakeIssuer,
    ]
    const set = defineTokens({ access: accessToken({ issuer: [a.issuer, b.issuer], audience }) }, { clock })
    expect(a.key.kid).toBe(b.key.kid)
    for (const named of [a, b]) {
      for (const signing of [a, b]) {
        const text = named.accessToken({ key: signing.key })
        const code = await outcome(set.access.verify(text))
        expect([named.id, signing.id, code]).toEqual([
          named.id,
          signing.id,
          named === signing ? 'accepted' : 'ERR_SIGNATURE_INVALID',
        ])
      }
    }
  })

  test('CLM-13 an unknown issuer causes no fetch', async () => {
    const key = testKey()
    const server = await startKeyServer(keysOf(key))
    try {
      const remote = issuer(server.url, { algorithms: ['ES256'], allowInsecureLoopback: true })
      const set = defineTokens({ access: accessToken({ issuer: remote, audience }) }, { clock })
      for (const iss of ['https://evil.test', `${server.url}/`, undefined, null]) {
        const text = fake.accessToken({ claims: { iss }, header: { alg: 'ES256' }, key })
        expect(await outcome(set.access.verify(text))).toBe('ERR_ISSUER_UNKNOWN iss')
      }
      expect(server.requests).toEqual([])
      const good = fake.accessToken({ claims: { iss: server.url }, header: { alg: 'ES256' }, key })
      expect(await outcome(set.access.verify(good))).toBe('accepted')
    } finally {
      await server.close()
    }
  })

  const keysOf = (key: ReturnType<typeof testKey>) => ({ keys: [key.jwk] })
})

describe('aud', () => {
  const bad: readonly (readonly [unknown, string])[] = [
    [undefined, 'ERR_CLAIM_MISSING aud'],
    [null, 'ERR_CLAIM_MISSING aud'],
    ['https://other.test', 'ERR_AUDIENCE_MISMATCH aud'],
    ['', 'ERR_CLAIM_INVALID aud'],
    [[], 'ERR_CLAIM_INVALID aud'],
    [42, 'ERR_CLAIM_INVALID aud'],
    [true, 'ERR_CLAIM_INVALID aud'],
    [{}, 'ERR_CLAIM_INVALID aud'],
    [['https://other.test', 'https://another.test'], 'ERR_AUDIENCE_MISMATCH aud'],
  ]
  test.each(bad)('CLM-14 aud is there and ours, not %j', async (aud, code) => {
    expect(await eachKind({ aud })).toEqual(inEachKind(code))
  })

  test.each([[[[audience, 'web']]], [{ 0: audience, length: 1 }], [{ [audience]: true }], [[[]]]])(
    'CLM-15 what only looks like a list of audiences is none: %j',
    async (aud) => {
      expect(await eachKind({ aud })).toEqual(inEachKind('ERR_CLAIM_INVALID aud'))
    },
  )

  test.each([null, {}, 1, true, '', ['x'], 'a\u0000'])(
    'CLM-16 every audience is a string: ours beside %j',
    async (beside) => {
      for (const aud of [
        [audience, beside],
        [beside, audience],
      ])
        expect(await access({ aud })).toBe('ERR_CLAIM_INVALID aud')
      for (const aud of [
        ['web', beside],
        [beside, 'web'],
      ])
        expect(await id({ aud })).toBe('ERR_CLAIM_INVALID aud')
    },
  )

  test('CLM-17 several audiences are for kinds that may have them', async () => {
    for (const aud of [audience, [audience], [audience, 'https://b.test'], ['https://b.test', audience]]) {
      expect([await access({ aud }), await custom({}, { aud })]).toEqual(['accepted', 'accepted'])
    }
    for (const aud of ['web', ['web']]) expect(await id({ aud })).toBe('accepted')
    for (const aud of [
      ['web', 'https://b.test'],
      ['https://b.test', 'web'],
      ['web', 'web'],
    ]) {
      expect(await id({ aud })).toBe('ERR_AUDIENCE_MISMATCH aud')
    }
    const trusting = defineTokens(
      { id: idToken({ issuer: fake.issuer, clientId: 'web', trustedAudiences: ['https://b.test'] }) },
      { clock },
    )
    const verdict = (aud: unknown) => outcome(trusting.id.verify(fake.idToken({ claims: { aud } }), nonce))
    for (const aud of ['web', ['web', 'https://b.test'], ['https://b.test', 'web']]) {
      expect(await verdict(aud)).toBe('accepted')
    }
    for (const aud of [
      'https://b.test',
      ['https://b.test'],
      ['web', 'https://c.test'],
      ['web', 'https://b.test', 'c'],
    ]) {
      expect(await verdict(aud)).toBe('ERR_AUDIENCE_MISMATCH aud')
    }
  })

  test('CLM-18 sixteen audiences are enough', async () => {
    const many = (count: number) => [...Array.from({ length: count - 1 }, (_, at) => `https://${at}.test`), audience]
    expect(await access({ aud: many(16) })).toBe('accepted')
    expect(await access({ aud: many(17) })).toBe('ERR_CLAIM_INVALID aud')
    expect(await access({ aud: many(20_000) })).toBe('ERR_TOKEN_TOO_LONG')
    const long = defineTokens({ access: accessToken({ ...common, maxTokenLength: 1024 * 1024 }) }, { clock })
    const verdict = (count: number) => outcome(long.access.verify(fake.accessToken({ claims: { aud: many(count) } })))
    expect(await verdict(1000)).toBe('ERR_CLAIM_INVALID aud')
    expect(await verdict(20_000)).toBe('ERR_CLAIMS_MALFORMED')
  })

  const variants = [
    'https://api.test/',
    'HTTPS://api.test',
    'https://API.test',
    'https://api.test:443',
    'http://api.test',
    'https://api.test https://other.test',
    ' https://api.test',
    'https://api.test ',
    'https://\u0430pi.test',
    'https://api.tes',
    'https://api.test1',
    'https://api.test,https://other.test',
    '*',
    'https://*.test',
  ]
  test.each(variants)('CLM-20 %j is another audience', async (aud) => {
    expect(await access({ aud })).toBe('ERR_AUDIENCE_MISMATCH aud')
    expect(await access({ aud: [aud] })).toBe('ERR_AUDIENCE_MISMATCH aud')
  })

  test('CLM-14 an audience that is not checked may be anything of its form, and nothing else', async () => {
    const open = defineTokens({ access: accessToken({ ...common, audience: notChecked }) }, { clock })
    const verdict = (aud: unknown) => outcome(open.access.verify(fake.accessToken({ claims: { aud } })))
    expect(await verdict('https://other.test')).toBe('accepted')
    expect(await verdict(undefined)).toBe('accepted')
    for (const aud of [null, 42, {}, [], '', [null]]) expect(await verdict(aud)).toBe('ERR_CLAIM_INVALID aud')
  })
})

describe('names of people and things', () => {
  test('CLM-21 sub is there where the kind demands it', async () => {
    expect(await access({ sub: undefined })).toBe('ERR_CLAIM_MISSING sub')
    expect(await id({ sub: undefined })).toBe('ERR_CLAIM_MISSING sub')
    expect(await custom({}, { sub: undefined })).toBe('accepted')
  })

  const noSubjects = ['', 0, 42, true, false, [], ['user-1'], {}, { $ne: null }, { $gt: '' }, 'x'.repeat(256)]
  test.each(noSubjects)('CLM-22 CLM-23 a subject is a string of 1 to 255 characters, not %j', async (sub) => {
    expect(await eachKind({ sub })).toEqual(inEachKind('ERR_CLAIM_INVALID sub'))
  })

  test('CLM-22 a subject is not null, and may have 255 characters', async () => {
    expect(await access({ sub: null })).toBe('ERR_CLAIM_MISSING sub')
    expect(await id({ sub: null })).toBe('ERR_CLAIM_MISSING sub')
    expect(await custom({}, { sub: null })).toBe('ERR_CLAIM_INVALID sub')
    expect(await eachKind({ sub: 'x'.repeat(255) })).toEqual(inEachKind('accepted'))
  })

  test.each(['client_id', 'jti'])('CLM-23 no query operator gets in as %s', async (claim) => {
    for (const value of [{ $ne: null }, { $gt: '' }, [{ $ne: 1 }], { $regex: '.*' }, true]) {
      expect(await access({ [claim]: value })).toBe(`ERR_CLAIM_INVALID ${claim}`)
    }
  })

  test('CLM-24 a number is no subject: two that a double cannot tell apart never become one user', async () => {
    expect(await rawAccess(withRaw('sub', '9007199254740993'))).toBe('ERR_CLAIM_INVALID sub')
    const seen = await Promise.all(
      ['9007199254740993', '9007199254740992'].map((sub) =>
        tokens.access.verify(fake.accessToken({ claims: { sub } })),
      ),
    )
    expect(seen.map(({ claims }) => claims.sub)).toEqual(['9007199254740993', '9007199254740992'])
  })

  test('CLM-26 the client is the one that is expected, where one is', async () => {
    expect(await id({ azp: 'web' })).toBe('accepted')
    for (const azp of ['other', 'WEB', 'web ', 'we']) expect(await id({ azp })).toBe('ERR_CLAIM_MISMATCH azp')
    for (const azp of [null, '', ['web'], {}, 1]) expect(await id({ azp })).toBe('ERR_CLAIM_INVALID azp')
    const guard = createGuard(tokens.access, { authorize: ({ claims }) => claims.client_id === 'web' })
    expect(await status(guard, fake.accessToken())).toBe(200)
    expect(await status(guard, fake.accessToken({ claims: { client_id: 'other' } }))).toBe(403)
  })

  const badIds = [
    ['', 'ERR_CLAIM_INVALID jti'],
    [null, 'ERR_CLAIM_MISSING jti'],
    [42, 'ERR_CLAIM_INVALID jti'],
    [{}, 'ERR_CLAIM_INVALID jti'],
    [['j'], 'ERR_CLAIM_INVALID jti'],
    [undefined, 'ERR_CLAIM_MISSING jti'],
    ['j'.repeat(1025), 'ERR_CLAIM_INVALID jti'],
    ['j'.repeat(1024 * 1024), 'ERR_TOKEN_TOO_LONG'],
  ] as const
  test('CLM-39 jti is a short string that is not empty', async () => {
    for (const [jti, code] of badIds) expect(await access({ jti })).toBe(code)
    expect(await access({ jti: 'j'.repeat(1024) })).toBe('accepted')
  })

  const controls = [...Array.from({ length: 32 }, (_, at) => at), ...Array.from({ length: 33 }, (_, at) => 0x7f + at)]
  test('CLM-53 no control character is in the name of anybody or anything', async () => {
    for (const control of controls) {
      const name = `user${String.fromCharCode(control)}1`
      expect([control, await eachKind({ sub: name })]).toEqual([control, inEachKind('ERR_CLAIM_INVALID sub')])
      for (const claim of ['client_id', 'jti', 'aud']) {
        expect([control, await access({ [claim]: name })]).toEqual([control, `ERR_CLAIM_INVALID ${claim}`])
      }
      expect(await access({ iss: fake.id + String.fromCharCode(control) })).toBe('ERR_ISSUER_UNKNOWN iss')
    }
  })

  test('CLM-54 what only looks like another name is kept as it is', async () => {
    const names = ['us\u0435r-1', 'user\u202e1', 'us\u200ber-1', 'user\u00e9', 'usere\u0301', '\u{1f600}']
    for (const sub of names) {
      const { claims } = await tokens.access.verify(fake.accessToken({ claims: { sub } }))
      expect(claims.sub).toBe(sub)
      expect(await id({ sub })).toBe('ERR_CLAIM_INVALID sub')
    }
  })
})

describe('times', () => {
  test('CLM-27 exp is there', async () => {
    expect(await eachKind({ exp: undefined })).toEqual(inEachKind('ERR_CLAIM_MISSING exp'))
    expect(await eachKind({ exp: null })).toEqual(inEachKind('ERR_CLAIM_MISSING exp'))
  })

  const noTimes: readonly unknown[] = [
    String(now + 60),
    '',
    true,
    false,
    [],
    [now + 60],
    {},
    { valueOf: now },
    new Date(0).toISOString(),
  ]
  test.each(['exp', 'nbf', 'iat'])('CLM-28 %s is a number', async (claim) => {
    for (const value of noTimes) {
      expect([value, await eachKind({ [claim]: value })]).toEqual([value, inEachKind(`ERR_CLAIM_INVALID ${claim}`)])
    }
    const whenNull = claim === 'nbf' ? 'ERR_CLAIM_INVALID nbf' : `ERR_CLAIM_MISSING ${claim}`
    expect(await eachKind({ [claim]: null })).toEqual(inEachKind(whenNull))
  })

  test.each(['exp', 'nbf', 'iat', 'auth_time', 'anything'])('CLM-29 CLM-36 %s is no infinity', async (claim) => {
    for (const json of ['1e400', '-1e400', '1e309', '[1e400]', '{"a":-1e999}']) {
      expect(await rawAccess(withRaw(claim, json))).toBe('ERR_CLAIMS_MALFORMED')
    }
    for (const json of ['NaN', 'Infinity', '-Infinity', '0x10', '01', '1.', '+1']) {
      expect(await rawAccess(withRaw(claim, json))).toBe('ERR_CLAIMS_MALFORMED')
    }
  })

  test.each([now * 1000, now * 1e6, 1e308, 253_402_300_800, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE])(
    'CLM-30 an exp of %d names no date',
    async (exp) => {
      expect(await eachKind({ exp })).toEqual(inEachKind('ERR_CLAIM_INVALID exp'))
      expect(await eachKind({ nbf: exp })).toEqual(inEachKind('ERR_CLAIM_INVALID nbf'))
    },
  )

  test('CLM-30 the last date there is lives too long', async () => {
    expect(await eachKind({ exp: 253_402_300_799 })).toEqual(inEachKind('ERR_LIFETIME_EXCEEDED exp'))
  })

  test.each(['0', '-0', '-1', '-1.5', '-253402300799', '-1e308'])('CLM-31 an exp of %s has passed', async (json) => {
    expect(await rawAccess(withRaw('exp', json))).toBe('ERR_TOKEN_EXPIRED exp')
  })

  /** With a tolerance of 0, 30 and 300 seconds. */
  const boundary: readonly (readonly [number, string, string, string])[] = [
    [-301, 'expired', 'expired', 'expired'],
    [-300, 'expired', 'expired', 'expired'],
    [-299, 'expired', 'expired', 'good'],
    [-31, 'expired', 'expired', 'good'],
    [-30, 'expired', 'expired', 'good'],
    [-29, 'expired', 'good', 'good'],
    [-1, 'expired', 'good', 'good'],
    [0, 'expired', 'good', 'good'],
    [1, 'good', 'good', 'good'],
    [29, 'good', 'good', 'good'],
    [30, 'good', 'good', 'good'],
    [300, 'good', 'good', 'good'],
  ]
  test.each(boundary)('CLM-32 at %i seconds to exp', async (left, ...expected) => {
    const answers = { expired: 'ERR_TOKEN_EXPIRED exp', good: 'accepted' }
    for (const [at, clockTolerance] of [0, 30, 300].entries()) {
      const set = defineTokens({ access: accessToken({ ...common, clockTolerance }) }, { clock })
      const text = fake.accessToken({ claims: { exp: now + left, iat: now - 600 } })
      expect(await outcome(set.access.verify(text))).toBe(answers[expected[at] as keyof typeof answers])
    }
  })

  test('CLM-32 a token of five minutes, second by second', async () => {
    const ticking = new FakeIssuer({ keys: [testSecret()] })
    const set = defineTokens({ access: accessToken({ issuer: ticking.issuer, audience }) }, { clock: ticking.clock })
    const text = ticking.accessToken()
    let lived = 0
    while ((await outcome(set.access.verify(text))) === 'accepted') {
      ticking.clock.advance(1)
      lived++
    }
    expect(lived).toBe(330)
    expect(await outcome(set.access.verify(text))).toBe('ERR_TOKEN_EXPIRED exp')
  })

  test('CLM-33 fractions of a second count', async () => {
    const strict = defineTokens({ access: accessToken({ ...common, clockTolerance: 0 }) }, { clock })
    const verdict = (claims: Claims) => outcome(strict.access.verify(fake.accessToken({ claims })))
    for (const exp of [now + 0.5, now + 1.9, now + 0.001]) {
      expect(await verdict({ exp })).toBe('accepted')
      expect((await strict.access.verify(fake.accessToken({ claims: { exp } }))).expiresAt).toBe(exp)
    }
    expect(await verdict({ exp: now - 0.001, iat: now - 1 })).toBe('ERR_TOKEN_EXPIRED exp')
    expect(await verdict({ nbf: now + 0.001 })).toBe('ERR_TOKEN_NOT_YET_VALID nbf')
    expect(await verdict({ nbf: now - 0.001 })).toBe('accepted')
    expect(await verdict({ nbf: now, iat: now + 0.001 })).toBe('ERR_TOKEN_NOT_YET_VALID iat')
  })

  const beginnings: readonly (readonly [number, string])[] = [
    [30, 'accepted'],
    [29.9, 'accepted'],
    [0, 'accepted'],
    [-1e6, 'accepted'],
    [30.1, 'ERR_TOKEN_NOT_YET_VALID nbf'],
    [31, 'ERR_TOKEN_NOT_YET_VALID nbf'],
    [3600, 'ERR_TOKEN_NOT_YET_VALID nbf'],
  ]
  test.each(beginnings)('CLM-34 an nbf %d seconds from now: %s', async (from, answer) => {
    expect(await eachKind({ nbf: now + from })).toEqual(inEachKind(answer))
  })

  test('CLM-35 an iat in the future is not yet valid', async () => {
    for (const from of [30.1, 31, 3600]) {
      const claims = { iat: now + from, exp: now + 4000, nbf: now }
      expect(await access(claims)).toBe('ERR_TOKEN_NOT_YET_VALID iat')
    }
    expect(await access({ iat: now + 30 })).toBe('accepted')
    for (const kind of await eachKind({ iat: now + 3600, exp: now + 4000 })) {
      expect(kind).toMatch(/^ERR_TOKEN_NOT_YET_VALID/)
    }
  })

  test.each([-1, -0.001, -now, -1e308, 253_402_300_800, 1e308])('CLM-36 an iat of %d names no date', async (iat) => {
    expect(await eachKind({ iat })).toEqual(inEachKind('ERR_CLAIM_INVALID iat'))
  })

  test('CLM-37 a token does not end before it begins, and lives no longer than it may', async () => {
    expect(await eachKind({ iat: now + 10, exp: now + 5 })).toEqual(inEachKind('ERR_CLAIM_INVALID iat'))
    expect(await eachKind({ nbf: now + 10, exp: now + 5 })).toEqual(inEachKind('ERR_CLAIM_INVALID nbf'))
    expect(await eachKind({ iat: now, exp: now })).toEqual(inEachKind('accepted'))
    expect(await custom({}, { exp: now + 900 })).toBe('accepted')
    expect(await custom({}, { exp: now + 900.001 })).toBe('ERR_LIFETIME_EXCEEDED exp')
    expect(await custom({}, { iat: now - 700, exp: now + 201 })).toBe('ERR_LIFETIME_EXCEEDED exp')
    expect(await access({ exp: now + 86_401 })).toBe('ERR_LIFETIME_EXCEEDED exp')
    expect(await id({ iat: 0 })).toBe('ERR_LIFETIME_EXCEEDED exp')
  })

  test('CLM-38 iat is there: without it no lifetime is known', async () => {
    expect(await eachKind({ iat: undefined })).toEqual(inEachKind('ERR_CLAIM_MISSING iat'))
    expect(await eachKind({ iat: null })).toEqual(inEachKind('ERR_CLAIM_MISSING iat'))
  })
})

describe('the payload as text', () => {
  const json = JSON.stringify(validAccess)
  const evil: Readonly<Record<string, string>> = {
    iss: '"https://evil.test"',
    sub: '"admin"',
    exp: '9999999999',
    aud: '"https://other.test"',
    scope: '"admin"',
  }
  test.each(Object.keys(evil))(
    'CLM-40 CLM-41 a second %s refuses the token, first or last, escaped or not',
    async (name) => {
      const good = JSON.stringify({ ...validAccess, scope: 'read' })
      const escaped = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`
      for (const spelling of [name, escaped]) {
        const extra = `"${spelling}":${evil[name]}`
        expect(await rawAccess(`{${extra},${good.slice(1)}`)).toBe('ERR_CLAIMS_MALFORMED')
        expect(await rawAccess(`${good.slice(0, -1)},${extra}}`)).toBe('ERR_CLAIMS_MALFORMED')
      }
      const nested = `${good.slice(0, -1)},"deep":[{"${name}":1,"${escaped}":2}]}`
      expect(await rawAccess(nested)).toBe('ERR_CLAIMS_MALFORMED')
      expect(await rawAccess(good)).toBe('accepted')
    },
  )

  test.each(['Sub', 'SUB', 'sUb', 'sub ', ' sub', 'sub\u0000', 'ѕub', 'sub\u200b'])(
    'CLM-42 %j is not sub',
    async (name) => {
      expect(await access({ sub: undefined, [name]: 'admin' })).toBe('ERR_CLAIM_MISSING sub')
      const { claims } = await tokens.access.verify(fake.accessToken({ claims: { [name]: 'admin' } }))
      expect(claims.sub).toBe('user-1')
    },
  )

  test('CLM-42 EXP and Exp set no end', async () => {
    expect(await access({ exp: undefined, EXP: now + 60, Exp: now + 60 })).toBe('ERR_CLAIM_MISSING exp')
    expect(await access({ EXP: 1, Exp: 1 })).toBe('accepted')
  })

  test.each(['__proto__', 'constructor', 'prototype'])(
    'CLM-43 CLM-44 no claim is named %s, at any depth',
    async (name) => {
      for (const spelling of [name, name.replace('o', '\\u006f')]) {
        for (const member of [
          `"${spelling}":{"admin":true}`,
          `"a":{"${spelling}":1}`,
          `"a":[[{"${spelling}":null}]]`,
        ]) {
          expect(await rawAccess(`${json.slice(0, -1)},${member}}`)).toBe('ERR_CLAIMS_MALFORMED')
        }
      }
    },
  )

  test('CLM-43 claims have no prototype to swap, and a copy of them has its own', async () => {
    const { claims } = await tokens.access.verify(fake.accessToken({ claims: { nested: { admin: false } } }))
    expect(Object.getPrototypeOf(claims)).toBeNull()
    for (const copy of [Object.assign({}, claims), { ...claims }, structuredClone(claims)]) {
      expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
      expect('admin' in copy).toBe(false)
    }
  })

  test('CLM-45 claims that are named like methods do no harm', async () => {
    const names = ['toString', 'valueOf', 'hasOwnProperty', 'toJSON', 'then', 'catch', 'length']
    const odd = Object.fromEntries(names.map((name) => [name, 'x']))
    const text = fake.accessToken({ claims: { ...odd, nested: odd } })
    const verified = await tokens.access.verify(text)
    expect(await Promise.resolve(verified.claims)).toBe(verified.claims)
    expect(JSON.parse(JSON.stringify(verified.claims))).toMatchObject({ ...odd, nested: odd })
    expect(inspect(verified)).toContain('toJSON')
    const guard = createGuard(tokens.access)
    expect(await status(guard, text)).toBe(200)
  })

  test('CLM-46 a required claim is a member of its own', async () => {
    for (const claim of ['toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', '__defineGetter__']) {
      const set = defineTokens({ own: customToken({ ...own, required: [claim] }) }, { clock })
      const verdict = (claims: Claims) => outcome(set.own.verify(fake.customToken('own+jwt', claims)))
      expect(await verdict({})).toBe(`ERR_CLAIM_MISSING ${claim}`)
      expect(await verdict({ [claim]: null })).toBe(`ERR_CLAIM_MISSING ${claim}`)
      expect(await verdict({ [claim]: 'x' })).toBe('accepted')
      const without = defineTokens({ own: customToken({ ...own, forbidden: [claim] }) }, { clock })
      expect(await outcome(without.own.verify(fake.customToken('own+jwt', {})))).toBe('accepted')
    }
  })

  const long = defineTokens({ access: accessToken({ ...common, maxTokenLength: 1024 * 1024 }) }, { clock })
  const rawLong = (payload: string) =>
    outcome(long.access.verify(forge({ header: { alg: 'HS256', typ: 'at+jwt' }, payload, key: fake.key })))

  test('CLM-47 claims are 32 deep at most', async () => {
    const nested = (depth: number, open: string, close: string) =>
      `${json.slice(0, -1)},"deep":${open.repeat(depth - 1)}1${close.repeat(depth - 1)}}`
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      expect(await rawLong(nested(32, open, close))).toBe('accepted')
      for (const depth of [33, 1000, 100_000]) {
        expect(await rawLong(nested(depth, open, close))).toBe('ERR_CLAIMS_MALFORMED')
      }
    }
    expect(await rawLong(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)).toBe('ERR_CLAIMS_MALFORMED')
  })

  test('CLM-48 claims have 256 members at most, those of nested objects included', async () => {
    const members = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`, at]))
    const room = 256 - Object.keys(validAccess).length
    expect(await rawLong(JSON.stringify({ ...validAccess, ...members(room) }))).toBe('accepted')
    expect(await rawLong(JSON.stringify({ ...validAccess, nested: members(room - 1) }))).toBe('accepted')
    expect(await rawLong(JSON.stringify({ ...validAccess, ...members(room + 1) }))).toBe('ERR_CLAIMS_MALFORMED')
    expect(await rawLong(JSON.stringify({ ...validAccess, nested: members(room) }))).toBe('ERR_CLAIMS_MALFORMED')
    expect(await rawLong(JSON.stringify({ ...validAccess, ...members(50_000) }))).toBe('ERR_CLAIMS_MALFORMED')
  })

  test('CLM-48 claims have 1024 values at most, items of lists included, and what is empty counts twice', async () => {
    const list = (length: number, item: unknown) =>
      JSON.stringify({ ...validAccess, list: Array.from({ length }, () => item) })
    const room = 1024 - Object.keys(validAccess).length - 1
    for (const [item, each] of [
      [1, 1],
      ['a,', 1],
      [null, 1],
      [[], 2],
      [{}, 2],
      [['a'], 2],
    ] as const) {
      const most = Math.floor(room / each)
      expect(await rawLong(list(most, item))).toBe('accepted')
      expect(await rawLong(list(most + 1, item))).toBe('ERR_CLAIMS_MALFORMED')
      expect(await rawLong(list(100_000, item))).toBe('ERR_CLAIMS_MALFORMED')
    }
  })

  const noObjects = [
    '[]',
    `[${json}]`,
    '"text"',
    '42',
    'null',
    'true',
    ' ',
    '\n',
    `${json}${json}`,
    `${json},`,
    json.slice(0, -1),
    `${json}x`,
    `{'a':1}`,
    '{a:1}',
    '{"a":1,}',
    `${json}\u0000`,
    `\u0000${json}`,
    JSON.stringify(json),
  ]
  test.each(noObjects)('CLM-49 the payload is one JSON object, not %j', async (payload) => {
    expect(await rawAccess(payload)).toBe('ERR_CLAIMS_MALFORMED')
  })

  test('CLM-49 an empty payload is no payload', async () => {
    expect(await rawAccess('')).toBe('ERR_TOKEN_MALFORMED')
  })

  test('CLM-50 a byte order mark refuses the token', async () => {
    expect(await rawAccess(`\ufeff${json}`)).toBe('ERR_CLAIMS_MALFORMED')
    expect(await rawAccess(`${json}\ufeff`)).toBe('ERR_CLAIMS_MALFORMED')
  })

  const badBytes = [
    'c0af',
    'c1bf',
    'e08080',
    'f0808080',
    'f8888080',
    'eda080',
    'edb080',
    'edbfbf',
    'ff',
    'fe',
    '80',
    'c3',
    'e282',
    'f4908080',
    'f5808080',
  ]
  test.each(badBytes)('CLM-51 bytes that are no UTF-8 refuse the token: %s', async (hex) => {
    const [before, after] = JSON.stringify({ ...validAccess, name: '@' }).split('@') as [string, string]
    const payload = Buffer.concat([Buffer.from(before), Buffer.from(hex, 'hex'), Buffer.from(after)])
    expect(await rawAccess(payload)).toBe('ERR_CLAIMS_MALFORMED')
  })

  test('CLM-51 UTF-16 and UTF-32 refuse the token', async () => {
    const little = Buffer.from(json, 'utf16le')
    const wide = Buffer.concat(Array.from(json, (character) => Buffer.from([0, 0, 0, character.charCodeAt(0)])))
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), little])
    for (const payload of [little, Buffer.from(little).swap16(), wide, marked]) {
      expect(await rawAccess(payload)).toBe('ERR_CLAIMS_MALFORMED')
    }
  })

  const surrogates = [
    '\\ud800',
    '\\udc00',
    '\\udfff',
    '\\udbff',
    '\\ud800\\ud800',
    '\\udc00\\ud800',
    'a\\ud83d',
    '\\ud83dx\\ude00',
  ]
  test.each(surrogates)('CLM-52 half a character refuses the token: %s', async (escape) => {
    for (const member of [`"name":"${escape}"`, `"${escape}":1`, `"a":["${escape}"]`, `"a":{"${escape}":1}`]) {
      expect(await rawAccess(`${json.slice(0, -1)},${member}}`)).toBe('ERR_CLAIMS_MALFORMED')
    }
    expect(await rawAccess(withRaw('sub', `"${escape}"`))).toBe('ERR_CLAIMS_MALFORMED')
    expect(await rawAccess(withRaw('sub', String.raw`"\ud83d\ude00"`))).toBe('accepted')
  })
})

type Checks = {
  readonly check: (request: IncomingMessage) => Promise<{ readonly verdict: string; readonly status?: number }>
}

/** The status that a guard answers a request of this token with; 200 where it lets it in. */
async function status(guard: Checks, text: string, url = '/'): Promise<number> {
  const verdict = await guard.check(requestWith(text, url))
  return verdict.verdict === 'accepted' ? 200 : (verdict.status ?? 0)
}

function requestWith(text: string, url = '/'): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  request.url = url
  request.rawHeaders.push('Authorization', `Bearer ${text}`)
  return request
}

describe('scope', () => {
  const noScopes = [
    '',
    ' ',
    'a  b',
    ' a',
    'a ',
    'a\tb',
    'a\nb',
    'a\u00a0b',
    'a\u2003b',
    'a\u0000b',
    'a"b',
    'a\\b',
    'é',
    'a\u007f',
    [],
    ['a'],
    ['a', 'b'],
    42,
    true,
    {},
    null,
  ]
  test.each(noScopes)('CLM-55 scope is scope tokens with one space between, not %j', async (scope) => {
    expect(await access({ scope })).toBe('ERR_CLAIM_INVALID scope')
  })

  test('CLM-55 a comma or a plus is a part of a scope token, and separates nothing', async () => {
    const guard = createGuard(tokens.access, { scope: 'read' })
    for (const scope of ['read,write', 'read+write', 'read;write', 'read|write', "'read'", '[read]']) {
      expect([scope, await status(guard, fake.accessToken({ claims: { scope } }))]).toEqual([scope, 403])
    }
  })

  test('CLM-56 a part of a scope, another case, a wildcard or a longer scope grants nothing', async () => {
    const guard = createGuard(tokens.access, { scope: 'reports:read' })
    const lacking = [
      'reports',
      'read',
      'reports:rea',
      'eports:read',
      'reports:readwrite',
      'xreports:read',
      'Reports:read',
      'REPORTS:READ',
      '*',
      'reports:*',
      '.*',
      'reports:read:all',
      'reports:write',
    ]
    for (const scope of [...lacking, undefined]) {
      expect([scope, await status(guard, fake.accessToken({ claims: { scope } }))]).toEqual([scope, 403])
    }
    for (const scope of ['reports:read', 'a reports:read', 'reports:read b', 'a reports:read b']) {
      expect(await status(guard, fake.accessToken({ claims: { scope } }))).toBe(200)
    }
  })

  test('CLM-56 a guard lets in whoever has all of scope and one of anyScope, and nobody else', async () => {
    const pool = ['read', 'write', 'readwrite', 'Read', '*', 'read:all', 'constructor']
    const scopes = fc.uniqueArray(fc.constantFrom(...pool), { maxLength: 4 })
    const law = fc.asyncProperty(scopes, scopes, scopes, async (granted, all, any) => {
      const guard = createGuard(tokens.access, {
        ...(all.length > 0 && { scope: all }),
        ...(any.length > 0 && { anyScope: any }),
      })
      const scope = granted.length > 0 ? granted.join(' ') : undefined
      const enough =
        all.every((one) => granted.includes(one)) && (any.length === 0 || any.some((one) => granted.includes(one)))
      expect(await status(guard, fake.accessToken({ claims: { scope } }))).toBe(enough ? 200 : 403)
    })
    await fc.assert(law, { seed: 56, numRuns: 500 })
  })

  test.each(['scp', 'scopes', 'permissions', 'roles', 'Scope'])(
    'CLM-57 %s is not the claim that is asked',
    async (claim) => {
      const guard = createGuard(tokens.access, { scope: 'admin' })
      for (const value of [['admin'], ['admin', 'x']]) {
        expect(await status(guard, fake.accessToken({ claims: { [claim]: value } }))).toBe(403)
      }
      const configured = defineTokens({ access: accessToken({ ...common, scopeClaim: 'scp' }) }, { clock })
      const other = createGuard(configured.access, { scope: 'admin' })
      expect(await status(other, fake.accessToken({ claims: { scope: 'admin' } }))).toBe(403)
      for (const scp of ['admin', ['admin'], ['x', 'admin'], 'x admin']) {
        expect(await status(other, fake.accessToken({ claims: { scp } }))).toBe(200)
      }
      for (const scp of ['', [''], ['admin x'], ['admin', 1], { admin: true }, [['admin']], null]) {
        const text = fake.accessToken({ claims: { scp } })
        expect(await outcome(configured.access.verify(text))).toBe('ERR_CLAIM_INVALID scp')
      }
    },
  )

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'length', '0'])(
    'CLM-58 the scope %s is one like any other',
    async (scope) => {
      const guard = createGuard(tokens.access, { scope })
      expect(await status(guard, fake.accessToken())).toBe(403)
      expect(await status(guard, fake.accessToken({ claims: { scope: undefined } }))).toBe(403)
      expect(await status(guard, fake.accessToken({ claims: { scope: `a ${scope}` } }))).toBe(200)
    },
  )
})

describe('claims of an application', () => {
  const schema = z.object({ tenant: z.string(), roles: z.array(z.string()).optional() })
  const tenants = defineTokens({ access: accessToken({ ...common, claims: schema }) }, { clock })

  test('CLM-59 a claim that is missing or of another type allows nothing', async () => {
    for (const tenant of [undefined, null, 1, ['a'], {}]) {
      const text = fake.accessToken({ claims: { tenant } })
      expect(await outcome(tenants.access.verify(text))).toBe('ERR_CLAIMS_INVALID')
    }
    const guard = createGuard(tenants.access, { authorize: ({ claims }) => claims.roles?.includes('admin') ?? false })
    expect(await status(guard, fake.accessToken({ claims: { tenant: 'a' } }))).toBe(403)
    expect(await status(guard, fake.accessToken({ claims: { tenant: 'a', roles: [] } }))).toBe(403)
    expect(await status(guard, fake.accessToken({ claims: { tenant: 'a', roles: ['admin'] } }))).toBe(200)
  })

  test('CLM-60 a token of one tenant opens nothing of another', async () => {
    const guard = createGuard(tenants.access, {
      authorize: ({ claims }, request) => request.url === `/tenants/${claims.tenant}`,
    })
    for (const tenant of ['a', 'b']) {
      for (const path of ['a', 'b']) {
        const text = fake.accessToken({ claims: { tenant } })
        expect(await status(guard, text, `/tenants/${path}`)).toBe(tenant === path ? 200 : 403)
      }
    }
  })

  const schemaOf = (validate: (value: unknown) => unknown) =>
    ({ '~standard': { version: 1, vendor: 'test', validate: validate as never } }) as const
  const broken: readonly (readonly [string, (value: unknown) => unknown])[] = [
    [
      'throws',
      () => {
        throw new Error('secret of the schema')
      },
    ],
    [
      'throws undefined',
      () => {
        throw undefined
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret of the schema'))],
    ['refuses', () => ({ issues: [{ message: 'secret of the schema' }] })],
    ['refuses later', async () => ({ issues: [] })],
    ['answers with nothing', () => undefined],
    ['answers with null', () => null],
    ['answers with true', () => true],
    ['has no output', () => ({})],
    ['makes a text of it', () => ({ value: 'text' })],
    ['changes what it was given', (value) => ({ value: Object.assign(value as object, { sub: 'admin' }) })],
  ]
  test.each(broken)('CLM-68 a schema that %s refuses the token, and says nothing', async (_, validate) => {
    const set = defineTokens({ access: accessToken({ ...common, claims: schemaOf(validate) }) }, { clock })
    const refusal: unknown = await set.access.verify(fake.accessToken()).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ name: 'TokenRejectedError', code: 'ERR_CLAIMS_INVALID' })
    expect(inspect(refusal)).not.toContain('secret of the schema')
    expect(await status(createGuard(set.access), fake.accessToken())).toBe(401)
  })

  test('CLM-68 an asynchronous schema is waited for', async () => {
    const slow = (issues: boolean) =>
      schemaOf(async (value) => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        return issues ? { issues: [{ message: 'no' }] } : { value }
      })
    for (const refuses of [true, false]) {
      const set = defineTokens({ access: accessToken({ ...common, claims: slow(refuses) }) }, { clock })
      expect(await outcome(set.access.verify(fake.accessToken()))).toBe(refuses ? 'ERR_CLAIMS_INVALID' : 'accepted')
    }
  })

  test('CLM-68 authorize that throws, or answers with something else than true or false, lets nobody in', async () => {
    const answers: readonly (readonly [() => unknown, number])[] = [
      [() => true, 200],
      [async () => true, 200],
      [() => false, 403],
      [async () => false, 403],
      [() => 1, 503],
      [() => undefined, 503],
      [() => 'true', 503],
      [
        () => {
          throw new Error('x')
        },
        503,
      ],
      [() => Promise.reject(new Error('x')), 503],
    ]
    for (const [authorize, code] of answers) {
      expect(await status(createGuard(tokens.access, { authorize: authorize as never }), fake.accessToken())).toBe(code)
    }
  })
})

describe('ID tokens', () => {
  const half = (text: string) => createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')
  const cases: readonly (readonly [string, Claims, object, string])[] = [
    ['its nonce', { nonce: 'nonce-1' }, nonce, 'accepted'],
    ['no nonce though one was sent', { nonce: undefined }, nonce, 'ERR_CLAIM_MISSING nonce'],
    ['a nonce of null though one was sent', { nonce: null }, nonce, 'ERR_CLAIM_INVALID nonce'],
    ['another nonce', { nonce: 'nonce-2' }, nonce, 'ERR_CLAIM_MISMATCH nonce'],
    ['a longer nonce', { nonce: 'nonce-10' }, nonce, 'ERR_CLAIM_MISMATCH nonce'],
    ['a list of nonces', { nonce: ['nonce-1'] }, nonce, 'ERR_CLAIM_INVALID nonce'],
    ['a nonce though none was sent', { nonce: 'nonce-1' }, { nonce: null }, 'ERR_CLAIM_MISMATCH nonce'],
    ['an empty nonce though none was sent', { nonce: '' }, { nonce: null }, 'ERR_CLAIM_MISMATCH nonce'],
    ['no nonce where none was sent', { nonce: undefined }, { nonce: null }, 'accepted'],
    ['the hash of the access token', { at_hash: half('at') }, { ...nonce, accessToken: 'at' }, 'accepted'],
    ['no at_hash', {}, { ...nonce, accessToken: 'at' }, 'ERR_CLAIM_MISSING at_hash'],
    [
      'the hash of another access token',
      { at_hash: half('ta') },
      { ...nonce, accessToken: 'at' },
      'ERR_CLAIM_MISMATCH at_hash',
    ],
    ['an empty at_hash', { at_hash: '' }, { ...nonce, accessToken: 'at' }, 'ERR_CLAIM_MISMATCH at_hash'],
    ['an at_hash of null', { at_hash: null }, { ...nonce, accessToken: 'at' }, 'ERR_CLAIM_INVALID at_hash'],
    ['a padded at_hash', { at_hash: `${half('at')}==` }, { ...nonce, accessToken: 'at' }, 'ERR_CLAIM_MISMATCH at_hash'],
    ['the hash of the code', { c_hash: half('code') }, { ...nonce, code: 'code' }, 'accepted'],
    ['no c_hash', { at_hash: half('code') }, { ...nonce, code: 'code' }, 'ERR_CLAIM_MISSING c_hash'],
    ['the hash of another code', { c_hash: half('edoc') }, { ...nonce, code: 'code' }, 'ERR_CLAIM_MISMATCH c_hash'],
    [
      'at_hash and c_hash changed over',
      { at_hash: half('code'), c_hash: half('at') },
      { ...nonce, accessToken: 'at', code: 'code' },
      'ERR_CLAIM_MISMATCH at_hash',
    ],
    ['an azp that is another', { azp: 'other' }, nonce, 'ERR_CLAIM_MISMATCH azp'],
    ['one of the acr values', { acr: 'b' }, { ...nonce, acrValues: ['a', 'b'] }, 'accepted'],
    ['another acr', { acr: 'c' }, { ...nonce, acrValues: ['a', 'b'] }, 'ERR_CLAIM_MISMATCH acr'],
    ['no acr', {}, { ...nonce, acrValues: ['a'] }, 'ERR_CLAIM_MISSING acr'],
    ['a list of acr', { acr: ['a'] }, { ...nonce, acrValues: ['a'] }, 'ERR_CLAIM_INVALID acr'],
    ['a fresh auth_time', { auth_time: now - 60 }, { ...nonce, maxAge: 60 }, 'accepted'],
    ['an auth_time at the edge', { auth_time: now - 90 }, { ...nonce, maxAge: '1m' }, 'accepted'],
    [
      'an auth_time beyond it',
      { auth_time: now - 90.1 },
      { ...nonce, maxAge: '1m' },
      'ERR_AUTHENTICATION_TOO_OLD auth_time',
    ],
    ['no auth_time', { auth_time: undefined }, { ...nonce, maxAge: 60 }, 'ERR_CLAIM_MISSING auth_time'],
    ['an auth_time as text', { auth_time: String(now) }, nonce, 'ERR_CLAIM_INVALID auth_time'],
    ['an auth_time to come', { auth_time: now + 31 }, { ...nonce, maxAge: 60 }, 'ERR_TOKEN_NOT_YET_VALID auth_time'],
    [
      'an old auth_time and a max_age of nothing',
      { auth_time: now - 31 },
      { ...nonce, maxAge: 0 },
      'ERR_AUTHENTICATION_TOO_OLD auth_time',
    ],
  ]
  test.each(cases)('CLM-61 an ID token with %s', async (_, claims, context, answer) => {
    expect(await id(claims, context as typeof nonce)).toBe(answer)
  })
})

describe('cnf', () => {
  const confirmations = [
    { jkt: 'x'.repeat(43) },
    { 'x5t#S256': 'x' },
    { jwk: {} },
    { unknown: 1 },
    {},
    null,
    [],
    'text',
    0,
    false,
  ]
  test.each(confirmations)('CLM-62 CLM-63 a token that is bound to a key is no bearer token: %j', async (cnf) => {
    expect(await eachKind({ cnf })).toEqual(inEachKind('ERR_TOKEN_BOUND cnf'))
    expect(await status(createGuard(tokens.access), fake.accessToken({ claims: { cnf } }))).toBe(401)
  })
})

describe('what a token cannot do', () => {
  test('CLM-64 an actor never becomes the subject, and a long chain of them refuses the token', async () => {
    const { claims } = await tokens.access.verify(
      fake.accessToken({ claims: { act: { sub: 'admin', act: { sub: 'root' } } } }),
    )
    expect(claims.sub).toBe('user-1')
    let act: object = {}
    for (let depth = 0; depth < 40; depth++) act = { sub: 'a', act }
    expect(await access({ act })).toBe('ERR_CLAIMS_MALFORMED')
  })

  test('CLM-65 no URL in a token is ever called', async () => {
    let calls = 0
    const server = createServer((_, response) => {
      calls++
      response.end('{}')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    try {
      const headers = ['jku', 'x5u', 'kid', 'cty', 'jwk', 'x5c', 'x5t', 'iss', 'url', 'typ']
      for (const name of headers) await access({}, { [name]: url })
      const registered = [
        'iss',
        'sub',
        'aud',
        'jti',
        'client_id',
        'scope',
        'acr',
        'azp',
        'nonce',
        'sid',
        'exp',
        'iat',
        'nbf',
        'cnf',
        'events',
        'act',
        'status',
      ]
      const others = [
        'picture',
        'profile',
        'website',
        'jwks_uri',
        'jku',
        'x5u',
        'url',
        'uri',
        'href',
        'src',
        'issuer',
        'redirect_uri',
        'htu',
        'resource',
        'token_introspection',
        '_claim_sources',
        'vc',
        'webhook',
        '@context',
        '$ref',
        '$schema',
        'id',
      ]
      for (const name of [...registered, ...others]) {
        await eachKind({ [name]: url })
        await eachKind({ [name]: { uri: url, jku: url, $ref: url } })
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(calls).toBe(0)
    } finally {
      server.close()
    }
  })

  const marker = 'm4rk3r\r\nSet-Cookie: a=b\u001b[31m${jndi:ldap://x}"}<script>'
  test('CLM-66 CLM-67 nothing of a token is in an event, an answer or an error', async () => {
    const events: unknown[] = []
    const listen = (event: unknown) => events.push(event)
    subscribe('jwt-guard:verdict', listen)
    const errors: unknown[] = []
    const guard = createGuard(tokens.access, { scope: 'admin' })
    const answers: unknown[] = []
    try {
      const places = ['iss', 'sub', 'aud', 'jti', 'client_id', 'scope', 'acr', 'exp', 'cnf', 'events', 'other', marker]
      for (const place of places) {
        const text = fake.accessToken({ claims: { [place]: marker } })
        answers.push(await guard.check(requestWith(text)))
        errors.push(await tokens.access.verify(text).catch((error: unknown) => error))
      }
      for (const name of ['kid', 'typ', 'alg', 'crit', 'cty', 'jku']) {
        const text = fake.accessToken({ header: { [name]: marker } })
        answers.push(await guard.check(requestWith(text)))
        errors.push(await tokens.access.verify(text).catch((error: unknown) => error))
      }
    } finally {
      unsubscribe('jwt-guard:verdict', listen)
    }
    expect(answers.every((answer) => (answer as { verdict: string }).verdict === 'refused')).toBe(true)
    const refused = errors.filter((error) => error instanceof Error)
    expect(refused.length).toBeGreaterThan(10)
    for (const seen of [...events, ...answers, ...refused]) {
      const shown = inspect(seen, { depth: 9, showHidden: true }) + JSON.stringify(seen)
      expect(shown).not.toContain('m4rk3r')
    }
    const members = new Set(events.flatMap((event) => Object.keys(event as VerdictEvent)))
    expect([...members].toSorted()).toEqual(['claim', 'code', 'type', 'verdict'])
    expect(events.map((event) => JSON.stringify(event).split('\n').length)).toEqual(events.map(() => 1))
  })

  test('CLM-69 what was verified cannot be changed, however deep', async () => {
    const claims = { list: [{ a: [1] }], nested: { deep: { er: 1 } } }
    const verified = await tokens.access.verify(fake.accessToken({ claims }))
    const objects: object[] = []
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return
      objects.push(value)
      for (const member of Object.values(value)) walk(member)
    }
    walk(verified)
    expect(objects.length).toBe(8)
    for (const object of objects) {
      expect(Object.isFrozen(object)).toBe(true)
      expect(() => Object.assign(object, { admin: true })).toThrow(TypeError)
    }
    expect(() => Object.assign(verified.claims, { sub: 'admin' })).toThrow(TypeError)
    const withSchema = defineTokens(
      { access: accessToken({ ...common, claims: z.object({ list: z.array(z.object({ a: z.array(z.number()) })) }) }) },
      { clock },
    )
    const other = await withSchema.access.verify(fake.accessToken({ claims }))
    expect(
      [other.claims, other.claims.list, other.claims.list[0], other.claims.list[0]?.a].every(Object.isFrozen),
    ).toBe(true)
  })

  test('CLM-69 two verifications of one text share nothing that could be changed', async () => {
    const text = fake.accessToken()
    const [one, other] = await Promise.all([tokens.access.verify(text), tokens.access.verify(text)])
    expect(one).toEqual(other)
    expect([one, other].every((verified) => Object.isFrozen(verified) && Object.isFrozen(verified.claims))).toBe(true)
  })

  const texts = fc.oneof(fc.string(), fc.constantFrom('web', audience, 'nonce-1', 'a b'))
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    texts,
    fc.array(texts, { maxLength: 3 }),
    fc.constant(undefined),
  ) as fc.Arbitrary<unknown>

  test('CLM-70 whatever a token holds, what is accepted is of the types that TypeScript was told', async () => {
    const isText = (value: unknown) => typeof value === 'string'
    const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText)
    const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value)
    const maybe = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value)
    const isMap = (value: unknown) => typeof value === 'object' && value !== null && Object.values(value).every(isText)
    const registered = { iss: isText, exp: isNumber, iat: isNumber, nbf: maybe(isNumber), jti: maybe(isText) }
    const shared = {
      ...registered,
      sub: isText,
      aud: (value: unknown) => isText(value) || isTexts(value),
      auth_time: maybe(isNumber),
      acr: maybe(isText),
      amr: maybe(isTexts),
    }
    const texts5 = [
      'name',
      'given_name',
      'family_name',
      'middle_name',
      'nickname',
      'preferred_username',
      'profile',
      'picture',
      'website',
      'email',
      'gender',
      'birthdate',
      'zoneinfo',
      'locale',
      'phone_number',
      'nonce',
      'azp',
      'at_hash',
      'c_hash',
      'sid',
    ]
    const shapes = {
      access: {
        ...shared,
        jti: isText,
        client_id: isText,
        scope: maybe(isText),
        roles: maybe(isTexts),
        groups: maybe(isTexts),
        entitlements: maybe(isTexts),
        cnf: (value: unknown) => value === undefined,
        events: (value: unknown) => value === undefined,
      },
      id: {
        ...shared,
        ...Object.fromEntries(texts5.map((name) => [name, maybe(isText)])),
        email_verified: maybe((value) => typeof value === 'boolean'),
        phone_number_verified: maybe((value) => typeof value === 'boolean'),
        address: maybe(isMap),
        updated_at: maybe(isNumber),
      },
    }
    const seen = { accepted: 0, refused: 0 }
    const law = (kind: 'access' | 'id') => {
      const shape: Readonly<Record<string, (value: unknown) => boolean>> = shapes[kind]
      const name = fc.constantFrom(...Object.keys(shape))
      return fc.asyncProperty(fc.array(fc.tuple(name, anything), { minLength: 1, maxLength: 2 }), async (changes) => {
        const claims = Object.fromEntries(changes)
        try {
          const verified =
            kind === 'access'
              ? await tokens.access.verify(fake.accessToken({ claims }))
              : await tokens.id.verify(fake.idToken({ claims }), nonce)
          const wrong = Object.entries(shape).filter(([claim, is]) => !is(verified.claims[claim as 'iss']))
          expect(wrong.map(([claim]) => claim)).toEqual([])
          expect(verified.expiresAt).toBe(verified.claims.exp)
          seen.accepted++
        } catch (error) {
          if (!(error instanceof TokenRejectedError)) throw error
          seen.refused++
        }
      })
    }
    await fc.assert(law('access'), { seed: 70, numRuns: 2000 })
    await fc.assert(law('id'), { seed: 70, numRuns: 2000 })
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(300)
  })
})
