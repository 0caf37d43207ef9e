import { ConfigurationError } from '../errors/errors.js'
import { secondsOf } from './duration.js'
import { isPlainObject } from './plain-object.js'

/** Reads one option: answers the value to work with, copied and frozen where it is a list, or throws `Wrong`. */
export type Reader<T> = (value: unknown) => T
interface Readers {
  readonly [name: string]: Reader<unknown>
}
type Read<R extends Readers, Needed extends keyof R> = {
  readonly [Name in keyof R]: ReturnType<R[Name]> | (Name extends Needed ? never : undefined)
}

/** What is wrong with an option's value; the sentence goes on after the option's name. */
export class Wrong extends Error {}

/**
 * A caller's options, read once: own members only, and every one of them known. `undefined` is refused like an unknown
 * name: silence switches nothing off.
 */
export function readOptions<const R extends Readers, const Needed extends keyof R & string = never>(
  what: string,
  given: unknown,
  readers: R,
  needed: readonly Needed[] = [],
): Read<R, Needed> {
  if (!isPlainObject(given)) {
    throw new ConfigurationError('ERR_OPTION_INVALID', `${what} takes a plain object of options.`)
  }
  const read: Record<string, unknown> = Object.create(null)
  for (const name of Reflect.ownKeys(given)) {
    const reader = typeof name === 'string' && Object.hasOwn(readers, name) ? readers[name] : undefined
    if (reader === undefined || typeof name !== 'string') throw unknownOption(what, name, readers)
    const value = given[name]
    if (value === undefined) throw unset(what, name)
    read[name] = readOne(`${what}: ${name}`, value, reader)
  }
  for (const name of needed) if (!(name in read)) throw missing(what, name)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each member was read by the reader of its name
  return read as Read<R, Needed>
}

/** One value that is not among options. `what` begins the sentence that says what is wrong with it. */
export function readOne<T>(what: string, value: unknown, reader: Reader<T>): T {
  try {
    return reader(value)
  } catch (error) {
    if (error instanceof Wrong) throw new ConfigurationError('ERR_OPTION_INVALID', `${what} ${error.message}.`)
    throw error
  }
}

function unknownOption(what: string, name: string | symbol, readers: Readers): ConfigurationError {
  const known = Object.keys(readers).join(', ')
  return new ConfigurationError('ERR_OPTION_UNKNOWN', `${what} has no option ${String(name)}. It has: ${known}.`)
}

function missing(what: string, name: string): ConfigurationError {
  return new ConfigurationError('ERR_OPTION_MISSING', `${what} needs ${name}.`)
}

function unset(what: string, name: string): ConfigurationError {
  return new ConfigurationError(
    'ERR_OPTION_MISSING',
    `${what}: ${name} is undefined. Is an environment variable missing? Leave the option out where it is not meant.`,
  )
}

/** An option that its caller looks at by itself. */
export const anything: Reader<unknown> = (value) => value

export const aBoolean: Reader<boolean> = (value) => {
  if (typeof value === 'boolean') return value
  throw new Wrong('has to be true or false')
}

type Hook = (...values: unknown[]) => unknown
export const aFunction: Reader<Hook> = (value) => {
  if (isFunction(value)) return value
  throw new Wrong('has to be a function')
}

function isFunction(value: unknown): value is Hook {
  return typeof value === 'function'
}

export function aDuration(least: number, most: number): Reader<number> {
  return (value) => {
    const seconds = secondsOf(value)
    if (seconds !== undefined && seconds >= least && seconds <= most) return seconds
    throw new Wrong(`has to be a duration from ${least} to ${most} seconds, such as 30 or "5m"`)
  }
}

/** What a template or a shell makes of a value that was not there. */
const nothing = new Set(['undefined', 'null', 'NaN', '[object Object]'])

export const aName: Reader<string> = (value) => {
  if (typeof value !== 'string' || value.trim() === '') throw new Wrong('has to be a string that is not empty')
  if (nothing.has(value)) throw new Wrong(`is the text "${value}": a value was missing where it was put together`)
  if (/[\u0000-\u001f\u007f-\u009f]/.test(value) || value !== value.trim() || !value.isWellFormed()) {
    throw new Wrong('has a control character, a space at an end, or half a character')
  }
  if (value.length > 1024) throw new Wrong('has more than 1024 characters')
  return value
}

/** A name that is compared exactly: a pattern in it would never match. */
export const anExactName: Reader<string> = (value) => {
  const name = aName(value)
  if (name.includes('*')) throw new Wrong('has a wildcard: names are compared exactly')
  return name
}

/** A list, each of its own and none twice. */
export function aListOf<T>(item: Reader<T>, least = 1): Reader<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) throw new Wrong('has to be a list')
    if (value.length < least) throw new Wrong('is an empty list')
    if (new Set(value).size !== value.length) throw new Wrong('names something twice')
    // Not `map`, which passes over a hole.
    return Object.freeze(Array.from(value, item))
  }
}

/** One, or a list. */
export function oneOrMore<T>(item: Reader<T>): Reader<readonly T[]> {
  return (value) => (Array.isArray(value) ? aListOf(item)(value) : Object.freeze([item(value)]))
}
