import { jwtGuard, tokenOf } from '@jwt-guard/express'
import express, { type Request, type RequestHandler } from 'express'
import { listening, type Driver } from '../driver.js'
import { justGet } from '../route.js'
import { versionsOnStack, type Versions } from '../versions.js'

// The table names types and options as data; the compiler has its say in the tests of the adapter's types.
const guardOf = jwtGuard as unknown as (type: unknown, options?: object) => RequestHandler

export const expressDriver: Driver = {
  framework: 'Express',
  packages: ['express'],
  start: async ({ routesFor, typeOf }) => {
    const app = express()
    const handled: string[] = []
    let versions: Versions = new Map()
    for (const { path, methods = justGet, guards, handle } of routesFor((request: Request) => request)) {
      const mounted = guards.map(({ type, options }) => guardOf(typeOf(type), options))
      for (const method of methods) {
        app[method](path, ...mounted, (req, res) => {
          handled.push(path)
          versions = versionsOnStack()
          res.json(
            handle((type, optional) =>
              optional ? tokenOf(req, typeOf(type), { optional }) : tokenOf(req, typeOf(type)),
            ),
          )
        })
      }
    }
    return { handled, versions: () => versions, ...(await listening(app.listen(0, '127.0.0.1'))) }
  },
}
