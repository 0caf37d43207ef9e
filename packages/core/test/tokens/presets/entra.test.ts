import { createGuard, defineTokens, presets } from '@jwt-guard/core'
import { describe, expect, test } from 'vitest'
import { mistake } from '../outcome.ts'
import { judged, letIn, shapeOf, signed } from './judge.ts'
import { entra, entraV1 } from './shapes/entra.ts'
import { clock, now } from './shapes/provider.ts'

const { issuer } = entra.fake
const user = 'access token of a user, v2.0'
const userV1 = 'access token of a user, v1.0'

describe.each([
  { provider: entra, what: user, client: 'azp', other: '1.0', acr: 'azpacr' },
  { provider: entraV1, what: userV1, client: 'appid', other: '2.0', acr: 'appidacr' },
])('an access token of Entra, of the version with $client', ({ provider, what, client, other, acr }) => {
  test.each([undefined, 'at+jwt'])('has the typ JWT, and not %s', async (typ) => {
    expect(await judged(provider, what, { header: { typ } })).toBe('ERR_TYP_MISMATCH')
  })
  test.each(['ver', client, 'tid', 'sub', 'aud', 'iat', 'exp'])('has %s', async (claim) => {
    expect(await judged(provider, what, { claims: { [claim]: undefined } })).toBe(`ERR_CLAIM_MISSING ${claim}`)
  })
  test('is of its version', async () => {
    for (const ver of [other, 2, '2']) {
      expect(await judged(provider, what, { claims: { ver } })).toBe('ERR_CLAIM_MISMATCH ver')
    }
  })
  test.each(['uti', 'scp', 'oid', acr])('does not have to have %s', async (claim) => {
    expect(await judged(provider, what, { claims: { [claim]: undefined } })).toBe('accepted')
  })
  test.each([
    [client, 1],
    [acr, 1],
    ['tid', 1],
    ['oid', 1],
    ['uti', 1],
    ['scp', ['a']],
    ['roles', 'a'],
    ['groups', 'a'],
    ['idtyp', 1],
  ])('has %s of its form only', async (claim, value) => {
    expect(await judged(provider, what, { claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  })
  test('is for this API, and no notice of an event', async () => {
    expect(await judged(provider, what, { claims: { aud: 'other' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    expect(await judged(provider, what, { claims: { events: {} } })).toBe('ERR_CLAIM_FORBIDDEN events')
  })
  test('lives 29 hours at most: 28 with continuous access evaluation, from minutes before', async () => {
    const iat = now - 300
    expect(await judged(provider, what, { claims: { iat, exp: iat + 28 * 3600 + 300 } })).toBe('accepted')
    expect(await judged(provider, what, { claims: { iat, exp: iat + 29 * 3600 + 1 } })).toBe(
      'ERR_LIFETIME_EXCEEDED exp',
    )
  })
})

describe('an access token of Entra', () => {
  test('is of v2.0 or v1.0, and of no other version', () => {
    const options = { issuer, audience: entra.audience }
    expect(mistake(() => presets.entra.accessToken({ ...options, version: '2.0' }))).toBe('accepted')
    expect(mistake(() => presets.entra.accessToken({ ...options, version: 'v2' as never }))).toBe('ERR_OPTION_INVALID')
  })
  test('is guarded by the scopes in scp, and that of an application by its roles', async () => {
    const options = { issuer, audience: entra.audience }
    const byScope = defineTokens({ access: presets.entra.accessToken(options) }, { clock })
    const byRole = defineTokens({ access: presets.entra.accessToken({ ...options, scopeClaim: 'roles' }) }, { clock })
    const forUser = signed(entra, shapeOf(entra, user))
    const forApp = signed(entra, shapeOf(entra, 'access token of an application, v2.0'))
    const scopes = createGuard(byScope.access, { scope: 'access_as_user' })
    const roles = createGuard(byRole.access, { scope: 'Orders.Read.All' })
    expect([await letIn(scopes, forUser), await letIn(scopes, forApp)]).toEqual(['accepted', 'insufficient_scope'])
    expect([await letIn(roles, forUser), await letIn(roles, forApp)]).toEqual(['insufficient_scope', 'accepted'])
  })
  test('for Microsoft Graph does not verify, whose header was changed after it was signed', async () => {
    const [header = '', ...rest] = signed(entra, shapeOf(entra, user)).split('.')
    const changed = { ...(JSON.parse(Buffer.from(header, 'base64url').toString()) as object), nonce: 'AQABAAAAAABnfiG' }
    const text = [Buffer.from(JSON.stringify(changed)).toString('base64url'), ...rest].join('.')
    const tokens = defineTokens({ access: presets.entra.accessToken({ issuer, audience: entra.audience }) }, { clock })
    await expect(tokens.access.verify(text)).rejects.toMatchObject({ code: 'ERR_SIGNATURE_INVALID' })
  })
})

describe('an ID token of Entra', () => {
  const id = 'ID token, v2.0'
  test.each(['azp', 'appid', 'scp', 'events'])('does not have %s, its own client or not', async (claim) => {
    const code = `ERR_CLAIM_FORBIDDEN ${claim}`
    expect(await judged(entra, id, { claims: { [claim]: entra.clientId } })).toBe(code)
  })
  test('has a tenant', async () => {
    expect(await judged(entra, id, { claims: { tid: undefined } })).toBe('ERR_CLAIM_MISSING tid')
  })
  test.each([
    ['tid', 1],
    ['oid', 1],
    ['uti', 1],
    ['roles', 'a'],
    ['groups', 'a'],
    ['email_verified', 'true'],
  ])('has %s of its form only', async (claim, value) => {
    expect(await judged(entra, id, { claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  })
  test('lives 25 hours at most: a day by policy, from minutes before', async () => {
    const iat = now - 300
    expect(await judged(entra, id, { claims: { iat, exp: iat + 24 * 3600 + 300 } })).toBe('accepted')
    expect(await judged(entra, id, { claims: { iat, exp: iat + 25 * 3600 + 1 } })).toBe('ERR_LIFETIME_EXCEEDED exp')
  })
  test('has all the rules of an ID token', async () => {
    expect(await judged(entra, id, { claims: { aud: 'other' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    expect(await judged(entra, id, { claims: { sub: undefined } })).toBe('ERR_CLAIM_MISSING sub')
  })
})
