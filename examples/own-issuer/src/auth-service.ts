import { createHash, timingSafeEqual } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { DependencyError, TokenRejectedError } from '@jwt-guard/core'
import { koaJwksHandler, type TokenIssuer } from '@jwt-guard/issuer'
import { Router } from '@koa/router'
import Koa, { type Context } from 'koa'
import { authTokens } from './auth-tokens.js'

/** Log in, refresh, and the public keys. `mine` is there to be rotated. */
export function authService(url: string, api: string): { readonly app: Koa; readonly mine: TokenIssuer } {
  const { mine, tokens } = authTokens(url, api)

  async function answerPair(ctx: Context, sub: string): Promise<void> {
    ctx.set('Cache-Control', 'no-store')
    ctx.body = {
      access_token: await mine.issue(tokens.access, { sub, client_id: 'web' }),
      refresh_token: await mine.issue(tokens.refresh, { sub }),
      token_type: 'Bearer',
      expires_in: 300,
    }
  }

  const router = new Router()
  router.get('/jwks', koaJwksHandler(mine))
  router.post('/login', async (ctx) => {
    const fields = await fieldsOf(ctx)
    const user = fields.get('user') ?? ''
    if (isPassword(user, fields.get('password') ?? '')) await answerPair(ctx, user)
    else refuse(ctx, 'access_denied')
  })
  router.post('/refresh', async (ctx) => {
    const refresh = (await fieldsOf(ctx)).get('refresh_token') ?? ''
    try {
      // Spends it: of any number of requests with it, one gets the next pair.
      const { claims } = await tokens.refresh.verify(refresh)
      await answerPair(ctx, claims.sub)
    } catch (error) {
      if (error instanceof DependencyError) ctx.throw(503)
      if (!(error instanceof TokenRejectedError)) throw error
      refuse(ctx, 'invalid_grant')
    }
  })
  const app = new Koa()
  app.use(router.routes())
  return { app, mine }
}

function refuse(ctx: Context, error: string): void {
  ctx.status = 400
  ctx.body = { error }
}

async function fieldsOf(ctx: Context): Promise<URLSearchParams> {
  if ((ctx.request.length ?? Infinity) > 16_384) ctx.throw(413)
  return new URLSearchParams(await text(ctx.req))
}

/** One user, for the example: how passwords are kept is not its idea. */
function isPassword(user: string, password: string): boolean {
  const digest = (of: string) => createHash('sha256').update(of).digest()
  return timingSafeEqual(digest(`${user}:${password}`), digest('ada:correct horse battery'))
}
