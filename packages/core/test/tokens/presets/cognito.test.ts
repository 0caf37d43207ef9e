import { describe as described, notChecked, presets } from '@jwt-guard/core'
import { describe, expect, test } from 'vitest'
import { mistake } from '../outcome.ts'
import { judged } from './judge.ts'
import { cognito } from './shapes/cognito.ts'

const { clientId } = cognito
const { issuer } = cognito.fake
const user = 'access token of a user'

describe('an access token of a Cognito user pool', () => {
  test.each(['JWT', 'at+jwt', 'JWS'])('has no typ, such as %s', async (typ) => {
    expect(await judged(cognito, user, { header: { typ } })).toBe('ERR_TYP_MISMATCH')
  })
  test.each(['token_use', 'client_id', 'sub', 'jti', 'iat', 'exp'])('has %s', async (claim) => {
    expect(await judged(cognito, user, { claims: { [claim]: undefined } })).toBe(`ERR_CLAIM_MISSING ${claim}`)
  })
  test.each([
    ['token_use', 'id'],
    ['token_use', ['access']],
    ['client_id', 'another client'],
  ])('does not have %s: %s', async (claim, value) => {
    expect(await judged(cognito, user, { claims: { [claim]: value } })).toBe(`ERR_CLAIM_MISMATCH ${claim}`)
  })
  test.each([
    ['auth_time', '1'],
    ['username', 1],
    ['cognito:groups', 'admin'],
    ['origin_jti', 1],
    ['event_id', 1],
    ['scope', ['openid']],
  ])('has %s of its form only', async (claim, value) => {
    expect(await judged(cognito, user, { claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  })
  test('may be of any client that is named', async () => {
    const access = presets.cognito.accessToken({ issuer, clientId: ['mobile', clientId] })
    expect(await judged(cognito, user, { claims: { client_id: 'mobile' } }, { access })).toBe('accepted')
    expect(await judged(cognito, user, { claims: { client_id: 'other' } }, { access })).toBe(
      'ERR_CLAIM_MISMATCH client_id',
    )
    expect(mistake(() => presets.cognito.accessToken({ issuer, clientId: [] }))).toBe('ERR_OPTION_INVALID')
  })
  test('is bound to no resource, unless it is said to which', async () => {
    const bound = { claims: { aud: cognito.audience } }
    expect(await judged(cognito, user, bound)).toBe('ERR_CLAIM_FORBIDDEN aud')
    const access = presets.cognito.accessToken({ issuer, clientId, audience: cognito.audience })
    expect(await judged(cognito, user, bound, { access })).toBe('accepted')
    expect(await judged(cognito, user, {}, { access })).toBe('ERR_CLAIM_MISSING aud')
    expect(await judged(cognito, user, { claims: { aud: 'x' } }, { access })).toBe('ERR_AUDIENCE_MISMATCH aud')
    const either = { access: presets.cognito.accessToken({ issuer, clientId, audience: notChecked }) }
    expect(await judged(cognito, user, bound, either)).toBe('accepted')
    expect(await judged(cognito, user, {}, either)).toBe('accepted')
  })
  test('is no notice of an event', async () => {
    expect(await judged(cognito, user, { claims: { events: {} } })).toBe('ERR_CLAIM_FORBIDDEN events')
  })
  test('has no audience, and its description says so, and that nobody looks for which API it is', () => {
    const without = described(presets.cognito.accessToken({ issuer, clientId }))
    expect(without).toContain('| `aud` | none |')
    expect(without).toContain('for which API it was asked')
    const open = described(presets.cognito.accessToken({ issuer, clientId, audience: notChecked }))
    expect(open).toContain('| `aud` | not checked |')
    const bound = described(presets.cognito.accessToken({ issuer, clientId, audience: 'x' }))
    expect(bound).not.toContain('for which API it was asked')
  })
})

describe('an ID token of a Cognito user pool', () => {
  test('is for use as one', async () => {
    expect(await judged(cognito, 'ID token', { claims: { token_use: 'access' } })).toBe('ERR_CLAIM_MISMATCH token_use')
    expect(await judged(cognito, 'ID token', { claims: { token_use: undefined } })).toBe('ERR_CLAIM_MISSING token_use')
  })
  test.each([
    ['cognito:username', 1],
    ['cognito:groups', 'admin'],
    ['origin_jti', 1],
    ['event_id', 1],
    ['email_verified', 'true'],
  ])('has %s of its form only', async (claim, value) => {
    expect(await judged(cognito, 'ID token', { claims: { [claim]: value } })).toBe(`ERR_CLAIM_INVALID ${claim}`)
  })
  test('has all the rules of an ID token', async () => {
    expect(await judged(cognito, 'ID token', { claims: { aud: 'other' } })).toBe('ERR_AUDIENCE_MISMATCH aud')
    expect(await judged(cognito, 'ID token', { claims: { events: {} } })).toBe('ERR_CLAIM_FORBIDDEN events')
  })
})
