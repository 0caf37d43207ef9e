import { normalisedTyp } from '../encoding/media-type.js'
import { Wrong, type Reader } from '../encoding/options.js'
import { ConfigurationError } from '../errors/errors.js'
import { isUntyped } from '../rules/untyped.js'

/** What a kind says of `typ`: the value that is its own, if any, and what else it takes unless told otherwise. */
export interface TypRule {
  readonly own: string | undefined
  readonly otherwise: readonly (string | undefined)[]
}

/** For kinds whose specification made `typ` a duty late or not at all. */
export interface RequiredTyp {
  /**
   * Take only tokens that name this kind in `typ`: the remedy where nothing else tells two kinds apart. Beside
   * `untypedUntil` from that day on.
   */
  readonly typ?: 'required'
}
/** For kinds whose `typ` is their own or absent, and whose makers' libraries often write `JWT` by themselves. */
export interface LenientTyp {
  /**
   * `required`: take only tokens that name this kind in `typ`, the remedy where nothing else tells two kinds apart; beside
   * `untypedUntil` from that day on.
   * `or JWT`: take `JWT` too, besides the kind's own and none. It says nothing (rfc8725bis §3.11), and does no harm where
   * the set still starts.
   */
  readonly typ?: 'required' | 'or JWT'
}
/** For kinds that have a `typ` of their own. */
export interface Migration {
  /**
   * A date such as `2027-06-30` (UTC). Until then tokens without `typ`, and with `JWT`, which says nothing, are taken
   * too, and each one that is accepted is told on `jwt-guard:verdict` (`untyped: true`); from then on only the kind's
   * own `typ` is. The proof that a set's types are exclusive counts them as accepted, whatever the date.
   */
  readonly untypedUntil?: string
}

/** Both options as they were read. */
export interface TypRead {
  readonly typ?: string | undefined
  readonly untypedUntil?: number | undefined
}

/** A media type that a kind is given for its own, in its one form for comparison. */
export const aTyp: Reader<string> = (value) => {
  const typ = typeof value === 'string' ? normalisedTyp(value) : undefined
  if (typ !== undefined) return typ
  throw new Wrong('has to be a media type without parameters, such as "password-reset+jwt"')
}

const aRequirement: Reader<'required'> = (value) => {
  if (value === 'required') return value
  throw new Wrong('has to be "required", or left out')
}

const aLeniency: Reader<'required' | 'or JWT'> = (value) => {
  if (value === 'required' || value === 'or JWT') return value
  throw new Wrong('has to be "required" or "or JWT", or left out')
}

const aDate: Reader<number> = (value) => {
  const day = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : NaN
  // Written again, since the 30th of February is read as the 2nd of March.
  if (Number.isFinite(day) && new Date(day).toISOString().slice(0, 10) === value) return day / 1000
  throw new Wrong('has to be a date such as "2027-06-30"')
}

export const migrationOption = { untypedUntil: aDate } as const
export const typOptions = { typ: aRequirement, ...migrationOption } as const
export const lenientTypOptions = { typ: aLeniency, ...migrationOption } as const

/** The values of `typ` that a type takes, and the date at which those that say nothing end. */
export function acceptedTyp(what: string, { own, otherwise }: TypRule, { typ, untypedUntil }: TypRead) {
  const typed = own === undefined ? [] : [own]
  const asks = typ === 'required' ? 'typ' : untypedUntil === undefined ? undefined : 'untypedUntil'
  if (asks !== undefined && isUntyped(own)) {
    throw new ConfigurationError('ERR_OPTIONS_CONTRADICT', `${what}: ${asks} is for a kind with a typ of its own.`)
  }
  const untyped = untypedUntil === undefined ? [] : [undefined, 'application/jwt']
  if (typ === 'or JWT' && untypedUntil !== undefined) {
    throw new ConfigurationError(
      'ERR_OPTIONS_CONTRADICT',
      `${what}: untypedUntil takes JWT until a day, and typ: 'or JWT' for ever.`,
    )
  }
  const others = asks === undefined ? [...otherwise, ...(typ === 'or JWT' ? ['application/jwt'] : [])] : untyped
  return { accepted: Object.freeze([...typed, ...others]), untypedUntil }
}
