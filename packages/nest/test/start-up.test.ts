import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Controller, Get, Injectable, type DynamicModule, type INestApplication, type Type } from '@nestjs/common'
import { accessToken, anyOf, ConfigurationError, customToken, defineTokens } from '@jwt-guard/core'
import { JwtGuardModule, Public, UseToken } from '@jwt-guard/nest'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  create,
  emptyModule,
  everyRoute,
  fake,
  moduleOf,
  plain,
  platforms,
  rejectionOf,
  tokens,
  type Platform,
} from './app.ts'

const other = defineTokens({
  access: accessToken({ issuer: fake.issuer, audience: 'https://other.test' }),
  guest: customToken({ typ: 'guest+jwt', issuer: fake.issuer, audience: 'https://other.test', maxLifetime: '15m' }),
})
const more = defineTokens({
  reset: customToken({ typ: 'access+jwt', issuer: fake.issuer, audience: 'https://api.test', maxLifetime: '15m' }),
})

/** A controller whose one handler has these decorators. */
function handlerWith(...decorators: MethodDecorator[]): Type {
  @Controller('reports')
  class Reports {
    @Get() list() {
      return 'reached'
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Reports.prototype, 'list')
  for (const decorate of decorators) decorate(Reports.prototype, 'list', descriptor ?? {})
  return Reports
}

function classWith(...decorators: ClassDecorator[]): Type {
  @Controller('reports')
  class Reports {
    @Get() list() {
      return 'reached'
    }
  }
  for (const decorate of decorators) decorate(Reports)
  return Reports
}

const optionsOf = (options: unknown) => JwtGuardModule.forRoot(options as { tokens: typeof tokens })

const useToken = UseToken as (type: unknown, options?: unknown) => ClassDecorator & MethodDecorator
const contradicts = 'ERR_ROUTE_CONTRADICTS'

/** What is wrong with the application, the code, and what the message names. */
const routes: readonly (readonly [string, () => Type, string, RegExp])[] = [
  ['a misspelt name', () => handlerWith(useToken('acess')), contradicts, /Reports\.list.*"acess".*access, id, partner/],
  ['a misspelt name on a class', () => classWith(useToken('acess')), contradicts, /^Reports takes "acess"/],
  ['a name that every object has', () => handlerWith(useToken('constructor')), contradicts, /"constructor"/],
  ['a type of another set', () => handlerWith(useToken(other.access)), contradicts, /Reports\.list.*another set/],
  [
    'anyOf types of another set',
    () => handlerWith(useToken(anyOf(other.access, other.guest))),
    contradicts,
    /Reports\.list.*another set/,
  ],
  [
    'a type without a name',
    () => handlerWith(useToken(accessToken({ issuer: fake.issuer, audience: 'x' }))),
    'ERR_TYPE_UNNAMED',
    /Reports\.list/,
  ],
  ['no type', () => handlerWith(useToken(undefined)), 'ERR_TYPE_UNNAMED', /Reports\.list/],
  [
    'an unknown option',
    () => handlerWith(useToken(tokens.access, { scopes: 'x' })),
    'ERR_OPTION_UNKNOWN',
    /Reports\.list.*scopes/,
  ],
  ['a slot', () => handlerWith(useToken(tokens.access, { as: 'x' })), 'ERR_OPTION_UNKNOWN', /Reports\.list.* as/],
  ['onRefusal', () => handlerWith(useToken('access', { onRefusal: 'forward' })), 'ERR_OPTION_UNKNOWN', /onRefusal/],
  ['an undefined scope', () => handlerWith(useToken('access', { scope: undefined })), 'ERR_OPTION_MISSING', /scope/],
  [
    'a scope with a space',
    () => classWith(useToken('access', { scope: 'a b' })),
    'ERR_OPTION_INVALID',
    /^Reports: .*scope/,
  ],
  ['options that are none', () => handlerWith(useToken('access', null)), 'ERR_OPTION_INVALID', /Reports\.list/],
  ['an ID token by its name, without a context', () => handlerWith(useToken('id')), 'ERR_OPTION_MISSING', /context/],
  [
    '@Public and @UseToken on one handler',
    () => handlerWith(Public(), UseToken(tokens.access)),
    contradicts,
    /Reports\.list/,
  ],
  [
    '@UseToken and @Public on one handler',
    () => handlerWith(UseToken(tokens.access), Public()),
    contradicts,
    /Reports\.list/,
  ],
  [
    '@Public and @UseToken on one class',
    () => classWith(Public(), UseToken(tokens.access)),
    contradicts,
    /^Reports has/,
  ],
  [
    '@UseToken and @Public on one class',
    () => classWith(UseToken(tokens.access), Public()),
    contradicts,
    /^Reports has/,
  ],
  [
    'two @UseToken on one handler',
    () => handlerWith(UseToken('access'), UseToken('partner')),
    contradicts,
    /more than one/,
  ],
]

const modules: readonly (readonly [string, () => DynamicModule, string])[] = [
  ['no options', () => optionsOf(undefined), 'ERR_OPTION_INVALID'],
  ['no tokens', () => optionsOf({ everyRoute: 'access' }), 'ERR_OPTION_MISSING'],
  ['undefined tokens', () => optionsOf({ tokens: undefined }), 'ERR_OPTION_MISSING'],
  ['tokens that are no object', () => optionsOf({ tokens: 'access' }), 'ERR_OPTION_INVALID'],
  ['an empty set', () => optionsOf({ tokens: {} }), 'ERR_OPTION_INVALID'],
  [
    'types without names',
    () => optionsOf({ tokens: { a: accessToken({ issuer: fake.issuer, audience: 'x' }) } }),
    'ERR_TYPE_UNNAMED',
  ],
  ['a type under another name', () => optionsOf({ tokens: { entry: tokens.access } }), 'ERR_OPTION_INVALID'],
  [
    'two sets put together, which nobody has compared',
    () => optionsOf({ tokens: { ...tokens, ...more } }),
    'ERR_TOKENS_NOT_EXCLUSIVE',
  ],
  [
    'two sets put together that are not exclusive',
    () => optionsOf({ tokens: { ...twin('a'), ...twin('b') } }),
    'ERR_TOKENS_NOT_EXCLUSIVE',
  ],
  ['an unknown option', () => optionsOf({ tokens, global: true }), 'ERR_OPTION_UNKNOWN'],
  ['an everyRoute that is undefined', () => optionsOf({ tokens, everyRoute: undefined }), 'ERR_OPTION_MISSING'],
  ['a misspelt everyRoute', () => optionsOf({ tokens, everyRoute: 'acess' }), contradicts],
  ['an everyRoute that is no name', () => optionsOf({ tokens, everyRoute: tokens.access }), 'ERR_OPTION_INVALID'],
  ['an everyRoute that needs a context', () => optionsOf({ tokens, everyRoute: 'id' }), 'ERR_OPTION_MISSING'],
  [
    'a realm that cannot stand in a header',
    () => optionsOf({ tokens, everyRoute: 'access', realm: 'a"b' }),
    'ERR_OPTION_INVALID',
  ],
  [
    'a factory that forgets everyRoute with a typing error',
    () => JwtGuardModule.forRootAsync({ useFactory: () => ({ tokens, everyroute: 'access' }) }),
    'ERR_OPTION_UNKNOWN',
  ],
]

function twin(name: string) {
  return defineTokens({ [name]: accessToken({ issuer: fake.issuer, audience: 'https://api.test' }) })
}

async function startUpOf(module: DynamicModule, platform: Platform): Promise<unknown> {
  const app = await create(module, platform)
  return rejectionOf(app.init())
}

describe.each(platforms)('the application on $platform does not start', (platform) => {
  test.each(routes)('with %s in @UseToken', async (_, controller, code, message) => {
    const error = await startUpOf(moduleOf(plain(), { controllers: [controller()] }), platform)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  })

  test.each(modules)('with %s in the module', async (_, module, code) => {
    const error = await startUpOf(moduleOf(module(), {}), platform)
    expect(error).toBeInstanceOf(ConfigurationError)
    expect(error).toMatchObject({ code })
  })

  test('where only an inherited handler is wrong', async () => {
    @Controller('heirs')
    class Heir extends handlerWith(useToken('acess')) {}
    const error = await startUpOf(moduleOf(plain(), { controllers: [Heir] }), platform)
    expect(error).toMatchObject({ code: contradicts, message: expect.stringContaining('Heir.list') })
  })

  test('where a method overrides a guarded one and says nothing itself', async () => {
    @Controller('heirs')
    class Heir extends handlerWith(useToken('access')) {
      @Get('own') list() {
        return 'reached'
      }
    }
    const error = await startUpOf(moduleOf(plain(), { controllers: [Heir] }), platform)
    expect(error).toMatchObject({ code: contradicts, message: expect.stringContaining('Heir.list') })
  })

  test('where only a base class is wrong', async () => {
    @Controller('heirs')
    class Heir extends classWith(UseToken('access'), Public()) {}
    expect(await startUpOf(moduleOf(everyRoute(), { controllers: [Heir] }), platform)).toMatchObject({
      code: contradicts,
    })
  })

  test('where a provider, as gateways and resolvers are, is wrong', async () => {
    @Injectable()
    class Gateway {
      @UseToken('acess') onMessage() {
        return 'reached'
      }
    }
    const error = await startUpOf(moduleOf(plain(), { providers: [Gateway] }), platform)
    expect(error).toMatchObject({ code: contradicts, message: expect.stringContaining('Gateway.onMessage') })
  })

  test('where another decorator took the place of a guarded method', async () => {
    const wrap: MethodDecorator = (_target, _key, descriptor) => {
      const inner = descriptor.value as () => unknown
      Object.assign(descriptor, { value: () => inner() })
    }
    @Controller('reports')
    class Reports {
      @Get() @wrap @UseToken(tokens.access) list() {
        return 'reached'
      }
    }
    const error = await startUpOf(moduleOf(plain(), { controllers: [Reports] }), platform)
    expect(error).toMatchObject({ code: contradicts, message: expect.stringContaining('Reports.list is not') })
  })

  test('where a constructor took the place of a guarded method', async () => {
    @Controller('reports')
    class Reports {
      constructor() {
        this.list = this.list.bind(this)
      }
      @Get() @UseToken(tokens.access) list() {
        return 'reached'
      }
    }
    const error = await startUpOf(moduleOf(plain(), { controllers: [Reports] }), platform)
    expect(error).toMatchObject({ code: contradicts, message: expect.stringContaining('Reports.list is not') })
  })

  test('with @UseToken and without the module', async () => {
    const error = await rejectionOf(
      create(moduleOf(undefined, { controllers: [classWith(UseToken('access'))] }), platform),
    )
    expect(error).toMatchObject({ message: expect.stringContaining('JwtGuard') })
  })

  test('with the module imported bare', async () => {
    const bare: DynamicModule = { module: JwtGuardModule }
    expect(await rejectionOf(create(moduleOf(bare, {}), platform))).toMatchObject({
      message: expect.stringContaining('JwtGuardModule'),
    })
  })

  test('and lets nobody in where its server is used all the same', async () => {
    const app = await create(moduleOf(plain(), { controllers: [handlerWith(useToken('acess'))] }), platform)
    await expect(app.init()).rejects.toBeInstanceOf(ConfigurationError)
    await expect(statusOf(app, '/reports')).resolves.not.toBe(200)
  })
})

interface InjectableServer {
  readonly inject: (path: string) => Promise<{ readonly statusCode: number }>
}

/** Asks the framework beneath Nest, as a serverless function would. */
async function statusOf(app: INestApplication, path: string): Promise<unknown> {
  const under: unknown = app.getHttpAdapter().getInstance()
  if (typeof under !== 'function') return (await (under as InjectableServer).inject(path)).statusCode
  const server = createServer(under as RequestListener).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { status } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
  return status
}

describe('what a decorator or a module refuses where it is written', () => {
  test('@UseToken on what is no method', () => {
    expect(() => useToken('access')({}, 'list', {})).toThrow(ConfigurationError)
  })

  test('forRootAsync with an option of the factory', () => {
    const options = { useFactory: () => ({ tokens }), everyRoute: 'access' }
    expect(() => JwtGuardModule.forRootAsync(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION_UNKNOWN' }))
  })
})

describe.each(platforms)('the application on $platform starts', (platform) => {
  test('beside providers of every kind', async () => {
    const providers = [
      { provide: 'none', useValue: null },
      { provide: 'text', useValue: 'text' },
      { provide: 'bare', useValue: Object.create(null) },
      { provide: 'heir of bare', useValue: Object.create(Object.create(null)) },
      { provide: 'made', useFactory: () => new Map([['a', 1]]) },
      { provide: 'alias', useExisting: 'made' },
    ]
    const module = moduleOf(everyRoute(), { providers, imports: [emptyModule()] })
    const app = await create(module, platform)
    await expect(app.init()).resolves.toBe(app)
  })
})
