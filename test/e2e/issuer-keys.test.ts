import { generateKeyPairSync } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { accessToken, defineTokens, issuer, remoteKeySet } from '@jwt-guard/core'
import { createIssuer, jwksHandler, koaJwksHandler, signingKey, type TokenIssuer } from '@jwt-guard/issuer'
import { fixedClock } from '@jwt-guard/testing'
import { Router } from '@koa/router'
import { Controller, Get, Module, type INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import express from 'express'
import Koa from 'koa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serve } from '../../examples/demo/src/serve.ts'

const id = 'https://auth.example.com'
const key = () => signingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256')

@Controller()
class Hello {
  @Get() hello() {
    return 'hello'
  }
}
@Module({ controllers: [Hello] })
class AppModule {}

/** Publishes the keys at `/jwks` and answers the address. */
type Publish = (mine: TokenIssuer) => Promise<string>
const frameworks: Readonly<Record<string, Publish>> = {
  'Express, as a route': (mine) => listening(express().all('/jwks', jwksHandler(mine))),
  'Express, mounted': (mine) => listening(express().use('/jwks', jwksHandler(mine))),
  'Koa, with a router': (mine) => {
    const router = new Router().all('/jwks', koaJwksHandler(mine))
    return koa(new Koa().use(router.routes()))
  },
  'Koa, alone': (mine) => {
    const jwks = koaJwksHandler(mine)
    return koa(new Koa().use((ctx, next) => (ctx.path === '/jwks' ? jwks(ctx) : next())))
  },
  'Nest on Express': async (mine) => nest(await NestFactory.create(AppModule, { logger: false }), mine),
  'Nest on Fastify': async (mine) =>
    nest(await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false }), mine),
}

async function listening(app: RequestListener): Promise<string> {
  const running = await serve(() => app)
  onTestFinished(() => running.stop())
  return running.url
}

function koa(app: Pick<Koa, 'callback'>): Promise<string> {
  const handle = app.callback()
  return listening((request, response) => void handle(request, response))
}

async function nest(app: INestApplication, mine: TokenIssuer): Promise<string> {
  app.use('/jwks', jwksHandler(mine))
  await app.listen(0, '127.0.0.1')
  onTestFinished(() => app.close())
  return await app.getUrl()
}

describe.each(Object.entries(frameworks))('%s', (_, publish) => {
  test('publishes the keys', async () => {
    const mine = createIssuer({ id, keys: { current: key(), next: key() } })
    const url = `${await publish(mine)}/jwks`
    const answer = await fetch(url)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/jwk-set+json'])
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
    const text = await answer.text()
    expect(JSON.parse(text)).toEqual(mine.jwks())
    expect(text).not.toMatch(/"(d|p|q|dp|dq|qi|oth|k|priv)":/)

    const head = await fetch(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(text.length)])
    const etag = answer.headers.get('etag') ?? ''
    const known = await fetch(url, { headers: { 'if-none-match': etag } })
    expect([known.status, known.headers.get('etag'), await known.text()]).toEqual([304, etag, ''])
    const posted = await fetch(url, { method: 'POST' })
    expect([posted.status, posted.headers.get('allow'), await posted.text()]).toEqual([405, 'GET, HEAD', ''])
  })

  test('serves a verifier through rotations, and no good token is refused', async () => {
    const clock = fixedClock()
    const mine = createIssuer({ id, keys: { current: key(), next: [key(), key(), key()] }, clock })
    const here = issuer(id, { keys: mine.verificationKeys })
    const issued = defineTokens(
      { access: accessToken({ issuer: here, audience: 'api', maxLifetime: '1h' }) },
      { clock },
    )

    const published = { algorithms: ['ES256'], allowInsecureLoopback: true } as const
    const there = issuer(id, { keys: remoteKeySet(`${await publish(mine)}/jwks`, published) })
    const accepted = defineTokens(
      { access: accessToken({ issuer: there, audience: 'api', maxLifetime: '1h' }) },
      { clock },
    )

    const good: { readonly text: string; readonly end: number }[] = []
    for (let quarter = 0; quarter < 12; quarter++) {
      if (quarter % 4 === 3) mine.rotate()
      good.push({ text: await mine.issue(issued.access, { sub: 'a', client_id: 'b' }), end: clock.now() + 3600 })
      for (const { text } of good.filter(({ end }) => clock.now() < end)) {
        expect((await accepted.access.verify(text)).claims.sub).toBe('a')
      }
      clock.advance(900)
    }
    expect(new Set(good.map(({ text }) => text.split('.')[0])).size).toBe(4)
    there.close()
  })
})

test('a key that is announced while it runs is fetched before it signs', async () => {
  const clock = fixedClock()
  const mine = createIssuer({ id, keys: key(), clock })
  const publish = frameworks['Express, as a route']
  const url = `${await publish?.(mine)}/jwks`
  const there = issuer(id, { keys: remoteKeySet(url, { algorithms: ['ES256'], allowInsecureLoopback: true }) })
  const { access } = defineTokens({ access: accessToken({ issuer: there, audience: 'api' }) }, { clock })
  const issued = () => mine.issue(access, { sub: 'a', client_id: 'b' })

  const texts = [await issued()]
  for (let round = 0; round < 3; round++) {
    mine.announce(key())
    clock.advance(600) // for how long the verifier keeps keys
    mine.rotate()
    texts.push(await issued())
    for (const text of texts) expect((await access.verify(text)).claims.sub).toBe('a')
  }
  expect(new Set(texts.map((text) => text.split('.')[0])).size).toBe(4)
})
