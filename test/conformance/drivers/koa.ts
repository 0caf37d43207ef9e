import { jwtGuard, tokenOf } from '@jwt-guard/koa'
import KoaRouter from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'
import { listening, type Driver } from '../driver.js'
import { justGet } from '../route.js'
import { versionsOnStack, type Versions } from '../versions.js'

const guardOf = jwtGuard as unknown as (type: unknown, options?: object) => Middleware

export const koaDriver: Driver = {
  framework: 'Koa',
  packages: ['koa', '@koa/router'],
  start: async ({ routesFor, typeOf }) => {
    const router = new KoaRouter()
    const handled: string[] = []
    let versions: Versions = new Map()
    for (const { path, methods = justGet, guards, handle } of routesFor((context: Context) => context.req)) {
      const mounted = guards.map(({ type, options }) => guardOf(typeOf(type), options))
      for (const method of methods) {
        router[method](path, ...mounted, (ctx: Context) => {
          handled.push(path)
          versions = versionsOnStack()
          ctx.body = handle((type, optional) =>
            optional ? tokenOf(ctx, typeOf(type), { optional }) : tokenOf(ctx, typeOf(type)),
          )
        })
      }
    }
    return {
      handled,
      versions: () => versions,
      ...(await listening(new Koa().use(router.routes()).listen(0, '127.0.0.1'))),
    }
  },
}
