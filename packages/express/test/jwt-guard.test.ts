import { createGuard, tokenOf as coreTokenOf } from '@jwt-guard/core'
import { jwtGuard, tokenOf } from '@jwt-guard/express'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { expect, test } from 'vitest'
import { bearer, fake, invitation, served, tokens } from './served.js'

const good = () => bearer(fake.accessToken())

/** An error handler that counts, and answers with what it was given. */
function counted() {
  const seen: unknown[] = []
  const handler: ErrorRequestHandler = (error: { status?: number; code?: string }, _req, res, next) => {
    seen.push(error)
    if (res.headersSent) return next(error)
    res.status(error.status ?? 500).json({ handled: error.code ?? 'error' })
  }
  return { seen, handler }
}

test('the token is at res.locals.auth and by tokenOf, and both are the same', async () => {
  const app = express().get('/', jwtGuard(tokens.access), (req, res) => {
    res.json({
      sub: res.locals.auth.claims.sub,
      same: res.locals.auth === tokenOf(req, tokens.access) && tokenOf === coreTokenOf,
    })
  })
  const response = await fetch(await served(app), good())
  expect(await response.json()).toEqual({ sub: 'user-1', same: true })
})

test('what somebody else left in the slot is overwritten, with undefined too', async () => {
  const admin: RequestHandler = (_req, res, next) => {
    res.locals['auth'] = { claims: { sub: 'admin' } }
    next()
  }
  const app = express()
    .use(admin)
    .get('/', jwtGuard(tokens.access), (_req, res) => void res.json({ sub: res.locals.auth.claims.sub }))
    .get('/optional', jwtGuard(tokens.access, { optional: true }), (_req, res) => {
      res.json({ nobody: res.locals.auth === undefined && 'auth' in res.locals })
    })
  const url = await served(app)
  expect(await (await fetch(url, good())).json()).toEqual({ sub: 'user-1' })
  expect(await (await fetch(`${url}/optional`)).json()).toEqual({ nobody: true })
})

test('another slot is left alone', async () => {
  const app = express()
    .use((_req, res, next) => {
      res.locals['auth'] = 'theirs'
      next()
    })
    .get('/', jwtGuard(tokens.access, { as: 'partner' }), (_req, res) => {
      const locals = res.locals as object as { readonly auth: unknown }
      res.json({ auth: locals.auth, sub: res.locals.partner.claims.sub })
    })
  expect(await (await fetch(await served(app), good())).json()).toEqual({ auth: 'theirs', sub: 'user-1' })
})

test('the handler keeps its params, query and body', async () => {
  const app = express()
    .use(express.json())
    .post('/reports/:id', jwtGuard(tokens.access), (req, res) => {
      res.json({ id: req.params.id, page: req.query['page'], body: req.body as unknown })
    })
  const response = await fetch(`${await served(app)}/reports/7?page=2`, {
    method: 'POST',
    headers: { ...good().headers, 'content-type': 'application/json' },
    body: '{"a":1}',
  })
  expect(await response.json()).toEqual({ id: '7', page: '2', body: { a: 1 } })
})

test('a body that the guard ran before is still there to be read', async () => {
  const app = express().post('/', jwtGuard(tokens.access), express.text(), (req, res) => void res.json(req.body))
  const init = { method: 'POST', headers: { ...good().headers, 'content-type': 'text/plain' }, body: 'the body' }
  expect(await (await fetch(await served(app), init)).json()).toBe('the body')
})

test.each([
  ['the whole application', () => express().use(jwtGuard(tokens.access))],
  ['a router', () => express().use('/', express.Router().use(jwtGuard(tokens.access)))],
  ['a path', () => express().use('/reports', jwtGuard(tokens.access))],
  ['a route', () => express().all('/reports/{*rest}', jwtGuard(tokens.access))],
  ['a list', () => express().use([jwtGuard(tokens.access)])],
])('a guard before %s is before its handlers', async (_, guarded) => {
  let reached = 0
  const app = guarded().get('/reports/:id', (req, res) => {
    reached++
    res.json({ sub: tokenOf(req, tokens.access).claims.sub })
  })
  const url = `${await served(app)}/reports/7`
  expect((await fetch(url)).status).toBe(401)
  expect(reached).toBe(0)
  expect(await (await fetch(url, good())).json()).toEqual({ sub: 'user-1' })
})

test.each(['/reports', '/REPORTS', '/reports/', '/Reports/?x', '//reports', '/reports;x', '/%72eports', '/./reports'])(
  'a route that matches is guarded, however its path is spelled: %s',
  async (path) => {
    let reached = 0
    const app = express().get('/reports', jwtGuard(tokens.access), (_req, res) => {
      reached++
      res.end()
    })
    const response = await fetch(`${await served(app)}${path}`)
    expect([401, 404]).toContain(response.status)
    expect(reached).toBe(0)
  },
)

test('a refusal is answered by the guard: no error handler is reached, and nothing after it', async () => {
  const { seen, handler } = counted()
  let reached = 0
  const app = express()
    .get('/', jwtGuard(tokens.access), () => {
      reached++
    })
    .use(() => {
      reached++
    })
    .use(handler)
  const response = await fetch(await served(app))
  expect(response.status).toBe(401)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(await response.json()).toMatchObject({ error: 'token_required' })
  expect([reached, seen.length]).toEqual([0, 0])
})

test('a forwarded refusal reaches the error handler once, with status and headers', async () => {
  const { seen, handler } = counted()
  const app = express()
    .get('/', jwtGuard(tokens.access, { onRefusal: 'forward', scope: 'reports:delete' }))
    .use(handler)
  const response = await fetch(await served(app), good())
  expect(response.status).toBe(403)
  expect(seen).toEqual([
    expect.objectContaining({
      status: 403,
      statusCode: 403,
      expose: true,
      message: 'The token does not grant what this request needs.',
      headers: expect.objectContaining({ 'Cache-Control': 'no-store' }) as unknown,
    }),
  ])
})

test("a forwarded refusal keeps its status and challenge through Express's own error page", async () => {
  const app = express()
    .set('env', 'test')
    .get('/', jwtGuard(tokens.access, { onRefusal: 'forward' }))
  const response = await fetch(await served(app))
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test('headers of middlewares before the guard stay on a refusal: CORS', async () => {
  const app = express()
    .use((req, res, next) => {
      res.setHeader('Access-Control-Allow-Origin', 'https://web.test')
      res.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate')
      if (req.method === 'OPTIONS') res.sendStatus(204)
      else next()
    })
    .use(jwtGuard(tokens.access))
  const url = await served(app)
  expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(204)
  const response = await fetch(url)
  expect(response.status).toBe(401)
  expect(response.headers.get('access-control-allow-origin')).toBe('https://web.test')
})

test('a preflight is not special where CORS comes too late', async () => {
  const response = await fetch(await served(express().use(jwtGuard(tokens.access))), {
    method: 'OPTIONS',
    headers: { 'access-control-request-headers': 'authorization', 'access-control-request-method': 'GET' },
  })
  expect(response.status).toBe(401)
})

test.each<[string, RequestHandler]>([
  [
    'throws',
    () => {
      throw Object.assign(new Error('theirs'), { status: 418 })
    },
  ],
  ['rejects', () => Promise.reject(Object.assign(new Error('theirs'), { status: 418 }))],
  ['hands on', (_req, _res, next) => next(Object.assign(new Error('theirs'), { status: 418 }))],
])("a handler's own error is its own: one that %s", async (_, failing) => {
  const { seen, handler } = counted()
  const app = express().get('/', jwtGuard(tokens.access), failing).use(handler)
  expect((await fetch(await served(app), good())).status).toBe(418)
  expect(seen).toEqual([expect.objectContaining({ message: 'theirs' })])
})

test('what is wrong goes to the next that the guard was given, whoever calls it', async () => {
  const guard = jwtGuard(tokens.access, { onRefusal: 'forward' })
  const app = express().use((req, res) => {
    guard(req, res, (error?: unknown) => void res.json({ heard: error instanceof Error ? error.message : 'nothing' }))
  })
  const url = await served(app)
  expect(await (await fetch(url)).json()).toEqual({ heard: 'This resource needs a bearer token.' })
  expect(await (await fetch(url, good())).json()).toEqual({ heard: 'nothing' })
})

test('jwtGuard itself, mounted without a call, answers 500 and never opens', async () => {
  const { seen, handler } = counted()
  let reached = 0
  const app = express()
    .use(jwtGuard as unknown as RequestHandler)
    .get('/', (_req, res) => {
      reached++
      res.end()
    })
    .use(handler)
  const url = await served(app)
  expect((await fetch(url)).status).toBe(500)
  expect((await fetch(url, good())).status).toBe(500)
  expect(reached).toBe(0)
  expect(seen[0]).toMatchObject({ name: 'ConfigurationError', code: 'ERR_GUARD_NOT_CALLED' })
})

test('tokenOf where no guard stands is a 500, not an empty token', async () => {
  const { seen, handler } = counted()
  const app = express()
    .get('/', (req, res) => void res.json(tokenOf(req, tokens.access)))
    .use(handler)
  expect((await fetch(await served(app), good())).status).toBe(500)
  expect(seen).toEqual([expect.objectContaining({ code: 'ERR_GUARD_NOT_PASSED' })])
})

test('two kinds in one slot are a 500, and the handler is not reached', async () => {
  const { seen, handler } = counted()
  const app = express()
    .use(jwtGuard(tokens.access, { optional: true }))
    .get('/', jwtGuard(tokens.invitation) as RequestHandler, (_req, res) => void res.json('open'))
    .use(handler)
  expect((await fetch(await served(app))).status).toBe(500)
  expect(seen).toEqual([expect.objectContaining({ code: 'ERR_SLOT_TAKEN' })])
})

test('another kind has a slot of its own', async () => {
  const app = express().get('/guest', jwtGuard(tokens.invitation, { as: 'guest' }), (req, res) => {
    res.json({ sub: res.locals.guest.claims.sub, same: res.locals.guest === tokenOf(req, tokens.invitation) })
  })
  const response = await fetch(`${await served(app)}/guest`, bearer(invitation()))
  expect(await response.json()).toEqual({ sub: 'guest-1', same: true })
})

test('a guard made by createGuard is mounted as it is', async () => {
  const guard = createGuard(tokens.access, { scope: 'reports:read', as: 'partner' })
  const app = express().get('/', jwtGuard(guard), (_req, res) => void res.json(res.locals.partner.claims.sub))
  expect(await (await fetch(await served(app), good())).json()).toBe('user-1')
})

test('authorize sees the request of Express: its route and its params', async () => {
  const own = jwtGuard(tokens.access, { authorize: (token, req) => req.params['id'] === token.claims.sub })
  const app = express().get('/users/:id', own, (_req, res) => void res.json('yours'))
  const url = await served(app)
  expect((await fetch(`${url}/users/user-1`, good())).status).toBe(200)
  expect((await fetch(`${url}/users/user-2`, good())).status).toBe(403)
})

test('an answer that somebody else has begun is not begun again', async () => {
  const app = express()
    .use((_req, res, next) => {
      res.write('begun')
      next()
      res.end()
    })
    .get('/', jwtGuard(tokens.access))
  const response = await fetch(await served(app))
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('begun')
})

test('interleaved requests see each its own token', async () => {
  const app = express().get('/:sub', jwtGuard(tokens.access), (req, res) => {
    setImmediate(() => {
      res.json(tokenOf(req, tokens.access) === res.locals.auth ? res.locals.auth.claims.sub : 'another')
    })
  })
  const url = await served(app)
  const subjects = Array.from({ length: 50 }, (_, index) => `user-${index}`)
  const seen = await Promise.all(
    subjects.map(async (sub) => {
      const response = await fetch(`${url}/${sub}`, bearer(fake.accessToken({ claims: { sub } })))
      return (await response.json()) as string
    }),
  )
  expect(seen).toEqual(subjects)
})
