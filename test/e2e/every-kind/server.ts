import { generateKeyPairSync, randomBytes, randomUUID, type JsonWebKey } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Provider, RequestContext } from 'oidc-provider'
import { withoutKnownNotices } from '../../../examples/demo/src/quiet.ts'
import { serve, type Running } from '../../../examples/demo/src/serve.ts'

const { Provider: OidcProvider } = await withoutKnownNotices(() => import('oidc-provider'))

export const redirectUri = 'https://web.example.com/callback'
export const api = 'https://api.example.com'
export const user = 'ada'
export const clientId = 'web'
/** The API as it is registered, to ask about opaque tokens. */
export const resourceServer = { id: 'reports-api', secret: randomBytes(32).toString('base64url') }

/**
 * oidc-provider with every feature on whose answer is a signed token: access tokens (RFC 9068), ID tokens, back-channel
 * logout, signed UserInfo responses, JWT introspection responses (RFC 9701). Its client `web` authenticates itself and
 * signs its requests with this key.
 */
export async function startServer(clientKey: JsonWebKey, logoutUri: string): Promise<Running> {
  let handle: RequestListener = (_, response) => response.writeHead(503).end()
  const running = await serve(() => (request, response) => handle(request, response))
  const provider = await withoutKnownNotices(() => new OidcProvider(running.url, configuration(clientKey, logoutUri)))
  const answer = provider.callback()
  handle = (request, response) =>
    request.url?.startsWith('/interaction/') === true
      ? void logIn(provider, request, response)
      : answer(request, response)
  return running
}

/** In place of the login page: whoever comes is the user. */
async function logIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await provider.interactionFinished(request, response, { login: { accountId: user } })
}

function configuration(clientKey: JsonWebKey, logoutUri: string) {
  const web = {
    client_id: clientId,
    grant_types: ['authorization_code', 'client_credentials'],
    response_types: ['code'],
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    request_object_signing_alg: 'ES256',
    jwks: { keys: [clientKey] },
    userinfo_signed_response_alg: 'RS256',
    backchannel_logout_uri: logoutUri,
    backchannel_logout_session_required: true,
  }
  const asking = {
    client_id: resourceServer.id,
    client_secret: resourceServer.secret,
    grant_types: [],
    response_types: [],
    redirect_uris: [],
    introspection_signed_response_alg: 'RS256',
  }
  return {
    jwks: { keys: [freshKey()] },
    clients: [web, asking],
    // Its own dispatcher does not connect to loopback.
    fetch: (url: URL, options: RequestInit) =>
      fetch(url, Object.assign<RequestInit, object>(options, { dispatcher: undefined })),
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub, email: 'ada@example.com' }) }),
    claims: { openid: ['sub'], email: ['email'] },
    loadExistingGrant: consent,
    ttl: { AccessToken: 600, ClientCredentials: 600, IdToken: 600, Interaction: 60, Session: 600, Grant: 600 },
    features,
  }
}

interface Page {
  body: string
}

const features = {
  devInteractions: { enabled: false },
  clientCredentials: { enabled: true },
  backchannelLogout: { enabled: true },
  jwtUserinfo: { enabled: true },
  introspection: { enabled: true, allowedPolicy: () => true },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: (context: Page, form: string) => void (context.body = form),
    postLogoutSuccessSource: (context: Page) => void (context.body = 'Good-bye'),
  },
  jwtIntrospection: { enabled: true },
  requestObjects: { enabled: true },
  resourceIndicators: {
    enabled: true,
    defaultResource: () => undefined,
    getResourceServerInfo: () => ({
      scope: 'reports:read',
      audience: api,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'RS256' } },
    }),
  },
}

async function consent({ oidc }: RequestContext) {
  const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId })
  grant.addOIDCScope('openid email')
  await grant.save()
  return grant
}

function freshKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' }
}
