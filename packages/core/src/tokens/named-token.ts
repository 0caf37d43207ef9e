import type { JsonObject } from '../encoding/strict-json.js'
import type { Explanation } from '../explain.js'
import type { kind } from '../issuers/kind.js'
import type { VerifiedHeader } from '../jwt/compact-jws.js'
import type { TokenType } from './token-type.js'

declare const verifiedAs: unique symbol
/** A phantom: claims remember, in the type only, which kind of token they came from. */
export interface From<out Name extends string> {
  readonly [verifiedAs]?: Name
}

/** What a token is once every rule of its type has been checked. Deeply frozen; `claims` has a null prototype. */
export interface Verified<out Name extends string = string, out Claims extends object = object> {
  readonly type: Name
  readonly claims: Claims & From<Name>
  readonly header: VerifiedHeader
  /** Seconds since the epoch. */
  readonly expiresAt: number
}

declare const needs: unique symbol
declare const carries: unique symbol
/** What a guard can be made of: a type with a name, or `anyOf` several. */
export interface Guardable<out V extends Verified, in Context extends readonly unknown[] = []> {
  readonly [kind]: 'named token type' | 'any of'
  /** The name of the type in its set; of several, their names with "or" between them. */
  readonly name: string
  /**
   * The token of this text, once every rule of its type holds. Rejects with a `TokenRejectedError` where it does not,
   * with a `DependencyError` where that could not be found out, and with a `ConfigurationError` for a context that
   * this kind does not take. It publishes one event on `jwt-guard:verdict`. A context is the kind's own.
   */
  readonly verify: (text: string, ...context: Context) => Promise<V>
  /**
   * Why a text is accepted or not: every step of `verify`, passed, failed or not reached, with what was expected and what
   * is there, and what the text looks like instead. The same pipeline, run once: it fetches what `verify` would, spends
   * nothing and publishes nothing. For people: it quotes the token, so it belongs neither in an answer nor in a log.
   */
  readonly explain: (text: string, ...context: Context) => Promise<Explanation>
  /** A phantom: without it TypeScript lets a function of no context pass for one that takes one. */
  readonly [needs]?: (context: Context) => void
}
/** A token type of a set: no text is also a token of another type of that set. */
export interface NamedTokenType<
  out Name extends string,
  out Claims extends object,
  in Context extends readonly unknown[] = [],
  in Wire extends object = object,
> extends Guardable<Verified<Name, Claims>, Context> {
  readonly [kind]: 'named token type'
  readonly name: Name
  readonly [carries]?: (wire: Wire) => void
}

/** Several types of one set, told apart by `type`. */
export interface AnyOf<out V extends Verified> extends Guardable<V> {
  readonly [kind]: 'any of'
}

/** Any token type. `never`: its context is not known, so nothing can be called through this. */
export type AnyTokenType = TokenType<object, never, never>
export type AnyNamedTokenType = NamedTokenType<string, object, never, never>
/** Any set that `defineTokens` made. */
export type TokenSet = Readonly<Record<string, AnyNamedTokenType>>
/** The set that `defineTokens` makes of these types. */
export type Tokens<Types extends Readonly<Record<string, AnyTokenType>>> = {
  readonly [N in keyof Types]: Types[N] extends TokenType<infer C, infer X, infer W>
    ? NamedTokenType<N & string, C, X, W>
    : never
}

type Verifies = { readonly verify: (text: string, ...context: never) => Promise<Verified> }
/** What a type's `verify` answers: `VerifiedBy<typeof tokens.access>`. */
export type VerifiedBy<T extends Verifies> = Awaited<ReturnType<T['verify']>>
/** The claims of a type, for annotations: `ClaimsOf<typeof tokens.access>`. */
export type ClaimsOf<T extends Verifies> = VerifiedBy<T>['claims']

/** What the pipeline answers: the claims of any kind. */
export type VerifiedToken = Verified<string, JsonObject>
