import { jwtGuard } from '@jwt-guard/express'
import express from 'express'
import { nonceOfLogin } from './logins.js'
import { serve, type Running } from './serve.js'
import { tokens } from './tokens.js'

/** Starts the service as an Express application. */
export function startExpressApi(): Promise<Running> {
  const app = express()
  app.get('/reports', jwtGuard(tokens.access, { scope: 'reports:read' }), (_, res) => {
    res.json({ for: res.locals.auth.claims.sub })
  })
  app.post('/reports', jwtGuard(tokens.access, { scope: 'reports:write' }), (_, res) => {
    res.json({ for: res.locals.auth.claims.sub })
  })
  app.get('/me', jwtGuard(tokens.id, { context: (req) => ({ nonce: nonceOfLogin(req.headers.cookie) }) }), (_, res) => {
    res.json({ for: res.locals.auth.claims.sub })
  })
  app.post('/password-reset', jwtGuard(tokens.passwordReset), (_, res) => {
    res.json({ for: res.locals.auth.claims.sub })
  })
  app.get('/partner/reports', jwtGuard(tokens.partner), (_, res) => {
    res.json({ for: res.locals.auth.claims.sub })
  })
  return serve(() => app)
}
