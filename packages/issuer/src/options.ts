import { ConfigurationError } from '@jwt-guard/core'

/** The members of a caller's options: own ones, all known, none undefined; silence switches nothing off. */
export function readOptions<const Name extends string>(
  what: string,
  given: unknown,
  names: readonly Name[],
): Readonly<Partial<Record<Name, unknown>>> {
  if (!isPlainObject(given)) throw invalid(what, 'takes a plain object of options')
  const read: Partial<Record<Name, unknown>> = Object.create(null)
  for (const key of Reflect.ownKeys(given)) {
    const name = names.find((one) => one === key)
    if (name === undefined) {
      const known = `${what} has no option ${String(key)}. It has: ${names.join(', ')}.`
      throw new ConfigurationError('ERR_OPTION_UNKNOWN', known)
    }
    const value = given[name]
    if (value === undefined) throw new ConfigurationError('ERR_OPTION_MISSING', `${what}: ${name} is undefined.`)
    read[name] = value
  }
  return read
}

/** An option that has to be given. */
export function needed(what: string, name: string, value: unknown): unknown {
  if (value !== undefined) return value
  throw new ConfigurationError('ERR_OPTION_MISSING', `${what} needs ${name}.`)
}

export function invalid(what: string, why: string): ConfigurationError {
  return new ConfigurationError('ERR_OPTION_INVALID', `${what} ${why}.`)
}

/** An object as a literal or a JSON text makes it: not an array, a Map, a Date or an instance of a class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** The `kid` that a header names a key by. */
export function aKid(what: string, value: unknown): string {
  if (typeof value === 'string' && /^[\x20-\x7e]{1,256}$/.test(value)) return value
  throw invalid(`${what}: kid`, 'has to be 1 to 256 printable ASCII characters')
}

const units = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86400],
])

/** A duration in whole seconds: `NumericDate` allows fractions, and many who read tokens do not. */
export function secondsOf(what: string, duration: unknown, least: number, most: number): number {
  const [, count, unit = ''] = (typeof duration === 'string' && /^(\d{1,9})([smhd])$/.exec(duration)) || []
  const seconds = typeof duration === 'number' ? duration : Number(count) * (units.get(unit) ?? Number.NaN)
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds
  throw invalid(what, `has to be a duration of ${least} to ${most} whole seconds, such as 300 or "5m"`)
}
