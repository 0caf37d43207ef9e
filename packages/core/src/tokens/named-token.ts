import { channel } from 'node:diagnostics_channel'
import { readClock, type Clock } from '../encoding/clock.js'
import type { JsonObject } from '../encoding/strict-json.js'
import { ConfigurationError, DependencyError, Refusal, TokenRejectedError } from '../errors/errors.js'
import type { OutageCode, RefusalCode } from '../errors/codes.js'
import { kind } from '../issuers/kind.js'
import type { VerifiedHeader } from '../jwt/signature.js'
import { checkLifetime } from '../rules/lifetime.js'
import type { Expected } from '../rules/token-rules.js'
import { verify } from '../verify.js'
import { RuledType, type TokenType } from './token-type.js'

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
/** What a guard can be made of: a type with a name. */
export interface Guardable<out V extends Verified, in Context extends readonly unknown[] = []> {
  readonly [kind]: 'named token type'
  readonly name: V['type']
  /**
   * The token of this text, once every rule of its type holds. Rejects with a `TokenRejectedError` where it does not,
   * with a `DependencyError` where that could not be found out, and with a `ConfigurationError` for a context that
   * this kind does not take. It publishes one event on `jwt-guard:verdict`. A context is the kind's own.
   */
  readonly verify: (text: string, ...context: Context) => Promise<V>
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
  readonly [carries]?: (wire: Wire) => void
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

/** What is published on the channel `jwt-guard:verdict`, once per request or verification. No token, no claim's value. */
export interface VerdictEvent {
  readonly verdict: 'accepted' | 'missing' | 'refused' | 'unavailable'
  /** The name of the token type. */
  readonly type: string
  readonly code?: RefusalCode | OutageCode
  readonly claim?: string
}

/** What the pipeline answers: the claims of any kind. */
export type VerifiedToken = Verified<string, JsonObject>

const verdicts = channel('jwt-guard:verdict')
/** The `DependencyError` behind an `unavailable`. Its `cause` is what a function of the application threw: not for every log. */
const failures = channel('jwt-guard:failure')

/** A type with its name and the clock of its set: what stands behind a `NamedTokenType`. */
export class NamedType implements Guardable<Verified, [context?: unknown]> {
  readonly [kind] = 'named token type'
  readonly verify: (text: string, context?: unknown) => Promise<Verified>
  readonly #type: RuledType
  readonly #clock: Clock
  readonly #set: symbol

  constructor(
    readonly name: string,
    type: RuledType,
    clock: Clock,
    set: symbol,
  ) {
    this.#type = type
    this.#clock = clock
    this.#set = set
    // A property, so that it can be handed on by itself.
    this.verify = (text, context) => this.#verify(text, context)
    Object.freeze(this)
  }

  /** By the brand and not by the prototype, which anybody can put under an object. */
  static is(given: unknown): given is NamedType {
    return typeof given === 'object' && given !== null && #type in given
  }

  get rules() {
    return this.#type.rules
  }

  get needsContext(): boolean {
    return this.#type.needsContext
  }

  /** Whether `defineTokens` has compared the two. */
  isOfSetOf(other: NamedType): boolean {
    return this.#set === other.#set
  }

  readContext(context: unknown): Expected {
    return this.#type.readContext(context)
  }

  /** The pipeline, without an event and without a throw for what is the token's fault. */
  async outcome(text: unknown, expected: Expected): Promise<VerifiedToken | Refusal> {
    const accepted = await verify(this.rules, text, expected, this.#clock)
    return accepted instanceof Refusal ? accepted : Object.freeze({ type: this.name, ...accepted })
  }

  /** Why an outcome that was kept holds no longer: a request may outlive its token, as that of a WebSocket does. */
  lapsed({ claims }: VerifiedToken): Refusal | undefined {
    const now = readClock(this.#clock, 'now')
    return checkLifetime(claims, this.rules, { now, expected: {}, accessTokenHash: undefined, codeHash: undefined })
  }

  async #verify(text: unknown, context: unknown): Promise<Verified> {
    const expected = this.readContext(context)
    const outcome = await this.outcome(text, expected).catch((error: unknown) => {
      if (error instanceof DependencyError) this.publish('unavailable', error)
      throw error
    })
    if (outcome instanceof Refusal) {
      this.publish('refused', outcome)
      throw new TokenRejectedError(outcome)
    }
    this.publish('accepted')
    return outcome
  }

  publish(verdict: VerdictEvent['verdict'], reason?: Refusal | DependencyError): void {
    if (reason instanceof DependencyError) failures.publish(reason)
    if (!verdicts.hasSubscribers) return
    const claim = reason instanceof Refusal && reason.claim !== undefined ? { claim: reason.claim } : {}
    verdicts.publish({
      verdict,
      type: this.name,
      ...(reason && { code: reason.code }),
      ...claim,
    } satisfies VerdictEvent)
  }
}

/** The type behind what a caller gave; refuses everything that `defineTokens` did not make. */
export function namedType(what: string, given: unknown): NamedType {
  if (NamedType.is(given)) return given
  throw new ConfigurationError(
    'ERR_TYPE_UNNAMED',
    `${what} takes a type of a set, such as tokens.access of defineTokens({ access: accessToken(…) }), and was given ` +
      `${shown(given)}.`,
  )
}

function shown(given: unknown): string {
  if (given === undefined) return 'undefined, which is no name of the set'
  if (given instanceof RuledType) return 'a type without a name: defineTokens names it'
  if (typeof given === 'object' && given !== null && 'name' in given && 'verify' in given) {
    return 'one of another copy of @jwt-guard/core: npm ls @jwt-guard/core'
  }
  return 'something else'
}
