import 'reflect-metadata'
import { Controller, Get, Injectable, Module, Req, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common'
import type { Request } from 'express'
import { accessToken, customToken, defineTokens, idToken, issuer, type AccessTokenClaims, type Issuer } from '@jwt-guard/core'
import type { ClaimsOf, Verified, VerifiedBy } from '@jwt-guard/core'
import { Claims, JwtGuardModule, Public, Token, UseToken, tokenOf } from '@jwt-guard/nest'
import * as z from 'zod'
import type { Expect, Same } from './expect.ts'

const auth = issuer('https://auth.example.com', { algorithms: ['RS256'] })
const loose = accessToken({ issuer: auth, audience: 'x' })
const tokens = defineTokens({
  access: loose,
  tenant: accessToken({ issuer: auth, audience: 'y', claims: z.object({ tenant: z.string() }) }),
  id: idToken({ issuer: auth, clientId: 'web' }),
  partner: customToken({ typ: 'p+jwt', issuer: auth, audience: 'x', maxLifetime: 1, fixed: { use: 'p' } }),
})

// ── class and method, by type and by name
@Controller('a') @UseToken(tokens.access)
class OnClass { @Get() @UseToken(tokens.partner) list() {} @Get('b') @UseToken('access', { scope: 'x' }) named() {} }
@UseToken(tokens.access) @Public() @Controller('b')
class AnyOrder { @UseToken(tokens.id, { context: (context) => ({ nonce: context.getType() === 'http' ? 'n' : null }) }) @Get() list() {} }
UseToken('acess') // NOT CAUGHT: a name is a start-up error only
// @ts-expect-error needs a context
UseToken(tokens.id)
// @ts-expect-error unknown option
UseToken(tokens.access, { scopes: 'x' })
// @ts-expect-error there is no slot in Nest
UseToken(tokens.access, { as: 'x' })
// @ts-expect-error not from a named set
UseToken(loose)

// ── parameters
interface Caller { readonly sub: string; readonly client_id: string }
@Controller('c')
class Parameters {
  exact(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>) { claims.client_id }
  less(@Claims(tokens.access) claims: { readonly sub: string }) { claims.sub }
  named(@Claims(tokens.access) claims: Caller) { claims.sub }
  base(@Claims(tokens.access) claims: AccessTokenClaims) { claims.sub }
  anything(@Claims(tokens.access) claims: unknown) { claims }
  whole(@Token(tokens.access) token: VerifiedBy<typeof tokens.access>) { token.claims.client_id }
  second(@Req() request: Request, @Claims(tokens.tenant) claims: ClaimsOf<typeof tokens.tenant>, other?: string) { const t: string = claims.tenant; tokenOf(request, tokens.tenant).claims.tenant; void [t, other] }
  both(@Claims(tokens.access) a: ClaimsOf<typeof tokens.access>, @Claims(tokens.partner) b: ClaimsOf<typeof tokens.partner>) { const use: 'p' = b.use; void [a, use] }
  needsContext(@Claims(tokens.id) claims: ClaimsOf<typeof tokens.id>) { claims.email }
  maybe(@Claims(tokens.access, { optional: true }) claims: ClaimsOf<typeof tokens.access> | undefined) { claims?.sub }
  question(@Claims(tokens.access, { optional: true }) claims?: ClaimsOf<typeof tokens.access>) { claims?.sub }
  wider(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access> | undefined) { claims?.sub }
  async later(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>): Promise<string> { return claims.sub }

  // @ts-expect-error a claim that the type does not have
  wrong1(@Claims(tokens.access) claims: { readonly nonce: string }) {}
  // @ts-expect-error the claims of another kind, though the shapes agree
  wrong2(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.id>) {}
  // @ts-expect-error the claims of a type with a schema
  wrong3(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.tenant>) {}
  // @ts-expect-error the token, not its claims
  wrong4(@Claims(tokens.access) claims: VerifiedBy<typeof tokens.access>) {}
  // @ts-expect-error the claims, not the token
  wrong5(@Token(tokens.access) token: ClaimsOf<typeof tokens.access>) {}
  // @ts-expect-error may be undefined
  wrong6(@Claims(tokens.access, { optional: true }) claims: ClaimsOf<typeof tokens.access>) {}
  // @ts-expect-error a scope may be absent
  wrong8(@Claims(tokens.access) claims: { readonly scope: string }) {}
  // @ts-expect-error the second parameter
  wrong9(@Req() request: Request, @Claims(tokens.access) claims: string) {}
  // @ts-expect-error not from a named set
  wrong10(@Claims(loose) claims: object) {}
  // @ts-expect-error frozen: a mutable array is not what is there
  wrong11(@Claims(tokens.access) claims: { roles?: string[] }) {}
  // @ts-expect-error a private method cannot be looked at
  private hidden(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>) {}
  // NOT CAUGHT: any holds everything
  loose(@Claims(tokens.access) claims: any) { claims.nope }
  // NOT CAUGHT: no annotation of a guard says whether it is optional; @Claims throws at run time where no token is
}
// ── generic base controllers
abstract class Base<T> { abstract find(claims: ClaimsOf<typeof tokens.access>, item?: T): void }
class Derived extends Base<string> { @Get() override find(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>, item?: string) { void [claims, item] } }

// ── modules
@Injectable() class Config { issuer(): Issuer { return auth } audience = 'x' }
JwtGuardModule.forRoot({ tokens }); JwtGuardModule.forRoot({ tokens, everyRoute: 'access', realm: 'api' })
@Module({ imports: [JwtGuardModule.forRoot({ tokens, everyRoute: 'partner' })] }) class AppModule {}
// @ts-expect-error no tokens
JwtGuardModule.forRoot({ everyRoute: 'access' })
// @ts-expect-error no such name
JwtGuardModule.forRoot({ tokens, everyRoute: 'acess' })
// @ts-expect-error needs a context, so it cannot guard every route
JwtGuardModule.forRoot({ tokens, everyRoute: 'id' })
// @ts-expect-error unknown option
JwtGuardModule.forRoot({ tokens, global: true })
// @ts-expect-error types without names
JwtGuardModule.forRoot({ tokens: { loose } })
JwtGuardModule.forRootAsync({ inject: [Config], useFactory: (config: Config) => ({ tokens: defineTokens({ access: accessToken({ issuer: config.issuer(), audience: config.audience }) }), everyRoute: 'access' }) })
JwtGuardModule.forRootAsync({ imports: [], inject: [Config], useFactory: async (config: Config) => ({ tokens, everyRoute: 'partner', realm: config.audience }) })
// @ts-expect-error no such name
JwtGuardModule.forRootAsync({ useFactory: () => ({ tokens, everyRoute: 'acess' }) })
// @ts-expect-error no tokens
JwtGuardModule.forRootAsync({ useFactory: () => ({ realm: 'x' }) })
// @ts-expect-error unknown option
JwtGuardModule.forRootAsync({ useFactory: () => ({ tokens }), everyRoute: 'access' })
// NOT CAUGHT: TypeScript looks for unknown keys in what a callback returns only where its return type is written
JwtGuardModule.forRootAsync({ useFactory: () => ({ tokens, everyroute: 'access' }) })

// ── elsewhere in Nest
@Injectable()
class Log implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) { const t = tokenOf(context, tokens.access); type _ = Expect<Same<typeof t, Verified<'access', AccessTokenClaims>>>; return next.handle() }
}
declare const fastify: { readonly raw: import('node:http').IncomingMessage; readonly headers: object }
tokenOf(fastify, tokens.access).claims.sub
