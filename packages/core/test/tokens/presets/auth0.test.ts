import { createGuard, defineTokens, presets } from '@jwt-guard/core'
import { describe, expect, test } from 'vitest'
import { judged, letIn, shapeOf, signed } from './judge.ts'
import { auth0 } from './shapes/auth0.ts'
import { clock, logout, now } from './shapes/provider.ts'

const { issuer } = auth0.fake
const user = 'access token of a user'

describe('an access token of Auth0’s default profile', () => {
  test.each([undefined, 'at+jwt', 'logout+jwt'])('has the typ JWT, and not %s', async (typ) => {
    expect(await judged(auth0, user, { header: { typ } })).toBe('ERR_TYP_MISMATCH')
  })
  test.each(['azp', 'sub', 'aud', 'iat', 'exp'])('has %s', async (claim) => {
    expect(await judged(auth0, user, { claims: { [claim]: undefined } })).toBe(`ERR_CLAIM_MISSING ${claim}`)
  })
  test.each(['nonce', 'at_hash', 'c_hash', 'events'])('does not have %s', async (claim) => {
    expect(await judged(auth0, user, { claims: { [claim]: 'x' } })).toBe(`ERR_CLAIM_FORBIDDEN ${claim}`)
  })
  test.each([
    ['azp', {}],
    ['permissions', 'read:orders'],
    ['gty', ['password']],
    ['org_id', 1],
    ['org_name', 1],
  ])('has %s of its form only', async (claim, value) => {
    expect(await judged(auth0, user, { claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  })
  test('is for this API, alone or beside the userinfo endpoint', async () => {
    expect(await judged(auth0, user, { claims: { aud: 'https://api.example.com' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    const [, userinfo] = shapeOf(auth0, user).claims['aud'] as string[]
    expect(await judged(auth0, user, { claims: { aud: userinfo } })).toBe('ERR_AUDIENCE_MISMATCH aud')
  })
  test('lives as long as it was set to', async () => {
    const exp = now + 30 * 86400
    expect(await judged(auth0, user, { claims: { exp } })).toBe('ERR_LIFETIME_EXCEEDED exp')
    const access = presets.auth0.accessToken({ issuer, audience: auth0.audience, maxLifetime: '30d' })
    expect(await judged(auth0, user, { claims: { exp } }, { access })).toBe('accepted')
  })
  test('is guarded by its permissions, where guards are to read those', async () => {
    const options = { issuer, audience: auth0.audience }
    const text = signed(auth0, shapeOf(auth0, user))
    const byScope = defineTokens({ access: presets.auth0.accessToken(options) }, { clock })
    expect(await letIn(createGuard(byScope.access, { scope: ['openid', 'read:orders'] }), text)).toBe('accepted')
    const scopeClaim = 'permissions'
    const byPermission = defineTokens({ access: presets.auth0.accessToken({ ...options, scopeClaim }) }, { clock })
    expect(await letIn(createGuard(byPermission.access, { scope: 'read:orders' }), text)).toBe('accepted')
    expect(await letIn(createGuard(byPermission.access, { scope: 'openid' }), text)).toBe('insufficient_scope')
  })
})

describe('an ID token of Auth0', () => {
  test('has a date in updated_at, as text', async () => {
    expect(await judged(auth0, 'ID token', { claims: { updated_at: undefined } })).toBe('accepted')
    expect(await judged(auth0, 'ID token', { claims: { updated_at: {} } })).toBe('ERR_CLAIM_INVALID updated_at')
  })
  test.each([
    ['org_id', 1],
    ['org_name', 1],
    ['email_verified', 'true'],
    ['sid', 1],
  ])('has %s of its form only', async (claim, value) => {
    expect(await judged(auth0, 'ID token', { claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  })
  test('has all the rules of an ID token', async () => {
    expect(await judged(auth0, 'ID token', { claims: { aud: auth0.audience } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    expect(await judged(auth0, 'ID token', { claims: { azp: 'other' } })).toBe('ERR_CLAIM_MISMATCH azp')
    expect(await judged(auth0, 'ID token', { claims: { events: logout } })).toBe('ERR_CLAIM_FORBIDDEN events')
    expect(await judged(auth0, 'ID token', { header: { typ: 'at+jwt' } })).toBe('ERR_TYP_MISMATCH')
  })
})

describe('a logout token of Auth0', () => {
  test('has the typ JWT, or should it come to that logout+jwt', async () => {
    expect(await judged(auth0, 'logout token', { header: { typ: 'logout+jwt' } })).toBe('accepted')
    expect(await judged(auth0, 'logout token', { header: { typ: undefined } })).toBe('ERR_TYP_MISMATCH')
    const strict = { logout: presets.auth0.logoutToken({ issuer, clientId: auth0.clientId, typ: 'required' }) }
    expect(await judged(auth0, 'logout token', {}, strict)).toBe('ERR_TYP_MISMATCH')
  })
  test('has all the rules of a logout token', async () => {
    expect(await judged(auth0, 'logout token', { claims: { trace_id: 1 } })).toBe('ERR_CLAIM_INVALID trace_id')
    expect(await judged(auth0, 'logout token', { claims: { nonce: 'n' } })).toBe('ERR_CLAIM_FORBIDDEN nonce')
    expect(await judged(auth0, 'logout token', { claims: { events: undefined } })).toBe('ERR_CLAIM_MISSING events')
    expect(await judged(auth0, 'logout token', { claims: { aud: 'other' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
  })
})
