import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isHarmfulName, isPlainObject } from '../encoding/plain-object.js'
import { isJsonObject, type Json, type JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { ClaimsSchema, TokenRules } from './token-rules.js'

/** What a schema says of claims that it refuses: for explanations alone. */
export type SchemaIssues = readonly StandardSchemaV1.Issue[]

/**
 * The claims that the application sees of a type that has a schema: the registered ones, and what the schema makes of
 * the whole. A registered claim that is an object is shown whole, whatever members the schema leaves out of it. One that refuses, throws, rewrites a
 * registered claim, or answers with something other than plain JSON data refuses the token: what it says of the claims
 * never reaches a log.
 */
export async function applySchema(
  schema: ClaimsSchema,
  claims: JsonObject,
  rules: TokenRules,
  progress: { issues?: SchemaIssues | undefined } = {},
): Promise<JsonObject | Refusal> {
  try {
    const result = await schema['~standard'].validate(claims)
    if (result.issues !== undefined) {
      progress.issues = result.issues
      return new Refusal('ERR_CLAIMS_INVALID')
    }
    const output = plainObject(result.value)
    return merged(claims, output, registeredNames(rules)) ?? new Refusal('ERR_CLAIMS_INVALID')
  } catch {
    return new Refusal('ERR_CLAIMS_INVALID')
  }
}

/** What only the token itself may say: the claims that the rules speak of, forbidden ones included. */
function registeredNames({ forms, fixed, required, forbidden }: TokenRules): readonly string[] {
  return ['cnf', ...Object.keys(forms), ...fixed.map(([claim]) => claim), ...required, ...forbidden]
}

function merged(claims: JsonObject, output: JsonObject, registered: readonly string[]): JsonObject | undefined {
  const all: Record<string, Json | undefined> = Object.assign(Object.create(null), output)
  for (const name of registered) {
    if (!Object.hasOwn(claims, name)) {
      if (Object.hasOwn(output, name)) return undefined
      continue
    }
    if (Object.hasOwn(output, name) && !isPartOf(output[name], claims[name])) return undefined
    // What the rules speak of is shown as the token has it: `active: false` cannot be left out.
    all[name] = claims[name]
  }
  return Object.freeze(all)
}

/** Equal but for members that were left out of objects, which schemas do with what they do not list. */
function isPartOf(part: Json | undefined, whole: Json | undefined): boolean {
  if (isList(part)) {
    return isList(whole) && part.length === whole.length && part.every((item, index) => isPartOf(item, whole[index]))
  }
  if (!isJsonObject(part)) return Object.is(part, whole)
  return isJsonObject(whole) && Object.entries(part).every(([name, member]) => isPartOf(member, whole[name]))
}

function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

const deepest = 32

/** A frozen copy without prototypes. Throws for anything that JSON could not have said. */
function plainObject(value: unknown, depth = 0): JsonObject {
  if (depth > deepest || !isPlainObject(value)) throw new TypeError('not plain data')
  const copy: Record<string, Json> = Object.create(null)
  for (const [name, member] of Object.entries(value)) {
    if (isHarmfulName(name) || !name.isWellFormed()) throw new TypeError('not plain data')
    if (member !== undefined) copy[name] = plainValue(member, depth + 1)
  }
  return Object.freeze(copy)
}

function plainValue(value: unknown, depth: number): Json {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string' && value.isWellFormed()) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (!Array.isArray(value)) return plainObject(value, depth)
  if (depth > deepest) throw new TypeError('not plain data')
  // Not `map`, which passes over a hole and keeps the class of a list.
  return Object.freeze(Array.from(value, (item) => plainValue(item, depth + 1)))
}
