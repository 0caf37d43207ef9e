import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { HttpException, Injectable, type INestApplication } from '@nestjs/common'
import { ExternalContextCreator } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { JwtGuard, Public, tokenOf, UseToken } from '@jwt-guard/nest'
import { describe, expect, onTestFinished, test } from 'vitest'
import { create, everyRoute, fake, missing, moduleOf, partnerToken, plain, platforms, tokens } from './app.ts'

/** Stands for gateways, message handlers and resolvers: Nest calls them all through contexts of this kind. */
class Handlers {
  @UseToken(tokens.access) guarded(..._values: unknown[]): unknown {
    return 'reached'
  }
  @Public() open(..._values: unknown[]): unknown {
    return 'reached'
  }
  bare(..._values: unknown[]): unknown {
    return 'reached'
  }
  @UseToken(tokens.access) resolver(...values: unknown[]): unknown {
    const { req } = values[2] as { readonly req: IncomingMessage }
    return tokenOf(req, tokens.access).claims.sub
  }
}
@Injectable()
class Gateway extends Handlers {}
@Injectable()
class Late extends Handlers {
  @UseToken('access') override guarded() {
    return 'reached'
  }
}

/** Node's request, with this bearer token or without any. */
function requestWith(token?: string): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  if (token !== undefined) request.rawHeaders = ['Authorization', `Bearer ${token}`]
  return request
}

async function started(module = plain()): Promise<INestApplication> {
  const [express] = platforms
  if (express === undefined) throw new Error('no platform')
  const app = await create(moduleOf(module, { providers: [Gateway] }), express)
  return app.init()
}

/** Has Nest call a method in a context of this type, as its WebSocket, microservice and GraphQL packages do. */
function call(
  app: INestApplication,
  type: string,
  method: keyof Handlers,
  values: unknown[],
  on?: Handlers,
): Promise<unknown> {
  const instance: Handlers = on ?? app.get<Gateway>(Gateway)
  const creator = app.get(ExternalContextCreator)
  const none = undefined
  return creator.create(instance, instance[method], method, none, none, none, none, none, type)(...values)
}

describe('a context that is not HTTP', () => {
  const client = { handshake: { headers: { authorization: `Bearer ${fake.accessToken()}` } } }

  test.each(['ws', 'rpc', 'graphql', 'another'])('%s is refused, whatever it carries', async (type) => {
    const app = await started(everyRoute())
    for (const method of ['guarded', 'bare'] as const) {
      await expect(call(app, type, method, [client, {}])).rejects.toMatchObject({ status: 403 })
      // Not even with a request where HTTP has one.
      const request = requestWith(fake.accessToken())
      await expect(call(app, type, method, [request, {}])).rejects.toMatchObject({ status: 403 })
    }
  })

  test.each(['ws', 'rpc', 'graphql'])('%s is refused by @UseToken alone, too', async (type) => {
    const app = await started()
    await expect(call(app, type, 'guarded', [client, {}])).rejects.toMatchObject({ status: 403 })
    await expect(call(app, type, 'bare', [client, {}])).resolves.toBe('reached')
  })

  test.each(['ws', 'rpc', 'graphql'])('%s is open where it is @Public()', async (type) => {
    const app = await started(everyRoute())
    await expect(call(app, type, 'open', [client, {}])).resolves.toBe('reached')
  })

  test.each([undefined, null, 'text', { headers: {} }])(
    'http by name, with %s for a request, is refused',
    async (value) => {
      const app = await started(everyRoute())
      await expect(call(app, 'http', 'guarded', [value, {}])).rejects.toMatchObject({ status: 403 })
    },
  )
})

describe('GraphQL over HTTP', () => {
  test('is guarded by the request of its context', async () => {
    const app = await started()
    const req = requestWith(fake.accessToken())
    await expect(call(app, 'graphql', 'resolver', [{}, {}, { req }, {}])).resolves.toBe('user-1')
  })

  test('is guarded by the request of Fastify', async () => {
    const app = await started(everyRoute())
    const req = { raw: requestWith(fake.accessToken()), headers: {} }
    await expect(call(app, 'graphql', 'bare', [{}, {}, { req }, {}])).resolves.toBe('reached')
  })

  test('is refused by an exception with the body of core', async () => {
    const app = await started()
    const refused = call(app, 'graphql', 'guarded', [{}, {}, { req: requestWith() }, {}])
    await expect(refused).rejects.toBeInstanceOf(HttpException)
    await expect(refused).rejects.toMatchObject({ status: 401, response: missing })
    const other = call(app, 'graphql', 'guarded', [{}, {}, { req: requestWith(partnerToken()) }, {}])
    await expect(other).rejects.toMatchObject({ status: 401, response: { error: 'invalid_token' } })
  })
})

test('a guard that is asked again about one request answers as before, and tells of it once', async () => {
  const app = await started(everyRoute())
  const guard = app.get(JwtGuard)
  const events: unknown[] = []
  const hear = (event: unknown) => events.push(event)
  subscribe('jwt-guard:verdict', hear)
  onTestFinished(() => void unsubscribe('jwt-guard:verdict', hear))
  const gateway: Handlers = app.get<Gateway>(Gateway)
  const contextOf = (token?: string, method: keyof Handlers = 'bare') => {
    const values = [{}, {}, { req: requestWith(token) }, {}]
    const context = new ExecutionContextHost(values, Gateway, gateway[method])
    context.setType('graphql')
    return context
  }
  const [refused, accepted] = [contextOf(), contextOf(fake.accessToken())]
  for (let time = 0; time < 2; time++) {
    await expect(async () => guard.canActivate(refused)).rejects.toMatchObject({ status: 401 })
    expect(await guard.canActivate(accepted)).toBe(true)
  }
  expect(events).toMatchObject([{ verdict: 'missing' }, { verdict: 'accepted' }])
  // What is made of a context is another one.
  const other = Object.assign(Object.create(accepted) as ExecutionContextHost, { args: contextOf().getArgs() })
  await expect(async () => guard.canActivate(other)).rejects.toMatchObject({ status: 401 })
})

test('a handler that start-up did not see is not let in', async () => {
  const app = await started(everyRoute())
  const values = [{}, {}, { req: requestWith(fake.accessToken()) }, {}]
  const late = call(app, 'graphql', 'guarded', values, new Late())
  await expect(late).rejects.toMatchObject({ code: 'ERR_ROUTE_CONTRADICTS' })
})
