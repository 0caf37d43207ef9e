import { outlineOf, type JsonLimits, type JsonOutline } from './json-outline.js'
import { isHarmfulName } from './plain-object.js'

/** A JSON value as it comes out of here: deeply frozen, objects without a prototype. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [member: string]: Json | undefined
}

/**
 * The one JSON object that these bytes are, or undefined: for anything that two parsers could read differently or that
 * could do harm later. Refused are bytes that are not UTF-8, a byte order mark, a member name that stands twice in one
 * object (RFC 7515 §4, RFC 7519 §4: the stricter of the two ways allowed), the names `__proto__`, `constructor` and
 * `prototype`, lone surrogates, numbers too large for a double, and whatever is deeper or has more members or values
 * than `limits` allows: those are counted first, since anybody can send what would take long to make.
 */
export function parseStrictObject(bytes: Buffer, limits: JsonLimits): JsonObject | undefined {
  const outline = outlineOf(bytes, limits)
  return outline && parseOutlined(outline)
}

/** The same of bytes that have been counted. That takes longest. */
export function parseOutlined({ bytes, members, escapes }: JsonOutline): JsonObject | undefined {
  try {
    const value: Parsed = JSON.parse(bytes.toString())
    if (!isJsonObject(value)) return undefined
    const walk = { members: 0, escapes }
    const object = strictObject(value, walk)
    // A name that stands twice is two members of the text and one of the value.
    return walk.members === members ? object : undefined
  } catch {
    return undefined
  }
}

/** Whether a JSON value is an object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What `JSON.parse` made: nobody else has it. */
type Parsed = null | boolean | number | string | Parsed[] | Members
interface Members {
  [member: string]: Parsed | undefined
}

interface Walk {
  members: number
  /** Without an escape, a text in UTF-8 has no lone surrogates. */
  readonly escapes: boolean
}

/** A parsed object with its names and values looked at, frozen and without prototypes. Throws for what is refused. */
function strictObject(object: Members, walk: Walk): Members {
  const strict = withoutPrototype(object)
  for (const name in strict) {
    if (isHarmfulName(name) || isBroken(name, walk)) throw new Refused()
    const value = strict[name]
    if (typeof value === 'object') strict[name] = strictValue(value, walk)
    else refuseBroken(value, walk)
    walk.members++
  }
  Object.freeze(strict)
  return strict
}

/**
 * A copy, since V8 gives an object that loses its prototype with members in it a hidden class that it shares with no
 * other, once it is frozen, and every claim is slow to read then. A copy that outgrows its room is a dictionary, which
 * is slower still, as is whatever begins as `Object.create(null)`.
 */
function withoutPrototype(object: Members): Members {
  const members = Object.keys(object).length
  if (members > room.roomier) return bare(object)
  if (members > room.roomy) return Object.assign(bare(new Roomier(false)), object)
  return Object.assign(bare(members > room.literal ? new Roomy(false) : {}), object)
}

const room = { literal: 16, roomy: 32, roomier: 64 }

/** Has no members, and room for many: V8 reserves some for each assignment that a constructor has. */
class Roomy {
  [member: string]: Parsed | undefined

  constructor(isFull: boolean) {
    if (!isFull) return
    this['a'] = this['b'] = this['c'] = this['d'] = this['e'] = this['f'] = null
    this['g'] = this['h'] = this['i'] = this['j'] = this['k'] = this['l'] = null
  }
}

class Roomier extends Roomy {
  constructor(isFull: boolean) {
    super(isFull)
    if (!isFull) return
    this['m'] = this['n'] = this['o'] = this['p'] = this['q'] = this['r'] = null
    this['s'] = this['t'] = this['u'] = this['v'] = this['w'] = this['x'] = null
  }
}

function bare(object: Members): Members {
  Object.setPrototypeOf(object, null)
  return object
}

function strictValue(value: Parsed[] | Members | null, walk: Walk): Parsed {
  if (value === null) return null
  return isJsonObject(value) ? strictObject(value, walk) : strictItems(value, walk)
}

function strictItems(items: Parsed[], walk: Walk): Parsed[] {
  for (let at = 0; at < items.length; at++) {
    const item = items[at]
    if (typeof item === 'object') items[at] = strictValue(item, walk)
    else refuseBroken(item, walk)
  }
  Object.freeze(items)
  return items
}

/** A string with a lone surrogate, and a number that no double can be. */
function refuseBroken(value: unknown, walk: Walk): void {
  if (value === Infinity || value === -Infinity) throw new Refused()
  if (typeof value === 'string' && isBroken(value, walk)) throw new Refused()
}

function isBroken(text: string, { escapes }: Walk): boolean {
  return escapes && !text.isWellFormed()
}

/** Ends the walk; caught above and never seen outside. */
class Refused extends Error {}
