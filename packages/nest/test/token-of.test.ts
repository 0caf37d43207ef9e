import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import {
  Catch,
  Controller,
  Get,
  Inject,
  Injectable,
  Req,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common'
import { APP_GUARD, HttpAdapterHost } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { accessToken, createGuard, defineTokens, type ClaimsOf, type Guardable, type Verified } from '@jwt-guard/core'
import { Claims, JwtGuard, JwtGuardModule, tokenOf, UseToken } from '@jwt-guard/nest'
import { describe, expect, onTestFinished, test } from 'vitest'
import * as z from 'zod'
import { create, everyRoute, fake, missing, moduleOf, partnerToken, plain, platforms, start, tokens } from './app.ts'

const seen: unknown[] = []

@Injectable()
class Log implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    seen.push(tokenOf(context, tokens.access, { optional: true })?.claims.sub)
    return next.handle()
  }
}

/** Another guard of the application, which decides by the token. */
@Injectable()
class OnlyUser1 implements CanActivate {
  canActivate(context: ExecutionContext) {
    return tokenOf(context, tokens.access).claims.sub === 'user-1'
  }
}

@Controller('reports')
@UseInterceptors(Log)
class Reports {
  @Get() @UseToken(tokens.access) list(@Req() request: IncomingMessage) {
    return tokenOf(request, tokens.access).claims.sub
  }
  @Get('optional') @UseToken(tokens.access, { optional: true }) optional() {
    return 'reached'
  }
  @Get('one') @UseGuards(OnlyUser1) @UseToken(tokens.access) one() {
    return 'reached'
  }
  @Get('twice') @UseToken(tokens.access) @UseGuards(JwtGuard) twice() {
    return 'reached'
  }
  @Get('bare') @UseGuards(JwtGuard) bare() {
    return 'reached'
  }
}

describe.each(platforms)('tokenOf on $platform', (platform) => {
  test('reads of the execution context in an interceptor, and of the request in a handler', async () => {
    const { get } = await start(moduleOf(plain(), { controllers: [Reports] }), platform)
    seen.length = 0
    expect(await get('/reports', fake.accessToken())).toMatchObject({ status: 200, body: 'user-1' })
    expect(seen).toStrictEqual(['user-1'])
  })

  test('with optional is undefined where an optional guard let nobody in', async () => {
    const { get } = await start(moduleOf(plain(), { controllers: [Reports] }), platform)
    seen.length = 0
    expect(await get('/reports/optional')).toMatchObject({ status: 200 })
    expect(seen).toStrictEqual([undefined])
  })

  test('reads in a guard that comes after', async () => {
    const { get } = await start(moduleOf(plain(), { controllers: [Reports] }), platform)
    expect(await get('/reports/one', fake.accessToken())).toMatchObject({ status: 200 })
    expect(await get('/reports/one', fake.accessToken({ claims: { sub: 'user-2' } }))).toMatchObject({ status: 403 })
  })

  test('reads what a guard of core let in before Nest', async () => {
    const events = count('jwt-guard:verdict')
    const module = moduleOf(plain(), {
      controllers: [Reports],
      providers: [{ provide: APP_GUARD, useValue: guardOfCore(tokens.access) }],
    })
    const { get } = await start(module, platform)
    expect(await get('/reports', fake.accessToken())).toMatchObject({ status: 200, body: 'user-1' })
    expect(events()).toBe(1)
  })

  test('a token that another guard verified on this request is not verified again', async () => {
    let validated = 0
    const claims = z.object({}).refine(() => (validated += 1) > 0)
    const counted = defineTokens(
      { access: accessToken({ issuer: fake.issuer, audience: 'https://api.test', claims }) },
      { clock: fake.clock },
    )
    @Controller('counted')
    @UseToken(counted.access)
    class Counted {
      @Get() list(@Claims(counted.access) claims: ClaimsOf<typeof counted.access>) {
        return claims.sub
      }
    }
    const providers = [{ provide: APP_GUARD, useValue: guardOfCore(counted.access) }]
    const guard = JwtGuardModule.forRoot({ tokens: counted })
    const { get } = await start(moduleOf(guard, { controllers: [Counted], providers }), platform)
    expect(await get('/counted', fake.accessToken())).toMatchObject({ status: 200, body: 'user-1' })
    expect(validated).toBe(1)
  })

  test('throws for a context that has no HTTP request', async () => {
    const context = { switchToHttp: () => ({}), getHandler: () => () => {}, getType: () => 'ws' }
    expect(() => tokenOf(context as unknown as ExecutionContext, tokens.access)).toThrow(
      expect.objectContaining({ code: 'ERR_GUARD_NOT_PASSED' }),
    )
  })
})

describe.each(platforms)('JwtGuard on $platform', (platform) => {
  test('mounted twice on a handler judges once', async () => {
    const events = count('jwt-guard:verdict')
    const { get } = await start(moduleOf(plain(), { controllers: [Reports] }), platform)
    expect(await get('/reports/twice', fake.accessToken())).toMatchObject({ status: 200 })
    expect(events()).toBe(1)
  })

  test('mounted where nothing says which token lets nobody in', async () => {
    const { get } = await start(moduleOf(plain(), { controllers: [Reports] }), platform)
    expect(await get('/reports/bare', fake.accessToken())).toMatchObject({ status: 500 })
  })

  test('mounted bare takes the type of everyRoute', async () => {
    const { get } = await start(moduleOf(everyRoute(), { controllers: [Reports] }), platform)
    expect(await get('/reports/bare', fake.accessToken())).toMatchObject({ status: 200 })
    expect(await get('/reports/bare', partnerToken())).toMatchObject({ status: 401 })
  })

  test('refuses with an exception that a filter can catch', async () => {
    @Catch(UnauthorizedException)
    class Mine implements ExceptionFilter {
      constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}
      catch(_error: UnauthorizedException, host: ArgumentsHost) {
        this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { mine: true }, 401)
      }
    }
    @Controller('mine')
    @UseFilters(Mine)
    @UseToken(tokens.access)
    class Filtered {
      @Get() list() {
        return 'reached'
      }
    }
    const { get } = await start(moduleOf(plain(), { controllers: [Filtered] }), platform)
    const { status, headers, body } = await get('/mine')
    expect({ status, body }).toStrictEqual({ status: 401, body: { mine: true } })
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
  })
})

test('guards requests that are injected into Fastify', async () => {
  const platform = platforms.find((one) => one.platform === 'Fastify')
  if (platform === undefined) throw new Error('Fastify is among the platforms')
  const app = (await create(moduleOf(everyRoute(), { controllers: [Reports] }), platform)) as NestFastifyApplication
  await app.init()
  const headers = { authorization: `Bearer ${fake.accessToken()}` }
  expect((await app.inject({ url: '/reports', headers })).body).toBe('user-1')
  const refused = await app.inject({ url: '/reports' })
  expect([refused.statusCode, refused.json()]).toStrictEqual([401, missing])
})

/** What an application may have before ours: a guard of core, in a guard of its own. */
function guardOfCore(type: Guardable<Verified>): CanActivate {
  return {
    canActivate: async (context) => {
      const request = context.switchToHttp().getRequest()
      const { verdict } = await createGuard(type).check(request.raw ?? request)
      return verdict === 'accepted'
    },
  }
}

function count(name: string): () => number {
  let events = 0
  const record = () => void (events += 1)
  subscribe(name, record)
  onTestFinished(() => void unsubscribe(name, record))
  return () => events
}
