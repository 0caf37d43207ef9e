import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import { remoteKeySet, type KeyEvent } from '@jwt-guard/core'
import { testKey } from '@jwt-guard/testing'
import { eventsOf, verdictOf } from './catalogue.js'
import { certificateOf, pemOf } from './certificate.js'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const certificates = {
  good: pemOf(certificateOf(publicKey, privateKey, { host: '127.0.0.1' })),
  expired: pemOf(certificateOf(publicKey, privateKey, { host: '127.0.0.1', from: 20, until: 21 })),
  'of another host': pemOf(certificateOf(publicKey, privateKey, { host: 'other.test' })),
}

/** What comes of keys behind https, by the certificate of their server and whether this machine trusts it. */
export async function keysOverHttps(
  name: keyof typeof certificates,
  trust: 'trusted' | 'not trusted',
): Promise<string> {
  const cert = certificates[name]
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' })
  const body = JSON.stringify({ keys: [testKey().jwk] })
  const server = createServer({ key, cert }, (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const real = tls.createSecureContext
  if (trust === 'trusted') tls.createSecureContext = (options) => real({ ca: [cert], ...options })
  try {
    const { port } = server.address() as AddressInfo
    const keys = remoteKeySet(`https://127.0.0.1:${port}/jwks`, { algorithms: ['ES256'] })
    const events = (await eventsOf('jwt-guard:keys', () => verdictOf(() => keys.ready()))) as readonly KeyEvent[]
    return events.map((event) => (event.event === 'failed' ? event.reason : event.event)).join()
  } finally {
    tls.createSecureContext = real
    server.closeAllConnections()
    server.close()
  }
}
