import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { KeyEvent } from '@jwt-guard/core'
import { fixedClock } from '@jwt-guard/testing'
import { expect, onTestFinished, test } from 'vitest'
import { nextKeyEvent, recordedKeyEvents } from '../issuers-remote/world.js'
import { selfSigned, type Certified } from './certificate-authority.js'
import { certifiedWorld, good, intermediate, leaf, leafWith, outcomeOf, root } from './certificate-world.js'

const pem = (...chain: readonly Certified[]) => chain.map((certificate) => certificate.pem).join('')
const serving =
  (body: string, type = 'application/pem-certificate-chain'): RequestListener =>
  (_, response) =>
    void response.writeHead(200, { 'Content-Type': type }).end(body)

/** A server of one chain, and an issuer whose tokens may name it. */
/** An answer that never comes whole is not waited for long; one that comes is, however busy the machine. */
async function remoteWorld(respond: RequestListener = serving(pem(...good)), clock = fixedClock(), timeout = 10) {
  const requests: IncomingMessage[] = []
  const running = { respond }
  const server = createServer((request, response) => {
    requests.push(request)
    running.respond(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `${host}/chain.pem`
  const world = certifiedWorld({ x5u: { urls: [url], timeout, allowInsecureLoopback: true } }, clock)
  onTestFinished(() => world.issuer.close())
  /** How often the chain was asked for, when whatever was sent before has arrived. */
  const asked = async () => {
    await (await fetch(`${host}/last`)).text()
    return requests.filter((request) => request.url === '/chain.pem').length
  }
  const token = (by: Certified = leaf, x5u: unknown = url) => world.signedBy(by, { x5u })
  return { ...world, requests, running, asked, host, url, token, fetched: () => world.verdict(token()) }
}

const events = recordedKeyEvents()
const named = (name: KeyEvent['event']) => events.filter(({ event }) => event === name)

test('a listed place is asked once for many tokens, without cookies and credentials', async () => {
  const { fetched, requests } = await remoteWorld()
  expect(await Promise.all(Array.from({ length: 20 }, fetched))).toEqual(Array(20).fill('accepted'))
  expect(await fetched()).toBe('accepted')
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /chain.pem'])
  expect(Object.keys(requests[0]?.headers ?? {}).toSorted()).toEqual(['accept', 'connection', 'host', 'user-agent'])
  expect(named('fetched')).toHaveLength(1)
})

test('a place that is not listed exactly causes no connection', async () => {
  const { token, verdict, requests, url, host } = await remoteWorld()
  const others = [
    host,
    `${url}/`,
    `${url}?a`,
    `${url}#a`,
    url.toUpperCase(),
    url.replace('127.0.0.1', 'localhost'),
    `${url} `,
    ` ${url}`,
    url.replace('http:', 'https:'),
    url.replace('chain', '%63hain'),
    `${host}/a/../chain.pem`,
    '',
    'file:///etc/passwd',
  ]
  for (const other of others) expect([other, await verdict(token(leaf, other))]).toEqual([other, 'ERR_HEADER_INVALID'])
  for (const other of [null, 1, [url], { url }]) expect(await verdict(token(leaf, other))).toBe('ERR_HEADER_INVALID')
  expect(requests).toHaveLength(0)
})

test('without the option x5u is refused', async () => {
  const { verdict, signedBy } = certifiedWorld()
  expect(await verdict(signedBy(leaf, { x5u: 'https://a.test/chain.pem' }))).toBe('ERR_HEADER_INVALID')
})

test('what is fetched is validated like a chain that came along', async () => {
  const stranger = selfSigned()
  const strangers = stranger.issue()
  const other = leafWith({ name: [['CN', 'client-2']] })
  const short = leafWith({ until: 1_700_000_000 })
  for (const [chain, code] of [
    [[strangers, stranger], 'ERR_CERTIFICATE_INVALID'],
    [[leaf], 'ERR_CERTIFICATE_INVALID'],
    [[other, intermediate], 'ERR_CERTIFICATE_MISMATCH'],
    [[short, intermediate], 'ERR_CERTIFICATE_EXPIRED'],
    [[leaf, intermediate, root], 'accepted'],
  ] as const) {
    const { token, verdict } = await remoteWorld(serving(pem(...chain)))
    expect(await verdict(token(chain[0]))).toBe(code)
  }
  const { token, verdict } = await remoteWorld()
  expect(await verdict(token(intermediate))).toBe('ERR_SIGNATURE_INVALID')
})

const body = pem(...good)
test.each<[string, RequestListener]>([
  [
    'another status',
    (_, response) => void response.writeHead(404, { 'Content-Type': 'application/pem-certificate-chain' }).end(body),
  ],
  ['a redirect', (_, response) => void response.writeHead(302, { Location: '/other' }).end()],
  ['another media type', serving(body, 'text/html')],
  ['no certificate', serving('')],
  ['something beside certificates', serving(`${body}x`)],
  ['a private key beside them', serving(`${body}${String(leaf.privateKey.export({ format: 'pem', type: 'pkcs8' }))}`)],
  ['six certificates', serving(leaf.pem.repeat(6))],
  ['DER', serving(leaf.der.toString('latin1'))],
  ['more than 64 KiB', serving(body + ' '.repeat(64 * 1024))],
  [
    'a compressed answer',
    (_, response) =>
      void response
        .writeHead(200, { 'Content-Type': 'application/pem-certificate-chain', 'Content-Encoding': 'gzip' })
        .end(body),
  ],
  ['no answer', () => undefined],
  [
    'half an answer',
    (_, response) =>
      void response.writeHead(200, { 'Content-Type': 'application/pem-certificate-chain' }).write(body.slice(0, 100)),
  ],
  ['a closed connection', (request) => void request.socket.destroy()],
])('a place that answers with %s makes the token neither good nor bad', async (_, respond) => {
  const { fetched, requests, running } = await remoteWorld(respond, fixedClock(), 0.3)
  expect(await fetched()).toBe('ERR_KEYS_UNAVAILABLE')
  expect(named('failed')).toHaveLength(1)
  running.respond = serving(body)
  expect(await fetched()).toBe('ERR_KEYS_UNAVAILABLE')
  expect(requests).toHaveLength(1)
})

test('after a failure it is asked again when the pause is over', async () => {
  const { fetched, running, clock } = await remoteWorld(serving('', 'text/html'))
  expect(await fetched()).toBe('ERR_KEYS_UNAVAILABLE')
  running.respond = serving(body)
  clock.advance(6)
  expect(await fetched()).toBe('accepted')
})

test('a chain is fetched anew while it serves, and serves for an hour when that fails', async () => {
  const { fetched, running, clock, requests } = await remoteWorld()
  expect(await fetched()).toBe('accepted')
  running.respond = serving('', 'text/html')
  const failed = nextKeyEvent('failed')
  clock.advance(500)
  expect(await fetched()).toBe('accepted')
  await failed
  expect(named('stale')).toEqual([])
  clock.advance(3000)
  await fetched()
  expect(requests.length).toBeGreaterThan(1)
  expect(await fetched()).toBe('accepted')
  expect(named('stale')).toEqual(
    named('failed')
      .slice(1)
      .map(({ source }) => ({ event: 'stale', source })),
  )
  clock.advance(1000)
  expect(await fetched()).toBe('ERR_KEYS_UNAVAILABLE')
})

test('a bad signature has the place asked again, once per cooldown', async () => {
  const next = leafWith()
  const { token, verdict, running, clock, asked } = await remoteWorld()
  expect(await verdict(token())).toBe('accepted')
  running.respond = serving(pem(next, intermediate))
  clock.advance(31)
  const again = nextKeyEvent('fetched')
  expect(await verdict(token(next))).toBe('ERR_SIGNATURE_INVALID')
  await again
  expect(await verdict(token(next))).toBe('accepted')
  for (let times = 0; times < 5; times++) expect(await verdict(token())).toBe('ERR_SIGNATURE_INVALID')
  expect(await asked()).toBe(2)
})

test('also where the chain was to be fetched anew', async () => {
  const { token, verdict, clock, asked } = await remoteWorld()
  expect(await verdict(token())).toBe('accepted')
  clock.advance(500)
  const again = nextKeyEvent('fetched')
  expect(await verdict(token(intermediate))).toBe('ERR_SIGNATURE_INVALID')
  await again
  for (let times = 0; times < 5; times++) expect(await verdict(token(intermediate))).toBe('ERR_SIGNATURE_INVALID')
  expect(await asked()).toBe(2)
})

test('ready fetches, close forgets and ends', async () => {
  const { issuer, fetched, requests, running } = await remoteWorld()
  await issuer.ready()
  expect(requests).toHaveLength(1)
  issuer.close()
  expect(await fetched()).toBe('ERR_KEYS_UNAVAILABLE')
  const hanging = await remoteWorld(() => undefined, fixedClock(), 0.3)
  const waiting = outcomeOf(hanging.issuer.ready())
  hanging.issuer.close()
  expect(await waiting).toBe('ERR_KEYS_UNAVAILABLE')
  expect(running).toBeDefined()
})
