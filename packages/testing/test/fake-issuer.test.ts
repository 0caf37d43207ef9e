import {
  accessToken,
  authorizationGrant,
  clientAssertion,
  defineTokens,
  identityAssertionGrant,
  idToken,
  introspectionResponse,
  logoutToken,
  requestObject,
  securityEventToken,
  transactionToken,
  userInfoResponse,
  type AnyTokenType,
} from '@jwt-guard/core'
import { FakeIssuer, testSecret } from '@jwt-guard/testing'
import { expect, test } from 'vitest'

type Makes = Exclude<keyof FakeIssuer, 'id' | 'key' | 'clock' | 'issuer' | 'jwks' | 'sign' | 'customToken'>

/** For whom each token is made, as the README says it, and the context with which it is verified. */
const kinds: Readonly<Record<Makes, (fake: FakeIssuer) => readonly [AnyTokenType, object?]>> = {
  accessToken: ({ issuer }) => [accessToken({ issuer, audience: 'https://api.test' })],
  idToken: ({ issuer }) => [idToken({ issuer, clientId: 'web' }), { nonce: 'nonce-1' }],
  logoutToken: ({ issuer }) => [logoutToken({ issuer, clientId: 'web' })],
  userInfoResponse: ({ issuer }) => [userInfoResponse({ issuer, clientId: 'web' }), { subject: 'user-1' }],
  introspectionResponse: ({ issuer }) => [introspectionResponse({ issuer, audience: 'https://api.test' })],
  securityEventToken: ({ issuer }) => [securityEventToken({ issuer, audience: 'https://api.test' })],
  transactionToken: ({ issuer }) => [transactionToken({ issuer, audience: 'https://api.test' })],
  clientAssertion: ({ issuer }) => [clientAssertion({ issuer, audience: 'https://as.test' })],
  authorizationGrant: ({ issuer }) => [authorizationGrant({ issuer, audience: 'https://as.test' })],
  identityAssertionGrant: ({ issuer }) => [
    identityAssertionGrant({ issuer, audience: 'https://as.test' }),
    { clientId: 'web' },
  ],
  requestObject: ({ issuer, id }) => [requestObject({ issuer, audience: 'https://as.test' }), { clientId: id }],
}
const names = Object.keys(kinds) as readonly Makes[]

test.each(names)('%s is valid as it comes, whatever the key and the id', async (name) => {
  for (const fake of [new FakeIssuer(), new FakeIssuer({ id: 'client-1', keys: [testSecret()] })]) {
    const [type, context] = kinds[name](fake)
    const { it } = defineTokens({ it: type }, { clock: fake.clock })
    const verify = it.verify as (text: string, context?: object) => Promise<unknown>
    await expect(verify(fake[name](), context)).resolves.toMatchObject({ type: 'it' })
    await expect(verify(fake[name]({ claims: { aud: 'other' } }), context)).rejects.toMatchObject({ claim: 'aud' })
    await expect(verify(fake[name]({ header: { typ: 'other+jwt' } }), context)).rejects.toMatchObject({
      code: 'ERR_TYP_MISMATCH',
    })
  }
})

test('a change of undefined takes a claim or a header parameter out', () => {
  const [header = '', payload = ''] = new FakeIssuer()
    .accessToken({ claims: { jti: undefined }, header: { typ: undefined } })
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString())
  expect(Object.keys(JSON.parse(payload) as object)).not.toContain('jti')
  expect(Object.keys(JSON.parse(header) as object)).not.toContain('typ')
})

test('every token of a kind has a jti of its own', () => {
  const fake = new FakeIssuer()
  const payload = (text: string) =>
    JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as { jti?: string }
  for (const name of names.filter((one) => 'jti' in payload(fake[one]()))) {
    expect(payload(fake[name]()).jti).not.toBe(payload(fake[name]()).jti)
  }
})
