import { ConfigurationError, type LetInAlone, type Refused, type Verdict, type Verified } from '@jwt-guard/core'
import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  Inject,
  Injectable,
  ServiceUnavailableException,
  UnauthorizedException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { nodeRequestOf } from './node-request.js'
import { routePolicy, type RoutePolicy } from './route-policy.js'

const decision: unique symbol = Symbol('jwt-guard')
/** On the context itself, which lives as long as a request: a `WeakMap` of such costs more than the decision. */
type Decided = ExecutionContext & { [decision]?: Decision }
interface Decision {
  readonly of: ExecutionContext
  readonly by: JwtGuard
  readonly answer: boolean | Promise<boolean>
  /** The refusal, where it was thrown. */
  readonly thrown?: unknown
}

/**
 * What `@UseToken` and `everyRoute` put before a handler. It lets in whom the handler's guard accepts; a refusal is
 * Nest's own exception, with the status, challenge and body of RFC 6750, and goes through the exception filters.
 *
 * A context without an HTTP request (gateways, message handlers) is refused always, unless it is `@Public()`. In tests
 * it is replaced by `overrideProvider(JwtGuard)` where `everyRoute` guards, by `overrideGuard(JwtGuard)` where
 * `@UseToken` does.
 *
 * @throws ConfigurationError `ERR_ROUTE_CONTRADICTS` where it stands before a handler for which nothing says which token
 */
@Injectable()
export class JwtGuard implements CanActivate {
  constructor(
    @Inject(routePolicy) private readonly policy: RoutePolicy,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  /** Nest asks once for the class and once for the handler: the second time, the first answer holds. */
  canActivate(context: Decided): boolean | Promise<boolean> {
    const known = context[decision]
    const isKnown = known?.by === this && known.of === context
    const { answer, thrown } = isKnown ? known : (context[decision] = this.decide(context))
    if (thrown !== undefined) throw thrown
    return answer
  }

  private decide(context: ExecutionContext): Decision {
    try {
      return { of: context, by: this, answer: this.answer(context) }
    } catch (thrown) {
      return { of: context, by: this, answer: false, thrown }
    }
  }

  private answer(context: ExecutionContext): boolean | Promise<boolean> {
    const rule = this.policy.ruleFor(context)
    if (rule.by === 'public') return true
    if (rule.by === 'nothing') throw nothingSaid(context)
    const request = nodeRequestOf(context)
    if (request === undefined) return false
    const verdict = rule.guard.verdictOn(request, context)
    return 'then' in verdict ? verdict.then((late) => this.apply(context, late)) : this.apply(context, verdict)
  }

  private apply(context: ExecutionContext, verdict: Verdict<Verified> | LetInAlone<boolean>): true {
    if (verdict.verdict === 'accepted') return true
    this.sendHeaders(context, verdict)
    throw exceptionOf(verdict)
  }

  // Nest reads no headers from an exception; what is on the response survives its filters.
  private sendHeaders(context: ExecutionContext, { headers }: Refused): void {
    if (context.getType() !== 'http') return
    const response = context.switchToHttp().getResponse<unknown>()
    for (const [name, value] of Object.entries(headers)) this.host.httpAdapter.setHeader(response, name, value)
  }
}

function nothingSaid(context: ExecutionContext): ConfigurationError {
  return new ConfigurationError(
    'ERR_ROUTE_CONTRADICTS',
    `JwtGuard stands before ${context.getClass().name}.${context.getHandler().name}, and nothing says which token it ` +
      'takes: write @UseToken(tokens.access), which brings the guard along.',
  )
}

const exceptions = new Map([
  [400, BadRequestException],
  [401, UnauthorizedException],
  [403, ForbiddenException],
  [503, ServiceUnavailableException],
])

/** The exception that a filter of the application would look for. Its body is the verdict's, exactly. */
function exceptionOf({ status, body }: Refused): HttpException {
  const Exception = exceptions.get(status)
  return Exception === undefined ? new HttpException(body, status) : new Exception(body)
}
