import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as oauth from 'openid-client'
import { Browser } from './browser.ts'
import { api, clientId, redirectUri, resourceServer, startServer, user } from './server.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
/** The public key of the client `web`. */
export const clientJwk = {
  ...pair.publicKey.export({ format: 'jwk' }),
  kty: 'EC',
  kid: 'web-1',
  alg: 'ES256',
  use: 'sig',
}

export async function signingKey(): Promise<oauth.PrivateKey> {
  const bytes = pair.privateKey.export({ format: 'der', type: 'pkcs8' })
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  return { key: await crypto.subtle.importKey('pkcs8', bytes, curve, false, ['sign']), kid: clientJwk.kid }
}

/** What went over the wire between a client and the server. */
interface Exchange {
  readonly path: string
  readonly sent: URLSearchParams
  readonly type: string
  readonly answer: string
}

/** openid-client as a client of this server, and everything that it sends and is answered. */
export async function clientOf(url: string, id: string, metadata: object, auth: oauth.ClientAuth) {
  const exchanges: Exchange[] = []
  const recording: oauth.CustomFetch = async (target, { body, ...options }) => {
    const response = await fetch(target, { ...options, body: body ?? null })
    exchanges.push({
      path: new URL(target).pathname,
      sent: new URLSearchParams(body instanceof URLSearchParams ? body : ''),
      type: response.headers.get('content-type') ?? '',
      answer: await response.clone().text(),
    })
    return response
  }
  const config = await oauth.discovery(new URL(url), id, metadata, auth, {
    execute: [oauth.allowInsecureRequests],
    [oauth.customFetch]: recording,
  })
  // Its own checks of what it is given, signatures included.
  oauth.enableNonRepudiationChecks(config)
  const last = (path: string) =>
    exchanges.findLast((exchange) => exchange.path === path) ?? Promise.reject(new Error(`nobody asked ${path}`))
  return { config, last }
}

/** The tokens of one run, each as it came over the wire, and what is known of them besides. */
export interface RealTokens {
  readonly url: string
  readonly nonce: string
  readonly texts: Readonly<Record<string, string>>
  /** Of the two responses. */
  readonly mediaTypes: Readonly<Record<string, string>>
  readonly stop: () => Promise<void>
}

/** One login, from the signed request to the back-channel logout, with everything that is signed on its way. */
export async function realTokens(): Promise<RealTokens> {
  const listener = await listenForLogout()
  const server = await startServer(clientJwk, listener.url)
  const auth = oauth.PrivateKeyJwt(await signingKey())
  const metadata = { userinfo_signed_response_alg: 'RS256', id_token_signed_response_alg: 'RS256' }
  const web = await clientOf(server.url, clientId, metadata, auth)
  const browser = new Browser(redirectUri)

  const { nonce, request, idToken, accessToken: opaque } = await logIn(web.config, browser)
  const assertion = (await web.last('/token')).sent.get('client_assertion') ?? ''
  await oauth.fetchUserInfo(web.config, opaque, user)
  const userInfo = await web.last('/me')
  const introspection = await introspect(server.url, opaque)
  const { access_token: access } = await oauth.clientCredentialsGrant(web.config, {
    resource: api,
    scope: 'reports:read',
  })
  await logOut(web.config, browser, idToken)

  return {
    url: server.url,
    nonce,
    texts: {
      access,
      id: idToken,
      logout: await listener.logoutToken,
      userInfo: userInfo.answer,
      introspection: introspection.answer,
      assertion,
      request,
    },
    mediaTypes: { userInfo: userInfo.type, introspection: introspection.type },
    stop: async () => {
      await server.stop()
      await listener.stop()
    },
  }
}

/** By a signed request object (JAR), authorization code, PKCE and nonce. */
export async function logIn(config: oauth.Configuration, browser: Browser) {
  const [verifier, nonce] = [oauth.randomPKCECodeVerifier(), oauth.randomNonce()]
  const parameters = {
    redirect_uri: redirectUri,
    scope: 'openid email',
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }
  const start = await oauth.buildAuthorizationUrlWithJAR(config, parameters, await signingKey())
  const { at: callback } = await browser.visit(start)
  const checks = { pkceCodeVerifier: verifier, expectedNonce: nonce, idTokenExpected: true }
  const answer = await oauth.authorizationCodeGrant(config, callback, checks)
  const request = start.searchParams.get('request') ?? ''
  return { nonce, request, idToken: answer.id_token ?? '', accessToken: answer.access_token }
}

async function introspect(url: string, token: string): Promise<Exchange> {
  const auth = oauth.ClientSecretBasic(resourceServer.secret)
  const { config, last } = await clientOf(url, resourceServer.id, { introspection_signed_response_alg: 'RS256' }, auth)
  await oauth.tokenIntrospection(config, token)
  return last('/token/introspection')
}

/** The user logs out at the server, and says yes to its question. */
export async function logOut(config: oauth.Configuration, browser: Browser, idToken: string): Promise<void> {
  const { page } = await browser.visit(oauth.buildEndSessionUrl(config, { id_token_hint: idToken }))
  const [, action = ''] = /action="([^"]+)"/.exec(page) ?? []
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? []
  await browser.visit(new URL(action), new URLSearchParams({ xsrf, logout: 'yes' }))
}

/** Where the client is told of logouts. */
async function listenForLogout() {
  let told: (token: string) => void
  const logoutToken = new Promise<string>((resolve) => {
    told = resolve
  })
  const server = createServer((request, response) => {
    void formOf(request).then((form) => {
      told(form.get('logout_token') ?? '')
      return response.writeHead(200, { 'cache-control': 'no-store' }).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = () => new Promise<void>((resolve) => void server.close(() => resolve()))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/logout`, logoutToken, stop }
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}
