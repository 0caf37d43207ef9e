import { describe as described, notChecked, presets } from '@jwt-guard/core'
import { describe, expect, test } from 'vitest'
import { mistake } from '../outcome.ts'
import { judged, shapeOf, signed, verdicts } from './judge.ts'
import { keycloak } from './shapes/keycloak.ts'
import { logout, now } from './shapes/provider.ts'

const { issuer } = keycloak.fake
const user = 'access token of a user'

describe('an access token of Keycloak', () => {
  test.each(['JWT', 'at+jwt', 'application/at+jwt'])('has the typ %s', async (typ) => {
    expect(await judged(keycloak, user, { header: { typ } })).toBe('accepted')
  })
  test.each([undefined, 'logout+jwt', 'Bearer'])('has not the typ %s', async (typ) => {
    expect(await judged(keycloak, user, { header: { typ } })).toBe('ERR_TYP_MISMATCH')
  })
  test('has at+jwt alone, where that is required', async () => {
    const access = presets.keycloak.accessToken({ issuer, audience: keycloak.audience, typ: 'required' })
    expect(await judged(keycloak, user, { header: { typ: 'at+jwt' } }, { access })).toBe('accepted')
    expect(await judged(keycloak, user, { header: { typ: 'JWT' } }, { access })).toBe('ERR_TYP_MISMATCH')
  })

  test.each(['ID', 'Refresh', 'Offline', 'Logout', 'DPoP', 'bearer', ['Bearer']])(
    'is no token that calls itself %s',
    async (typ) => {
      expect(await judged(keycloak, user, { claims: { typ } })).toBe('ERR_CLAIM_MISMATCH typ')
    },
  )
  test.each(['typ', 'azp', 'jti', 'sub', 'aud', 'iat', 'exp'])('has %s', async (claim) => {
    expect(await judged(keycloak, user, { claims: { [claim]: undefined } })).toBe(`ERR_CLAIM_MISSING ${claim}`)
  })
  test.each([
    ['azp', 1],
    ['client_id', ''],
    ['sid', {}],
    ['acr', 1],
    ['auth_time', 'yesterday'],
    ['realm_access', ['admin']],
    ['resource_access', 'admin'],
    ['scope', ['openid']],
  ])('has %s of its form only', async (claim, value) => {
    expect(await judged(keycloak, user, { claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  })
  test('is for this API, whatever else it is for', async () => {
    expect(await judged(keycloak, user, { claims: { aud: 'orders-api' } })).toBe('accepted')
    expect(await judged(keycloak, user, { claims: { aud: 'account' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
  })
  test('is for whomever, where that was written', async () => {
    const access = presets.keycloak.accessToken({ issuer, audience: notChecked })
    expect(await judged(keycloak, user, { claims: { aud: undefined } }, { access })).toBe('accepted')
  })
  test('is no lightweight one, which says neither for whom it is nor about whom', async () => {
    const claims = { aud: undefined, sub: undefined, jti: 'onltac:0c0be079-05ba-4322-88ed-bdd937447615' }
    expect(await judged(keycloak, user, { claims })).toMatch(/^ERR_CLAIM_MISSING/)
  })
  test('is no notice of an event, and is not bound to a key', async () => {
    expect(await judged(keycloak, user, { claims: { events: logout } })).toBe('ERR_CLAIM_FORBIDDEN events')
    expect(await judged(keycloak, user, { claims: { cnf: { jkt: 'x' } } })).toBe('ERR_TOKEN_BOUND cnf')
  })
  test('lives a day at most, unless told otherwise', async () => {
    expect(await judged(keycloak, user, { claims: { exp: now + 86401 } })).toBe('ERR_LIFETIME_EXCEEDED exp')
  })
})

describe('an ID token of Keycloak', () => {
  test('calls itself ID', async () => {
    expect(await judged(keycloak, 'ID token', { claims: { typ: 'Bearer' } })).toBe('ERR_CLAIM_MISMATCH typ')
    expect(await judged(keycloak, 'ID token', { claims: { typ: undefined } })).toBe('ERR_CLAIM_MISSING typ')
  })
  test('has all the rules of an ID token', async () => {
    expect(await judged(keycloak, 'ID token', { claims: { azp: 'other' } })).toBe('ERR_CLAIM_MISMATCH azp')
    expect(await judged(keycloak, 'ID token', { claims: { aud: ['shop-web', 'x'] } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    const id = presets.keycloak.idToken({ issuer, clientId: 'shop-web', nonce: 'required' })
    expect(await judged(keycloak, 'ID token', {}, { id })).toBe('accepted')
    const shape = shapeOf(keycloak, 'ID token')
    const without = signed(keycloak, shape, { claims: { nonce: undefined } })
    expect(await verdicts({ id }, without, shape.claims)).toEqual({ id: 'ERR_CLAIM_MISSING nonce' })
  })
})

describe('a logout token of Keycloak', () => {
  const older = 'logout token of an older release, that ends offline sessions'
  test('calls itself Logout', async () => {
    expect(await judged(keycloak, 'logout token', { claims: { typ: 'ID' } })).toBe('ERR_CLAIM_MISMATCH typ')
    expect(await judged(keycloak, 'logout token', { claims: { typ: undefined } })).toBe('ERR_CLAIM_MISSING typ')
  })
  test('has a typ in its header, and with typ required its own', async () => {
    expect(await judged(keycloak, older, { header: { typ: undefined } })).toBe('ERR_TYP_MISMATCH')
    const required = { logout: presets.keycloak.logoutToken({ issuer, clientId: 'shop-web', typ: 'required' }) }
    expect(await judged(keycloak, older, {}, required)).toBe('ERR_TYP_MISMATCH')
    expect(await judged(keycloak, 'logout token', {}, required)).toBe('accepted')
  })
  test('has all the rules of a logout token', async () => {
    expect(await judged(keycloak, older, { claims: { nonce: 'n' } })).toBe('ERR_CLAIM_FORBIDDEN nonce')
    expect(await judged(keycloak, older, { claims: { events: {} } })).toBe('ERR_CLAIM_MISMATCH events')
    expect(await judged(keycloak, older, { claims: { jti: undefined } })).toBe('ERR_CLAIM_MISSING jti')
    expect(await judged(keycloak, older, { claims: { aud: 'other' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    expect(await judged(keycloak, older, { claims: { sub: undefined, sid: undefined } })).toBe('ERR_CLAIM_MISSING sub')
    expect(await judged(keycloak, older, { claims: { exp: now + 3601 } })).toBe('ERR_LIFETIME_EXCEEDED exp')
  })
})

describe('a UserInfo response of Keycloak', () => {
  const info = 'signed UserInfo response'
  test('does not call itself anything, null included', async () => {
    for (const typ of ['ID', 'Bearer', null]) {
      expect(await judged(keycloak, info, { claims: { typ } })).toBe('ERR_CLAIM_FORBIDDEN typ')
    }
  })
  test('has all the rules of a UserInfo response', async () => {
    for (const claim of ['nonce', 'at_hash', 'c_hash', 'events']) {
      expect(await judged(keycloak, info, { claims: { [claim]: 'x' } })).toBe(`ERR_CLAIM_FORBIDDEN ${claim}`)
    }
    expect(await judged(keycloak, info, { claims: { aud: 'other' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    const text = signed(keycloak, shapeOf(keycloak, info))
    const type = presets.keycloak.userInfoResponse({ issuer, clientId: 'shop-web' })
    expect(await verdicts({ userInfo: type }, text, { sub: 'somebody else' })).toEqual({
      userInfo: 'ERR_CLAIM_MISMATCH sub',
    })
  })
})

test('what Keycloak’s types deviate in is in their description', () => {
  const text = described(presets.keycloak.accessToken({ issuer, audience: 'x' }))
  expect(text).toContain('| `typ` | at+jwt or JWT |')
  expect(text).toContain('| fixed | `typ`: "Bearer" |')
  expect(mistake(() => presets.keycloak.logoutToken({ issuer, clientId: 'x', typ: 'optional' as never }))).toBe(
    'ERR_OPTION_INVALID',
  )
})
