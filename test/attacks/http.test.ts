/* oxlint-disable vitest/no-standalone-expect -- attack() registers a test */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, METHODS, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import { accessToken, defineTokens, issuers, type ClaimsSchema } from '@jwt-guard/core'
import { jwtGuard as expressGuard, tokenOf as tokenOfExpress } from '@jwt-guard/express'
import { jwtGuard as koaGuard, tokenOf as tokenOfKoa } from '@jwt-guard/koa'
import { JwtGuardModule, Public, UseToken } from '@jwt-guard/nest'
import { forge, testKey } from '@jwt-guard/testing'
import { Controller, Get, Module, type CanActivate, type INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import Koa from 'koa'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import { listening, type Running } from '../conformance/driver.js'
import { drivers } from '../conformance/drivers/all.js'
import { audience, fake, service, tokens } from '../conformance/service.js'
import { table } from '../conformance/table.js'
import { attack } from './catalogue.js'
import { exchange, parseResponse, sendByFetch, sendRaw, type Response } from '../conformance/wire.js'

const express4 = createRequire(new URL('../lowest/package.json', import.meta.url))('express') as typeof express

/** The service of the conformance table, in every framework. */
const running = new Map<string, Running>()
beforeAll(async () => {
  for (const { framework, start } of drivers) running.set(framework, await start(service))
})
afterAll(async () => {
  for (const { close } of running.values()) await close()
})

const good = fake.accessToken()
const bearer = (token = good) => ({ authorization: `Bearer ${token}` })
const now = fake.clock.now()

/** What every framework answers to the same request, which no handler may have seen. */
async function refusedEverywhere(send: (port: number) => Promise<Response>): Promise<Response> {
  const answers: Response[] = []
  for (const [framework, { port, handled }] of running) {
    handled.length = 0
    answers.push(await send(port))
    expect([framework, handled]).toEqual([framework, []])
  }
  const [first] = answers
  if (first === undefined) throw new Error('no framework runs')
  for (const { status, body, headers } of answers) {
    expect([status, body, headers.get('www-authenticate')]).toEqual([
      first.status,
      first.body,
      first.headers.get('www-authenticate'),
    ])
  }
  return first
}

const byFetch = (headers: Readonly<Record<string, string>>, path = '/plain', method = 'GET') =>
  refusedEverywhere((port) => sendByFetch(port, method, path, headers))
const bySocket = (lines: readonly string[], start = 'GET /plain HTTP/1.1', body = '') =>
  refusedEverywhere((port) => sendRaw(port, [start, ...lines], body))

/** An application of one test, on a port of its own until the test is over. */
async function served(listener: RequestListener, options = {}): Promise<number> {
  const { port, close } = await listening(createServer(options, listener).listen(0, '127.0.0.1'))
  onTestFinished(close)
  return port
}

const koaListener = (app: Koa): RequestListener => {
  const handle = app.callback()
  return (request, response) => void handle(request, response)
}

const challenge = (response: Response) => response.headers.get('www-authenticate')
const errorOf = ({ body }: Response) => (JSON.parse(body) as { readonly error?: unknown }).error

attack('HTTP-01', 'no credentials get a challenge without an error', async () => {
  const response = await byFetch({})
  expect([response.status, challenge(response)]).toEqual([401, 'Bearer realm="api"'])
})

attack('HTTP-02', 'two Authorization headers are refused, in either order and any case', async () => {
  const other = fake.accessToken({ claims: { sub: 'user-2' } })
  for (const [first, second] of [
    [`Authorization: Bearer ${good}`, `Authorization: Bearer ${other}`],
    [`Authorization: Bearer ${other}`, `Authorization: Bearer ${good}`],
    [`authorization: Bearer ${good}`, `AUTHORIZATION: Bearer ${good}`],
    [`Authorization: Basic dXNlcjpwYXNz`, `aUTHORIZATION: Bearer ${good}`],
  ] as const) {
    const response = await bySocket([first, 'X-Between: 1', second])
    expect([response.status, errorOf(response)]).toEqual([400, 'invalid_request'])
  }
})

attack('HTTP-03', 'credentials joined by a comma are refused', async () => {
  for (const value of [`Bearer ${good}, Bearer ${good}`, `Bearer ${good},Basic eDp5`, `Bearer ${good},`]) {
    expect((await byFetch({ authorization: value })).status).toBe(400)
  }
})

attack('HTTP-04', 'what only looks like the scheme is another scheme', async () => {
  for (const scheme of ['Bearer:', 'BearerX', 'Basic', 'Token', 'JWT', 'Bearer.', 'Bearer,', 'X-Bearer', 'DPoP', '']) {
    const response = await bySocket([`Authorization: ${scheme} ${good}`])
    expect([response.status, challenge(response)]).toEqual([401, 'Bearer realm="api"'])
  }
})

attack('HTTP-04', 'the scheme is read whatever its case', async () => {
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
    for (const { port } of running.values()) {
      expect((await sendByFetch(port, 'GET', '/plain', { authorization: `${scheme} ${good}` })).status).toBe(200)
    }
  }
})

attack('HTTP-05', 'only spaces stand before a token, and nothing behind it', async () => {
  for (const value of [
    `\t${good}`,
    ` \t${good}`,
    `\xa0${good}`,
    ` ${good} x`,
    ` ${good}\tx`,
    ` "${good}"`,
    ` ${good};a=b`,
    ` a=b ${good}`,
  ]) {
    expect((await bySocket([`Authorization: Bearer${value}`])).status).toBe(400)
  }
})

attack('HTTP-06', 'a header without a token is malformed', async () => {
  for (const value of ['', 'Bearer', 'Bearer ', 'bearer\t']) {
    expect((await bySocket([`Authorization: ${value}`])).status).toBe(400)
  }
})

attack('HTTP-07', 'bytes beyond ASCII are malformed, each of them', async () => {
  for (let byte = 0x80; byte <= 0xff; byte++) {
    expect((await bySocket([`Authorization: Bearer ${good}${String.fromCharCode(byte)}`])).status).toBe(400)
  }
})

attack('HTTP-07', 'control bytes reach no handler', async () => {
  for (const byte of ['\0', '\x01', '\b', '\v', '\f', '\x1b', '\x7f', '\r', '\n']) {
    for (const [framework, { port, handled }] of running) {
      handled.length = 0
      const head = `GET /plain HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${good}${byte}x\r\n\r\n`
      const { status } = parseResponse(await exchange(port, Buffer.from(head, 'latin1')))
      expect([framework, status, handled]).toEqual([framework, 400, []])
    }
  }
})

attack('HTTP-08', 'a token is too long for us before it is too long for Node', async () => {
  const response = await byFetch(bearer('x'.repeat(15 * 1024)))
  expect([response.status, errorOf(response)]).toEqual([401, 'invalid_token'])
})

attack('HTTP-08', 'a header that Node does not take reaches no handler', async () => {
  const line = `Authorization: Bearer ${'x'.repeat(17 * 1024)}`
  for (const [framework, { port, handled }] of running) {
    handled.length = 0
    const { status } = await sendRaw(port, ['GET /plain HTTP/1.1', line])
    expect([framework, status, handled]).toEqual([framework, 431, []])
  }
})

attack('HTTP-08', 'the limit of a token does not move with that of Node', async () => {
  const long = 'x'.repeat(40 * 1024)
  const koa = koaListener(new Koa().use(koaGuard(tokens.access)))
  for (const listener of [express().use(expressGuard(tokens.access)) as RequestListener, koa]) {
    const port = await served(listener, { maxHeaderSize: 64 * 1024 })
    const response = await sendByFetch(port, 'GET', '/', bearer(long))
    expect([response.status, errorOf(response)]).toEqual([401, 'invalid_token'])
  }
})

attack('HTTP-16', 'every method is guarded, those of a preflight too', async () => {
  let reached = 0
  const koa = new Koa().use(koaGuard(tokens.access)).use(() => {
    reached++
  })
  const reach: RequestHandler = (_req, res) => {
    reached++
    res.end()
  }
  const listeners: readonly RequestListener[] = [
    express().use(expressGuard(tokens.access)).use(reach) as RequestListener,
    express4()
      .use(expressGuard(tokens.access) as RequestHandler)
      .use(reach) as RequestListener,
    koaListener(koa),
  ]
  const preflight = [
    'Origin: https://evil.test',
    'Access-Control-Request-Headers: authorization',
    'X-HTTP-Method-Override: OPTIONS',
  ]
  for (const listener of listeners) {
    const port = await served(listener)
    for (const method of METHODS.filter((name) => name !== 'CONNECT')) {
      expect([method, (await sendRaw(port, [`${method} / HTTP/1.1`, ...preflight])).status]).toEqual([method, 401])
    }
  }
  expect(reached).toBe(0)
})

attack('HTTP-16', 'on a registered route too', async () => {
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const headers = { 'access-control-request-headers': 'authorization', 'access-control-request-method': 'GET' }
    expect((await byFetch(headers, '/plain', method)).status).toBe(401)
  }
})

const spellings = [
  '//plain',
  '/PLAIN',
  '/Plain',
  '/plain/',
  '/plain//',
  '/%70lain',
  '/pl%61in',
  '/./plain',
  '/x/../plain',
  '/%2e/plain',
  '/x/%2e%2e/plain',
  '/plain;x',
  '/plain;jsessionid=1',
  '/plain%20',
  '/plain%00',
  '/plain%2f',
  '/plain?',
  '/plain#x',
  '/plain/..;/',
  '\\plain',
  '/plain\\',
  'http://api.test/plain',
  'HTTP://other.test/plain',
  'http://api.test//plain',
  '*',
]

attack('HTTP-17', 'however a path is spelled, the handler is not reached without a token', async () => {
  for (const [framework, { port, handled }] of running) {
    handled.length = 0
    for (const target of spellings) {
      const { status } = await sendRaw(port, [`GET ${target} HTTP/1.1`])
      expect([400, 401, 404, 405], `${framework} ${target}`).toContain(status)
    }
    expect([framework, handled]).toEqual([framework, []])
  }
})

attack('HTTP-17', 'a guard mounted by prefix stands before every route that the prefix finds', async () => {
  for (const make of [express, express4]) {
    let reached = 0
    const app = make()
    app.use('/plain', expressGuard(tokens.access) as RequestHandler)
    app.get('/plain', (_req, res) => {
      reached++
      res.end()
    })
    const port = await served(app as RequestListener)
    for (const target of spellings) await sendRaw(port, [`GET ${target} HTTP/1.1`])
    expect(reached).toBe(0)
  }
})

/** A Nest application with one controller: decorators are called as the compiler would call them. */
async function nestOf(
  options: { readonly everyRoute?: 'access' },
  onClass: readonly ClassDecorator[],
  onHandler: readonly MethodDecorator[],
  prepare: (app: INestApplication) => void = () => undefined,
): Promise<number> {
  class Controlled {
    readonly name = 'Controlled'
    get() {
      return 'open'
    }
  }
  class Application {
    readonly name = 'Application'
  }
  const descriptor = Object.getOwnPropertyDescriptor(Controlled.prototype, 'get') ?? {}
  for (const decorate of [Get('/'), ...onHandler]) decorate(Controlled.prototype, 'get', descriptor)
  for (const decorate of [Controller(), ...onClass]) decorate(Controlled)
  Module({ imports: [JwtGuardModule.forRoot({ tokens, ...options })], controllers: [Controlled] })(Application)
  const app = await NestFactory.create(Application, new ExpressAdapter(), {
    logger: false,
    forceCloseConnections: true,
  })
  prepare(app)
  await app.listen(0, '127.0.0.1')
  onTestFinished(() => app.close())
  return (await listening(app.getHttpServer() as Server)).port
}

attack('HTTP-19', 'a context without an HTTP request is refused to everybody', async () => {
  for (const type of ['ws', 'rpc', 'graphql', 'something else']) {
    const disguise: CanActivate = {
      canActivate: (context) => {
        ;(context as typeof context & { setType: (type: string) => void }).setType(type)
        return true
      },
    }
    const guarded = [UseToken(tokens.access)] as readonly MethodDecorator[]
    const port = await nestOf({}, [], guarded, (app) => void app.useGlobalGuards(disguise))
    expect([type, (await sendByFetch(port, 'GET', '/', bearer())).status]).toEqual([type, 403])
  }
})

/** A guard whose every step is told how to go wrong. */
function failing(step: 'schema' | 'resolver' | 'clock' | 'authorize', fail: () => never | Promise<never>) {
  const schema: ClaimsSchema = {
    '~standard': { version: 1, vendor: 'test', validate: () => (step === 'schema' ? fail() : { value: {} }) },
  }
  const issuer = step === 'resolver' ? issuers(() => fail()) : fake.issuer
  const clock = step === 'clock' ? { now: () => fail() as never, monotonic: () => 0 } : fake.clock
  const { access } = defineTokens({ access: accessToken({ issuer, audience, claims: schema }) }, { clock })
  return expressGuard(access, step === 'authorize' ? { authorize: () => fail() } : {}) as RequestHandler
}

const hostile: readonly unknown[] = [
  new Error('theirs'),
  null,
  undefined,
  'text',
  7,
  Object.create(null),
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('again')
      },
      getPrototypeOf: () => {
        throw new Error('again')
      },
    },
  ),
]

attack('HTTP-20', 'whatever fails at whatever step, now or later: one answer, no next, nothing unhandled', async () => {
  const unhandled: unknown[] = []
  const record = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', record)
  onTestFinished(() => void process.off('unhandledRejection', record))
  for (const make of [express, express4]) {
    for (const step of ['schema', 'resolver', 'clock', 'authorize'] as const) {
      for (const thrown of hostile) {
        const now = () => {
          throw thrown
        }
        const later = () => Promise.reject(thrown)
        // A clock is read, and not waited for.
        for (const fail of step === 'clock' ? [now] : [now, later]) {
          let nexts = 0
          const app = make().use(failing(step, fail))
          app.use(() => void nexts++)
          app.use((() => void nexts++) as unknown as ErrorRequestHandler)
          const response = await sendByFetch(await served(app as RequestListener), 'GET', '/', bearer())
          expect([step, response.status, nexts]).toEqual([step, step === 'schema' ? 401 : 503, 0])
        }
      }
    }
  }
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
})

attack('HTTP-20', 'a mistake of the program goes to next once, in Express 4 too', async () => {
  for (const make of [express, express4]) {
    const seen: unknown[] = []
    const app = make()
    app.use(expressGuard(tokens.access, { optional: true }) as RequestHandler)
    app.use(expressGuard(tokens.invitation) as RequestHandler)
    app.use(((error, _req, res, _next) => {
      seen.push(error)
      res.status(500).end()
    }) as ErrorRequestHandler)
    expect((await sendByFetch(await served(app as RequestListener), 'GET', '/', {})).status).toBe(500)
    expect(seen).toEqual([expect.objectContaining({ code: 'ERR_SLOT_TAKEN' })])
  }
})

attack('HTTP-21', 'an error of a handler is not taken for one of the token', async () => {
  const boom = () => {
    throw new Error('theirs')
  }
  const quiet: ErrorRequestHandler = (_error, _req, res, _next) => void res.status(500).end()
  const koa = new Koa().use(koaGuard(tokens.access)).use(boom)
  koa.silent = true
  const ports = [
    await served(express().use(expressGuard(tokens.access)).use(boom).use(quiet) as RequestListener),
    await served(
      express4()
        .use(expressGuard(tokens.access) as RequestHandler)
        .use(boom)
        .use(quiet) as RequestListener,
    ),
    await served(koaListener(koa)),
    await nestOf({ everyRoute: 'access' }, [], [], (app) => void app.useGlobalInterceptors({ intercept: boom })),
  ]
  for (const port of ports) {
    const response = await sendByFetch(port, 'GET', '/', bearer())
    expect([response.status, challenge(response)]).toEqual([500, undefined])
  }
})

const injected = ['x\r\nSet-Cookie: a=b', 'x\nX: y', '"', '\\', '", error="x', '🔑', '\0', 'a, Basic realm="x"', 'é']

attack('HTTP-22', 'no text of a token comes back in a header', async () => {
  const spoiled = injected.flatMap((text) => [
    fake.accessToken({ header: { crit: [text] } }),
    fake.accessToken({ header: { alg: text } }),
    fake.accessToken({ header: { kid: text } }),
    fake.accessToken({ header: { typ: text } }),
    fake.accessToken({ header: { [text]: text, b64: text } }),
    fake.accessToken({ claims: { iss: text } }),
    fake.accessToken({ claims: { aud: text } }),
    fake.accessToken({ claims: { scope: text } }),
  ])
  const answers = new Set<string>()
  for (const token of spoiled) {
    const response = await byFetch(bearer(token), '/scope')
    expect(response.status).toBe(401)
    expect(response.headers.has('set-cookie')).toBe(false)
    answers.add(String(challenge(response)))
  }
  expect([...answers]).toEqual([
    'Bearer realm="api", error="invalid_token", error_description="The token is not valid for this resource."',
  ])
})

const badTokens = table.filter(({ expected, path }) => expected.body.includes('invalid_token') && path === '/plain')

attack('HTTP-23', 'every bad token gets the same bytes', async () => {
  const answers = new Set<string>()
  for (const { headers = {} } of badTokens) {
    const { status, body, headers: told } = await byFetch(headers)
    answers.add(
      JSON.stringify([
        status,
        body,
        told.get('www-authenticate'),
        told.get('content-type'),
        told.get('content-length'),
      ]),
    )
  }
  expect(badTokens.length).toBeGreaterThan(20)
  expect(answers.size).toBe(1)
})

attack('HTTP-24', 'expired and forged look alike, and expired is only said of a good signature', async () => {
  const past = { claims: { iat: now - 400, exp: now - 100 } }
  const codes: unknown[] = []
  const record = (event: unknown) => void codes.push((event as { readonly code?: string }).code)
  subscribe('jwt-guard:verdict', record)
  const expired = await byFetch(bearer(fake.accessToken(past)))
  const forged = await byFetch(bearer(fake.accessToken({ ...past, key: testKey() })))
  unsubscribe('jwt-guard:verdict', record)
  expect([expired.status, expired.body, challenge(expired)]).toEqual([forged.status, forged.body, challenge(forged)])
  const each = drivers.length
  expect(codes).toEqual([
    ...Array.from({ length: each }, () => 'ERR_TOKEN_EXPIRED'),
    ...Array.from({ length: each }, () => 'ERR_SIGNATURE_INVALID'),
  ])
})

attack('HTTP-25', 'a scope is only spoken of to who is authenticated', async () => {
  for (const token of [
    'x',
    fake.accessToken({ key: testKey() }),
    fake.accessToken({ claims: { iat: now - 400, exp: now - 100 } }),
  ]) {
    const response = await byFetch(bearer(token), '/scopes')
    expect([response.status, challenge(response)]).toEqual([401, expect.not.stringContaining('scope=')])
  }
  expect((await byFetch(bearer(), '/scopes')).status).toBe(403)
})

attack('HTTP-26', 'no refusal may be stored', async () => {
  for (const row of table.filter(({ expected, raw }) => !expected.handled && raw === undefined)) {
    const response = await byFetch(row.headers ?? {}, row.path, row.method)
    expect([row.name, response.headers.get('cache-control')]).toEqual([row.name, 'no-store'])
  }
})

const likelyNames = ['auth', 'user', 'token', 'jwt', 'payload', 'claims', 'authenticated', 'isAdmin']

attack('HTTP-27', 'what an earlier middleware claims to know is not the token', async () => {
  const admin = { type: 'access', claims: { sub: 'admin', scope: 'reports:delete' } }
  const preset = Object.fromEntries(likelyNames.map((name) => [name, admin]))
  const app = express()
    .use((req, res, next) => {
      Object.assign(req, preset)
      Object.assign(res.locals, preset)
      next()
    })
    .get('/', expressGuard(tokens.access), (req, res) => {
      res.json([res.locals.auth.claims.sub, tokenOfExpress(req, tokens.access).claims.sub])
    })
    .get('/optional', expressGuard(tokens.access, { optional: true }), (_req, res) => {
      res.json([res.locals.auth === undefined])
    })
    .get('/scope', expressGuard(tokens.access, { scope: 'reports:delete' }), (_req, res) => void res.json('open'))
  const koa = new Koa()
    .use(async (ctx, next) => {
      Object.assign(ctx.state, preset)
      Object.assign(ctx.req, preset)
      await next()
    })
    .use(koaGuard(tokens.access))
    .use((ctx) => {
      ctx.body = [ctx.state.auth.claims.sub, tokenOfKoa(ctx, tokens.access).claims.sub]
    })
  const port = await served(app as RequestListener)
  expect((await sendByFetch(port, 'GET', '/', bearer())).body).toBe('["user-1","user-1"]')
  expect((await sendByFetch(port, 'GET', '/optional', {})).body).toBe('[true]')
  expect((await sendByFetch(port, 'GET', '/scope', bearer())).status).toBe(403)
  const koaPort = await served(koaListener(koa))
  expect((await sendByFetch(koaPort, 'GET', '/', bearer())).body).toBe('["user-1","user-1"]')
  expect((await sendByFetch(koaPort, 'GET', '/', {})).status).toBe(401)
})

attack('HTTP-28', 'a thousand interleaved requests see each its own token', async () => {
  const requests = Array.from({ length: 250 }, (_, index) => `user-${index}`)
  for (const [framework, { port }] of running) {
    const seen = await Promise.all(
      requests.map(
        async (sub) => (await sendByFetch(port, 'GET', '/plain', bearer(fake.accessToken({ claims: { sub } })))).body,
      ),
    )
    expect([framework, seen]).toEqual([framework, requests.map((sub) => JSON.stringify({ sub }))])
  }
})

attack('HTTP-29', 'a guard that is optional does not make nobody of a bad token', async () => {
  for (const value of ['Bearer x', `Bearer ${good}x`, `Bearer ${fake.idToken()}`, 'Basic eDp5', 'Bearer', '']) {
    expect([400, 401]).toContain((await bySocket([`Authorization: ${value}`], 'GET /optional HTTP/1.1')).status)
  }
})

attack('HTTP-30', 'what is on a handler goes before its class, and both before everyRoute', async () => {
  type Mark = 'nothing' | 'public' | 'access'
  const marks: readonly Mark[] = ['nothing', 'public', 'access']
  const decorators = (mark: Mark) =>
    mark === 'public' ? [Public()] : mark === 'access' ? [UseToken(tokens.access)] : []
  const open: string[] = []
  for (const everyRoute of [{}, { everyRoute: 'access' }] as const) {
    for (const onClass of marks) {
      for (const onHandler of marks) {
        const port = await nestOf(everyRoute, decorators(onClass), decorators(onHandler))
        const { status } = await sendByFetch(port, 'GET', '/', {})
        expect([200, 401]).toContain(status)
        if (status === 200) open.push([Object.values(everyRoute)[0] ?? 'nothing', onClass, onHandler].join(' > '))
      }
    }
  }
  expect(open).toEqual([
    'nothing > nothing > nothing',
    'nothing > nothing > public',
    'nothing > public > nothing',
    'nothing > public > public',
    'nothing > access > public',
    'access > nothing > public',
    'access > public > nothing',
    'access > public > public',
    'access > access > public',
  ])
})

attack('HTTP-31', 'a client that says who it is is not believed', async () => {
  const claims = JSON.stringify({ sub: 'admin' })
  const headers = [
    'X-User-Id',
    'X_User_Id',
    'x-forwarded-user',
    'X-Auth-Claims',
    'X-JWT-Claims',
    'X-Userinfo',
    'Auth',
    'Sub',
  ]
  const lines = headers.map((name) => `${name}: ${claims}`)
  expect((await bySocket(lines)).status).toBe(401)
  for (const { port } of running.values()) {
    const response = await sendRaw(port, ['GET /plain HTTP/1.1', ...lines, `Authorization: Bearer ${good}`])
    expect(response.body).toBe('{"sub":"user-1"}')
    expect(JSON.stringify([...response.headers])).not.toContain('user-1')
  }
})

attack('HTTP-32', 'a header that is for one hop alone does not authenticate', async () => {
  for (const line of [
    'Connection: authorization',
    'Connection: AUTHORIZATION',
    'Connection: te, Authorization',
    'connection:authorization,x',
  ]) {
    const response = await bySocket([line, `Authorization: Bearer ${good}`])
    expect([response.status, challenge(response)]).toEqual([401, 'Bearer realm="api"'])
  }
})

attack('HTTP-33', 'trailers and the header for proxies carry no token', async () => {
  const chunked = ['Content-Type: text/plain', 'Transfer-Encoding: chunked', 'Trailer: Authorization']
  const body = `1\r\nx\r\n0\r\nAuthorization: Bearer ${good}\r\n\r\n`
  expect((await bySocket(chunked, 'POST /plain HTTP/1.1', body)).status).toBe(401)
  expect((await byFetch({ 'proxy-authorization': `Bearer ${good}` })).status).toBe(401)
})

attack('HTTP-34', 'the longest headers that Node takes are over with, whatever they are full of', async () => {
  // No clock: work that grows with the square of the length would run into the time limit of the test.
  const length = 15 * 1024
  for (const filling of [' ', '=', 'a=', 'Bearer ', '.', 'a.', ', ', '\t', '\xa0', 'eyJ', '-_', '"']) {
    const filled = filling.repeat(length / filling.length)
    for (const value of [filled, `Bearer ${filled}`, `Bearer ${filled}!`, `Bearer${filled}x`]) {
      expect([400, 401]).toContain((await bySocket([`Authorization: ${value}`])).status)
      expect((await bySocket([`Connection: ${filled}authorization`, 'Authorization: x'])).status).toBe(401)
    }
  }
})

attack('HTTP-35', 'no token is written, published or sent back', async () => {
  let written = ''
  const real = { out: process.stdout.write.bind(process.stdout), err: process.stderr.write.bind(process.stderr) }
  const record = (chunk: string | Uint8Array) => {
    written += String(chunk)
    return true
  }
  process.stdout.write = record
  process.stderr.write = record
  const publish = (event: unknown) => void record(JSON.stringify(event))
  subscribe('jwt-guard:verdict', publish)
  subscribe('jwt-guard:keys', publish)
  try {
    for (const { headers = {}, path, method } of table.filter(
      ({ raw, expected }) => raw === undefined && !expected.handled,
    )) {
      const { body, headers: told } = await byFetch(headers, path, method)
      record(JSON.stringify([body, ...told]))
    }
  } finally {
    process.stdout.write = real.out
    process.stderr.write = real.err
    unsubscribe('jwt-guard:verdict', publish)
    unsubscribe('jwt-guard:keys', publish)
  }
  expect(written).toContain('ERR_SIGNATURE_INVALID')
  const secrets = table.flatMap(({ headers = {} }) => (headers['authorization'] ?? '').split(/[ .,:"]/))
  const pieces = secrets.filter((piece) => piece.length >= 16).flatMap((piece) => piecesOf(piece))
  expect(pieces.length).toBeGreaterThan(100)
  expect(pieces.filter((piece) => written.includes(piece))).toEqual([])
})

/** Every 16 characters of a text, one after the other. */
function piecesOf(text: string): readonly string[] {
  return Array.from({ length: Math.floor(text.length / 16) }, (_, index) => text.slice(index * 16, index * 16 + 16))
}

attack('HTTP-36', 'whatever a hook throws, everybody answers 503 and nobody falls', async () => {
  for (const path of ['/authorize-throws', '/authorize-rejects', '/authorize-nonsense']) {
    expect((await byFetch(bearer(), path)).status).toBe(503)
  }
  for (const thrown of hostile) {
    const authorize = () => {
      throw thrown
    }
    const koa = new Koa().use(koaGuard(tokens.access, { authorize }))
    const ports = [
      await served(express().use(expressGuard(tokens.access, { authorize })) as RequestListener),
      await served(koaListener(koa)),
      await nestOf({}, [], [UseToken(tokens.access, { authorize }) as MethodDecorator]),
    ]
    for (const port of ports) expect((await sendByFetch(port, 'GET', '/', bearer())).status).toBe(503)
  }
})

attack('HTTP-37', 'nothing on a request is read as configuration', async () => {
  const key = testKey('ES256', 'evil')
  const evil = forge({
    header: { alg: 'ES256', kid: 'evil', typ: 'at+jwt' },
    payload: {
      iss: fake.id,
      aud: audience,
      sub: 'admin',
      client_id: 'web',
      jti: '1',
      iat: now,
      exp: now + 60,
      scope: 'reports:delete',
    },
    key,
  })
  const policy = {
    keys: key.source,
    key: key.jwk,
    secret: key.secret,
    algorithms: ['ES256', 'none'],
    optional: true,
    audience,
    issuer: fake.id,
    clock: { now: () => 0 },
    token: evil,
    scope: [],
    authorize: () => true,
    guard: undefined,
    verify: () => ({ sub: 'admin' }),
  }
  const named = {
    ...policy,
    options: policy,
    jwt: policy,
    auth: policy,
    config: policy,
    state: policy,
    rawBody: policy,
  }
  const app = express()
    .use((req, res, next) => {
      Object.assign(req, named)
      Object.assign(res.locals, named)
      Object.assign(req.app.locals, named)
      next()
    })
    .use(expressGuard(tokens.access, { scope: 'reports:read' }))
  const koa = new Koa()
    .use(async (ctx, next) => {
      Object.assign(ctx.state, named)
      for (const [name, value] of Object.entries(named)) Reflect.set(ctx.req, name, value)
      await next()
    })
    .use(koaGuard(tokens.access, { scope: 'reports:read' }))
  for (const port of [await served(app as RequestListener), await served(koaListener(koa))]) {
    expect((await sendByFetch(port, 'GET', '/', bearer(evil))).status).toBe(401)
    expect((await sendByFetch(port, 'GET', '/', {})).status).toBe(401)
    expect((await sendByFetch(port, 'GET', '/', bearer(fake.accessToken({ claims: { scope: 'x' } })))).status).toBe(403)
  }
})
