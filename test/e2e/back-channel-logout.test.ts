import type { RequestListener } from 'node:http'
import {
  defineTokens,
  idToken,
  issuer,
  logoutToken,
  revocationsOf,
  singleProcessStore,
  type BackChannelLogoutOptions,
} from '@jwt-guard/core'
import { backChannelLogout, jwtGuard } from '@jwt-guard/express'
import express from 'express'
import * as oauth from 'openid-client'
import { expect, test } from 'vitest'
import { serve } from '../../examples/demo/src/serve.ts'
import { Browser } from './every-kind/browser.ts'
import { clientJwk, clientOf, logIn, logOut, signingKey } from './every-kind/real-tokens.ts'
import { clientId, redirectUri, startServer } from './every-kind/server.ts'

function tokensOf(url: string) {
  const auth = issuer(url, { algorithms: ['RS256'], allowInsecureLoopback: true })
  const store = singleProcessStore()
  return defineTokens({
    id: idToken({ issuer: auth, clientId, revocations: store }),
    logout: logoutToken({ issuer: auth, clientId, singleUse: store }),
  })
}

/** A client's service: whoever shows an ID token of a session that is not over is let in. */
function applicationOf(tokens: ReturnType<typeof tokensOf>, nonce: () => string): RequestListener {
  const options: BackChannelLogoutOptions = { token: tokens.logout, revocations: revocationsOf(tokens) }
  const app = express().use('/logout', backChannelLogout(options))
  app.get('/', jwtGuard(tokens.id, { context: () => ({ nonce: nonce() }) }), (_, response) => void response.json({}))
  return app
}

test('LO-9 who logs out at oidc-provider is logged out of the service that it tells', async () => {
  let handle: RequestListener = (_, response) => response.writeHead(503).end()
  let nonce = ''
  const service = await serve(() => (request, response) => handle(request, response))
  const server = await startServer(clientJwk, `${service.url}/logout`)
  handle = applicationOf(tokensOf(server.url), () => nonce)
  try {
    const metadata = { id_token_signed_response_alg: 'RS256' }
    const { config } = await clientOf(server.url, clientId, metadata, oauth.PrivateKeyJwt(await signingKey()))
    const [leaving, staying] = [new Browser(redirectUri), new Browser(redirectUri)]
    const [first, second] = [await logIn(config, leaving), await logIn(config, staying)]
    const ask = async (login: typeof first) => {
      nonce = login.nonce
      return (await fetch(service.url, { headers: { authorization: `Bearer ${login.idToken}` } })).status
    }
    expect([await ask(first), await ask(second)]).toEqual([200, 200])
    await logOut(config, leaving, first.idToken)
    expect([await ask(first), await ask(second)]).toEqual([401, 200])
  } finally {
    await server.stop()
    await service.stop()
  }
})
