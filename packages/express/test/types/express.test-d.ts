import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express'
import { accessToken, createGuard, customToken, defineTokens, idToken, issuer, type AccessTokenClaims, type Verified } from '@jwt-guard/core'
import { jwtGuard, tokenOf, type Authenticated } from '@jwt-guard/express'
import * as z from 'zod'
import type { Expect, IsAny, Same } from './expect.ts'

const auth = issuer('https://auth.example.com', { algorithms: ['RS256'] })
const loose = accessToken({ issuer: auth, audience: 'x' })
const tokens = defineTokens({
  access: loose,
  id: idToken({ issuer: auth, clientId: 'web' }),
  tenant: accessToken({ issuer: auth, audience: 'y', claims: z.object({ tenant: z.string() }) }),
  partner: customToken({ typ: 'p+jwt', issuer: auth, audience: 'x', maxLifetime: 1, fixed: { use: 'p' } }),
})
type A = Verified<'access', AccessTokenClaims>
const app = express()
declare const plain: RequestHandler
declare const json: ReturnType<typeof express.json>

// ── typed, no cast
app.use(jwtGuard(tokens.access))
app.get('/reports', jwtGuard(tokens.access, { scope: 'reports:read' }), (req, res) => {
  type _ = [Expect<Same<typeof res.locals.auth, A>>]
  // @ts-expect-error a claim that the type does not have
  res.locals.auth.claims.tenant
  // @ts-expect-error another slot
  res.locals.user
  // @ts-expect-error frozen
  res.locals.auth.claims.sub = 'x'
})

// ── nothing is taken from the route
app.get('/r/:id/:part', jwtGuard(tokens.tenant), (req, res) => {
  type _ = [Expect<Same<typeof req.params, { id: string } & { part: string }>>, Expect<Same<typeof req.query, Request['query']>>, Expect<IsAny<typeof req.body>>, Expect<Same<typeof res.locals.auth.claims.tenant, string>>]
  // @ts-expect-error no such parameter
  req.params.other
})
app.get('/files/*path', jwtGuard(tokens.access), (req) => { type _ = Expect<Same<typeof req.params, { path: string[] }>> })
app.get(/^\/x\/(.*)$/, jwtGuard(tokens.access), (req, res) => { type _ = [Expect<Same<typeof res.locals.auth, A>>, Expect<Same<(typeof req.params)[0], string>>] })
app.get(['/a', '/b'], jwtGuard(tokens.access), (req, res) => { type _ = Expect<Same<typeof res.locals.auth, A>> })
app.route('/r/:id').get(jwtGuard(tokens.access), (req, res) => { type _ = [Expect<Same<typeof res.locals.auth, A>>, Expect<Same<typeof req.params, { id: string }>>] })
app.get('/async/:id', jwtGuard(tokens.access), async (req, res) => { await Promise.resolve(); type _ = [Expect<Same<typeof res.locals.auth, A>>, Expect<Same<typeof req.params, { id: string }>>] })
app.get('/json/:id', json, jwtGuard(tokens.access), json, (req, res) => { type _ = [Expect<Same<typeof res.locals.auth, A>>, Expect<Same<typeof req.params, { id: string }>>] })
app.get('/three/:id', jwtGuard(tokens.access), (req, res, next) => { void res.locals.auth.claims.sub; next() }, (req, res) => { type _ = [Expect<Same<typeof res.locals.auth, A>>, Expect<Same<typeof req.params, { id: string }>>] })
// body types given at the handler stay
app.post('/b/:id', jwtGuard(tokens.access), (req: Request<{ id: string }, { ok: boolean }, { name: string }>, res) => {
  type _ = [Expect<Same<typeof req.body, { name: string }>>, Expect<Same<typeof res.locals.auth, A>>]
  res.json({ ok: true })
  // @ts-expect-error not the body that was promised
  res.json({ ok: 1 })
})
// ── lost: the locals, where the user writes a Response type that says any locals, or type arguments
app.get('/b', jwtGuard(tokens.access), (req: Request, res: Response) => { type _ = Expect<IsAny<typeof res.locals.auth>> })
app.get('/b', jwtGuard(tokens.access), (req, res: Response<{ ok: boolean }>) => { type _ = Expect<IsAny<typeof res.locals.auth>> })
app.get<'/b', { id: string }>('/b', jwtGuard(tokens.access), (req, res) => { type _ = Expect<IsAny<typeof res.locals.auth>> })
// beside a handler typed RequestHandler: the params, as in Express itself; the locals stay
app.get('/b/:id', jwtGuard(tokens.access), plain, (req, res) => { type _ = [Expect<Same<typeof res.locals.auth, A>>, Expect<Same<typeof req.params, Request['params']>>] })
app.get('/b/:id', plain, jwtGuard(tokens.access), (req, res) => { type _ = [Expect<Same<typeof res.locals.auth, A>>, Expect<Same<typeof req.params, Request['params']>>] })
app.get('/b/:id', plain, (req, res) => { type _ = Expect<Same<typeof req.params, Request['params']>> })
// ── kept, when the handler says what it expects
const handler: RequestHandler<{ id: string }, unknown, unknown, Request['query'], Authenticated<typeof tokens.access>> = (req, res) => { void res.locals.auth.claims.client_id; void req.params.id }
app.get('/b/:id', jwtGuard(tokens.access), handler)
// @ts-expect-error the handler expects the claims of another kind
app.get('/b/:id', jwtGuard(tokens.partner), handler)
// NOT CAUGHT: an optional guard before a handler that wants a token (a parameter's type is contravariant); `auth` is undefined at run time
app.get('/b/:id', jwtGuard(tokens.access, { optional: true }), handler)
// NOT CAUGHT: the same handler without any guard; nor `res.locals.auth` in an unguarded one, because Express types every local as any
app.get('/b/:id', handler); app.get('/b/:id', (req, res) => { type _ = Expect<IsAny<typeof res.locals.auth>> })
app.get('/b/:id', jwtGuard(tokens.access), (req, res: Response<{ ok: boolean }, Authenticated<typeof tokens.access>>) => { type _ = Expect<Same<typeof res.locals.auth, A>> })

// ── everywhere that a middleware may stand
const router = express.Router()
router.use(jwtGuard(tokens.access)); router.use('/x', jwtGuard(tokens.access)); app.use('/y', jwtGuard(tokens.access), json, plain, router)
app.all('/z', jwtGuard(tokens.access)); app.route('/z').all(jwtGuard(tokens.access))
const asPlain: RequestHandler = jwtGuard(tokens.access); const asHandler: express.Handler = jwtGuard(tokens.access, { as: 'caller' })
app.get('/arr', [jwtGuard(tokens.access), plain], plain)
app.get('/arr', [jwtGuard(tokens.access), json], (req: Request, res: Response) => { tokenOf(req, tokens.access).claims.sub })
const onError: ErrorRequestHandler = (err, req, res, next) => { tokenOf(req, tokens.access, { optional: true })?.claims.sub }
app.use(jwtGuard(tokens.access), onError)
// after app.use or router.use: any, not an error; tokenOf is typed
router.get('/q/:id', (req, res) => { type _ = Expect<IsAny<typeof res.locals.auth>>; const t = tokenOf(req, tokens.access); type __ = [Expect<Same<typeof t, A>>, Expect<Same<typeof req.params, { id: string }>>] })

// ── optional
app.get('/o', jwtGuard(tokens.access, { optional: true }), (req, res) => {
  type _ = Expect<Same<typeof res.locals.auth, A | undefined>>
  res.locals.auth?.claims.sub
  // @ts-expect-error possibly undefined
  res.locals.auth.claims
})
declare const sometimes: boolean
app.get('/o', jwtGuard(tokens.access, { optional: sometimes }), (req, res) => { type _ = Expect<Same<typeof res.locals.auth, A | undefined>> })
app.get('/o', jwtGuard(tokens.access, { optional: false }), (req, res) => { type _ = Expect<Same<typeof res.locals.auth, A>> })
app.get('/o', jwtGuard(createGuard(tokens.access, { optional: true, as: 'who' })), (req, res) => { type _ = Expect<Same<typeof res.locals.who, A | undefined>> })
app.get('/o', jwtGuard(createGuard(tokens.access)), (req, res) => { type _ = Expect<Same<typeof res.locals.auth, A>> })

// ── a slot of its own
app.get('/1/:id', jwtGuard(tokens.access, { as: 'caller', scope: 'x' }), (req, res) => {
  type _ = [Expect<Same<typeof res.locals.caller, A>>, Expect<Same<typeof req.params, { id: string }>>]
  // @ts-expect-error not this slot
  res.locals.auth
})
// ── two guards on a route
app.get('/2', jwtGuard(tokens.access), jwtGuard(tokens.access, { scope: 'x' }), (req, res) => { type _ = Expect<Same<typeof res.locals.auth, A>> })
app.get('/2', jwtGuard(tokens.access, { optional: true }), jwtGuard(tokens.access), (req, res) => { type _ = Expect<Same<typeof res.locals.auth, A>> })
app.get('/2/:id', jwtGuard(tokens.access), jwtGuard(tokens.partner, { as: 'partner' }), (req, res) => {
  type _ = [Expect<Same<typeof res.locals.auth, A>>, Expect<Same<typeof req.params, { id: string }>>]
  const use: 'p' = tokenOf(req, tokens.partner).claims.use; void use
  // @ts-expect-error Express can type one slot for each call; the others by tokenOf
  res.locals.partner
})
// @ts-expect-error two kinds for one slot
app.get('/2', jwtGuard(tokens.access), jwtGuard(tokens.partner), (req, res) => {})
app.use('/2', jwtGuard(tokens.access)); app.get('/2', jwtGuard(tokens.partner), (req, res) => { const use: 'p' = res.locals.auth.claims.use; tokenOf(req, tokens.access).claims.client_id; void use })

// ── a context
app.get('/me/:id', jwtGuard(tokens.id, { context: (req) => ({ nonce: req.get('x-nonce') ?? null }) }), (req, res) => { type _ = [Expect<Same<typeof res.locals.auth.type, 'id'>>, Expect<Same<typeof req.params, { id: string }>>] })
// ── refused
// @ts-expect-error not from a named set
jwtGuard(loose)
// @ts-expect-error needs a context
jwtGuard(tokens.id)
// @ts-expect-error another context
jwtGuard(tokens.id, { context: () => ({ subject: 's' }) })
// @ts-expect-error takes no context
jwtGuard(tokens.access, { context: () => ({ nonce: null }) })
// @ts-expect-error unknown option
jwtGuard(tokens.access, { scopes: 'x' })
// @ts-expect-error a guard has its options already
jwtGuard(createGuard(tokens.access), { scope: 'x' })
// @ts-expect-error options first
jwtGuard({ scope: 'x' })
// @ts-expect-error not called
const uncalled: RequestHandler = jwtGuard
// NOT CAUGHT: Express types an error handler's first parameter as any, so `use` takes every function of one parameter. jwtGuard(request) has to throw.
app.use(jwtGuard)
