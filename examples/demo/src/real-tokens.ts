import * as oauth from 'openid-client'
import { redirectUri, type AuthorizationServer, type Client } from './authorization-server.js'

/** What a client asks an authorization server for. */
export interface Wish {
  /** The API that the access token is for: a resource indicator, RFC 8707. */
  readonly api: string
  readonly scope: string
}

/** An access token by client credentials: a program that acts for itself. */
export async function accessTokenForMachine(server: AuthorizationServer, { api, scope }: Wish): Promise<string> {
  const client = await clientOf(server, server.machineClient)
  const { access_token: token } = await oauth.clientCredentialsGrant(client, { resource: api, scope })
  return token
}

export interface Login {
  readonly idToken: string
  readonly accessToken: string
  /** What the client sent, and finds again in the ID token. */
  readonly nonce: string
}

/** A login by authorization code with PKCE, state and nonce: a user before a browser. */
export async function logIn(server: AuthorizationServer, { api, scope }: Wish): Promise<Login> {
  const client = await clientOf(server, server.webClient)
  const [verifier, state, nonce] = [oauth.randomPKCECodeVerifier(), oauth.randomState(), oauth.randomNonce()]
  const start = oauth.buildAuthorizationUrl(client, {
    redirect_uri: redirectUri,
    scope: `openid ${scope}`,
    resource: api,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const callback = await browseTo(redirectUri, start)
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true }
  const { id_token: idToken, access_token: accessToken } = await oauth.authorizationCodeGrant(client, callback, checks)
  if (idToken === undefined) throw new Error('the authorization server gave no ID token')
  return { idToken, accessToken, nonce }
}

/** openid-client, as this client of this server. */
export function clientOf({ url }: AuthorizationServer, { id, secret }: Client): Promise<oauth.Configuration> {
  const execute = [oauth.allowInsecureRequests]
  return oauth.discovery(new URL(url), id, undefined, oauth.ClientSecretBasic(secret), { execute })
}

/** A browser of the plainest kind: follows redirects, keeps cookies, stops where the client's page begins. */
export async function browseTo(destination: string, start: URL): Promise<URL> {
  const cookies = new Map<string, string>()
  let at = start
  for (let hops = 0; hops < 10 && !at.href.startsWith(destination); hops++) {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name !== undefined && value !== undefined) cookies.set(name, value)
    }
    const next = response.headers.get('location')
    if (next === null) throw new Error(`status ${response.status} and no redirect from ${at.pathname}`)
    at = new URL(next, at)
  }
  return at
}
