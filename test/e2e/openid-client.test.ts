import type { ClaimsOf } from '@jwt-guard/core'
import { jwtGuard as expressGuard } from '@jwt-guard/express'
import { jwtGuard as koaGuard } from '@jwt-guard/koa'
import { Claims, JwtGuardModule, UseToken } from '@jwt-guard/nest'
import { Controller, Get, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import Koa from 'koa'
import * as oauth from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startAuthorizationServer,
  user,
  type AuthorizationServer,
} from '../../examples/demo/src/authorization-server.ts'
import { api } from '../../examples/demo/src/names.ts'
import { clientOf, logIn } from '../../examples/demo/src/real-tokens.ts'
import { serve, type Running } from '../../examples/demo/src/serve.ts'
import { tokensOf } from './service.ts'

const required = { scope: 'reports:write' }
type Service = ReturnType<typeof tokensOf>['tokens']
let server: AuthorizationServer
const apis = new Map<string, Running>()

beforeAll(async () => {
  server = await startAuthorizationServer([api])
  const { tokens } = tokensOf(server.url)
  apis.set('Express', await startExpress(tokens))
  apis.set('Koa', await startKoa(tokens))
  apis.set('Nest', await startNest(tokens))
})
afterAll(async () => {
  for (const running of [...apis.values(), server]) await running.stop()
})

describe.each(['Express', 'Koa', 'Nest'])('openid-client before a guarded %s API', (framework) => {
  async function ask(token: string): Promise<Response> {
    const client = await clientOf(server, server.webClient)
    return await oauth.fetchProtectedResource(client, token, new URL(apis.get(framework)?.url ?? ''), 'GET')
  }

  it('is let in with the token that it was given', async () => {
    const { accessToken } = await logIn(server, { api, scope: 'reports:write' })
    const response = await ask(accessToken)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ for: user })
  })

  it('understands which scope it lacks', async () => {
    const { accessToken } = await logIn(server, { api, scope: 'reports:read' })
    expect(await challengeOf(ask(accessToken))).toMatchObject({
      scheme: 'bearer',
      parameters: { realm: 'api', error: 'insufficient_scope', scope: 'reports:write' },
    })
  })

  it('understands that its token is not valid', async () => {
    const { idToken } = await logIn(server, { api, scope: 'reports:write' })
    expect(await challengeOf(ask(idToken))).toMatchObject({
      scheme: 'bearer',
      parameters: { realm: 'api', error: 'invalid_token' },
    })
  })
})

/** The one challenge that the client read from the answer. */
async function challengeOf(asked: Promise<Response>): Promise<unknown> {
  const error: unknown = await asked.then(
    () => undefined,
    (refused: unknown) => refused,
  )
  expect(error).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
  const { cause: challenges } = error as oauth.WWWAuthenticateChallengeError
  expect(challenges).toHaveLength(1)
  return challenges[0]
}

function startExpress(tokens: Service): Promise<Running> {
  const app = express()
  app.get('/', expressGuard(tokens.access, required), (_, res) => {
    res.json({ for: res.locals.auth.claims.sub })
  })
  return serve(() => app)
}

function startKoa(tokens: Service): Promise<Running> {
  const app = new Koa<{}, {}>().use(koaGuard(tokens.access, required)).use((ctx) => {
    ctx.body = { for: ctx.state.auth.claims.sub }
  })
  const handle = app.callback()
  return serve(() => (request, response) => void handle(request, response))
}

async function startNest(tokens: Service): Promise<Running> {
  @Controller()
  class Api {
    @Get()
    @UseToken(tokens.access, required)
    read(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>) {
      return { for: claims.sub }
    }
  }
  @Module({ imports: [JwtGuardModule.forRoot({ tokens })], controllers: [Api] })
  class ApiModule {}

  const app = await NestFactory.create(ApiModule, { logger: false, forceCloseConnections: true })
  await app.listen(0, '127.0.0.1')
  return { url: await app.getUrl(), stop: () => app.close() }
}
