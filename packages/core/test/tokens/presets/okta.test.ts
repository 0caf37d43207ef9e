import { createGuard, defineTokens, presets } from '@jwt-guard/core'
import { describe, expect, test } from 'vitest'
import { judged, letIn, shapeOf, signed } from './judge.ts'
import { okta } from './shapes/okta.ts'
import { clock } from './shapes/provider.ts'

const { issuer } = okta.fake
const user = 'access token of a user'

describe('an access token of an Okta custom authorization server', () => {
  test.each(['JWT', 'at+jwt', 'application/okta-internal-at+jwt'])('has no typ, such as %s', async (typ) => {
    expect(await judged(okta, user, { header: { typ } })).toBe('ERR_TYP_MISMATCH')
  })
  test.each(['cid', 'scp', 'sub', 'aud', 'jti', 'iat', 'exp'])('has %s', async (claim) => {
    expect(await judged(okta, user, { claims: { [claim]: undefined } })).toBe(`ERR_CLAIM_MISSING ${claim}`)
  })
  test.each([
    ['cid', 1],
    ['scp', 'openid email'],
    ['uid', 1],
    ['auth_time', '1'],
    ['groups', 'everyone'],
  ])('has %s of its form only', async (claim, value) => {
    expect(await judged(okta, user, { claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  })
  test('is not of the org authorization server', async () => {
    expect(await judged(okta, user, { claims: { iss: 'https://example.okta.com' } })).toBe('ERR_ISSUER_UNKNOWN iss')
  })
  test('is no notice of an event', async () => {
    expect(await judged(okta, user, { claims: { events: {} } })).toBe('ERR_CLAIM_FORBIDDEN events')
  })
  test('is guarded by the scopes in scp, or wherever guards are to read them', async () => {
    const options = { issuer, audience: okta.audience }
    const tokens = defineTokens({ access: presets.okta.accessToken(options) }, { clock })
    const text = signed(okta, shapeOf(okta, user), { claims: { scope: 'admin', groups: ['staff'] } })
    expect(await letIn(createGuard(tokens.access, { scope: ['email', 'orders:read'] }), text)).toBe('accepted')
    expect(await letIn(createGuard(tokens.access, { scope: 'admin' }), text)).toBe('insufficient_scope')
    const byGroup = defineTokens({ access: presets.okta.accessToken({ ...options, scopeClaim: 'groups' }) }, { clock })
    expect(await letIn(createGuard(byGroup.access, { scope: 'staff' }), text)).toBe('accepted')
  })
})

describe('an ID token of Okta', () => {
  test.each(['cid', 'scp', 'events'])('does not have %s', async (claim) => {
    expect(await judged(okta, 'ID token', { claims: { [claim]: 'x' } })).toBe(`ERR_CLAIM_FORBIDDEN ${claim}`)
  })
  test('has all the rules of an ID token', async () => {
    expect(await judged(okta, 'ID token', { claims: { aud: okta.audience } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    expect(await judged(okta, 'ID token', { claims: { sub: undefined } })).toBe('ERR_CLAIM_MISSING sub')
    expect(await judged(okta, 'ID token', { header: { typ: 'at+jwt' } })).toBe('ERR_TYP_MISMATCH')
  })
})

test('a token of Okta’s Universal Logout, sent as a bearer token by the same key, is neither', async () => {
  const header = { typ: 'global-token-revocation+jwt' }
  const claims = { sub: okta.clientId, aud: 'https://app.example.com/global-token-revocation' }
  expect(await judged(okta, user, { header, claims })).toBe('ERR_TYP_MISMATCH')
  expect(await judged(okta, 'ID token', { header, claims })).toBe('ERR_TYP_MISMATCH')
})
