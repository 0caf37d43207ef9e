import { ConfigurationError, guardFor, type Guard } from '@jwt-guard/core'
import type { ModuleOptions } from './module-options.js'

/**
 * The guard that stands at a place, of whatever was written there: a type of the module's set, its name or `anyOf`
 * several, and options.
 *
 * @throws ConfigurationError as `createGuard`, and `ERR_ROUTE_CONTRADICTS` where the set has no such type
 */
export function guardOfRoute(place: string, module: ModuleOptions, given: unknown, options: unknown): Guard {
  const types = new Map<unknown, unknown>(Object.entries(module.tokens))
  if (typeof given === 'string' && !types.has(given)) throw foreign(place, `"${given}"`, types)
  const type = typeof given === 'string' ? types.get(given) : given
  const guard = located(place, () => guardFor(type, withDefaults(options, slotOf(type), module)))
  const known = new Set(types.values())
  if (!membersOf(type).every((member) => known.has(member))) throw foreign(place, 'a type of another set', types)
  return guard
}

function foreign(place: string, what: string, types: ReadonlyMap<unknown, unknown>): ConfigurationError {
  const known = [...types.keys()].join(', ')
  return new ConfigurationError('ERR_ROUTE_CONTRADICTS', `${place} takes ${what}. The module's set has: ${known}.`)
}

/** The types behind `anyOf`, or the one type itself. */
function membersOf(type: unknown): readonly unknown[] {
  const several = typeof type === 'object' && type !== null && 'types' in type ? type.types : undefined
  return Array.isArray(several) ? several : [type]
}

/** Nest has no slots. One of each type's own keeps several types on one request apart, from Express's `auth` too. */
function slotOf(type: unknown): string {
  const names = membersOf(type).map((member) =>
    typeof member === 'object' && member !== null && 'name' in member ? String(member.name) : '',
  )
  return `$${names.join('$')}`
}

function withDefaults(options: unknown, slot: string, { realm, explainRefusals }: ModuleOptions): object {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigurationError('ERR_OPTION_INVALID', '@UseToken takes an object of options.')
  }
  for (const name of ['as', 'onRefusal']) {
    if (!(name in options)) continue
    throw new ConfigurationError('ERR_OPTION_UNKNOWN', `A guard in Nest has no option ${name}.`)
  }
  const defaults = { ...(realm !== undefined && { realm }), ...(explainRefusals !== undefined && { explainRefusals }) }
  return { ...defaults, ...options, as: slot }
}

/** What is wrong with an option is said by core; where the option was written is known here. */
function located<T>(place: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof ConfigurationError) throw new ConfigurationError(error.code, `${place}: ${error.message}`)
    throw error
  }
}
