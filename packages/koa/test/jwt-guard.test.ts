import { createGuard } from '@jwt-guard/core'
import { jwtGuard, tokenOf } from '@jwt-guard/koa'
import KoaRouter from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'
import { expect, test } from 'vitest'
import { bearer, fake, invitation, served, tokens } from './served.js'

const good = () => bearer(fake.accessToken())

/** A middleware that counts the errors that come up through it, and answers with them. */
function counted() {
  const seen: unknown[] = []
  const middleware: Middleware = async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      seen.push(error)
      ctx.status = (error as { status?: number }).status ?? 500
      ctx.body = { handled: true }
    }
  }
  return { seen, middleware }
}

/** An application that keeps what it would have written to stderr. */
function logging() {
  const app = new Koa()
  const logged: unknown[] = []
  app.on('error', (error) => logged.push(error))
  return { app, logged }
}

test('the token is at ctx.state.auth and by tokenOf, of the context and of the request', async () => {
  const app = new Koa().use(jwtGuard(tokens.access)).use((ctx) => {
    const { auth } = ctx.state
    ctx.body = {
      sub: auth.claims.sub,
      same: auth === tokenOf(ctx, tokens.access) && auth === tokenOf(ctx.req, tokens.access),
    }
  })
  expect(await (await fetch(await served(app), good())).json()).toEqual({ sub: 'user-1', same: true })
})

test('what somebody else left in the slot is overwritten, with undefined too', async () => {
  const admin: Middleware = async (ctx, next) => {
    ctx.state['auth'] = { claims: { sub: 'admin' } }
    await next()
  }
  const app = new Koa()
    .use(admin)
    .use(jwtGuard(tokens.access, { optional: true }))
    .use((ctx) => {
      const token = tokenOf(ctx, tokens.access, { optional: true })
      ctx.body = {
        sub: ctx.state.auth?.claims.sub ?? 'nobody',
        there: 'auth' in ctx.state,
        same: token === ctx.state.auth,
      }
    })
  const url = await served(app)
  expect(await (await fetch(url, good())).json()).toEqual({ sub: 'user-1', there: true, same: true })
  expect(await (await fetch(url)).json()).toEqual({ sub: 'nobody', there: true, same: true })
})

test('another slot is left alone', async () => {
  const app = new Koa()
    .use(async (ctx, next) => {
      ctx.state['auth'] = 'theirs'
      await next()
    })
    .use(jwtGuard(tokens.access, { as: 'partner' }))
    .use((ctx) => {
      const state: Readonly<Record<string, unknown>> = ctx.state
      ctx.body = { auth: state['auth'], sub: ctx.state.partner.claims.sub }
    })
  expect(await (await fetch(await served(app), good())).json()).toEqual({ auth: 'theirs', sub: 'user-1' })
})

test.each([
  ['the whole application', (router: KoaRouter) => new Koa().use(jwtGuard(tokens.access)).use(router.routes())],
  [
    'a router',
    (router: KoaRouter) =>
      new Koa().use(
        new KoaRouter()
          .use(jwtGuard(tokens.access) as Middleware)
          .use(router.routes())
          .routes(),
      ),
  ],
  [
    'a path of a router',
    (router: KoaRouter) =>
      new Koa().use(
        new KoaRouter()
          .use('/reports', jwtGuard(tokens.access) as Middleware)
          .use(router.routes())
          .routes(),
      ),
  ],
])('a guard before %s is before its handlers', async (_, guarded) => {
  let reached = 0
  const router = new KoaRouter().get('/reports/:id', (ctx) => {
    reached++
    ctx.body = { sub: tokenOf(ctx, tokens.access).claims.sub, id: ctx.params['id'] }
  })
  const url = `${await served(guarded(router))}/reports/7`
  expect((await fetch(url)).status).toBe(401)
  expect(reached).toBe(0)
  expect(await (await fetch(url, good())).json()).toEqual({ sub: 'user-1', id: '7' })
})

test.each(['/reports', '/REPORTS', '/reports/', '//reports', '/reports;x', '/%72eports'])(
  'a route that matches is guarded, however its path is spelled: %s',
  async (path) => {
    let reached = 0
    const router = new KoaRouter().get('/reports', jwtGuard(tokens.access) as Middleware, () => {
      reached++
    })
    const response = await fetch(`${await served(new Koa().use(router.routes()))}${path}`)
    expect([401, 404]).toContain(response.status)
    expect(reached).toBe(0)
  },
)

test('a refusal is answered by the guard: nothing is thrown, logged or run after it', async () => {
  const { seen, middleware } = counted()
  const { app, logged } = logging()
  let reached = 0
  app
    .use(middleware)
    .use(jwtGuard(tokens.access))
    .use(() => {
      reached++
    })
  const response = await fetch(await served(app))
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect([reached, seen, logged]).toEqual([0, [], []])
})

test('a forwarded refusal is thrown once, with status and headers', async () => {
  const { seen, middleware } = counted()
  const app = new Koa().use(middleware).use(jwtGuard(tokens.access, { onRefusal: 'forward' }))
  expect((await fetch(await served(app))).status).toBe(401)
  expect(seen).toEqual([
    expect.objectContaining({
      status: 401,
      statusCode: 401,
      expose: true,
      message: 'This resource needs a bearer token.',
      headers: { 'WWW-Authenticate': 'Bearer realm="api"', 'Cache-Control': 'no-store' },
    }),
  ])
})

test('whatever is thrown comes as a rejection, to a middleware that calls the guard itself too', async () => {
  const caught: unknown[] = []
  const guards: Middleware[] = [
    jwtGuard(tokens.access, { onRefusal: 'forward' }),
    jwtGuard(tokens.invitation, { optional: true }) as Middleware,
  ]
  const app = new Koa().use(jwtGuard(tokens.access, { optional: true })).use(async (ctx, next) => {
    for (const guard of guards) await guard(ctx, next).catch((error: unknown) => caught.push(error))
    ctx.body = ''
  })
  expect((await fetch(await served(app))).status).toBe(200)
  expect(caught).toEqual([
    expect.objectContaining({ status: 401 }),
    expect.objectContaining({ code: 'ERR_SLOT_TAKEN' }),
  ])
})

test("a forwarded refusal keeps its status and challenge through Koa's own error handling", async () => {
  const app = new Koa().use(jwtGuard(tokens.access, { onRefusal: 'forward' }))
  const response = await fetch(await served(app), bearer('x'))
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.text()).toBe('The token is not valid for this resource.')
})

test('headers of middlewares before the guard stay on a refusal: CORS', async () => {
  const app = new Koa()
    .use(async (ctx, next) => {
      ctx.set('Access-Control-Allow-Origin', 'https://web.test')
      if (ctx.method === 'OPTIONS') ctx.status = 204
      else await next()
    })
    .use(jwtGuard(tokens.access))
  const url = await served(app)
  expect((await fetch(url, { method: 'OPTIONS' })).status).toBe(204)
  const response = await fetch(url)
  expect(response.status).toBe(401)
  expect(response.headers.get('access-control-allow-origin')).toBe('https://web.test')
})

test('a body that was set before the guard is gone from a refusal', async () => {
  const app = new Koa()
    .use(async (ctx, next) => {
      ctx.type = 'text/html'
      ctx.body = '<p>the report</p>'
      await next()
    })
    .use(jwtGuard(tokens.access))
  const response = await fetch(await served(app))
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(await response.json()).toMatchObject({ error: 'token_required' })
})

test.each<[string, Middleware]>([
  [
    'throws',
    () => {
      throw Object.assign(new Error('theirs'), { status: 418 })
    },
  ],
  ['rejects', () => Promise.reject(Object.assign(new Error('theirs'), { status: 418 }))],
  ['uses ctx.throw', (ctx) => ctx.throw(418, 'theirs')],
])("a handler's own error is its own: one that %s", async (_, failing) => {
  const { seen, middleware } = counted()
  const app = new Koa()
    .use(middleware)
    .use(jwtGuard(tokens.access) as Middleware)
    .use(failing)
  expect((await fetch(await served(app), good())).status).toBe(418)
  expect(seen).toEqual([expect.objectContaining({ message: 'theirs' })])
})

test('jwtGuard itself, mounted without a call, answers 500 and never opens', async () => {
  const { app, logged } = logging()
  let reached = 0
  app.use(jwtGuard as unknown as Middleware).use(() => {
    reached++
  })
  const url = await served(app)
  expect((await fetch(url)).status).toBe(500)
  const response = await fetch(url, good())
  expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
  expect(reached).toBe(0)
  expect(logged[0]).toMatchObject({ name: 'ConfigurationError', code: 'ERR_GUARD_NOT_CALLED' })
})

test('tokenOf where no guard stands is a 500, not an empty token', async () => {
  const { app, logged } = logging()
  app.use((ctx) => {
    ctx.body = tokenOf(ctx, tokens.access)
  })
  expect((await fetch(await served(app), good())).status).toBe(500)
  expect(logged).toEqual([expect.objectContaining({ code: 'ERR_GUARD_NOT_PASSED' })])
})

test('two kinds in one slot are a 500, and the handler is not reached', async () => {
  const { app, logged } = logging()
  let reached = 0
  app
    .use(jwtGuard(tokens.access, { optional: true }))
    .use(jwtGuard(tokens.invitation) as Middleware)
    .use(() => {
      reached++
    })
  expect((await fetch(await served(app))).status).toBe(500)
  expect([reached, logged]).toEqual([0, [expect.objectContaining({ code: 'ERR_SLOT_TAKEN' })]])
})

test('another kind has a slot of its own', async () => {
  const app = new Koa().use(jwtGuard(tokens.invitation, { as: 'guest' })).use((ctx) => {
    ctx.body = { sub: ctx.state.guest.claims.sub }
  })
  expect(await (await fetch(await served(app), bearer(invitation()))).json()).toEqual({ sub: 'guest-1' })
})

test('authorize sees the context of Koa', async () => {
  const router = new KoaRouter().get(
    '/users/:id',
    jwtGuard(tokens.access, {
      authorize: (token, ctx: Context) => ctx.path === `/users/${token.claims.sub}`,
    }) as Middleware,
    (ctx) => {
      ctx.body = 'yours'
    },
  )
  const url = await served(new Koa().use(router.routes()))
  expect((await fetch(`${url}/users/user-1`, good())).status).toBe(200)
  expect((await fetch(`${url}/users/user-2`, good())).status).toBe(403)
})

test("a guard made by createGuard is mounted as it is, and its authorize sees Node's request, as it was made for", async () => {
  const guard = createGuard(tokens.access, { as: 'partner', authorize: (_, request) => request.url === '/mine' })
  const app = new Koa().use(jwtGuard(guard)).use((ctx) => {
    ctx.body = { sub: ctx.state.partner.claims.sub }
  })
  const url = await served(app)
  expect(await (await fetch(`${url}/mine`, good())).json()).toEqual({ sub: 'user-1' })
  expect((await fetch(`${url}/theirs`, good())).status).toBe(403)
})

test('interleaved requests see each its own token', async () => {
  const app = new Koa().use(jwtGuard(tokens.access)).use(async (ctx) => {
    await new Promise((resolve) => setImmediate(resolve))
    ctx.body = tokenOf(ctx, tokens.access) === ctx.state.auth ? { sub: ctx.state.auth.claims.sub } : 'another'
  })
  const url = await served(app)
  const subjects = Array.from({ length: 50 }, (_, index) => `user-${index}`)
  const seen = await Promise.all(
    subjects.map(async (sub) => {
      const response = await fetch(url, bearer(fake.accessToken({ claims: { sub } })))
      return ((await response.json()) as { sub: string }).sub
    }),
  )
  expect(seen).toEqual(subjects)
})
