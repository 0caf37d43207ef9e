import * as oauth from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  redirectUri,
  startAuthorizationServer,
  user,
  type AuthorizationServer,
} from '../../examples/demo/src/authorization-server.ts'
import { api } from '../../examples/demo/src/names.ts'
import { browseTo, clientOf, logIn, type Login } from '../../examples/demo/src/real-tokens.ts'
import { tokensOf } from './service.ts'

const scope = 'reports:read'
let server: AuthorizationServer
let tokens: ReturnType<typeof tokensOf>['tokens']

beforeAll(async () => {
  server = await startAuthorizationServer([api], { hybrid: true })
  tokens = tokensOf(server.url).tokens
})
afterAll(() => server.stop())

describe('an ID token of oidc-provider, by authorization code, PKCE and nonce', () => {
  let login: Login
  beforeAll(async () => {
    login = await logIn(server, { api, scope })
  })

  it('is accepted with the nonce that was sent', async () => {
    const { type, claims } = await tokens.id.verify(login.idToken, { nonce: login.nonce })
    expect(type).toBe('id')
    expect(claims).toMatchObject({ iss: server.url, aud: server.webClient.id, sub: user, nonce: login.nonce })
  })

  it.each([
    ['another nonce was sent', oauth.randomNonce()],
    ['none was sent', null],
  ])('is refused where %s', async (_, nonce) => {
    const refusal = { code: 'ERR_CLAIM_MISMATCH', claim: 'nonce' }
    await expect(tokens.id.verify(login.idToken, { nonce })).rejects.toMatchObject(refusal)
  })

  it('is refused by another client', async () => {
    const { tokens: ofAnother } = tokensOf(server.url, { clientId: 'another' })
    const refusal = { code: 'ERR_AUDIENCE_MISMATCH', claim: 'aud' }
    await expect(ofAnother.id.verify(login.idToken, { nonce: login.nonce })).rejects.toMatchObject(refusal)
  })

  it('is refused as an access token and as a password-reset token', async () => {
    await expect(tokens.access.verify(login.idToken)).rejects.toMatchObject({ code: 'ERR_TYP_MISMATCH' })
    await expect(tokens.passwordReset.verify(login.idToken)).rejects.toMatchObject({ code: 'ERR_TYP_MISMATCH' })
  })

  it('has no at_hash, which is optional in this flow, and is refused where one is asked for', async () => {
    const { accessToken, nonce } = login
    const refusal = { code: 'ERR_CLAIM_MISSING', claim: 'at_hash' }
    await expect(tokens.id.verify(login.idToken, { nonce, accessToken })).rejects.toMatchObject(refusal)
  })

  it('is refused where max_age was sent and it has no auth_time', async () => {
    const { nonce } = login
    const refusal = { code: 'ERR_CLAIM_MISSING', claim: 'auth_time' }
    await expect(tokens.id.verify(login.idToken, { nonce, maxAge: '10m' })).rejects.toMatchObject(refusal)
  })
})

describe('an ID token of oidc-provider, in the redirect beside a code and an access token', () => {
  const nonce = oauth.randomNonce()
  let redirected: { readonly idToken: string; readonly accessToken: string; readonly code: string }
  beforeAll(async () => {
    redirected = await logInByRedirect(nonce)
  })

  it('is accepted with the code and the access token that came with it', async () => {
    const { idToken, accessToken, code } = redirected
    const { claims } = await tokens.id.verify(idToken, { nonce, accessToken, code, maxAge: '10m' })
    expect(claims.at_hash).toMatch(/^[\w-]{22}$/)
    expect(claims.c_hash).toMatch(/^[\w-]{22}$/)
    expect(claims.auth_time).toBeTypeOf('number')
  })

  it('is refused with another access token', async () => {
    const { accessToken } = await logIn(server, { api, scope })
    const refusal = { code: 'ERR_CLAIM_MISMATCH', claim: 'at_hash' }
    await expect(tokens.id.verify(redirected.idToken, { nonce, accessToken })).rejects.toMatchObject(refusal)
  })

  it('is refused with another code', async () => {
    const refusal = { code: 'ERR_CLAIM_MISMATCH', claim: 'c_hash' }
    const code = `${redirected.code.slice(1)}x`
    await expect(tokens.id.verify(redirected.idToken, { nonce, code })).rejects.toMatchObject(refusal)
  })
})

async function logInByRedirect(nonce: string) {
  const client = await clientOf(server, server.webClient)
  const start = oauth.buildAuthorizationUrl(client, {
    response_type: 'code id_token token',
    redirect_uri: redirectUri,
    scope: `openid ${scope}`,
    resource: api,
    nonce,
    max_age: '600',
    code_challenge: await oauth.calculatePKCECodeChallenge(oauth.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
  })
  const answer = new URLSearchParams((await browseTo(redirectUri, start)).hash.slice(1))
  const given = (name: string) =>
    answer.get(name) ?? expect.unreachable(`no ${name}: ${answer.get('error_description')}`)
  return { idToken: given('id_token'), accessToken: given('access_token'), code: given('code') }
}
