import {
  accessToken,
  authorizationGrant,
  clientAssertion,
  customToken,
  defineTokens,
  identityAssertionGrant,
  idToken,
  introspectionResponse,
  issuer,
  issuers,
  keySet,
  logoutToken,
  requestObject,
  securityEventToken,
  transactionToken,
  userInfoResponse,
} from '@jwt-guard/core'
import { jwtGuard } from '@jwt-guard/express'
import express from 'express'
import type { RequestListener } from 'node:http'
import { clientJwk } from './real-tokens.ts'
import { api, clientId, resourceServer, user } from './server.ts'

/** All twelve kinds in one set: client, API and authorization server at once, around one server and its clients. */
export function tokensOf(url: string) {
  const auth = issuer(url, { algorithms: ['RS256'], allowInsecureLoopback: true })
  const web = issuer(clientId, { keys: keySet({ keys: [clientJwk] }, { algorithms: ['ES256'] }) })
  const clients = issuers(async (id) => (id === clientId ? web : undefined))
  return defineTokens({
    access: accessToken({ issuer: auth, audience: api }),
    id: idToken({ issuer: auth, clientId, nonce: 'required' }),
    logout: logoutToken({ issuer: auth, clientId }),
    userInfo: userInfoResponse({ issuer: auth, clientId }),
    introspection: introspectionResponse({ issuer: auth, audience: resourceServer.id }),
    // openid-client writes no typ into its assertions, so that it is the grant that is told apart.
    assertion: clientAssertion({ issuer: clients, audience: url }),
    request: requestObject({ issuer: clients, audience: url }),
    grant: authorizationGrant({ issuer: clients, audience: url, profile: 'vouching+jwt', typ: 'required' }),
    identityGrant: identityAssertionGrant({ issuer: clients, audience: url }),
    event: securityEventToken({ issuer: auth, audience: api }),
    transaction: transactionToken({ issuer: auth, audience: api }),
    invitation: customToken({ typ: 'invitation+jwt', issuer: auth, audience: api, maxLifetime: '15m' }),
  })
}
export type EveryKind = ReturnType<typeof tokensOf>

/** What each kind is verified with, where it needs anything. */
export function contextsFor(nonce: string) {
  return {
    id: { nonce },
    userInfo: { subject: user },
    request: { clientId },
    identityGrant: { clientId },
  } as const
}

/** A guarded route for each kind, on Express: it answers with the type and the claims. */
export function applicationOf(tokens: EveryKind, nonce: string): RequestListener {
  const app = express()
  const contexts: Readonly<Record<string, object>> = contextsFor(nonce)
  const guard = jwtGuard as unknown as (type: unknown, options?: object) => express.RequestHandler
  for (const [name, type] of Object.entries(tokens)) {
    const context = contexts[name]
    app.get(`/${name}`, guard(type, context === undefined ? {} : { context: () => context }), (_, response) => {
      const { type: kind, claims } = response.locals['auth']
      response.json({ type: kind, claims })
    })
  }
  return app
}
