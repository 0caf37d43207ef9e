import type { AddressInfo } from 'node:net'
import { accessToken, customToken, defineTokens, idToken } from '@jwt-guard/core'
import { JwtGuardModule } from '@jwt-guard/nest'
import { FakeIssuer } from '@jwt-guard/testing'
import type { DynamicModule, INestApplication, ModuleMetadata, Type } from '@nestjs/common'
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { onTestFinished } from 'vitest'

export const fake = new FakeIssuer()
export const tokens = defineTokens(
  {
    access: accessToken({ issuer: fake.issuer, audience: 'https://api.test' }),
    id: idToken({ issuer: fake.issuer, clientId: 'web' }),
    partner: customToken({
      typ: 'partner+jwt',
      issuer: fake.issuer,
      audience: 'https://api.test',
      maxLifetime: '15m',
      required: ['sub'],
    }),
  },
  { clock: fake.clock },
)
export const partnerToken = () => fake.customToken('partner+jwt', { sub: 'partner-1' })

export interface Platform {
  readonly platform: string
  readonly adapter: () => AbstractHttpAdapter
}
export const platforms: readonly Platform[] = [
  { platform: 'Express', adapter: () => new ExpressAdapter() },
  { platform: 'Fastify', adapter: () => new FastifyAdapter() },
]

/** What a client sees. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export interface Running {
  readonly app: INestApplication
  /** GET, with this bearer token or without any. */
  readonly get: (path: string, token?: string) => Promise<Answer>
}

/** A fresh class for a module to be known by. */
export function emptyModule(): Type {
  return class {
    readonly holds = 'nothing'
  }
}

/** A module of these controllers, with `JwtGuardModule` as it is given. */
export function moduleOf(guard: DynamicModule | undefined, rest: ModuleMetadata): DynamicModule {
  return { module: emptyModule(), ...rest, imports: [...(guard ? [guard] : []), ...(rest.imports ?? [])] }
}

export const plain = () => JwtGuardModule.forRoot({ tokens })
export const everyRoute = () => JwtGuardModule.forRoot({ tokens, everyRoute: 'access' })

/** The application as it is before `init()`. */
export async function create(module: DynamicModule, { adapter }: Platform): Promise<INestApplication> {
  const app = await NestFactory.create(module, adapter(), { logger: false, abortOnError: false })
  onTestFinished(() => app.close())
  return app
}

/** The application, listening on loopback until the test ends. */
export async function start(module: DynamicModule, platform: Platform): Promise<Running> {
  return listen(await create(module, platform))
}

export async function listen(app: INestApplication): Promise<Running> {
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  return {
    app,
    async get(path, token) {
      const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
    },
  }
}

/** The rejection of a promise that has to reject. */
export const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not reject',
    (error: unknown) => error,
  )

export const missing = {
  error: 'token_required',
  error_description: 'This resource needs a bearer token.',
}
export const invalid = {
  error: 'invalid_token',
  error_description: 'The token is not valid for this resource.',
}
export const insufficient = {
  error: 'insufficient_scope',
  error_description: 'The token does not grant what this request needs.',
}
