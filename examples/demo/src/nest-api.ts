import type { IncomingMessage } from 'node:http'
import type { ClaimsOf } from '@jwt-guard/core'
import { Claims, JwtGuardModule, UseToken } from '@jwt-guard/nest'
import { Controller, Get, HttpCode, Module, Post, type ExecutionContext } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { nonceOfLogin } from './logins.js'
import type { Running } from './serve.js'
import { tokens } from './tokens.js'

@Controller('reports')
class Reports {
  @Get()
  @UseToken(tokens.access, { scope: 'reports:read' })
  read(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>) {
    return { for: claims.sub }
  }

  @Post()
  @HttpCode(200)
  @UseToken(tokens.access, { scope: 'reports:write' })
  write(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>) {
    return { for: claims.sub }
  }
}

@Controller()
class Account {
  @Get('me')
  @UseToken(tokens.id, { context: (context) => ({ nonce: nonceOfLogin(cookieOf(context)) }) })
  me(@Claims(tokens.id) claims: ClaimsOf<typeof tokens.id>) {
    return { for: claims.sub }
  }

  @Post('password-reset')
  @HttpCode(200)
  @UseToken(tokens.passwordReset)
  resetPassword(@Claims(tokens.passwordReset) claims: ClaimsOf<typeof tokens.passwordReset>) {
    return { for: claims.sub }
  }
}

@Controller('partner')
@UseToken(tokens.partner)
class Partner {
  @Get('reports')
  read(@Claims(tokens.partner) claims: ClaimsOf<typeof tokens.partner>) {
    return { for: claims.sub }
  }
}

@Module({
  imports: [JwtGuardModule.forRoot({ tokens, everyRoute: 'access' })],
  controllers: [Reports, Account, Partner],
})
class ApiModule {}

/** Starts the service as a Nest application. */
export async function startNestApi(): Promise<Running> {
  const app = await NestFactory.create(ApiModule, { logger: false, forceCloseConnections: true })
  await app.listen(0, '127.0.0.1')
  return { url: await app.getUrl(), stop: () => app.close() }
}

function cookieOf(context: ExecutionContext): string | undefined {
  return context.switchToHttp().getRequest<IncomingMessage>().headers.cookie
}
