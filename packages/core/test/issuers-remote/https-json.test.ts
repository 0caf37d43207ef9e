import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { remoteKeySet } from '@jwt-guard/core'
import { testKey } from '@jwt-guard/testing'
import { expect, onTestFinished, test } from 'vitest'
import { es256, keyServer, outcomes, recordedKeyEvents, remoteWorld, unavailable } from './world.js'

const events = recordedKeyEvents()
const jsonType = { 'Content-Type': 'application/json' }
const good = JSON.stringify({ keys: [testKey().jwk] })
const answer =
  (status: number, headers: Readonly<Record<string, string>>, body: string | Uint8Array) =>
  (response: ServerResponse) => {
    response.writeHead(status, headers).end(body)
  }
const json = (body: string | Uint8Array) => answer(200, jsonType, body)
const padded = (length: number, body = good) => body + ' '.repeat(length - body.length)
const mostBytes = 256 * 1024

type Unusable = [name: string, respond: (response: ServerResponse) => void, reason: string]

test.each<Unusable>([
  ...[201, 204, 206, 301, 302, 303, 304, 307, 308, 400, 404, 500, 503].map((status): Unusable => [
    `status ${status}`,
    answer(status, { ...jsonType, Location: '/elsewhere' }, status === 204 || status === 304 ? '' : good),
    `status ${status}`,
  ]),
  ...[
    'text/html',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/jwt',
    'application/problem+json',
    '',
    'application/json, text/html',
  ].map((type): Unusable => [
    `the media type ${JSON.stringify(type)}`,
    answer(200, { 'Content-Type': type }, good),
    'the answer is not of a JSON media type',
  ]),
  ['no media type', (response) => response.writeHead(200).end(good), 'the answer is not of a JSON media type'],
  [
    'gzip',
    answer(200, { ...jsonType, 'Content-Encoding': 'gzip' }, gzipSync(good)),
    'the answer is compressed, which was not asked for',
  ],
  [
    'identity, said aloud',
    answer(200, { ...jsonType, 'Content-Encoding': 'identity' }, good),
    'the answer is compressed, which was not asked for',
  ],
  ['a byte too many', json(padded(mostBytes + 1)), `the answer has more than ${mostBytes} bytes`],
  ...(
    [
      ['an empty body', ''],
      ['half a body', good.slice(0, -4)],
      ['two bodies', good + good],
      ['HTML', '<!doctype html>'],
      ['null', 'null'],
      ['a list', `[${good}]`],
      ['a text', JSON.stringify(good)],
      ['a byte order mark', `\u{feff}${good}`],
      ['bytes that are no UTF-8', Buffer.from(good.replace('test', 't\xe9st'), 'latin1')],
      ['keys twice', good.replace('{"keys"', '{"keys":[],"keys"')],
      ['a kid twice', good.replace('"kid"', '"kid":"other","kid"')],
      ['a kid twice, one of them escaped', good.replace('"kid"', '"k\\u0069d":"other","kid"')],
      ['__proto__', good.replace('{"keys"', '{"__proto__":{},"keys"')],
      ['__proto__ in a key', good.replace('"kid"', '"__proto__":{"x":1},"kid"')],
      ['depth', `{"a":${'['.repeat(20)}${']'.repeat(20)},${good.slice(1)}`],
      ['members', good.replace('{', `{${Array.from({ length: 4096 }, (_, at) => `"m${at}":1,`).join('')}`)],
      ['values', good.replace('{', `{"a":[${'1,'.repeat(16_384)}1],`)],
    ] as const
  ).map(([name, body]): Unusable => [name, json(body), 'the answer is not a strict JSON object']),
  ['no keys', json('{}'), 'the answer is not a JWK Set of at most 100 keys'],
  ['keys that are an object', json('{"keys":{}}'), 'the answer is not a JWK Set of at most 100 keys'],
  ['keys that are null', json('{"keys":null}'), 'the answer is not a JWK Set of at most 100 keys'],
  ['keys that are a text', json('{"keys":"x"}'), 'the answer is not a JWK Set of at most 100 keys'],
  ['no key for us', json('{"keys":[]}'), 'the set holds no key for ES256'],
  ['a connection that is cut', (response) => response.socket?.destroy(), 'ECONNRESET'],
  [
    'a body that is cut',
    (response) =>
      void response
        .writeHead(200, { ...jsonType, 'Content-Length': '9999' })
        .write('{', () => response.socket?.destroy()),
    'ECONNRESET',
  ],
])('an answer that cannot be used brings no keys: %s', async (_, respond, reason) => {
  const { server, verify } = await remoteWorld()
  server.respond = (_, response) => respond(response)
  await expect(verify()).rejects.toThrow(unavailable)
  expect(server.requests).toEqual(['/jwks'])
  expect(events).toMatchObject([{ event: 'failed', source: server.jwksUrl, reason }])
})

test.each(['application/json', 'application/jwk-set+json', 'Application/JSON; charset=utf-8', ' application/json ;x'])(
  'a JSON media type is taken: %s',
  async (type) => {
    const { server, fake, verify } = await remoteWorld()
    server.respond = (_, response) => answer(200, { 'Content-Type': type }, JSON.stringify(fake.jwks))(response)
    expect(await verify()).toMatchObject({ type: 'access' })
  },
)

test('a body of exactly 256 KiB is taken', async () => {
  const { server, fake, verify } = await remoteWorld()
  server.respond = (_, response) => json(padded(mostBytes, JSON.stringify(fake.jwks)))(response)
  expect(await verify()).toMatchObject({ type: 'access' })
})

test('a body without an end is left where it became too long', async () => {
  const { server, verify } = await remoteWorld()
  const closed = new Promise<void>((resolve) => {
    server.respond = (_, response) => {
      response.writeHead(200, jsonType)
      const more = () => void response.write(' '.repeat(65_536), () => setImmediate(more))
      response.on('close', () => resolve()).on('error', () => undefined)
      more()
    }
  })
  await expect(verify()).rejects.toThrow(unavailable)
  await closed
  expect(events[0]).toMatchObject({ reason: `the answer has more than ${mostBytes} bytes` })
})

test.each<[string, (response: ServerResponse) => void]>([
  ['no answer', () => undefined],
  ['no body', (response) => response.writeHead(200, jsonType).flushHeaders()],
  [
    'a body that drips',
    (response) => {
      response.writeHead(200, jsonType)
      const drip = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(drip))
    },
  ],
])('one deadline covers the whole of an answer: %s', async (_, respond) => {
  const { server, verify } = await remoteWorld({ timeout: 0.2 })
  server.respond = (_, response) => respond(response)
  await expect(verify()).rejects.toThrow(unavailable)
  expect(events).toMatchObject([{ event: 'failed', source: server.jwksUrl, reason: 'no whole answer in time' }])
})

test('a fetch that fails for many breaks nothing else', async () => {
  const { server, verify } = await remoteWorld({ timeout: 0.2 })
  const unhandled: unknown[] = []
  const record = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', record)
  onTestFinished(() => void process.off('unhandledRejection', record))
  server.respond = (request) => request.socket.destroy()
  const attempts = Array.from({ length: 50 }, () => verify())
  expect(await outcomes(attempts)).toEqual({ ERR_KEYS_UNAVAILABLE: 50 })
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
})

test('nothing of ours is sent along: no cookie, no authorization, nothing kept alive', async () => {
  const { server, fake, verify } = await remoteWorld()
  let sent: IncomingHttpHeaders = {}
  server.respond = (request, response) => {
    sent = request.headers
    json(JSON.stringify(fake.jwks))(response)
  }
  await verify()
  expect(sent).toEqual({
    accept: 'application/json, application/jwk-set+json',
    connection: 'close',
    host: new URL(server.url).host,
    'user-agent': 'jwt-guard',
  })
})

test('a fetch that somebody put in place of the global one is not asked', async () => {
  const { verify } = await remoteWorld()
  const real = globalThis.fetch
  let asked = 0
  globalThis.fetch = () => {
    asked++
    return Promise.reject(new Error('not ours'))
  }
  onTestFinished(() => {
    globalThis.fetch = real
  })
  await verify()
  expect(asked).toBe(0)
})

test('a port on which nobody listens brings no keys', async () => {
  const server = await keyServer({ keys: [] })
  await server.close()
  await expect(remoteKeySet(server.jwksUrl, es256).ready()).rejects.toThrow(unavailable)
  expect(events).toMatchObject([{ event: 'failed', reason: 'ECONNREFUSED' }])
})

function selfSigned(): { readonly key: Buffer; readonly cert: Buffer } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'jwt-guard-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  try {
    execFileSync('openssl', ['req', '-x509', ...curve, '-days', '1', ...subject, '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    })
    return { key: readFileSync(key), cert: readFileSync(cert) }
  } catch {
    return undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const certificate = selfSigned()
const skipped = certificate === undefined ? ' (SKIPPED: no openssl here to make a certificate with)' : ''

test.skipIf(certificate === undefined).each([undefined, '0'])(
  `a certificate that nobody vouches for is refused, NODE_TLS_REJECT_UNAUTHORIZED=%s${skipped}`,
  async (setting) => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    onTestFinished(() => {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      if (before !== undefined) process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
    })
    if (setting !== undefined) process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = setting
    let asked = 0
    const server = createServer({ ...certificate }, (_, response) => {
      asked++
      json(good)(response)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const { port } = server.address() as AddressInfo
    const keys = remoteKeySet(`https://127.0.0.1:${port}/jwks`, { algorithms: ['ES256'] })
    await expect(keys.ready()).rejects.toThrow(unavailable)
    expect(asked).toBe(0)
    expect(events).toMatchObject([{ event: 'failed', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' }])
  },
)

test('https is not spoken to somebody who answers in plain text', async () => {
  const server = await keyServer({ keys: [] })
  await once(connect(Number(new URL(server.url).port), '127.0.0.1').end(), 'close')
  const keys = remoteKeySet(server.jwksUrl.replace('http:', 'https:'), { algorithms: ['ES256'] })
  await expect(keys.ready()).rejects.toThrow(unavailable)
  expect(server.requests).toEqual([])
})
