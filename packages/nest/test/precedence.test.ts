import { Controller, Get } from '@nestjs/common'
import { Public, UseToken } from '@jwt-guard/nest'
import { describe, expect, test } from 'vitest'
import { everyRoute, fake, missing, moduleOf, partnerToken, plain, platforms, start, tokens } from './app.ts'

@Controller('none')
class Bare {
  @Get('none') none() {
    return 'reached'
  }
  @Get('token') @UseToken(tokens.partner) token() {
    return 'reached'
  }
  @Get('public') @Public() open() {
    return 'reached'
  }
}
@Controller('token')
@UseToken(tokens.partner)
class Guarded {
  @Get('none') none() {
    return 'reached'
  }
  @Get('token') @UseToken(tokens.partner) token() {
    return 'reached'
  }
  @Get('public') @Public() open() {
    return 'reached'
  }
}
@Public()
@Controller('public')
class Open {
  @Get('none') none() {
    return 'reached'
  }
  @UseToken(tokens.partner) @Get('token') token() {
    return 'reached'
  }
  @Public() @Get('public') open() {
    return 'reached'
  }
}

/** Their handler is one function; what stands on the classes differs. */
class Shared {
  @Get() list() {
    return 'reached'
  }
}
@Controller('shared/public')
@Public()
class SharedOpen extends Shared {}
@Controller('shared/token')
@UseToken(tokens.partner)
class SharedGuarded extends Shared {}

const controllers = [Bare, Guarded, Open, SharedOpen, SharedGuarded]

/** On the class, on the handler, and what lets in then. */
const matrix = [
  ['none', 'token', 'partner'],
  ['none', 'public', 'anybody'],
  ['token', 'none', 'partner'],
  ['token', 'token', 'partner'],
  ['token', 'public', 'anybody'],
  ['public', 'none', 'anybody'],
  ['public', 'token', 'partner'],
  ['public', 'public', 'anybody'],
] as const

describe.each(platforms)('precedence on $platform', (platform) => {
  describe.each([
    ['with everyRoute', everyRoute],
    ['without everyRoute', plain],
  ] as const)('%s', (_, module) => {
    test.each(matrix)('class %s and handler %s lets in %s', async (onClass, onHandler, letIn) => {
      const { get } = await start(moduleOf(module(), { controllers }), platform)
      const path = `/${onClass}/${onHandler}`
      expect(await get(path, partnerToken())).toMatchObject({ status: 200, body: 'reached' })
      expect(await get(path)).toMatchObject(
        letIn === 'anybody' ? { status: 200, body: 'reached' } : { status: 401, body: missing },
      )
      expect(await get(path, fake.accessToken())).toMatchObject({ status: letIn === 'anybody' ? 200 : 401 })
    })
  })

  test('a handler that two classes share is guarded as each of them says', async () => {
    const { get } = await start(moduleOf(plain(), { controllers }), platform)
    for (let round = 0; round < 2; round++) {
      expect(await get('/shared/public')).toMatchObject({ status: 200, body: 'reached' })
      expect(await get('/shared/token')).toMatchObject({ status: 401, body: missing })
      expect(await get('/shared/token', partnerToken())).toMatchObject({ status: 200, body: 'reached' })
    }
  })

  test('everyRoute guards what nothing is said about', async () => {
    const { get } = await start(moduleOf(everyRoute(), { controllers }), platform)
    expect(await get('/none/none')).toMatchObject({ status: 401, body: missing })
    expect(await get('/none/none', partnerToken())).toMatchObject({ status: 401 })
    expect(await get('/none/none', fake.accessToken())).toMatchObject({ status: 200, body: 'reached' })
  })

  test('without everyRoute nothing guards what nothing is said about', async () => {
    const { get } = await start(moduleOf(plain(), { controllers }), platform)
    expect(await get('/none/none')).toMatchObject({ status: 200, body: 'reached' })
  })

  test('a class goes before the class that it extends', async () => {
    @Controller('open')
    @Public()
    class OpenHeir extends Guarded {}
    @Controller('guarded')
    @UseToken(tokens.access)
    class GuardedHeir extends Open {}
    const { get } = await start(moduleOf(plain(), { controllers: [OpenHeir, GuardedHeir] }), platform)
    expect(await get('/open/none')).toMatchObject({ status: 200 })
    expect(await get('/open/token')).toMatchObject({ status: 401 })
    expect(await get('/guarded/none')).toMatchObject({ status: 401 })
    expect(await get('/guarded/none', fake.accessToken())).toMatchObject({ status: 200 })
    expect(await get('/guarded/public')).toMatchObject({ status: 200 })
  })
})
