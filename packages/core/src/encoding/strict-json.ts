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

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The one JSON object that these bytes are, or undefined: for anything that two parsers could read differently or that
 * could do harm later. Refused are bytes that are not UTF-8, a byte order mark, a member name that stands twice in one
 * object (RFC 7515 §4, RFC 7519 §4: the stricter of the two ways allowed), the names `__proto__`, `constructor` and
 * `prototype`, lone surrogates, numbers too large for a double, and whatever is deeper or has more members than
 * `limits` allows.
 */
export function parseStrictObject(bytes: Uint8Array, limits: JsonLimits): JsonObject | undefined {
  try {
    const text = utf8.decode(bytes)
    const shape = shapeOf(text)
    if (shape.depth > limits.depth || shape.members > limits.members) return undefined
    const value: Json = JSON.parse(text)
    if (!isJsonObject(value)) return undefined
    const counted = { members: 0 }
    const strict = strictObject(value, counted)
    // A name that stands twice is two members of the text and one of the value.
    return counted.members === shape.members ? strict : undefined
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

/** How deep a JSON text goes and how many members its objects have, read off the text. Exact where the text is JSON. */
function shapeOf(text: string): JsonLimits {
  let depth = 0
  let deepest = 0
  let members = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === quote) at = endOfString(text, at)
    else if (character === 0x3a /* : */) members++
    else if (character === 0x7b /* { */ || character === 0x5b /* [ */) deepest = Math.max(deepest, ++depth)
    else if (character === 0x7d /* } */ || character === 0x5d /* ] */) depth--
  }
  return { depth: deepest, members }
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  for (let character = text.charCodeAt(at); character !== quote; character = text.charCodeAt(at)) {
    if (Number.isNaN(character)) return at
    at += character === backslash ? 2 : 1
  }
  return at
}

const harmful = new Set(['__proto__', 'constructor', 'prototype'])

function strictObject(parsed: JsonObject, counted: { members: number }): JsonObject {
  const strict: Record<string, Json | undefined> = Object.create(null)
  for (const [name, value] of Object.entries(parsed)) {
    if (harmful.has(name) || !name.isWellFormed()) throw new Refused()
    counted.members++
    strict[name] = value === undefined ? undefined : strictValue(value, counted)
  }
  return Object.freeze(strict)
}

function strictValue(value: Json, counted: { members: number }): Json {
  if (typeof value === 'string' && !value.isWellFormed()) throw new Refused()
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Refused()
  if (typeof value !== 'object' || value === null) return value
  if (isJsonObject(value)) return strictObject(value, counted)
  return Object.freeze(value.map((item) => strictValue(item, counted)))
}

/** Ends the walk; caught above and never seen outside. */
class Refused extends Error {}
