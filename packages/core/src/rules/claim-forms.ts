import { areAll } from '../encoding/lists.js'
import { isJsonObject, type JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { ClaimForm, Facts, IsOfForm, TokenRules } from './token-rules.js'

/** The latest second that a date can name: 9999-12-31T23:59:59Z. Beyond it, somebody sent milliseconds. */
const latest = 253402300799

const isOfForm = {
  /** A string that names somebody or something: not empty, no control characters, at most 1024 characters. */
  identifier: (value: unknown, plain: boolean) => isIdentifier(value, 1024, plain),
  /** The same with at most 255 characters (OpenID Connect Core §2, `sub`). */
  subject: (value: unknown, plain: boolean) => isIdentifier(value, 255, plain),
  /** A `subject` of ASCII characters alone. */
  asciiSubject: (value: unknown, plain: boolean) => isIdentifier(value, 255, plain) && /^[\x20-\x7e]+$/.test(value),
  text: (value: unknown) => typeof value === 'string',
  texts: (value: unknown) => isListOf(value, (item) => typeof item === 'string'),
  flag: (value: unknown) => typeof value === 'boolean',
  /** A NumericDate (RFC 7519 §2), fractions allowed. */
  time: (value: unknown) => typeof value === 'number' && value >= 0 && value <= latest,
  /** A NumericDate of any sign: an `exp` of -1 has passed, and is not malformed. */
  anyTime: (value: unknown) => typeof value === 'number' && value <= latest,
  /** One string or a list of at most 16, none empty (RFC 7519 §4.1.3). */
  audience: (value: unknown, plain: boolean) =>
    isIdentifier(value, 1024, plain) || isListOf(value, (item) => isIdentifier(item, 1024, plain), 1, 16),
  /** Scope tokens with one space between them (RFC 6749 §3.3). */
  scope: isScope,
  /** The same, or a list of scope tokens: what providers put into claims of other names. */
  scopeOrList: (value: unknown) => isScope(value) || isListOf(value, (item) => isScope(item) && !item.includes(' ')),
  textMembers: (value: unknown) => hasMembers(value, (item) => typeof item === 'string'),
  object: isJsonObject,
  objects: (value: unknown) => isListOf(value, isJsonObject),
  /** At least one member, each an event's name, a URI, and its payload, an object (RFC 8417 §2.2). */
  events: (value: unknown) =>
    hasMembers(value, isJsonObject) && Object.keys(value).length > 0 && Object.keys(value).every(isUri),
  /** One identifier, or a list of such. */
  identifiers: (value: unknown, plain: boolean) =>
    isIdentifier(value, 1024, plain) || isListOf(value, (item) => isIdentifier(item, 1024, plain)),
} as const satisfies Readonly<Record<ClaimForm, IsOfForm>>

/** A form with the question whether a value has it, in one place, since that is asked of every claim of every token. */
export function claimForm(name: ClaimForm): TokenRules['forms'][string] {
  return Object.freeze({ name, isGood: isOfForm[name] })
}

/** RFC 7519 §4.1 and the specification of each kind: where a claim is there, it has the form that is its own. */
export function checkForms(claims: JsonObject, { forms }: TokenRules, { plain }: Facts): Refusal | undefined {
  for (const claim in claims) {
    const form = forms[claim]
    if (form !== undefined && !form.isGood(claims[claim], plain)) return new Refusal('ERR_CLAIM_INVALID', claim)
  }
  return undefined
}

function isIdentifier(value: unknown, most: number, plain: boolean): value is string {
  return typeof value === 'string' && value !== '' && value.length <= most && (plain || !hasControls(value))
}

function hasControls(text: string): boolean {
  return /[\u0000-\u001f\u007f-\u009f]/.test(text)
}

function hasMembers(value: unknown, isGood: (member: unknown) => boolean): value is JsonObject {
  return isJsonObject(value) && Object.values(value).every(isGood)
}

/** RFC 3986 §3: a scheme, a colon, and nothing that no URI has. Whether it leads anywhere is nobody's question. */
function isUri(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+$/i.test(text)
}

function isScope(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(value)
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean, least = 0, most = Infinity): boolean {
  return Array.isArray(value) && value.length >= least && value.length <= most && areAll(value, isItem)
}
