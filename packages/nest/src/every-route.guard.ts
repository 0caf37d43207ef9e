import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common'
import { JwtGuard } from './jwt-guard.guard.js'
import { routePolicy, type RoutePolicy } from './route-policy.js'

/** Global: asks `JwtGuard` where `everyRoute` decides, and does nothing where `@UseToken` or `@Public` does. */
@Injectable()
export class EveryRouteGuard implements CanActivate {
  constructor(
    @Inject(routePolicy) private readonly policy: RoutePolicy,
    // By injection, so that a test's `overrideProvider(JwtGuard)` is what is asked.
    @Inject(JwtGuard) private readonly guard: CanActivate,
  ) {}

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    return this.policy.ruleFor(context).by === 'everyRoute' ? this.guard.canActivate(context) : true
  }
}
