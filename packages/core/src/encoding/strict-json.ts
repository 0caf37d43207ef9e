import { isAscii, isUtf8 } from 'node:buffer'
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
  /** Members of objects and items of arrays, all together. What is empty counts twice: it is made all the same. */
  readonly values: number
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

/** The second half of it, which takes longest. */
export function parseOutlined({ bytes, members, escapes }: JsonOutline): JsonObject | undefined {
  try {
    const value: Json = JSON.parse(bytes.toString())
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

/** A JSON text that nobody has parsed yet, with what its bytes tell. Exact where it is JSON. */
export interface JsonOutline {
  readonly bytes: Buffer
  readonly members: number
  readonly values: number
  /** Whether a string may have been written with an escape. */
  readonly escapes: boolean
  /** Whether it is ASCII without escapes and without DEL, so that no string in it has a control character. */
  readonly plain: boolean
  /** Where the value of the member that was looked for begins, in the outermost object; -1 where there is none. */
  readonly valueAt: number
}

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c

/**
 * The first half: the bytes counted, and nothing made of them. `name` is that of a member to look for, in ASCII and
 * written without escapes. Undefined for what is not UTF-8, is beyond the limits, or has that member twice.
 */
export function outlineOf(bytes: Buffer, limits: JsonLimits, name?: string): JsonOutline | undefined {
  if (!isUtf8(bytes)) return undefined
  let depth = 0
  let deepest = 0
  let members = 0
  let values = 0
  let string = 0
  let valueAt = -1
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) {
      string = at
      at = endOfString(bytes, at)
    } else if (byte === comma) values++
    else if (byte === colon) {
      members++
      if (depth !== 1 || name === undefined || !isString(bytes, string, name)) continue
      if (valueAt !== -1) return undefined
      valueAt = at + 1
    } else if (byte === 0x7b /* { */ || byte === 0x5b /* [ */) {
      values++
      deepest = Math.max(deepest, ++depth)
    } else if (byte === 0x7d /* } */ || byte === 0x5d /* ] */) depth--
  }
  if (deepest > limits.depth || members > limits.members || values > limits.values) return undefined
  const escapes = bytes.includes(backslash)
  return { bytes, members, values, escapes, plain: !escapes && isAscii(bytes) && !bytes.includes(0x7f), valueAt }
}

/** The string that begins there, as far as it goes, or null where none does: nothing else is said of what is around it. */
export function stringAt({ bytes, escapes }: JsonOutline, at: number): string | null {
  let start = at
  while (isSpace(bytes[start])) start++
  if (bytes[start] !== quote) return null
  const end = endOfString(bytes, start)
  if (!escapes) return bytes.toString('utf8', start + 1, end)
  try {
    const text: unknown = JSON.parse(bytes.toString('utf8', start, end + 1))
    return typeof text === 'string' && text.isWellFormed() ? text : null
  } catch {
    return null
  }
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1
  for (; at < bytes.length && bytes[at] !== quote; at++) if (bytes[at] === backslash) at++
  return at
}

function isString(bytes: Uint8Array, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[start + 1 + at] !== text.charCodeAt(at)) return false
  return bytes[start + 1 + text.length] === quote
}

/** RFC 8259 §2. */
function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

type Members = Record<string, Json | undefined>

interface Walk {
  members: number
  /** Without an escape, a text in UTF-8 has no lone surrogates. */
  readonly escapes: boolean
}

/** A parsed object with its names and values looked at, frozen and without prototypes. Throws for what is refused. */
function strictObject(object: JsonObject, walk: Walk): JsonObject {
  const strict = withoutPrototype(object)
  for (const name in strict) {
    if (isHarmfulName(name) || isBroken(name, walk)) throw new Refused()
    const value = strict[name]
    if (typeof value === 'object') strict[name] = strictItems(value, walk)
    else refuseBroken(value, walk)
    walk.members++
  }
  return Object.freeze(strict)
}

/**
 * A copy, since V8 gives an object that loses its prototype with members in it a hidden class that it shares with no
 * other, once it is frozen. But with more members than these a copy is a dictionary, which is slower still, to make and
 * to read, and so is whatever begins as `Object.create(null)`.
 */
const mostToCopy = 16

function withoutPrototype(object: JsonObject): Members {
  return Object.keys(object).length > mostToCopy ? bare(object) : Object.assign(bare({}), object)
}

function bare(object: JsonObject): Members {
  Object.setPrototypeOf(object, null)
  return object
}

function strictItems(value: JsonObject | readonly Json[] | null, walk: Walk): Json {
  if (value === null) return null
  if (isJsonObject(value)) return strictObject(value, walk)
  return Object.freeze(
    value.map((item) => {
      if (typeof item === 'object') return strictItems(item, walk)
      refuseBroken(item, walk)
      return item
    }),
  )
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
