import type { IncomingMessage, Server } from 'node:http'
import { JwtGuardModule, tokenOf, UseToken, type Holder } from '@jwt-guard/nest'
import { Controller, HttpCode, Module, Req, RequestMapping, RequestMethod, type ExecutionContext } from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { listening, type Driver } from '../driver.js'
import { justGet, type Read, type Route, type Service } from '../route.js'
import { versionsOnStack, type Versions } from '../versions.js'

const useToken = UseToken as unknown as (type: unknown, options?: object) => MethodDecorator

/** What a handler leaves behind. */
interface Trace {
  readonly handled: string[]
  versions: Versions
}

/** A controller with a handler for every route and method. The decorators are called as the compiler would call them. */
function controllerOf(routes: readonly Route[], { typeOf }: Service, trace: Trace) {
  class Routes {
    readonly framework = 'Nest'
  }
  for (const { path, methods = justGet, guards, handle } of routes) {
    for (const method of methods) {
      const name = `${method} ${path}`
      const handler = (request: Holder) => {
        trace.handled.push(path)
        trace.versions = versionsOnStack()
        const read: Read = (type, optional) => tokenOf(request, typeOf(type), optional && { optional })
        return handle(read)
      }
      const descriptor = { value: handler, configurable: true, writable: true }
      Object.defineProperty(Routes.prototype, name, descriptor)
      const decorators = [
        RequestMapping({ path, method: RequestMethod[method.toUpperCase() as 'GET'] }),
        HttpCode(200),
        ...guards.map(({ type, options }) => useToken(typeOf(type), options)),
      ]
      for (const decorate of decorators) decorate(Routes.prototype, name, descriptor)
      Req()(Routes.prototype, name, 0)
    }
  }
  Controller()(Routes)
  return Routes
}

/** The version of the adapter's own package: whoever sets a header through it is called by it. */
function versionsOfAdapter(adapter: AbstractHttpAdapter): Versions {
  let versions: Versions = new Map()
  const record = () => {
    versions = versionsOnStack()
  }
  adapter.setHeader({ set: record, header: record, setHeader: record }, 'x', 'y')
  return versions
}

/** The version that the source of `@jwt-guard/nest` imports: whoever asks for what `@UseToken` stands on. */
function versionsOfDecorators({ tokens }: Service): Versions {
  let versions: Versions = new Map()
  const descriptor = {
    get value() {
      versions = versionsOnStack()
      return () => undefined
    },
  }
  useToken(Object.values(tokens)[0])({}, 'handler', descriptor)
  return versions
}

function driverOf(framework: string, platform: string, adapt: () => AbstractHttpAdapter): Driver {
  return {
    framework,
    packages: ['@nestjs/common', '@nestjs/core', platform],
    oneGuard: true,
    start: async (service) => {
      const trace: Trace = { handled: [], versions: new Map() }
      const requestOf = (context: ExecutionContext) => {
        const request = context.switchToHttp().getRequest<IncomingMessage | { readonly raw: IncomingMessage }>()
        return 'raw' in request ? request.raw : request
      }
      // A second @UseToken goes before the first and does not stand beside it.
      const routes = service.routesFor(requestOf).filter(({ guards }) => guards.length < 2)
      class Application {
        readonly framework = framework
      }
      Module({
        imports: [JwtGuardModule.forRoot({ tokens: service.tokens })],
        controllers: [controllerOf(routes, service, trace)],
      })(Application)
      const adapter = adapt()
      const app = await NestFactory.create(Application, adapter, { logger: false, forceCloseConnections: true })
      await app.listen(0, '127.0.0.1')
      const { port } = await listening(app.getHttpServer() as Server)
      const versions = () =>
        new Map([...versionsOfDecorators(service), ...versionsOfAdapter(adapter), ...trace.versions])
      return { port, handled: trace.handled, versions, close: () => app.close() }
    },
  }
}

export const nestOnExpress = driverOf('Nest on Express', '@nestjs/platform-express', () => new ExpressAdapter())
export const nestOnFastify = driverOf('Nest on Fastify', '@nestjs/platform-fastify', () => new FastifyAdapter())
