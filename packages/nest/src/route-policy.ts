import { ConfigurationError, type Guard } from '@jwt-guard/core'
import { Inject, Injectable, type ExecutionContext } from '@nestjs/common'
import { DiscoveryService, MetadataScanner } from '@nestjs/core'
import { ModuleOptions, refuseBadOptions } from './module-options.js'
import { guardOfRoute } from './route-guard.js'
import { markFor, type RouteMark } from './route-mark.js'
import { scanRoutes } from './route-scan.js'

/** What holds for a handler: it is open, nothing was said, or a guard decides that is on it or on every route. */
export type RouteRule =
  | { readonly by: 'public' }
  | { readonly by: 'nothing' }
  | { readonly by: 'route' | 'everyRoute'; readonly guard: Guard }

/** What guards are injected with. Nest prints its name where it is missing, so the name is the remedy. */
export const routePolicy = Symbol('JwtGuardModule.forRoot({ tokens }), imported in the root module')

/** Which rule holds for which handler: built of the whole application at start-up, looked up afterwards. */
@Injectable()
export class RoutePolicy {
  private readonly rules = new Map<RouteMark | undefined, RouteRule>()
  /** Of each handler, for the class that it was last asked of: nothing changes after start-up, and metadata are slow. */
  private readonly known = new WeakMap<object, { readonly controller: object; readonly rule: RouteRule }>()

  constructor(
    @Inject(ModuleOptions) private readonly options: ModuleOptions,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  /** @throws ConfigurationError for whatever would leave a route open that was meant to be guarded */
  build(): void {
    refuseBadOptions(this.options)
    const unmarked = this.ruleForUnmarked()
    for (const [mark, place] of scanRoutes(this.discovery, this.scanner)) this.rules.set(mark, this.ruleOf(mark, place))
    this.rules.set(undefined, unmarked)
  }

  /** @throws ConfigurationError for a handler that start-up did not see, or before start-up: nobody is let in then */
  ruleFor(context: ExecutionContext): RouteRule {
    const [handler, controller] = [context.getHandler(), context.getClass()]
    const known = this.known.get(handler)
    if (known?.controller === controller) return known.rule
    const rule = this.rules.get(markFor(handler, controller))
    if (rule !== undefined) {
      this.known.set(handler, { controller, rule })
      return rule
    }
    throw new ConfigurationError('ERR_ROUTE_CONTRADICTS', 'JwtGuardModule did not see this handler when it started.')
  }

  private ruleForUnmarked(): RouteRule {
    const { everyRoute } = this.options
    if (everyRoute === undefined) return { by: 'nothing' }
    if (typeof everyRoute !== 'string') {
      throw new ConfigurationError('ERR_OPTION_INVALID', 'JwtGuardModule: everyRoute has to be the name of a type.')
    }
    return { by: 'everyRoute', guard: guardOfRoute('everyRoute', this.options, everyRoute, {}) }
  }

  private ruleOf(mark: RouteMark, place: string): RouteRule {
    if (mark.mark === 'public') return { by: 'public' }
    return { by: 'route', guard: guardOfRoute(place, this.options, mark.type, mark.options) }
  }
}
