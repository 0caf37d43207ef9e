import { ConfigurationError } from '@jwt-guard/core'
import { isClient, type RedisClient } from './client.js'

/** Reads one option, or answers undefined where its value cannot be. */
interface Option<T> {
  readonly read: (value: unknown) => T | undefined
  readonly has: string
}
interface OptionTable {
  readonly [name: string]: Option<unknown>
}
type Values<O extends OptionTable> = { readonly [Name in keyof O]?: NonNullable<ReturnType<O[Name]['read']>> }

/** A caller's options: own members only, each of them known, none of them undefined. */
export function readOptions<const O extends OptionTable>(what: string, given: unknown, table: O): Values<O> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new ConfigurationError('ERR_OPTION_INVALID', `${what} takes a plain object of options.`)
  }
  const values: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(table, name) ? table[name] : undefined
    if (option === undefined) throw unknown(what, name, table)
    values[name] = readOption(`${what}: ${name}`, value, option)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each member was read by the option of its name
  return values as Values<O>
}

function readOption<T>(what: string, value: unknown, option: Option<T>): T {
  if (value === undefined) {
    throw new ConfigurationError('ERR_OPTION_MISSING', `${what} is undefined. Leave it out where it is not meant.`)
  }
  const read = option.read(value)
  if (read === undefined) throw new ConfigurationError('ERR_OPTION_INVALID', `${what} has to be ${option.has}.`)
  return read
}

function unknown(what: string, name: string, table: OptionTable): ConfigurationError {
  const known = Object.keys(table).join(', ')
  return new ConfigurationError('ERR_OPTION_UNKNOWN', `${what} has no option ${name}. It has: ${known}.`)
}

/** The client itself, which is no option: looked at, so that a mistake is found when the service starts. */
export function readClient(what: string, client: unknown): RedisClient {
  if (isClient(client)) return client
  throw new ConfigurationError('ERR_OPTION_INVALID', `${what} takes a client of redis or of ioredis.`)
}

/** What every key begins with. Neither a brace, which Redis Cluster reads, nor what a pattern of an ACL means otherwise. */
export const aPrefix: Option<string> = {
  read: (value) => (typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value) ? value : undefined),
  has: '1 to 64 letters, digits, or any of _ . : -',
}

export const aCapacity: Option<number> = {
  read: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 10_000_000 ? value : undefined,
  has: 'a whole number from 1 to 10000000',
}

/** In milliseconds. */
export function aDuration(least: number, most: number): Option<number> {
  return {
    read: (value) => {
      const seconds = secondsOf(value)
      return seconds !== undefined && seconds >= least && seconds <= most ? seconds * 1000 : undefined
    },
    has: `a duration from ${least} to ${most} seconds, such as 2 or "2s"`,
  }
}

const inSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const

function secondsOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const [, count, name] = (typeof value === 'string' && /^(\d{1,9})([smhd])$/.exec(value)) || []
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pattern has these four alone
  return name === undefined ? undefined : Number(count) * inSeconds[name as keyof typeof inSeconds]
}

/** For one answer. Core gives up after 5 seconds. */
export const aTimeout = aDuration(0.05, 4)
