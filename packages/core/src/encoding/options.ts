import { ConfigurationError } from '../errors/errors.js'

/** What is allowed for one option: answers what is wrong with a value, or undefined. */
export type OptionRule = (value: unknown) => string | undefined
export interface OptionRules {
  readonly [name: string]: OptionRule
}

/**
 * A caller's options, read once: own members only, copied to an object without a prototype, and every one of them
 * known. `undefined` is refused like an unknown name: silence switches nothing off.
 */
export function readOptions(what: string, given: unknown, rules: OptionRules, needed: readonly string[] = []) {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigurationError('ERR_OPTION_INVALID', `${what} takes an object of options.`)
  }
  const options: Record<string, unknown> = Object.assign(Object.create(null), given)
  for (const name of Reflect.ownKeys(options)) {
    if (typeof name === 'symbol' || !Object.hasOwn(rules, name)) {
      const known = Object.keys(rules).join(', ')
      throw new ConfigurationError('ERR_OPTION_UNKNOWN', `${what} has no option ${String(name)}. It has: ${known}.`)
    }
    if (options[name] === undefined) throw missing(what, name)
    const wrong = rules[name]?.(options[name])
    if (wrong !== undefined) throw new ConfigurationError('ERR_OPTION_INVALID', `${what}: ${name} ${wrong}.`)
  }
  for (const name of needed) if (!(name in options)) throw missing(what, name)
  return options
}

function missing(what: string, name: string): ConfigurationError {
  return new ConfigurationError(
    'ERR_OPTION_MISSING',
    `${what} needs ${name}, and undefined is no value: is an environment variable missing?`,
  )
}

/** An option that its reader checks by itself. */
export const anything: OptionRule = () => undefined

export const aBoolean: OptionRule = (value) => (typeof value === 'boolean' ? undefined : 'has to be true or false')

export const aFunction: OptionRule = (value) => (typeof value === 'function' ? undefined : 'has to be a function')

/** What a template or a shell makes of a value that was not there. */
const nothing = new Set(['undefined', 'null', 'NaN', '[object Object]'])

export const aName: OptionRule = (value) => {
  if (typeof value !== 'string' || value.trim() === '') return 'has to be a string that is not empty'
  if (nothing.has(value)) return `is the text "${value}": a value was missing where it was put together`
  // eslint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f-\u009f]/.test(value) || value !== value.trim() || !value.isWellFormed()
    ? 'has a control character, a space at an end, or half a character'
    : undefined
}

export const someNames: OptionRule = (value) => {
  if (!Array.isArray(value)) return aName(value)
  if (value.length === 0) return 'is an empty list'
  if (new Set(value).size !== value.length) return 'names something twice'
  return firstWrong(value, aName)
}

export const aListOfNames: OptionRule = (value) => (Array.isArray(value) ? someNames(value) : 'has to be a list')

/** What is wrong with the first wrong one of several. */
export function firstWrong(values: readonly unknown[], rule: OptionRule): string | undefined {
  for (const value of values) {
    const wrong = rule(value)
    if (wrong !== undefined) return wrong
  }
  return undefined
}
