import { jwtGuard } from '@jwt-guard/koa'
import { Router } from '@koa/router'
import Koa from 'koa'
import { nonceOfLogin } from './logins.js'
import { serve, type Running } from './serve.js'
import { tokens } from './tokens.js'

/** Starts the service as a Koa application. */
export function startKoaApi(): Promise<Running> {
  const router = new Router<{}, {}>()
  router.get('/reports', jwtGuard(tokens.access, { scope: 'reports:read' }), (ctx) => {
    ctx.body = { for: ctx.state.auth.claims.sub }
  })
  router.post('/reports', jwtGuard(tokens.access, { scope: 'reports:write' }), (ctx) => {
    ctx.body = { for: ctx.state.auth.claims.sub }
  })
  router.get('/me', jwtGuard(tokens.id, { context: (ctx) => ({ nonce: nonceOfLogin(ctx.get('cookie')) }) }), (ctx) => {
    ctx.body = { for: ctx.state.auth.claims.sub }
  })
  router.post('/password-reset', jwtGuard(tokens.passwordReset), (ctx) => {
    ctx.body = { for: ctx.state.auth.claims.sub }
  })
  router.get('/partner/reports', jwtGuard(tokens.partner), (ctx) => {
    ctx.body = { for: ctx.state.auth.claims.sub }
  })
  const handle = new Koa().use(router.routes()).callback()
  return serve(() => (request, response) => void handle(request, response))
}
