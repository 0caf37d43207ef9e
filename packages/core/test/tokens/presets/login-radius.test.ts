import { defineTokens, presets } from '@jwt-guard/core'
import { FakeIssuer, testKey, testSecret, type TestKey } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { outcome } from '../outcome.ts'
import { judged, shapeOf, signed } from './judge.ts'
import { loginRadius } from './shapes/login-radius.ts'
import { clock, now } from './shapes/provider.ts'

const what = 'token of a JWT app'
const { id, issuer } = loginRadius.fake

describe('a token of a LoginRadius JWT app', () => {
  test.each([undefined, 'at+jwt'])('has the typ JWT, and not %s', async (typ) => {
    expect(await judged(loginRadius, what, { header: { typ } })).toBe('ERR_TYP_MISMATCH')
  })
  test.each(['sub', 'jti', 'nbf', 'iat', 'exp'])('has %s', async (claim) => {
    expect(await judged(loginRadius, what, { claims: { [claim]: undefined } })).toBe(`ERR_CLAIM_MISSING ${claim}`)
  })
  test.each([
    ['aud', loginRadius.clientId],
    ['aud', null],
    ['events', {}],
  ])('does not have %s', async (claim, value) => {
    expect(await judged(loginRadius, what, { claims: { [claim]: value } })).toBe(`ERR_CLAIM_FORBIDDEN ${claim}`)
  })
  test('is of its app, by the exact name', async () => {
    expect(await judged(loginRadius, what, { claims: { iss: id.slice(0, -1) } })).toBe('ERR_ISSUER_UNKNOWN iss')
  })
  test('lives an hour at most, unless told otherwise', async () => {
    expect(await judged(loginRadius, what, { claims: { exp: now + 3600 } })).toBe('accepted')
    expect(await judged(loginRadius, what, { claims: { exp: now + 3601 } })).toBe('ERR_LIFETIME_EXCEEDED exp')
    const token = presets.loginRadius.token({ issuer, maxLifetime: '10m' })
    expect(await judged(loginRadius, what, {}, { token })).toBe('accepted')
    expect(await judged(loginRadius, what, { claims: { exp: now + 601 } }, { token })).toBe('ERR_LIFETIME_EXCEEDED exp')
  })

  const keys: readonly TestKey[] = [
    ...(['HS256', 'HS384', 'HS512'] as const).map((algorithm) => testSecret(algorithm)),
    ...(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const).map((algorithm) => testKey(algorithm)),
  ]
  test.each(keys)('is signed with $algorithm, where that is the app’s key, and names no key', async (key) => {
    const fake = new FakeIssuer({ id, clock, keys: [key] as never })
    const tokens = defineTokens({ token: presets.loginRadius.token({ issuer: fake.issuer }) }, { clock })
    const { header, claims } = shapeOf(loginRadius, what)
    expect(await outcome(tokens.token.verify(fake.sign(header, claims)))).toBe('accepted')
    const otherwise = signed(loginRadius, shapeOf(loginRadius, what))
    const refusal = key.algorithm === 'HS256' ? 'ERR_SIGNATURE_INVALID' : 'ERR_ALGORITHM_MISMATCH'
    expect(await outcome(tokens.token.verify(otherwise))).toBe(refusal)
  })

  test('brings claims of the profile by a schema', async () => {
    const claims = z.object({ email: z.email(), roles: z.array(z.string()) })
    const tokens = defineTokens({ token: presets.loginRadius.token({ issuer, claims }) }, { clock })
    const verified = await tokens.token.verify(signed(loginRadius, shapeOf(loginRadius, what)))
    expect(verified.claims.email).toBe('jane@example.com')
    const without = signed(loginRadius, shapeOf(loginRadius, what), { claims: { email: undefined } })
    expect(await outcome(tokens.token.verify(without))).toMatch(/^ERR_CLAIMS_INVALID/)
  })
})
