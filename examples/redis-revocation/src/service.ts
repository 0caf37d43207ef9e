// One process of the service: `node service.js <url of Redis> <public keys>`.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { accessToken, defineTokens, issuer, keySet, revocationsOf, type JwkSet } from '@jwt-guard/core'
import { jwtGuard } from '@jwt-guard/express'
import { redisRevocations } from '@jwt-guard/redis'
import express from 'express'
import { createClient } from 'redis'

const [, , url = '', jwks = ''] = process.argv
const client = createClient({ url })
client.on('error', () => {}) // a real service would log it
await client.connect()

const revocations = redisRevocations(client, { mode: 'replicated', maxLag: '2s' })
await revocations.ready()

const auth = issuer('https://issuer.test', { keys: keySet(JSON.parse(jwks) as JwkSet, { algorithms: ['ES256'] }) })
const tokens = defineTokens({ access: accessToken({ issuer: auth, audience: 'https://api.test', revocations }) })
const { revokeSubject } = revocationsOf(tokens)

const app = express()
app.get('/me', jwtGuard(tokens.access), (_, res) => {
  res.json({ sub: res.locals.auth.claims.sub })
})
app.post('/log-out-everywhere', jwtGuard(tokens.access), async (_, res) => {
  await revokeSubject(res.locals.auth.claims)
  res.status(204).end()
})

const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
process.send?.((server.address() as AddressInfo).port)
