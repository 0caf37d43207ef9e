import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ClaimsSchema } from '../rules/token-rules.js'

/** RFC 7519 §4.1. Times are in seconds since the epoch. */
export interface RegisteredClaims {
  readonly iss: string
  readonly exp: number
  readonly aud?: string | readonly string[]
  readonly sub?: string
  readonly iat?: number
  readonly nbf?: number
  readonly jti?: string
}

type Primitive = string | number | bigint | boolean | symbol | null | undefined
type Method = (...args: never) => unknown
declare const notPlain: unique symbol
/** What the compiler shows where a claim is read that a schema turned into something other than JSON data. */
export interface NotPlainData<T> {
  readonly [notPlain]: T
}
/** What deep freezing does to a type: objects and arrays become read-only all the way down. */
export type Frozen<T> = unknown extends T
  ? T
  : T extends Primitive
    ? T
    : T extends readonly unknown[]
      ? { readonly [K in keyof T]: Frozen<T[K]> }
      : T extends Method
        ? NotPlainData<T>
        : [MethodNames<T>] extends [never]
          ? { readonly [K in keyof T]: Frozen<T[K]> }
          : NotPlainData<T>
type MethodNames<T> = {
  [K in keyof T]-?: unknown extends T[K] ? never : [Extract<T[K], Method>] extends [never] ? never : K
}[keyof T]

type OutputOf<S extends ClaimsSchema> = S extends StandardSchemaV1<unknown, infer Output> ? Frozen<Output> : never
/** The claims of a kind, and what its schema adds: `never` where no schema was given. */
export type WithSchema<Base extends object, S extends ClaimsSchema> = [S] extends [never] ? Base : Base & OutputOf<S>
/** What an issuer has to be given: the schema's input, not its output. */
export type WireOf<S extends ClaimsSchema> = [S] extends [never] ? object : StandardSchemaV1.InferInput<S> & object
