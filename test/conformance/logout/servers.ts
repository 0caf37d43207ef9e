import { createServer, type Server } from 'node:http'
import { createBackChannelLogout, type BackChannelLogoutOptions } from '@jwt-guard/core'
import { backChannelLogout as expressLogout } from '@jwt-guard/express'
import { backChannelLogout as koaLogout } from '@jwt-guard/koa'
import { backChannelLogout as nestLogout, JwtGuardModule } from '@jwt-guard/nest'
import { Controller, Get, Module, type MiddlewareConsumer } from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import express, { type RequestHandler } from 'express'
import Koa from 'koa'
import { listening } from '../driver.js'
import type { logoutService } from './service.js'

export const path = '/logout'
interface LogoutServer {
  readonly port: number
  readonly close: () => Promise<unknown>
}
type Service = ReturnType<typeof logoutService>

async function onNode({ options }: Service): Promise<LogoutServer> {
  const logout = createBackChannelLogout(options)
  const server = createServer((request, response) => {
    void logout.answer(request).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body && JSON.stringify(body))
    })
  })
  return listening(server.listen(0, '127.0.0.1'))
}

const onExpress =
  (...parsers: readonly RequestHandler[]) =>
  ({ options }: Service): Promise<LogoutServer> => {
    const app = express()
    for (const parser of parsers) app.use(parser)
    app.use(path, expressLogout(options))
    return listening(app.listen(0, '127.0.0.1'))
  }

const onKoa =
  (parses: boolean) =>
  ({ options }: Service): Promise<LogoutServer> => {
    const app = new Koa()
    // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- this is Koa
    if (parses) app.use(parseForm)
    app.use(koaLogout(options))
    return listening(app.listen(0, '127.0.0.1'))
  }

/** What body parsers of Koa do: the form as an object, a name that comes twice as a list. */
async function parseForm(ctx: Koa.Context, next: Koa.Next): Promise<void> {
  let text = ''
  for await (const chunk of ctx.req as AsyncIterable<Buffer>) text += chunk.toString()
  const form = new URLSearchParams(text)
  const all = [...new Set(form.keys())].map((name) => {
    const values = form.getAll(name)
    return [name, values.length === 1 ? values[0] : values] as const
  })
  Object.assign(ctx.request, { body: Object.fromEntries(all) })
  await next()
}

const onNest =
  (adapter: () => AbstractHttpAdapter, bodyParser: boolean) =>
  async ({ options, tokens }: Service): Promise<LogoutServer> => {
    const app = await NestFactory.create(moduleOf(options, tokens), adapter(), {
      logger: false,
      bodyParser,
      forceCloseConnections: true,
    })
    await app.listen(0, '127.0.0.1')
    const { port } = await listening(app.getHttpServer() as Server)
    return { port, close: () => app.close() }
  }

/** Every route of it is guarded, and the endpoint is not one. */
function moduleOf(options: BackChannelLogoutOptions, tokens: Service['tokens']) {
  class Reports {
    list() {
      return []
    }
  }
  const list = Object.getOwnPropertyDescriptor(Reports.prototype, 'list')
  if (list !== undefined) Get('reports')(Reports.prototype, 'list', list)
  Controller()(Reports)
  class Application {
    configure(consumer: MiddlewareConsumer) {
      consumer.apply(nestLogout(options)).forRoutes(path)
    }
  }
  const imports = [JwtGuardModule.forRoot({ tokens, everyRoute: 'access' })]
  Module({ imports, controllers: [Reports] })(Application)
  return Application
}

/** Every framework, with a parser of bodies before the endpoint and without. */
export const servers: readonly (readonly [name: string, start: (service: Service) => Promise<LogoutServer>])[] = [
  ['core alone', onNode],
  ['Express', onExpress()],
  ['Express, with the parser of JSON alone', onExpress(express.json())],
  ['Express, with a simple parser of forms', onExpress(express.urlencoded({ extended: false }))],
  ['Express, with an extended parser of forms', onExpress(express.json(), express.urlencoded({ extended: true }))],
  ['Express, with bodies as text', onExpress(express.text({ type: '*/*' }))],
  ['Express, with bodies as bytes', onExpress(express.raw({ type: '*/*' }))],
  ['Koa', onKoa(false)],
  ['Koa, with a parser', onKoa(true)],
  ['Nest on Express', onNest(() => new ExpressAdapter(), true)],
  ['Nest on Express, without parsers', onNest(() => new ExpressAdapter(), false)],
  ['Nest on Fastify', onNest(() => new FastifyAdapter(), true)],
]
