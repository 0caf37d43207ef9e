import { jwtGuard } from '@jwt-guard/koa'
import Koa, { type Middleware } from 'koa'
import koaJwt from 'koa-jwt'
import { own, ownAgain } from './contestants.js'
import { bearerOf, differsFrom, empty, plain, portOf, unguarded, type HttpContestant } from './http-contestant.js'
import { joseVerifierOf, jsonwebtokenOptions, keyObjectOf, ourTokens, type Trust } from './trust.js'

export async function koaContestants(trust: Trust): Promise<readonly HttpContestant[]> {
  return [
    contestant(unguarded, trust, differsFrom.unguarded),
    contestant(empty, trust, differsFrom.empty, (_ctx, next) => next()),
    contestant(own, trust, 'every check is on', jwtGuard(ourTokens(trust).access) as Middleware),
    contestant(ownAgain, trust, 'every check is on', jwtGuard(ourTokens(trust).access) as Middleware),
    contestant('jose by hand', trust, differsFrom.jose, await byHand(trust)),
    ...onJsonwebtoken(trust),
  ]
}

function contestant(name: string, { algorithm }: Trust, differs: string, ...guards: Middleware[]): HttpContestant {
  return {
    name,
    alg: algorithm,
    differs,
    listen: async () => {
      const app = new Koa()
      app.silent = true
      for (const guard of guards) app.use(guard)
      app.use((ctx) => {
        ctx.body = plain
      })
      return portOf(app.listen(0, '127.0.0.1'))
    },
  }
}

async function byHand(trust: Trust): Promise<Middleware> {
  const verify = await joseVerifierOf(trust)
  return async (ctx, next) => {
    try {
      ctx.state['auth'] = await verify(bearerOf(ctx.headers.authorization))
    } catch {
      ctx.status = 401
      return
    }
    await next()
  }
}

function onJsonwebtoken(trust: Trust): readonly HttpContestant[] {
  const options = jsonwebtokenOptions(trust)
  if (options === undefined) return []
  // Whatever it is given goes on to jsonwebtoken.
  const guard = koaJwt({ ...options, secret: keyObjectOf(trust) as unknown as Buffer })
  return [contestant('koa-jwt', trust, differsFrom.jsonwebtoken, guard)]
}
