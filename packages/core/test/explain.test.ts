import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  accessToken,
  customToken,
  defineTokens,
  DependencyError,
  idToken,
  issuer,
  issuers,
  remoteKeySet,
  TokenRejectedError,
  type Explanation,
} from '@jwt-guard/core'
import { FakeIssuer, spoiledTokens, startKeyServer, testKey } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'

const fake = new FakeIssuer()
const audience = 'https://api.test'
let validated = 0
const tokens = defineTokens(
  {
    access: accessToken({ issuer: fake.issuer, audience }),
    id: idToken({ issuer: fake.issuer, clientId: 'web' }),
    tenant: customToken({
      typ: 'tenant+jwt',
      issuer: fake.issuer,
      audience,
      maxLifetime: '15m',
      fixed: { use: ['a', 'b'] },
      claims: z.object({ tenant: z.string(), tags: z.array(z.string()) }).refine(() => ++validated > 0),
    }),
  },
  { clock: fake.clock },
)
const tenant = (claims: object) => fake.customToken('tenant+jwt', { use: 'a', tenant: 'x', tags: [], ...claims })

function failed({ steps }: Explanation) {
  return steps.find(({ outcome }) => outcome === 'failed')
}
const outcomes = ({ steps }: Explanation) => steps.map(({ outcome }) => outcome)

describe('the steps', () => {
  test('are all passed for a token that is accepted, and say what was read', async () => {
    const explanation = await tokens.access.explain(fake.accessToken())
    expect(explanation).toEqual({
      accepted: true,
      steps: [
        { step: 'format', outcome: 'passed' },
        { step: 'header', outcome: 'passed', detail: 'alg ES256, kid test' },
        { step: 'typ', outcome: 'passed', detail: 'at+jwt' },
        { step: 'payload', outcome: 'passed' },
        { step: 'issuer', outcome: 'passed', detail: fake.id },
        ...['key', 'signature', 'claims', 'presence', 'forms', 'fixed values', 'audience', 'times'].map((step) => ({
          step,
          outcome: 'passed',
        })),
        { step: 'no cnf, whose proof cannot be checked yet', outcome: 'passed' },
      ],
    })
    expect(Object.isFrozen(explanation) && Object.isFrozen(explanation.steps)).toBe(true)
  })

  test.each(spoiledTokens(fake))('say what verify says: $defect', async ({ text, code, claim }) => {
    const explanation = await tokens.access.explain(text)
    const error: unknown = await tokens.access.verify(text).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(TokenRejectedError)
    expect(explanation).toMatchObject({ accepted: false, code, ...(claim === undefined ? {} : { claim }) })
    expect(error).toMatchObject({ code: explanation.code })
    // Passed up to one that failed, and nothing after it was reached.
    expect(outcomes(explanation).join()).toMatch(/^(passed,)*failed(,not reached)*$/)
  })

  test.each([
    ['format', fake.accessToken({ claims: { pad: 'x'.repeat(9000) } }), /expected: at most 8192 characters/],
    ['typ', fake.accessToken({ header: { typ: 'x+jwt' } }), /expected: at\+jwt; found: x\+jwt$/],
    ['typ', fake.accessToken({ header: { typ: undefined } }), /found: none$/],
    [
      'issuer',
      fake.accessToken({ claims: { iss: 'https://evil.test' } }),
      /expected: https:\/\/issuer\.test; found: iss "https:\/\/evil\.test"$/,
    ],
    ['issuer', fake.accessToken({ claims: { iss: undefined } }), /found: iss is not there$/],
    [
      'key',
      fake.accessToken({ header: { kid: 'x' } }),
      /expected: a key of https:\/\/issuer\.test; found: alg ES256, kid x$/,
    ],
    ['key', fake.accessToken({ header: { alg: 'RS256' } }), /expected: ES256; found: alg RS256, kid test$/],
    ['presence', fake.accessToken({ claims: { sub: null } }), /found: sub null$/],
    ['forms', fake.accessToken({ claims: { sub: 7 } }), /expected: subject; found: sub 7/],
    ['audience', fake.accessToken({ claims: { aud: ['x'] } }), /expected: https:\/\/api\.test; found: aud \["x"\]$/],
    [
      'times',
      fake.accessToken({ claims: { exp: fake.clock.now() - 300, iat: fake.clock.now() - 600 } }),
      /expected: an end after \S+Z, give or take 30 s; found: exp \d+ \(\S+Z\)$/,
    ],
    [
      'times',
      fake.accessToken({ claims: { nbf: fake.clock.now() + 300 } }),
      /expected: a time before \S+Z, give or take 30 s; found: nbf/,
    ],
    ['times', fake.accessToken({ claims: { exp: fake.clock.now() + 1e6 } }), /expected: at most 1 d; found: exp/],
  ] as const)('tell what was expected and what is there: %s', async (step, text, detail) => {
    const failure = failed(await tokens.access.explain(text))
    expect(failure).toMatchObject({ step, detail: expect.stringMatching(detail) })
  })

  test.each([
    ['nonce', { nonce: 'x' }, { nonce: 'y' }, /expected: "y"; found: nonce "x"$/],
    ['nonce', { nonce: 'x' }, { nonce: null }, /expected: none; found: nonce "x"$/],
    ['azp', { nonce: 'x', azp: 'app' }, { nonce: 'x' }, /expected: web; found: azp "app"$/],
    [
      'acr and auth_time',
      { nonce: 'x', acr: '0' },
      { nonce: 'x', acrValues: ['1', '2'] },
      /expected: \["1","2"\]; found: acr "0"$/,
    ],
    [
      'acr and auth_time',
      { nonce: 'x', auth_time: 1 },
      { nonce: 'x', maxAge: '1h' },
      /expected: at most 1 h ago; found: auth_time 1 \(1970/,
    ],
    [
      'audience',
      { nonce: 'x', aud: ['web', 'api'] },
      { nonce: 'x' },
      /expected: web alone; found: aud \["web","api"\]$/,
    ],
  ] as const)('tell what an ID token should have said: %s', async (step, claims, context, detail) => {
    const explanation = await tokens.id.explain(fake.idToken({ claims }), context)
    expect(failed(explanation)).toMatchObject({ step, detail: expect.stringMatching(detail) })
  })

  test('tell the values that a claim may have, and what a schema said', async () => {
    expect(failed(await tokens.tenant.explain(tenant({ use: 'c' })))).toMatchObject({
      step: 'fixed values',
      detail: 'a claim does not have the value that is expected; expected: "a" or "b"; found: use "c"',
    })
    const refused = failed(await tokens.tenant.explain(tenant({ tenant: 1, tags: ['a', 2] })))
    expect(refused).toMatchObject({ step: 'schema', detail: expect.stringMatching(/tenant: .*; tags\.1: /) })
  })

  test.each([
    ['aud', 'https://api.test/'],
    ['aud', ['https://api.test/', 'other']],
    ['iss', 'https://issuer.test/'],
  ])('point at a slash that is too much in %s', async (claim, value) => {
    const { detail } = failed(await tokens.access.explain(fake.accessToken({ claims: { [claim]: value } }))) ?? {}
    expect(detail).toMatch(/; they differ by the slash at the end alone$/)
  })

  test('point at no slash where something else differs', async () => {
    for (const aud of ['https://api.test/v1/', 'https://api.test//', 'x/']) {
      const { detail } = failed(await tokens.access.explain(fake.accessToken({ claims: { aud } }))) ?? {}
      expect(detail).not.toMatch(/slash/)
    }
  })

  test('say from when on a typ that says nothing is taken no longer', async () => {
    const options = { issuer: fake.issuer, audience, untypedUntil: '2020-02-02' }
    const late = defineTokens({ access: accessToken(options) }, { clock: fake.clock })
    expect(failed(await late.access.explain(fake.accessToken({ header: { typ: undefined } })))).toMatchObject({
      step: 'untyped until',
      detail: expect.stringMatching(/expected: at\+jwt, and until 2020-02-02 none or JWT; found: none$/),
    })
  })

  test.each([
    [5],
    ['x'],
    [[null]],
    [[{ path: null, message: 1 }]],
    [[{ path: [null], message: 'no' }]],
    [{ length: 1 }],
  ])('survive what a schema calls its issues: %j', async (issues) => {
    const claims = { '~standard': { version: 1, vendor: 'x', validate: () => ({ issues }) } } as never
    const set = defineTokens({ access: accessToken({ issuer: fake.issuer, audience, claims }) }, { clock: fake.clock })
    expect(await set.access.explain(fake.accessToken())).toMatchObject({ accepted: false, code: 'ERR_CLAIMS_INVALID' })
  })

  test('cut a long claim short', async () => {
    const { detail = '' } =
      failed(await tokens.access.explain(fake.accessToken({ claims: { aud: 'x'.repeat(900) } }))) ?? {}
    expect(detail.length).toBeLessThan(400)
    expect(detail).toMatch(/x…$/)
  })
})

describe('explaining', () => {
  test('publishes nothing, and runs a schema as often as verify does', async () => {
    const events: unknown[] = []
    const record = (event: unknown) => events.push(event)
    subscribe('jwt-guard:verdict', record)
    validated = 0
    await tokens.tenant.explain(tenant({}))
    await tokens.access.explain(fake.idToken())
    unsubscribe('jwt-guard:verdict', record)
    expect(events).toEqual([])
    expect(validated).toBe(1)
  })

  test('fetches what verify would fetch, and nothing for what it would refuse before', async () => {
    const key = testKey()
    const server = await startKeyServer({ keys: [key.jwk] })
    const remote = new FakeIssuer({ id: 'https://remote.test', keys: [key], clock: fake.clock })
    const keys = remoteKeySet(server.jwksUrl, { algorithms: ['ES256'], allowInsecureLoopback: true })
    const service = defineTokens(
      {
        access: accessToken({ issuer: issuer(remote.id, { keys }), audience }),
        id: idToken({ issuer: issuer(remote.id, { keys }), clientId: 'web' }),
      },
      { clock: fake.clock },
    )
    await service.access.explain(remote.idToken())
    await service.access.explain('opaque')
    await service.access.explain(remote.accessToken({ claims: { iss: 'https://evil.test' } }))
    expect(server.requests).toEqual([])
    expect(await service.access.explain(remote.accessToken())).toMatchObject({ accepted: true })
    expect(server.requests).toEqual(['/jwks'])
    await server.close()
  })

  test('tells of keys that cannot be fetched instead of throwing', async () => {
    const keys = remoteKeySet('http://127.0.0.1:9/jwks', { algorithms: ['ES256'], allowInsecureLoopback: true })
    const service = defineTokens(
      { access: accessToken({ issuer: issuer(fake.id, { keys }), audience }) },
      { clock: fake.clock },
    )
    const explanation = await service.access.explain(fake.accessToken())
    expect(explanation).toMatchObject({ accepted: false, code: 'ERR_KEYS_UNAVAILABLE' })
    expect(failed(explanation)).toMatchObject({ step: 'key' })
    await expect(service.access.verify(fake.accessToken())).rejects.toBeInstanceOf(DependencyError)
  })

  test('tells which issuers a resolver would take', async () => {
    const service = defineTokens(
      { access: accessToken({ issuer: issuers(async () => undefined), audience }) },
      { clock: fake.clock },
    )
    expect(failed(await service.access.explain(fake.accessToken()))).toMatchObject({
      detail: expect.stringMatching(/expected: whoever the function given to issuers\(\) knows; found: iss "https/),
    })
  })

  test('refuses a context that verify refuses', async () => {
    await expect(tokens.id.explain(fake.idToken(), { nonce: '' })).rejects.toMatchObject({
      code: 'ERR_CONTEXT_INVALID',
    })
  })
})

describe('what a refused text looks like', () => {
  const listOf = (length: number) => ({ claims: { list: Array.from({ length }, () => 1) } })
  const looks = async (text: unknown) => (await tokens.access.explain(text as string)).looksLike

  test.each([
    ['the ID token of the set', fake.idToken(), 'id, the ID token (OpenID Connect Core) of this set'],
    ['an own kind of the set', tenant({}), "tenant, the token of one's own (application/tenant+jwt) of this set"],
    ['the right kind, expired', fake.accessToken({ claims: { exp: 1 } }), undefined],
    ['the right kind of another issuer', fake.accessToken({ claims: { iss: 'https://other.test' } }), undefined],
    ['a kind that the set does not take', fake.logoutToken(), 'a logout token'],
    [
      'an ID token of another client',
      fake.idToken({ claims: { aud: 'app' } }),
      'an ID token, which is for the client that asked: an API is sent the access token',
    ],
    [
      'an access token of another profile',
      fake.sign({ typ: 'JWT' }, { aud: audience, scope: 'a' }),
      'an access token that is not of RFC 9068: `presets` may have the type for its provider',
    ],
    ['a token of which nothing is known', fake.sign({ typ: 'JWT' }, {}), undefined],
    ['a typ of which nothing is known', fake.sign({ typ: 'x+jwt' }, { nonce: 'n' }), undefined],
    ['no text', undefined, 'no text at all'],
    ['an opaque token', '9a8b7c6d', 'an opaque token: a JWT has three parts with dots between them'],
    ['an encrypted token', 'a.b.c.d.e', 'an encrypted token (JWE)'],
    [
      'a whole header',
      `Bearer ${fake.accessToken()}`,
      'a whole Authorization header: hand over what stands behind "Bearer "',
    ],
    ['a quoted token', `"${fake.accessToken()}"`, 'a token with something around it: quotes, brackets or white space'],
    ['a line', `${fake.accessToken()}\n`, 'a token with something around it: quotes, brackets or white space'],
    ['three parts that are no token', 'a.b.c', undefined],
    ['more values than a token may have', fake.logoutToken(listOf(2000)), 'a logout token'],
    ['far too many of them', fake.logoutToken(listOf(5000)), undefined],
  ])('%s', async (_, text, likeness) => {
    expect(await looks(text)).toBe(likeness)
  })

  test('is not said of a token that is accepted', async () => {
    expect(await tokens.access.explain(fake.accessToken())).not.toHaveProperty('looksLike')
  })
})
