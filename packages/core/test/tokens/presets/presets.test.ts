import {
  accessToken,
  defineTokens,
  describe as described,
  idToken,
  logoutToken,
  presets,
  separation,
  type AnyTokenType,
  type AudienceOptions,
} from '@jwt-guard/core'
import { FakeIssuer, testSecret } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { mistake, outcome } from '../outcome.ts'
import { isExplained, judged, shapeOf, signed, verdicts } from './judge.ts'
import { auth0 } from './shapes/auth0.ts'
import { entra, entraV1 } from './shapes/entra.ts'
import { keycloak } from './shapes/keycloak.ts'
import { loginRadius } from './shapes/login-radius.ts'
import { okta } from './shapes/okta.ts'
import { clock } from './shapes/provider.ts'
import { providers } from './shapes/providers.ts'

const shapes = Object.entries(providers).flatMap(([of, provider]) =>
  provider.shapes.map((shape) => ({ of, provider, shape, what: shape.what })),
)
/** The types of all providers, which make one set. */
const all: Readonly<Record<string, AnyTokenType>> = Object.fromEntries(
  Object.entries(providers).flatMap(([of, { types }]) =>
    Object.entries(types).map(([name, type]) => [`${of}_${name}`, type] as const),
  ),
)
const strictly = { access: 'ERR_TYP_MISMATCH', id: 'ERR_TYP_MISMATCH', logout: 'ERR_TYP_MISMATCH' }

describe('a token as its provider issues it', () => {
  test.each(shapes)(
    'AT-12 $of: $what is a token of its own preset, and of no other of all',
    async ({ of, provider, shape }) => {
      const expected = Object.keys(all).map((name) => [name, name === `${of}_${shape.type}`])
      const said = await verdicts(all, signed(provider, shape), shape.claims)
      expect(Object.entries(said).map(([name, verdict]) => [name, verdict === 'accepted'])).toEqual(expected)
    },
  )

  /** What the strict kinds, each alone, say of it: where they accept it, the preset only asks for more. */
  const narrower = { keycloak: ['id'], okta: ['id'], cognito: ['id'], entra: ['id'], google: ['id'] }
  const bySpecification: Readonly<Record<string, Partial<typeof strictly>>> = {
    'keycloak access token of a user': { id: 'ERR_AUDIENCE_MISMATCH aud', logout: 'ERR_TYP_MISMATCH' },
    'keycloak access token of a client, at+jwt': { access: 'accepted' },
    'keycloak logout token': { logout: 'accepted' },
    'keycloak logout token of an older release, that ends offline sessions': { id: 'ERR_CLAIM_FORBIDDEN events' },
    'keycloak signed UserInfo response': { id: 'ERR_CLAIM_MISSING exp' },
    'auth0 access token of a user': { id: 'ERR_AUDIENCE_MISMATCH aud' },
    'auth0 access token of an application': { id: 'ERR_AUDIENCE_MISMATCH aud' },
    'auth0 ID token': { id: 'ERR_CLAIM_INVALID updated_at' },
    'auth0 logout token': { id: 'ERR_CLAIM_FORBIDDEN events' },
    'okta access token of a user': { id: 'ERR_AUDIENCE_MISMATCH aud', logout: 'ERR_CLAIM_MISSING events' },
    'okta access token of a client': { id: 'ERR_AUDIENCE_MISMATCH aud', logout: 'ERR_CLAIM_MISSING events' },
    'okta ID token': { logout: 'ERR_CLAIM_MISSING events' },
    'cognito access token of a user': { id: 'ERR_CLAIM_MISSING aud', logout: 'ERR_CLAIM_MISSING aud' },
    'cognito access token of a client': { id: 'ERR_CLAIM_MISSING aud', logout: 'ERR_CLAIM_MISSING aud' },
    'cognito ID token': { logout: 'ERR_CLAIM_MISSING events' },
    // One registration is the client and the API: the strict ID token takes its access token, which the preset does not.
    'entra access token of a user, v2.0': { id: 'accepted' },
    'entra access token of an application, v2.0': { id: 'ERR_CLAIM_MISMATCH azp' },
    'entraV1 access token of a user, v1.0': { id: 'ERR_AUDIENCE_MISMATCH aud' },
    'google ID token of an Android app for its server, without a nonce, by the older spelling of the issuer': {
      id: 'ERR_ISSUER_UNKNOWN iss',
    },
    'loginRadius token of a JWT app': { id: 'ERR_CLAIM_MISSING aud' },
  }
  test.each(shapes)('$of: $what, by the strict kinds', async ({ of, provider, shape }) => {
    const { issuer } = provider.fake
    const strict = {
      access: accessToken({ issuer, audience: provider.audience }),
      id: idToken({ issuer, clientId: provider.clientId }),
      logout: logoutToken({ issuer, clientId: provider.clientId }),
    }
    const said = await Promise.all(
      Object.entries(strict).map(([name, type]) => verdicts({ [name]: type }, signed(provider, shape), shape.claims)),
    )
    const isNarrower = Object.entries(narrower).some(([name, types]) => name === of && types.includes(shape.type))
    const expected = { ...strictly, ...(isNarrower && { id: 'accepted' }), ...bySpecification[`${of} ${shape.what}`] }
    expect(Object.assign({}, ...said)).toEqual(expected)
  })

  test.each(shapes)('$of: $what is explained as accepted, by its own preset', async ({ provider, shape }) => {
    expect(await isExplained(provider, shape)).toBe(true)
  })

  test.each(shapes)('$of: $what is of nobody, if it does not say whose it is', async ({ provider, shape }) => {
    for (const iss of [undefined, null, 'https://issuer.test', `${provider.fake.id}/`]) {
      expect(await judged(provider, shape.what, { claims: { iss } })).toBe('ERR_ISSUER_UNKNOWN iss')
    }
  })
})

describe('separation', () => {
  const witnesses: Readonly<Record<string, readonly string[]>> = {
    keycloak: [
      'access, id: claim typ: no value is accepted by both',
      'access, logout: claim events: demanded by one, forbidden by the other',
      'access, userInfo: claim typ: demanded by one, forbidden by the other',
      'id, logout: claim events: demanded by one, forbidden by the other',
      'id, userInfo: claim typ: demanded by one, forbidden by the other',
      'logout, userInfo: claim events: demanded by one, forbidden by the other',
    ],
    auth0: [
      'access, id: audience: one demands a sole one, and the other is not it',
      'access, logout: claim events: demanded by one, forbidden by the other',
      'id, logout: claim events: demanded by one, forbidden by the other',
    ],
    okta: ['access, id: claim cid: demanded by one, forbidden by the other'],
    cognito: ['access, id: claim aud: demanded by one, forbidden by the other'],
    entra: ['access, id: claim azp: demanded by one, forbidden by the other'],
  }
  test.each(Object.entries(witnesses))('the presets of %s are proven exclusive by their claims', (of, expected) => {
    const proof = separation(defineTokens(providers[of]?.types ?? {}))
    expect(proof.map(({ pair, witness }) => `${pair.join(', ')}: ${witness}`)).toEqual(expected)
  })

  test('the presets of every provider make one set', () => {
    expect(separation(defineTokens(all))).toHaveLength((16 * 15) / 2)
  })

  test('where one name is the API and the client, the preset of the ID token keeps the two apart; the strict one cannot', () => {
    for (const { fake, name, kinds } of [
      { ...keycloak, name: 'shop-web', kinds: presets.keycloak },
      { ...okta, name: okta.clientId, kinds: presets.okta },
      { ...entra, name: entra.clientId, kinds: presets.entra },
    ]) {
      const { issuer } = fake
      const accessTokenOf: (options: AudienceOptions) => AnyTokenType = kinds.accessToken
      const access = accessTokenOf({ issuer, audience: name })
      expect(mistake(() => defineTokens({ access, id: kinds.idToken({ issuer, clientId: name }) }))).toBe('accepted')
      const strict = idToken({ issuer, clientId: name })
      expect(mistake(() => defineTokens({ access, id: strict }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
    }
  })

  test('Auth0 has only the audience for it: with one name the remedy is a nonce that every login has', () => {
    const { issuer } = auth0.fake
    const access = presets.auth0.accessToken({ issuer, audience: 'one-name' })
    const id = presets.auth0.idToken({ issuer, clientId: 'one-name' })
    expect(mistake(() => defineTokens({ access, id }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
    const withNonce = presets.auth0.idToken({ issuer, clientId: 'one-name', nonce: 'required' })
    expect(mistake(() => defineTokens({ access, id: withNonce }))).toBe('accepted')
  })

  test('the access tokens of Auth0, Okta and Entra stand beside strict ones of one issuer and audience', () => {
    const options = { issuer: auth0.fake.issuer, audience: auth0.audience }
    for (const own of [
      presets.auth0.accessToken(options),
      presets.okta.accessToken(options),
      presets.entra.accessToken(options),
    ]) {
      expect(separation(defineTokens({ own, strict: accessToken(options) }))[0]?.witness).toMatch(/^typ: /)
    }
  })

  test('those of Keycloak cannot: a token of a client with at+jwt is both, and the preset alone is enough', () => {
    const options = { issuer: keycloak.fake.issuer, audience: keycloak.audience }
    const set = { own: presets.keycloak.accessToken(options), strict: accessToken(options) }
    expect(mistake(() => defineTokens(set))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
  })

  test('both versions of Entra make one set, by ver even if the issuer were one', () => {
    const options = { issuer: entraV1.fake.issuer, audience: entraV1.audience }
    const set = {
      v1: presets.entra.accessToken({ ...options, version: '1.0' }),
      v2: presets.entra.accessToken(options),
    }
    expect(separation(defineTokens(set))[0]?.witness).toBe('claim ver: no value is accepted by both')
  })

  test('two JWT apps of one LoginRadius tenant are told apart by their keys alone', async () => {
    const other = new FakeIssuer({ id: loginRadius.fake.id, clock, keys: [testSecret()] })
    const shop = presets.loginRadius.token({ issuer: loginRadius.fake.issuer })
    const tokens = defineTokens({ shop, blog: presets.loginRadius.token({ issuer: other.issuer }) }, { clock })
    expect(separation(tokens)[0]?.witness).toMatch(/^keys: /)
    const text = signed(loginRadius, shapeOf(loginRadius, 'token of a JWT app'))
    expect(await outcome(tokens.shop.verify(text))).toBe('accepted')
    expect(await outcome(tokens.blog.verify(text))).toBe('ERR_SIGNATURE_INVALID')
    const again = presets.loginRadius.token({ issuer: loginRadius.fake.issuer })
    expect(mistake(() => defineTokens({ shop, again }))).toBe('ERR_TOKENS_NOT_EXCLUSIVE')
  })
})

describe('every preset', () => {
  test.each(Object.entries(all))('%s says its provider, its purpose and what it does not check', (_, type) => {
    const text = described(type)
    expect(text).toMatch(/\| kind \| .*(Keycloak|Auth0|Okta|Cognito|Entra|Google|LoginRadius)/)
    expect(text).toMatch(/\| for \| ./)
    expect(text).toMatch(/\| \*\*not checked\*\* \| ./)
  })

  const factories = Object.entries(presets).flatMap(([of, kinds]) =>
    Object.entries(kinds).map(([name, make]) => ({
      name: `presets.${of}.${name}`,
      make: make as (o: object) => unknown,
    })),
  )
  test('is a factory that names itself in its errors, and takes no option that it does not know', () => {
    expect(factories).toHaveLength(16)
    for (const { name, make } of factories) {
      expect(mistake(() => make({ audiense: 'x' }))).toBe('ERR_OPTION_UNKNOWN')
      expect(() => make({ audiense: 'x' })).toThrow(name)
    }
  })

  test.each(factories.filter(({ name }) => !name.endsWith('.issuer')))('$name does not start with less', ({ make }) => {
    const { issuer } = keycloak.fake
    expect(mistake(() => make({}))).toBe('ERR_OPTION_MISSING')
    expect(mistake(() => make({ issuer: undefined, audience: 'x', clientId: 'x' }))).toMatch(/ERR_OPTION/)
    for (const options of [
      { issuer, audience: undefined },
      { issuer, clientId: undefined },
      { issuer, claims: undefined },
    ]) {
      expect(mistake(() => make(options))).toMatch(/^ERR_OPTION_(MISSING|UNKNOWN)$/)
    }
  })

  test('is frozen with its provider', () => {
    expect(Object.isFrozen(presets)).toBe(true)
    expect(Object.values(presets).every((kinds) => Object.isFrozen(kinds))).toBe(true)
  })
})

test.each([
  ['okta', () => presets.okta.accessToken({ issuer: okta.fake.issuer, audience: 'https://api.test' })],
  ['entra', () => presets.entra.accessToken({ issuer: entra.fake.issuer, audience: 'https://api.test' })],
])('%s: what is put on Object.prototype is no option', (_, make) => {
  Reflect.defineProperty(Object.prototype, 'clockTolerance', { value: 1e9, configurable: true })
  try {
    expect(make()).toMatchObject({ rules: { clockTolerance: 30 } })
  } finally {
    Reflect.deleteProperty(Object.prototype, 'clockTolerance')
  }
})
