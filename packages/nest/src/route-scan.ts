import { ConfigurationError } from '@jwt-guard/core'
import type { DiscoveryService, MetadataScanner } from '@nestjs/core'
import { marksMeantFor, marksOn, type RouteMark } from './route-mark.js'

/** What DiscoveryService tells of a controller or provider. */
interface Found {
  readonly instance: unknown
  readonly metatype: { readonly prototype: unknown } | null
}

/**
 * Every mark in the application and where it is: on controllers, and on providers, for gateways and resolvers are such.
 *
 * @throws ConfigurationError `ERR_ROUTE_CONTRADICTS` for two marks in one place, and for a mark that got lost
 */
export function scanRoutes(discovery: DiscoveryService, scanner: MetadataScanner): ReadonlyMap<RouteMark, string> {
  const places = new Map<RouteMark, string>()
  const found: readonly Found[] = [...discovery.getControllers(), ...discovery.getProviders()]
  for (const { instance, metatype } of found) {
    const prototype = prototypeOf(instance, metatype)
    if (prototype === undefined) continue
    for (const above of lineOf(prototype.constructor)) addOnly(marksOn(above), above.name, places)
    for (const name of scanner.getAllMethodNames(prototype)) scanMethod(prototype, name, instance, places)
  }
  return places
}

function prototypeOf(instance: unknown, metatype: Found['metatype']): object | undefined {
  const prototype: unknown = isObject(instance) ? Object.getPrototypeOf(instance) : metatype?.prototype
  return isObject(prototype) && typeof prototype.constructor === 'function' ? prototype : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** An object and what it inherits from, down to what the language provides. */
function lineOf<T extends object>(start: T): readonly T[] {
  const above = Object.getPrototypeOf(start)
  return above === null || above === Function.prototype ? [start] : [start, ...lineOf<T>(above)]
}

function scanMethod(prototype: object, name: string, instance: unknown, places: Map<RouteMark, string>): void {
  const place = `${prototype.constructor.name}.${name}`
  const owner = lineOf(prototype).find((above) => Object.hasOwn(above, name)) ?? prototype
  const meant = marksMeantFor(owner, name)
  const method: unknown = Reflect.get(prototype, name)
  const carried = typeof method === 'function' ? marksOn(method) : []
  addOnly(meant, place, places)
  addOnly(carried, place, places)
  if (meant.length === 0) return refuseLostGuard(prototype, name, carried, place)
  // Nest reads what is to be guarded from the function that it calls. Without the mark it would call it unguarded.
  const called: unknown = isObject(instance) ? Reflect.get(instance, name) : method
  if (typeof called !== 'function' || marksOn(called)[0] !== meant[0]) {
    throw new ConfigurationError(
      'ERR_ROUTE_CONTRADICTS',
      `${place} is not the function that @UseToken or @Public stands on: a decorator above it, or the constructor, ` +
        'replaced it. Put @UseToken and @Public first.',
    )
  }
}

/** A method that overrides a guarded one is guarded by its own marks or by those of its class, and by nothing else. */
function refuseLostGuard(prototype: object, name: string, carried: readonly RouteMark[], place: string): void {
  const overridden = lineOf(prototype).flatMap((above) => marksMeantFor(above, name))
  const ofClass = lineOf(prototype.constructor).flatMap(marksOn)
  if (overridden.length === 0 || carried.length > 0 || ofClass.length > 0) return
  throw new ConfigurationError(
    'ERR_ROUTE_CONTRADICTS',
    `${place} overrides a method with @UseToken or @Public and has neither: write it there again.`,
  )
}

function addOnly([mark, another]: readonly RouteMark[], place: string, places: Map<RouteMark, string>): void {
  if (another !== undefined) {
    throw new ConfigurationError(
      'ERR_ROUTE_CONTRADICTS',
      `${place} has more than one of @UseToken and @Public: which one holds? Leave one.`,
    )
  }
  if (mark !== undefined) places.set(mark, place)
}
