import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { accessToken, defineTokens, issuer, type Clock } from '@jwt-guard/core'
import { jwtGuard } from '@jwt-guard/express'
import express from 'express'

export interface Service {
  readonly url: string
  stop(): void
}

/** A service that accepts the access tokens of one issuer. The keys are found by the issuer's metadata. */
export async function startService(issuerUrl: string, clock: Clock): Promise<Service> {
  const auth = issuer(issuerUrl, { algorithms: ['ES256'], allowInsecureLoopback: true })
  const tokens = defineTokens({ access: accessToken({ issuer: auth, audience: 'https://api.test' }) }, { clock })

  const app = express()
  app.get('/reports', jwtGuard(tokens.access), (_, res) => {
    res.json({ for: res.locals.auth.claims.sub })
  })

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = () => {
    auth.close()
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}/reports`, stop }
}
