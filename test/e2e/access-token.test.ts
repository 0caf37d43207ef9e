import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startAuthorizationServer,
  user,
  type AuthorizationServer,
} from '../../examples/demo/src/authorization-server.ts'
import { api, billingApi } from '../../examples/demo/src/names.ts'
import { passwordResetToken } from '../../examples/demo/src/password-reset.ts'
import { accessTokenForMachine, logIn } from '../../examples/demo/src/real-tokens.ts'
import { resetSecret, tokensOf } from './service.ts'

const scope = 'reports:read'
let server: AuthorizationServer
let tokens: ReturnType<typeof tokensOf>['tokens']

beforeAll(async () => {
  server = await startAuthorizationServer([api, billingApi])
  tokens = tokensOf(server.url).tokens
})
afterAll(() => server.stop())

describe('an access token (RFC 9068) of oidc-provider', () => {
  it('is accepted as one, by client credentials', async () => {
    const { type, header, claims, expiresAt } = await tokens.access.verify(
      await accessTokenForMachine(server, { api, scope }),
    )
    expect(type).toBe('access')
    expect(header).toMatchObject({ alg: 'RS256', typ: 'at+jwt' })
    expect(claims).toMatchObject({ iss: server.url, aud: api, scope, client_id: server.machineClient.id })
    expect(expiresAt).toBe(claims.exp)
  })

  it('is accepted as one, by authorization code', async () => {
    const { accessToken } = await logIn(server, { api, scope })
    const { claims } = await tokens.access.verify(accessToken)
    expect(claims).toMatchObject({ sub: user, client_id: server.webClient.id, scope })
  })

  it('is refused as an ID token', async () => {
    const { accessToken, nonce } = await logIn(server, { api, scope })
    await expect(tokens.id.verify(accessToken, { nonce })).rejects.toMatchObject({ code: 'ERR_TYP_MISMATCH' })
  })

  it('is refused as a password-reset token', async () => {
    const token = await accessTokenForMachine(server, { api, scope })
    await expect(tokens.passwordReset.verify(token)).rejects.toMatchObject({ code: 'ERR_TYP_MISMATCH' })
  })

  it('is refused where it is for another API of the same server', async () => {
    const token = await accessTokenForMachine(server, { api: billingApi, scope })
    await expect(tokens.access.verify(token)).rejects.toMatchObject({ code: 'ERR_AUDIENCE_MISMATCH', claim: 'aud' })
  })

  it('is refused where it is of another server, whose id differs by the port alone', async () => {
    const other = await startAuthorizationServer([api])
    try {
      const token = await accessTokenForMachine(other, { api, scope })
      await expect(tokens.access.verify(token)).rejects.toMatchObject({ code: 'ERR_ISSUER_UNKNOWN', claim: 'iss' })
    } finally {
      await other.stop()
    }
  })
})

describe("a password-reset token, signed with the service's own secret by jose", () => {
  it('is accepted as one', async () => {
    const { claims } = await tokens.passwordReset.verify(await passwordResetToken(resetSecret))
    expect(claims.sub).toBe(user)
  })

  it('is refused as an access token and as an ID token', async () => {
    const token = await passwordResetToken(resetSecret)
    await expect(tokens.access.verify(token)).rejects.toMatchObject({ code: 'ERR_TYP_MISMATCH' })
    await expect(tokens.id.verify(token, { nonce: null })).rejects.toMatchObject({ code: 'ERR_TYP_MISMATCH' })
  })
})
