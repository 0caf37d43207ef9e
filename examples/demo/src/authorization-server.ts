import { generateKeyPairSync, randomBytes, randomUUID, type JsonWebKey } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Provider, RequestContext } from 'oidc-provider'
import { withoutKnownNotices } from './quiet.js'
import { serve, type Running } from './serve.js'

const { Provider: OidcProvider } = await withoutKnownNotices(() => import('oidc-provider'))

/** oidc-provider, a certified OpenID Connect server, in this process. Its `url` is its issuer id. */
export interface AuthorizationServer extends Running {
  /** Logs users in, by authorization code. */
  readonly webClient: Client
  /** Acts for itself, by client credentials. */
  readonly machineClient: Client
  /** From now on a fresh key signs. The old one is published no more. */
  rotateKey(): Promise<void>
}

export interface Client {
  readonly id: string
  readonly secret: string
}

/** Where the browser of a user comes back to. Nothing listens there: the demo reads the address. */
export const redirectUri = 'https://web.example.com/callback'

/** The only user there is. */
export const user = 'ada'

const lifetime = 3600
const scopes = 'reports:read reports:write'

/**
 * Starts one that issues RFC 9068 access tokens for these APIs, signed by RS256 with a key made for this run. With
 * `hybrid` the web client may have its tokens in the redirect (`code id_token token`), which has ID tokens with hashes.
 */
export async function startAuthorizationServer(
  apis: readonly string[],
  { hybrid = false } = {},
): Promise<AuthorizationServer> {
  const webClient = { id: 'web', secret: randomBytes(32).toString('base64url') }
  const machineClient = { id: 'report-robot', secret: randomBytes(32).toString('base64url') }
  const provider = (issuer: string) =>
    withoutKnownNotices(() => new OidcProvider(issuer, configuration(apis, webClient, machineClient, hybrid)))
  let handle: RequestListener = (_, response) => response.writeHead(503).end()
  const running = await serve(() => (request, response) => handle(request, response))
  const rotateKey = async () => {
    handle = handlerOf(await provider(running.url))
  }
  await rotateKey()
  return { ...running, webClient, machineClient, rotateKey }
}

function handlerOf(provider: Provider): RequestListener {
  const handle = provider.callback()
  return (request, response) =>
    request.url?.startsWith('/interaction/') === true
      ? void logIn(provider, request, response)
      : handle(request, response)
}

/** In place of the login page: whoever comes is the user. */
async function logIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await provider.interactionFinished(request, response, { login: { accountId: user } })
  } catch (error) {
    console.error(error)
    response.writeHead(500).end()
  }
}

function configuration(apis: readonly string[], web: Client, machine: Client, hybrid: boolean) {
  const responseTypes = hybrid ? ['code', 'code id_token token'] : ['code']
  return {
    jwks: { keys: [freshKey()] },
    clients: [
      {
        client_id: web.id,
        client_secret: web.secret,
        grant_types: hybrid ? ['authorization_code', 'implicit'] : ['authorization_code'],
        response_types: responseTypes,
        redirect_uris: [redirectUri],
      },
      {
        client_id: machine.id,
        client_secret: machine.secret,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    responseTypes,
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    loadExistingGrant: (context: RequestContext) => consentTo(apis, context),
    ttl: {
      AccessToken: lifetime,
      ClientCredentials: lifetime,
      IdToken: lifetime,
      Interaction: 60,
      Session: 60,
      Grant: 60,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => apis[0],
        useGrantedResource: () => true,
        getResourceServerInfo: (_: unknown, api: string) => resourceServer(apis, api),
      },
    },
  }
}

/** In place of the consent page: the user agrees to everything. */
async function consentTo(apis: readonly string[], { oidc }: RequestContext) {
  const grant = new oidc.provider.Grant({ accountId: oidc.session.accountId, clientId: oidc.client.clientId })
  grant.addOIDCScope('openid')
  for (const api of apis) grant.addResourceScope(api, scopes)
  await grant.save()
  return grant
}

function resourceServer(apis: readonly string[], api: string) {
  if (!apis.includes(api)) throw new Error('no such API')
  return {
    scope: scopes,
    audience: api,
    accessTokenFormat: 'jwt',
    accessTokenTTL: lifetime,
    jwt: { sign: { alg: 'RS256' } },
  }
}

function freshKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'RS256', use: 'sig' }
}
