import { Controller, Get, type ExecutionContext } from '@nestjs/common'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Claims, JwtGuardModule, Public, Token, UseToken } from '@jwt-guard/nest'
import { anyOf, type ClaimsOf, type VerdictEvent, type VerifiedBy } from '@jwt-guard/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fake, insufficient, invalid, missing, moduleOf, partnerToken, plain, platforms, start, tokens } from './app.ts'

const asked: unknown[] = []
const either = anyOf(tokens.access, tokens.partner)

@Controller('reports')
@UseToken(tokens.access)
class Reports {
  @Get() list(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>) {
    return { sub: claims.sub, client: claims.client_id }
  }
  @Get('whole') whole(@Token(tokens.access) token: VerifiedBy<typeof tokens.access>) {
    return { type: token.type, typ: token.header.typ, expiresAt: token.expiresAt }
  }
  @Get('write') @UseToken(tokens.access, { scope: 'reports:write' }) write() {
    return 'written'
  }
  @Get('delete') @UseToken(tokens.access, { scope: 'reports:delete', realm: 'vault' }) delete() {
    return 'deleted'
  }
  @Get('any') @UseToken('access', { anyScope: ['reports:delete', 'reports:read'] }) any() {
    return 'read'
  }
  @Get('partner') @UseToken('partner') partner(@Claims(tokens.partner) claims: ClaimsOf<typeof tokens.partner>) {
    return claims.sub
  }
  @Get('either') @UseToken(either) either(@Token(either) token: VerifiedBy<typeof either>) {
    return { type: token.type, client: token.type === 'access' ? token.claims.client_id : null }
  }
  @Get('optional') @UseToken(tokens.access, { optional: true }) optional(
    @Claims(tokens.access, { optional: true }) claims: ClaimsOf<typeof tokens.access> | undefined,
    @Token(tokens.access, { optional: true }) token?: VerifiedBy<typeof tokens.access>,
  ) {
    return { sub: claims?.sub ?? null, type: token?.type ?? null }
  }
  @Get('careless') @UseToken(tokens.access, { optional: true }) careless(
    @Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>,
  ) {
    return claims.sub
  }
  @Get('id')
  @UseToken(tokens.id, {
    context: (context: ExecutionContext) => ({ nonce: String(context.switchToHttp().getRequest().query.nonce) }),
  })
  id(@Claims(tokens.id) claims: ClaimsOf<typeof tokens.id>) {
    return claims.sub
  }
  @Get('asked')
  @UseToken(tokens.access, {
    authorize: (token, context) => {
      asked.push([token.claims.sub, context.getClass(), context.getHandler().name])
      return context.switchToHttp().getRequest().query.let === 'in'
    },
  })
  asked() {
    return 'allowed'
  }
  @Get('broken')
  @UseToken(tokens.access, { authorize: () => Promise.reject(new Error('the database is away: secret')) })
  broken() {
    return 'never'
  }
  @Get('unguarded') @Public() unguarded(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>) {
    return claims.sub
  }
}

const reports = () => moduleOf(plain(), { controllers: [Reports] })

describe.each(platforms)('@UseToken on $platform', (platform) => {
  test('lets a valid token in and hands over its claims', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports', fake.accessToken())).toMatchObject({
      status: 200,
      body: { sub: 'user-1', client: 'web' },
    })
  })

  test('anyOf lets in a token of each of its types, told apart by type', async () => {
    const { get } = await start(reports(), platform)
    const accepted = async (token: string) => (await get('/reports/either', token)).body
    expect(await accepted(fake.accessToken())).toEqual({ type: 'access', client: 'web' })
    expect(await accepted(partnerToken())).toEqual({ type: 'partner', client: null })
    expect(await accepted(fake.idToken())).toEqual(invalid)
  })

  test('@Token hands over the whole token', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports/whole', fake.accessToken())).toMatchObject({
      status: 200,
      body: { type: 'access', typ: 'at+jwt', expiresAt: fake.clock.now() + 300 },
    })
  })

  test('answers a request without a token with 401, the challenge and exactly the body of core', async () => {
    const { get } = await start(reports(), platform)
    const { status, headers, body } = await get('/reports')
    expect({ status, body }).toStrictEqual({ status: 401, body: missing })
    expect(headers.get('www-authenticate')).toBe('Bearer realm="api"')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
  })

  test('answers an expired token with 401 and tells nothing of why', async () => {
    const { get } = await start(reports(), platform)
    const now = fake.clock.now()
    const { status, headers, body } = await get(
      '/reports',
      fake.accessToken({ claims: { iat: now - 600, exp: now - 300 } }),
    )
    expect({ status, body }).toStrictEqual({ status: 401, body: invalid })
    expect(headers.get('www-authenticate')).toBe(
      'Bearer realm="api", error="invalid_token", error_description="The token is not valid for this resource."',
    )
  })

  test('refuses the token of another kind', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports', partnerToken())).toMatchObject({ status: 401, body: invalid })
    expect(await get('/reports', fake.idToken())).toMatchObject({ status: 401, body: invalid })
  })

  test('answers a malformed header with 400', async () => {
    const { get } = await start(reports(), platform)
    const { status, body } = await get('/reports', 'two tokens')
    expect({ status, body }).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })

  test('asks for the scopes of the handler', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports/write', fake.accessToken())).toMatchObject({ status: 200, body: 'written' })
    const { status, headers, body } = await get(
      '/reports/write',
      fake.accessToken({ claims: { scope: 'reports:read' } }),
    )
    expect({ status, body }).toStrictEqual({ status: 403, body: insufficient })
    expect(headers.get('www-authenticate')).toContain('error="insufficient_scope"')
    expect(headers.get('www-authenticate')).toContain('scope="reports:write"')
  })

  test('names the realm of the handler in a challenge', async () => {
    const { get } = await start(reports(), platform)
    const { status, headers } = await get('/reports/delete', fake.accessToken())
    expect(status).toBe(403)
    expect(headers.get('www-authenticate')).toContain('realm="vault"')
  })

  test('names the realm of the module where the handler names none', async () => {
    const module = moduleOf(JwtGuardModule.forRoot({ tokens, realm: 'house' }), { controllers: [Reports] })
    const { get } = await start(module, platform)
    expect((await get('/reports')).headers.get('www-authenticate')).toBe('Bearer realm="house"')
    expect((await get('/reports/delete')).headers.get('www-authenticate')).toBe('Bearer realm="vault"')
  })

  test('takes a type by its name, with options', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports/any', fake.accessToken())).toMatchObject({ status: 200 })
    expect(await get('/reports/any', fake.accessToken({ claims: { scope: 'other' } }))).toMatchObject({ status: 403 })
  })

  test('on a handler goes before @UseToken on its class', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports/partner', partnerToken())).toMatchObject({ status: 200, body: 'partner-1' })
    expect(await get('/reports/partner', fake.accessToken())).toMatchObject({ status: 401, body: invalid })
  })

  test('with optional lets a request without credentials in alone, and no bad token', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports/optional')).toMatchObject({ status: 200, body: { sub: null, type: null } })
    expect(await get('/reports/optional', fake.accessToken())).toMatchObject({
      status: 200,
      body: { sub: 'user-1', type: 'access' },
    })
    expect(await get('/reports/optional', partnerToken())).toMatchObject({ status: 401 })
  })

  test('a parameter that is not optional is never filled with nothing', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports/careless')).toMatchObject({ status: 500 })
    expect(await get('/reports/careless', fake.accessToken())).toMatchObject({ status: 200 })
  })

  test('a parameter reads nothing where no guard let the request in, however good its token', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports/unguarded', fake.accessToken())).toMatchObject({ status: 500 })
  })

  test('gives the execution context to context: an ID token is checked against its nonce', async () => {
    const { get } = await start(reports(), platform)
    expect(await get('/reports/id?nonce=nonce-1', fake.idToken())).toMatchObject({ status: 200, body: 'user-1' })
    expect(await get('/reports/id?nonce=nonce-2', fake.idToken())).toMatchObject({ status: 401, body: invalid })
  })

  test('gives the execution context to authorize, once, and its no is a 403', async () => {
    const { get } = await start(reports(), platform)
    asked.length = 0
    expect(await get('/reports/asked?let=in', fake.accessToken())).toMatchObject({ status: 200, body: 'allowed' })
    expect(asked).toStrictEqual([['user-1', Reports, 'asked']])
    expect(await get('/reports/asked?let=out', fake.accessToken())).toMatchObject({ status: 403, body: insufficient })
  })

  test('answers 503 without a challenge and without a word of the reason where authorize throws', async () => {
    const { get } = await start(reports(), platform)
    const { status, headers, body } = await get('/reports/broken', fake.accessToken())
    expect({ status, body }).toStrictEqual({
      status: 503,
      body: {
        error: 'temporarily_unavailable',
        error_description: 'The token cannot be checked at the moment.',
      },
    })
    expect(headers.get('retry-after')).toBe('5')
    expect(headers.get('www-authenticate')).toBeNull()
  })

  test('a request is judged once, though class and handler both bring the guard', async () => {
    const { get } = await start(reports(), platform)
    const events = recordVerdicts()
    await get('/reports/write', fake.accessToken())
    expect(events).toStrictEqual([{ verdict: 'accepted', type: 'access' }])
  })

  test('is inherited: by handlers, from a base class, and by what extends a guarded class', async () => {
    abstract class Base {
      @Get() @UseToken(tokens.access) list() {
        return 'listed'
      }
      @Get('open') open() {
        return 'open'
      }
    }
    @Controller('derived')
    class Derived extends Base {}
    @UseToken(tokens.access)
    abstract class GuardedBase {
      readonly kept = true
    }
    @Controller('guarded')
    class Guarded extends GuardedBase {
      @Get() list() {
        return 'listed'
      }
    }
    const { get } = await start(moduleOf(plain(), { controllers: [Derived, Guarded] }), platform)
    expect(await get('/derived')).toMatchObject({ status: 401, body: missing })
    expect(await get('/derived', fake.accessToken())).toMatchObject({ status: 200 })
    expect(await get('/derived/open')).toMatchObject({ status: 200 })
    expect(await get('/guarded')).toMatchObject({ status: 401, body: missing })
    expect(await get('/guarded', fake.accessToken())).toMatchObject({ status: 200 })
  })
})

function recordVerdicts(): VerdictEvent[] {
  const events: VerdictEvent[] = []
  const record = (event: unknown) => void events.push(event as VerdictEvent)
  subscribe('jwt-guard:verdict', record)
  onTestFinished(() => void unsubscribe('jwt-guard:verdict', record))
  return events
}
