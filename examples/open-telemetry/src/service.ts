import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import {
  accessToken,
  customToken,
  defineTokens,
  issuer,
  revocationsOf,
  singleProcessStore,
  type Clock,
} from '@jwt-guard/core'
import { jwtGuard } from '@jwt-guard/express'
import express from 'express'

export interface Service {
  readonly url: string
  stop(): void
}

/** A service with sessions that can be ended and a link that works once. Nothing in it is about metrics. */
export async function startService(issuerUrl: string, clock: Clock): Promise<Service> {
  const audience = 'https://api.test'
  const auth = issuer(issuerUrl, { algorithms: ['ES256'], allowInsecureLoopback: true })
  const tokens = defineTokens(
    {
      access: accessToken({ issuer: auth, audience, untypedUntil: '2099-12-31', revocations: singleProcessStore() }),
      reset: customToken({
        typ: 'reset+jwt',
        issuer: auth,
        audience,
        maxLifetime: '15m',
        // Far too small, so that it is full in this story.
        singleUse: singleProcessStore({ capacity: 1 }),
      }),
    },
    { clock },
  )
  const revocations = revocationsOf(tokens)

  const app = express()
  app.get('/reports', jwtGuard(tokens.access), (_, res) => {
    res.json({ for: res.locals.auth.claims.sub })
  })
  app.post('/log-out', jwtGuard(tokens.access), async (_, res) => {
    await revocations.revokeToken(res.locals.auth.claims)
    res.status(204).end()
  })
  app.post('/reset', jwtGuard(tokens.reset), (_, res) => {
    res.status(204).end()
  })

  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = () => {
    auth.close()
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, stop }
}
