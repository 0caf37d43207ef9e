import { isUtf8 } from 'node:buffer'
import { isHarmfulName } from './plain-object.js'

/** A JSON value as it comes out of here: deeply frozen, objects without a prototype. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [member: string]: Json | undefined
}

export interface JsonLimits {
  /** Objects and arrays within one another. */
  readonly depth: number
  /** Members of all objects together. */
  readonly members: number
}

/**
 * The one JSON object that these bytes are, or undefined: for anything that two parsers could read differently or that
 * could do harm later. Refused are bytes that are not UTF-8, a byte order mark, a member name that stands twice in one
 * object (RFC 7515 §4, RFC 7519 §4: the stricter of the two ways allowed), the names `__proto__`, `constructor` and
 * `prototype`, lone surrogates, numbers too large for a double, and whatever is deeper or has more members than
 * `limits` allows.
 */
export function parseStrictObject(bytes: Buffer, limits: JsonLimits): JsonObject | undefined {
  if (!isUtf8(bytes)) return undefined
  const shape = shapeOf(bytes)
  if (shape.depth > limits.depth || shape.members > limits.members) return undefined
  try {
    const value: Json = JSON.parse(bytes.toString())
    // A name that stands twice is two members of the text and one of the value.
    return isJsonObject(value) && membersOf(value) === shape.members ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether a JSON value is an object: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const quote = 0x22
const backslash = 0x5c

/** How deep a JSON text goes and how many members its objects have, read off its bytes. Exact where it is JSON. */
function shapeOf(bytes: Uint8Array): JsonLimits {
  let depth = 0
  let deepest = 0
  let members = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) at = endOfString(bytes, at)
    else if (byte === 0x3a /* : */) members++
    else if (byte === 0x7b /* { */ || byte === 0x5b /* [ */) deepest = Math.max(deepest, ++depth)
    else if (byte === 0x7d /* } */ || byte === 0x5d /* ] */) depth--
  }
  return { depth: deepest, members }
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1
  for (; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++
  return at
}

/**
 * How many members a parsed object and all within it have. On the way each is looked at, frozen, and has its prototype
 * taken away: in place, since what `JSON.parse` made is nobody else's. Throws for a name or value that is refused.
 */
function membersOf(object: JsonObject): number {
  let members = 0
  for (const [name, value] of Object.entries(object)) {
    if (isHarmfulName(name) || !name.isWellFormed()) throw new Refused()
    members += 1 + membersIn(value)
  }
  Object.freeze(Object.setPrototypeOf(object, null))
  return members
}

function membersIn(value: Json | undefined): number {
  if (typeof value === 'string' && !value.isWellFormed()) throw new Refused()
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Refused()
  if (typeof value !== 'object' || value === null) return 0
  if (isJsonObject(value)) return membersOf(value)
  let members = 0
  for (const item of value) members += membersIn(item)
  Object.freeze(value)
  return members
}

/** Ends the walk; caught above and never seen outside. */
class Refused extends Error {}
