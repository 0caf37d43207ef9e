import { isAscii, isUtf8 } from 'node:buffer'

export interface JsonLimits {
  /** Objects and arrays within one another. */
  readonly depth: number
  /** Members of all objects together. */
  readonly members: number
  /** Members of objects and items of arrays, all together. What is empty counts twice: it is made all the same. */
  readonly values: number
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
 * The bytes of a JSON text counted, and nothing made of them. `name` is that of a member to look for, in ASCII and
 * written without escapes. Undefined for what is not UTF-8, is beyond the limits, or has that member twice.
 */
export function outlineOf(bytes: Buffer, limits: JsonLimits, name?: string): JsonOutline | undefined {
  const ascii = isAscii(bytes)
  if (!ascii && !isUtf8(bytes)) return undefined
  let depth = 0
  let members = 0
  let values = 0
  let string = 0
  let valueAt = -1
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) {
      string = at
      at = endOfString(bytes, at)
    } else if (byte === comma) {
      if (++values > limits.values) return undefined
    } else if (byte === colon) {
      if (++members > limits.members) return undefined
      if (depth !== 1 || name === undefined || !isString(bytes, string, name)) continue
      if (valueAt !== -1) return undefined
      valueAt = at + 1
    } else if (byte === 0x7b /* { */ || byte === 0x5b /* [ */) {
      if (++values > limits.values || ++depth > limits.depth) return undefined
    } else if (byte === 0x7d /* } */ || byte === 0x5d /* ] */) depth--
  }
  const escapes = bytes.includes(backslash)
  return { bytes, members, values, escapes, plain: ascii && !escapes && !bytes.includes(0x7f), valueAt }
}

/** The string that begins there, as far as it goes; null where none does. Nothing is said of what is around it. */
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
