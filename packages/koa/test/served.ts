import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { accessToken, customToken, defineTokens } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import type Koa from 'koa'
import { onTestFinished } from 'vitest'

export const fake = new FakeIssuer()
export const tokens = defineTokens(
  {
    access: accessToken({ issuer: fake.issuer, audience: 'https://api.test' }),
    invitation: customToken({
      typ: 'invitation+jwt',
      issuer: fake.issuer,
      audience: 'https://api.test',
      maxLifetime: '15m',
      required: ['sub'],
    }),
  },
  { clock: fake.clock },
)

export const bearer = (token = fake.accessToken()) => ({ headers: { authorization: `Bearer ${token}` } })
export const invitation = () => fake.customToken('invitation+jwt', { sub: 'guest-1' })

/** The application on a port of loopback, until the test is over. */
export async function served(app: Pick<Koa, 'listen'>): Promise<string> {
  const server: Server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
