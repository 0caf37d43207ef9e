import { accessToken, defineTokens, issuer, remoteKeySet } from '@jwt-guard/core'
import { jwtGuard } from '@jwt-guard/koa'
import Koa from 'koa'
import { clock } from './clock.js'

/** Another service. Of the issuer it knows its id and where its public keys are, and nothing of rotations. */
export function api(authUrl: string, url: string): Koa {
  // Plain http is for this example: leave allowInsecureLoopback out, and the keys are fetched over https alone.
  const keys = remoteKeySet(`${authUrl}/jwks`, { algorithms: ['ES256'], allowInsecureLoopback: true })
  const auth = issuer(authUrl, { keys })
  const tokens = defineTokens({ access: accessToken({ issuer: auth, audience: url, maxLifetime: '5m' }) }, { clock })
  return new Koa().use(jwtGuard(tokens.access)).use((ctx) => {
    ctx.body = { for: ctx.state.auth.claims.sub }
  })
}
