import Koa, { type Context, type Middleware } from 'koa'
import Router, { type RouterContext, type RouterMiddleware } from '@koa/router'
import { accessToken, createGuard, customToken, defineTokens, idToken, issuer, tokenOf as coreTokenOf, type AccessTokenClaims, type Verified, type VerifiedBy } from '@jwt-guard/core'
import { jwtGuard, tokenOf } from '@jwt-guard/koa'
import type { Expect, IsAny, Same } from './expect.ts'

const auth = issuer('https://auth.example.com', { algorithms: ['RS256'] })
const loose = accessToken({ issuer: auth, audience: 'x' })
const tokens = defineTokens({
  access: loose,
  id: idToken({ issuer: auth, clientId: 'web' }),
  partner: customToken({ typ: 'p+jwt', issuer: auth, audience: 'x', maxLifetime: 1, fixed: { use: 'p' } }),
})
type A = Verified<'access', AccessTokenClaims>
type P = VerifiedBy<typeof tokens.partner>
declare const plain: Middleware, plainR: RouterMiddleware

// ── typed along the chain; a second statement on a plain application reads any
const app = new Koa()
app.use(jwtGuard(tokens.access))
app.use(ctx => { type _ = Expect<IsAny<typeof ctx.state.auth>>; tokenOf(ctx, tokens.access).claims.sub })
const chained = new Koa().use(jwtGuard(tokens.access))
chained.use(ctx => { type _ = Expect<Same<typeof ctx.state.auth, A>> })
new Koa().use(jwtGuard(tokens.access)).use(ctx => {
  type _ = Expect<Same<typeof ctx.state.auth, A>>
  ctx.body = { for: ctx.state.auth.claims.sub }; ctx.status = 201
  // @ts-expect-error a claim that the type does not have
  ctx.state.auth.claims.tenant
  // @ts-expect-error frozen
  ctx.state.auth.claims.sub = 'x'
  type __ = Expect<IsAny<typeof ctx.state.other>> // Koa's own: the default state is any
})
// ── a strict application finds the missing guard too
const strict = new Koa<{}, {}>()
strict.use(ctx => {
  // @ts-expect-error no guard
  ctx.state.auth
})
strict.use(jwtGuard(tokens.access)).use(ctx => { type _ = Expect<Same<typeof ctx.state.auth, A>> })
strict.use(jwtGuard(tokens.access)).use(ctx => {
  // @ts-expect-error the guard does not bring Koa's open context along
  ctx.anything
})
interface State { user?: string }
interface Ctx { db: { find(): void } }
new Koa<State, Ctx>().use(jwtGuard(tokens.access)).use(async (ctx, next) => { type _ = [Expect<Same<typeof ctx.state.auth, A>>, Expect<Same<typeof ctx.state.user, string | undefined>>]; ctx.db.find(); await next() })

// ── router
const router = new Router()
router.get('/r/:id', jwtGuard(tokens.access, { scope: 'x' }), ctx => {
  type _ = [Expect<Same<typeof ctx.state.auth, A>>, Expect<Same<typeof ctx.params, Record<string, string>>>]
  ctx.body = ctx.state.auth.claims.sub
  // @ts-expect-error a claim that the type does not have
  ctx.state.auth.claims.tenant
})
router.get('name', '/r/:id', jwtGuard(tokens.access), async (ctx, next) => { await next(); type _ = Expect<Same<typeof ctx.state.auth, A>> })
router.get('/r', jwtGuard(tokens.access), plain, ctx => { type _ = Expect<Same<typeof ctx.state.auth, A>> })
router.get('/r', plain, jwtGuard(tokens.access), ctx => { type _ = Expect<Same<typeof ctx.state.auth, A>> })
router.get('/r', plainR, jwtGuard(tokens.access), ctx => { type _ = Expect<Same<typeof ctx.state.auth, A>> })
router.get('/r', jwtGuard(tokens.access), plainR, ctx => { type _ = Expect<Same<typeof ctx.state.auth, A>> })
router.get('/r', jwtGuard(tokens.access), jwtGuard(tokens.access, { scope: 'x' }), ctx => { type _ = Expect<Same<typeof ctx.state.auth, A>> })
router.get('/r', jwtGuard(tokens.access, { as: 'caller' }), ctx => { type _ = Expect<Same<typeof ctx.state.caller, A>> })
router.use(jwtGuard(tokens.access)); router.use('/p', jwtGuard(tokens.access))
router.get('/y', ctx => { type _ = Expect<IsAny<typeof ctx.state.auth>>; const t = tokenOf(ctx, tokens.access); type __ = Expect<Same<typeof t, A>> }) // after router.use: any
const strictRouter = new Router<{}>()
strictRouter.use(jwtGuard(tokens.access))
strictRouter.get('/y', jwtGuard(tokens.access), ctx => { type _ = Expect<Same<typeof ctx.state.auth, A>> })
strictRouter.get('/y', ctx => {
  // @ts-expect-error router.use does not carry its state on
  ctx.state.auth
})
const stated = new Router<{ auth: A }>()
stated.use(jwtGuard(tokens.access)); stated.get('/y', ctx => { ctx.state.auth.claims.client_id })
app.use(router.routes()).use(router.allowedMethods()); chained.use(router.routes()); chained.use(stated.routes()); strict.use(stated.routes())
const asPlain: Middleware = jwtGuard(tokens.access)
const asPlainR: RouterMiddleware = jwtGuard(tokens.access)

// ── two kinds
new Koa().use(jwtGuard(tokens.access)).use(jwtGuard(tokens.partner, { as: 'partner' })).use(ctx => { type _ = [Expect<Same<typeof ctx.state.auth, A>>, Expect<Same<typeof ctx.state.partner, P>>] })
new Koa<{}, {}>().use(jwtGuard(tokens.access)).use(jwtGuard(tokens.partner, { as: 'partner' })).use(ctx => { type _ = [Expect<Same<typeof ctx.state.auth, A>>, Expect<Same<typeof ctx.state.partner, P>>] })
// @ts-expect-error one slot for two kinds, in a chain: it is never
new Koa().use(jwtGuard(tokens.access)).use(jwtGuard(tokens.partner)).use(ctx => { ctx.state.auth.claims })
// @ts-expect-error on one route: caught by a strict router
new Router<{}>().get('/r', jwtGuard(tokens.access), jwtGuard(tokens.partner), ctx => {})
// @ts-expect-error on one route two slots cannot be told to @koa/router
router.get('/r', jwtGuard(tokens.access), jwtGuard(tokens.partner, { as: 'partner' }), ctx => {})
router.use('/r2', jwtGuard(tokens.access)); router.get('/r2', jwtGuard(tokens.partner, { as: 'partner' }), ctx => { type _ = Expect<Same<typeof ctx.state.partner, P>>; tokenOf(ctx, tokens.access).claims.client_id })
// NOT CAUGHT on a plain router: two kinds for one slot, typed as one of them. Koa's default state is assignable to anything.
router.get('/r', jwtGuard(tokens.access), jwtGuard(tokens.partner), ctx => { ctx.state.auth.claims.iss })

// ── optional, a context
new Koa().use(jwtGuard(tokens.access, { optional: true })).use(ctx => {
  type _ = Expect<Same<typeof ctx.state.auth, A | undefined>>
  // @ts-expect-error possibly undefined
  ctx.state.auth.claims
})
new Koa().use(jwtGuard(createGuard(tokens.access, { optional: true, as: 'who' }))).use(ctx => { type _ = Expect<Same<typeof ctx.state.who, A | undefined>> })
new Koa().use(jwtGuard(tokens.id, { context: (ctx) => ({ nonce: ctx.cookies.get('nonce') ?? null }) })).use(ctx => { type _ = Expect<Same<typeof ctx.state.auth.type, 'id'>> })

// ── tokenOf: ctx, ctx.req, a context declared elsewhere
function service(ctx: Context) { return tokenOf(ctx, tokens.access).claims.client_id }
function routed(ctx: RouterContext) { return tokenOf(ctx, tokens.access).claims.client_id }
app.use(ctx => { const a = tokenOf(ctx, tokens.access), b = tokenOf(ctx.req, tokens.access), c = coreTokenOf(ctx.req, tokens.access), d = tokenOf(ctx, tokens.access, { optional: true }); type _ = [Expect<Same<typeof a, A>>, Expect<Same<typeof b, A>>, Expect<Same<typeof c, A>>, Expect<Same<typeof d, A | undefined>>]; service(ctx) })
new Koa<{}, {}>().use(ctx => { tokenOf(ctx, tokens.access) })
app.use(ctx => {
  // @ts-expect-error core's tokenOf takes Node's request, not ctx
  coreTokenOf(ctx, tokens.access)
})
// ── refused
// @ts-expect-error not from a named set
jwtGuard(loose)
// @ts-expect-error needs a context
jwtGuard(tokens.id)
// @ts-expect-error unknown option
jwtGuard(tokens.access, { scopes: 'x' })
// @ts-expect-error not called
app.use(jwtGuard)
