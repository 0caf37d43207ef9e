import { Controller, Get, Inject, Injectable } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { accessToken, customToken, defineTokens } from '@jwt-guard/core'
import { JwtGuard, JwtGuardModule, UseToken } from '@jwt-guard/nest'
import { describe, expect, onTestFinished, test } from 'vitest'
import { emptyModule, everyRoute, fake, listen, missing, moduleOf, plain, platforms, start, tokens } from './app.ts'

@Controller('reports')
class Reports {
  @Get() list() {
    return 'reached'
  }
  @Get('guarded') @UseToken('access') guarded() {
    return 'reached'
  }
}

@Controller('unmarked')
class Unmarked {
  @Get() list() {
    return 'reached'
  }
}

@Injectable()
class Config {
  readonly audience = 'https://api.test'
}
const configModule = { module: emptyModule(), providers: [Config], exports: [Config] }

@Injectable()
class Feature {
  constructor(@Inject(JwtGuard) readonly guard: JwtGuard) {}
}

describe.each(platforms)('JwtGuardModule on $platform', (platform) => {
  test.each(['at once', 'later'])('forRootAsync makes the set of what is injected, %s', async (when) => {
    const optionsFrom = (config: Config) => {
      const type = accessToken({ issuer: fake.issuer, audience: config.audience })
      return { tokens: defineTokens({ access: type }, { clock: fake.clock }), everyRoute: 'access' } as const
    }
    const guard = JwtGuardModule.forRootAsync({
      imports: [configModule],
      inject: [Config],
      useFactory: (config: Config) => (when === 'later' ? Promise.resolve(optionsFrom(config)) : optionsFrom(config)),
    })
    const { get } = await start(moduleOf(guard, { controllers: [Reports] }), platform)
    expect(await get('/reports')).toMatchObject({ status: 401, body: missing })
    expect(await get('/reports', fake.accessToken())).toMatchObject({ status: 200 })
    const elsewhere = fake.accessToken({ claims: { aud: 'https://other.test' } })
    expect(await get('/reports', elsewhere)).toMatchObject({ status: 401 })
  })

  test('is global: a module that does not import it is guarded', async () => {
    const feature = { module: emptyModule(), controllers: [Reports], providers: [Feature] }
    const { get, app } = await start(moduleOf(plain(), { imports: [feature] }), platform)
    expect(await get('/reports/guarded')).toMatchObject({ status: 401, body: missing })
    expect(await get('/reports/guarded', fake.accessToken())).toMatchObject({ status: 200 })
    expect(app.get(Feature, { strict: false }).guard).toBeInstanceOf(JwtGuard)
  })

  test('twice: each asks for its own token, and none answers for the other', async () => {
    const type = customToken({ typ: 'other+jwt', issuer: fake.issuer, audience: 'us', maxLifetime: '1m' })
    const others = defineTokens({ other: type }, { clock: fake.clock })
    const guards = [everyRoute(), JwtGuardModule.forRoot({ tokens: others, everyRoute: 'other' })]
    const { get } = await start(moduleOf(undefined, { imports: guards, controllers: [Unmarked] }), platform)
    for (const token of [fake.accessToken(), fake.customToken('other+jwt', { aud: 'us' })]) {
      expect(await get('/unmarked', token)).toMatchObject({ status: 401 })
    }
  })

  test('leaves a route that does not exist to Nest', async () => {
    const { get } = await start(moduleOf(everyRoute(), { controllers: [Reports] }), platform)
    expect(await get('/nowhere')).toMatchObject({ status: 404 })
  })

  test('overrideProvider(JwtGuard) replaces what everyRoute asks', async () => {
    const fakeGuard = { canActivate: () => true }
    const module = Test.createTestingModule({ imports: [everyRoute()], controllers: [Reports] })
    const testing = await module.overrideProvider(JwtGuard).useValue(fakeGuard).compile()
    const app = testing.createNestApplication(platform.adapter(), { logger: false })
    onTestFinished(() => app.close())
    const { get } = await listen(app)
    expect(await get('/reports')).toMatchObject({ status: 200, body: 'reached' })
    expect(await get('/reports/guarded')).toMatchObject({ status: 401 })
  })

  test('overrideGuard(JwtGuard) replaces what @UseToken brings', async () => {
    const fakeGuard = { canActivate: () => true }
    const module = Test.createTestingModule({ imports: [everyRoute()], controllers: [Reports] })
    const testing = await module.overrideGuard(JwtGuard).useValue(fakeGuard).compile()
    const app = testing.createNestApplication(platform.adapter(), { logger: false })
    onTestFinished(() => app.close())
    const { get } = await listen(app)
    expect(await get('/reports/guarded')).toMatchObject({ status: 200, body: 'reached' })
    expect(await get('/reports')).toMatchObject({ status: 401, body: missing })
    expect(await get('/reports', fake.accessToken())).toMatchObject({ status: 200 })
  })

  test('two modules of one set guard together', async () => {
    const both = [plain(), JwtGuardModule.forRoot({ tokens, everyRoute: 'access' })]
    const { get } = await start(moduleOf(undefined, { imports: both, controllers: [Reports] }), platform)
    expect(await get('/reports')).toMatchObject({ status: 401, body: missing })
    expect(await get('/reports/guarded')).toMatchObject({ status: 401, body: missing })
    expect(await get('/reports/guarded', fake.accessToken())).toMatchObject({ status: 200 })
  })
})
