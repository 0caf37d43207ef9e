import { accessToken, defineTokens } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, test } from 'vitest'

const fake = new FakeIssuer()
const tokens = defineTokens(
  { access: accessToken({ issuer: fake.issuer, audience: 'https://api.test' }) },
  { clock: fake.clock },
)

test('a valid access token is accepted, with its claims, header and end', async () => {
  const verified = await tokens.access.verify(fake.accessToken())
  expect(verified).toMatchObject({ type: 'access', header: { alg: 'ES256', typ: 'at+jwt', kid: 'test' } })
  expect(verified.claims.sub).toBe('user-1')
  expect(verified.expiresAt).toBe(fake.clock.now() + 300)
})

test.each(['sub', 'client_id', 'jti', 'iss', 'exp', 'iat', 'aud'])('%s is required', async (claim) => {
  const text = fake.accessToken({ claims: { [claim]: undefined } })
  await expect(tokens.access.verify(text)).rejects.toMatchObject({
    code: claim === 'iss' ? 'ERR_ISSUER_UNKNOWN' : 'ERR_CLAIM_MISSING',
    claim,
  })
})
