import type { TokenSet } from '@jwt-guard/core'
import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common'
import { APP_GUARD, DiscoveryModule } from '@nestjs/core'
import { EveryRouteGuard } from './every-route.guard.js'
import { JwtGuard } from './jwt-guard.guard.js'
import {
  ModuleOptions,
  refuseUnknownMembers,
  type JwtGuardModuleAsyncOptions,
  type JwtGuardModuleOptions,
} from './module-options.js'
import { routePolicy, RoutePolicy } from './route-policy.js'

/**
 * Makes `@UseToken` and `everyRoute` work in the whole application: import it once, in the root module.
 *
 * At start-up (`app.init()`) it looks at every controller and provider and builds their guards. It rejects with a
 * `ConfigurationError`, and no route is served, where an option is wrong or unknown, where a `@UseToken` names what the
 * set does not have or has options that `createGuard` refuses, and where `@UseToken` and `@Public` contradict each other.
 * It does not look for handlers that nothing guards: `everyRoute` does away with them.
 */
@Module({})
export class JwtGuardModule implements OnModuleInit {
  constructor(@Inject(routePolicy) private readonly policy: RoutePolicy) {}

  /** For a set that is there when the module is written. */
  static forRoot<Set extends TokenSet>(options: JwtGuardModuleOptions<Set>): DynamicModule {
    return moduleOf({ useFactory: () => options })
  }

  /**
   * For a set that is made of what is injected, such as a configuration.
   *
   * @throws ConfigurationError `ERR_OPTION_UNKNOWN`, `ERR_OPTION_MISSING`: `everyRoute` belongs into what the factory returns
   */
  static forRootAsync<Set extends TokenSet>(options: JwtGuardModuleAsyncOptions<Set>): DynamicModule {
    refuseUnknownMembers('forRootAsync', options, ['useFactory', 'imports', 'inject'])
    return moduleOf(options)
  }

  /** @internal Before any route is served. */
  onModuleInit(): void {
    this.policy.build()
  }
}

function moduleOf<Set extends TokenSet>(options: JwtGuardModuleAsyncOptions<Set>): DynamicModule {
  const { imports = [], inject = [], useFactory } = options
  return {
    module: JwtGuardModule,
    global: true,
    imports: [DiscoveryModule, ...imports],
    providers: [
      { provide: ModuleOptions, inject: [...inject], useFactory },
      { provide: routePolicy, useClass: RoutePolicy },
      JwtGuard,
      EveryRouteGuard,
      { provide: APP_GUARD, useExisting: EveryRouteGuard },
    ],
    exports: [routePolicy, JwtGuard],
  }
}
