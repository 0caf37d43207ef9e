import type { IncomingHttpHeaders, Server } from 'node:http'
import { JwtGuardModule, UseToken } from '@jwt-guard/nest'
import {
  Controller,
  Get,
  Inject,
  Injectable,
  UnauthorizedException,
  UseGuards,
  type CanActivate,
  type DynamicModule,
  type ExecutionContext,
  type Provider,
  type Type,
} from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { JwtModule, JwtService } from '@nestjs/jwt'
import { AuthGuard, PassportStrategy } from '@nestjs/passport'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { own, ownAgain } from './contestants.js'
import { bearerOf, differsFrom, empty, plain, portOf, unguarded, type HttpContestant } from './http-contestant.js'
import { joseVerifierOf, jsonwebtokenOptions, keyObjectOf, ourTokens, type Trust } from './trust.js'

type Adapt = () => AbstractHttpAdapter
type Wired = Pick<DynamicModule, 'imports' | 'providers'>

export const nestOnExpress = async (trust: Trust) => nestContestants(trust, () => new ExpressAdapter())
export const nestOnFastify = async (trust: Trust) => nestContestants(trust, () => new FastifyAdapter())

async function nestContestants(trust: Trust, adapt: Adapt): Promise<readonly HttpContestant[]> {
  const contestant = (name: string, differs: string, guard: MethodDecorator | undefined, wired: Wired = {}) =>
    applicationOf(name, trust.algorithm, differs, adapt, guard, wired)
  return [
    contestant(unguarded, differsFrom.unguarded, undefined),
    contestant(empty, differsFrom.empty, UseGuards({ canActivate: () => true })),
    ...[own, ownAgain].map((name) => {
      const tokens = ourTokens(trust)
      const wired = { imports: [JwtGuardModule.forRoot({ tokens })] }
      return contestant(name, 'every check is on', UseToken(tokens.access) as MethodDecorator, wired)
    }),
    contestant('jose by hand', differsFrom.jose, UseGuards(joseGuard(await joseVerifierOf(trust)))),
    ...onJsonwebtoken(trust).map(({ name, guard, wired }) =>
      contestant(name, differsFrom.jsonwebtoken, UseGuards(guard), wired),
    ),
  ]
}

function applicationOf(
  name: string,
  alg: string,
  differs: string,
  adapt: Adapt,
  guard: MethodDecorator | undefined,
  wired: Wired,
): HttpContestant {
  return {
    name,
    alg,
    differs,
    listen: async () => {
      class Application {
        readonly framework = 'Nest'
      }
      const root = { module: Application, controllers: [controllerWith(guard)], ...wired }
      const app = await NestFactory.create(root, adapt(), { logger: false })
      await app.listen(0, '127.0.0.1')
      return portOf(app.getHttpServer() as Server)
    },
  }
}

/** The decorators are called as the compiler would call them. */
function controllerWith(guard: MethodDecorator | undefined): Type {
  class Route {
    answer() {
      return plain
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Route.prototype, 'answer') as PropertyDescriptor
  for (const decorate of [Get(), ...(guard === undefined ? [] : [guard])]) {
    decorate(Route.prototype, 'answer', descriptor)
  }
  Controller()(Route)
  return Route
}

interface HttpRequest {
  readonly headers: IncomingHttpHeaders
  user?: unknown
}

/** A guard as Nest's own documentation has it, around any function that verifies. */
function joseGuard(verify: (token: string) => Promise<unknown>): Type<CanActivate> {
  class JoseGuard implements CanActivate {
    async canActivate(context: ExecutionContext): Promise<boolean> {
      return letsIn(context, verify)
    }
  }
  Injectable()(JoseGuard)
  return JoseGuard
}

async function letsIn(context: ExecutionContext, verify: (token: string) => Promise<unknown>): Promise<boolean> {
  const request = context.switchToHttp().getRequest<HttpRequest>()
  try {
    request.user = await verify(bearerOf(request.headers.authorization))
  } catch {
    throw new UnauthorizedException()
  }
  return true
}

interface NestPeer {
  readonly name: string
  readonly guard: Type<CanActivate>
  readonly wired: Wired
}

function onJsonwebtoken(trust: Trust): readonly NestPeer[] {
  const options = jsonwebtokenOptions(trust)
  if (options === undefined) return []
  return [jwtService(options, trust), passportGuard(options, trust)]
}

type Options = NonNullable<ReturnType<typeof jsonwebtokenOptions>>

function jwtService(verifyOptions: Options, trust: Trust): NestPeer {
  class JwtServiceGuard implements CanActivate {
    constructor(readonly jwt: JwtService) {}

    async canActivate(context: ExecutionContext): Promise<boolean> {
      return letsIn(context, async (token) => this.jwt.verifyAsync(token))
    }
  }
  Inject(JwtService)(JwtServiceGuard, undefined, 0)
  Injectable()(JwtServiceGuard)
  const key = keyObjectOf(trust) as unknown as string
  const module = JwtModule.register({
    ...(trust.jwk === undefined ? { secret: key } : { publicKey: key }),
    verifyOptions,
  })
  return { name: '@nestjs/jwt', guard: JwtServiceGuard, wired: { imports: [module] } }
}

function passportGuard({ algorithms, issuer, audience, clockTolerance, maxAge }: Options, trust: Trust): NestPeer {
  class JwtStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: keyObjectOf(trust) as unknown as Buffer,
        algorithms,
        issuer,
        audience,
        jsonWebTokenOptions: { clockTolerance, maxAge: `${maxAge}s` },
      })
    }

    validate(claims: unknown): unknown {
      return claims
    }
  }
  Injectable()(JwtStrategy)
  const providers: Provider[] = [JwtStrategy]
  return { name: '@nestjs/passport', guard: AuthGuard('jwt'), wired: { providers } }
}
