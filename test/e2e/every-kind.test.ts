import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve, type Running } from '../../examples/demo/src/serve.ts'
import { realTokens, type RealTokens } from './every-kind/real-tokens.ts'
import { api, clientId, resourceServer, user } from './every-kind/server.ts'
import { applicationOf, contextsFor, tokensOf, type EveryKind } from './every-kind/service.ts'

let real: RealTokens
let tokens: EveryKind
let service: Running

beforeAll(async () => {
  real = await realTokens()
  tokens = tokensOf(real.url)
  const application = applicationOf(tokens, real.nonce)
  service = await serve(() => application)
})
afterAll(async () => {
  await service.stop()
  await real.stop()
})

async function ask(route: string, kind: string) {
  const response = await fetch(`${service.url}/${route}`, {
    headers: { authorization: `Bearer ${real.texts[kind]}` },
  })
  return { status: response.status, body: await response.json() }
}

const refusal = { error: 'invalid_token', error_description: 'The token is not valid for this resource.' }
const kinds = ['access', 'id', 'logout', 'userInfo', 'introspection', 'assertion', 'request'] as const

describe.each(kinds)('a real token of oidc-provider or openid-client: %s', (kind) => {
  it('is let in by the guard of its kind', async () => {
    expect(await ask(kind, kind)).toMatchObject({ status: 200, body: { type: kind } })
  })

  it('is refused by the guard of every other of the twelve', async () => {
    const others = Object.keys(tokens).filter((name) => name !== kind)
    expect(others).toHaveLength(11)
    for (const other of others) {
      expect([other, await ask(other, kind)]).toEqual([other, { status: 401, body: refusal }])
    }
  })
})

describe('what they say', () => {
  it('an access token by client credentials (RFC 9068)', async () => {
    const { claims, header } = await tokens.access.verify(real.texts['access'] ?? '')
    expect(header.typ).toBe('at+jwt')
    expect(claims).toMatchObject({ iss: real.url, aud: api, client_id: clientId, scope: 'reports:read' })
  })

  it('an ID token, and a logout token by the back channel: of one subject and one session', async () => {
    const { id } = contextsFor(real.nonce)
    const login = await tokens.id.verify(real.texts['id'] ?? '', id)
    const logout = await tokens.logout.verify(real.texts['logout'] ?? '')
    expect(login.claims).toMatchObject({ iss: real.url, aud: clientId, sub: user, nonce: real.nonce })
    expect(logout.header.typ).toBe('logout+jwt')
    expect(logout.claims.sid).toBe(login.claims.sid)
    expect(logout.claims.sub ?? login.claims.sub).toBe(user)
    expect(login.claims.sid).toBeTypeOf('string')
  })

  it('a signed UserInfo response, which is about the subject of the ID token', async () => {
    expect(real.mediaTypes['userInfo']).toMatch(/^application\/jwt/)
    const text = real.texts['userInfo'] ?? ''
    const { claims } = await tokens.userInfo.verify(text, { subject: user })
    expect(claims).toMatchObject({ iss: real.url, aud: clientId, sub: user, email: 'ada@example.com' })
    const another = tokens.userInfo.verify(text, { subject: 'eve' })
    await expect(another).rejects.toMatchObject({ code: 'ERR_CLAIM_MISMATCH', claim: 'sub' })
  })

  it('a JWT introspection response (RFC 9701) of an opaque token', async () => {
    expect(real.mediaTypes['introspection']).toMatch(/^application\/token-introspection\+jwt/)
    const { claims } = await tokens.introspection.verify(real.texts['introspection'] ?? '')
    expect(claims).toMatchObject({ iss: real.url, aud: resourceServer.id })
    expect(claims.token_introspection).toMatchObject({ active: true, sub: user, client_id: clientId })
  })

  it('a client assertion (private_key_jwt) that the server took, too', async () => {
    const { claims, header } = await tokens.assertion.verify(real.texts['assertion'] ?? '')
    expect(header.typ).toBeUndefined()
    expect(claims).toMatchObject({ iss: clientId, sub: clientId, aud: real.url })
  })

  it('a request object (JAR) that the server took, too', async () => {
    const text = real.texts['request'] ?? ''
    const { claims, header } = await tokens.request.verify(text, { clientId })
    expect(header.typ).toBe('oauth-authz-req+jwt')
    expect(claims).toMatchObject({ client_id: clientId, response_type: 'code', nonce: real.nonce })
    const another = tokens.request.verify(text, { clientId: 'another' })
    await expect(another).rejects.toMatchObject({ code: 'ERR_CLAIM_MISMATCH', claim: 'client_id' })
  })
})
