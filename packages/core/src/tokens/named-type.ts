import { readClock, type Clock } from '../encoding/clock.js'
import { ConfigurationError, DependencyError, Refusal, TokenRejectedError } from '../errors/errors.js'
import { kind } from '../issuers/kind.js'
import { checkLifetime } from '../rules/lifetime.js'
import type { Expected } from '../rules/token-rules.js'
import { verify } from '../verify.js'
import type { Guardable, Verified, VerifiedToken } from './named-token.js'
import { RuledType } from './token-type.js'
import { publishVerdict } from './verdict-channel.js'

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
      if (error instanceof DependencyError) publishVerdict('unavailable', this.name, error)
      throw error
    })
    if (outcome instanceof Refusal) {
      publishVerdict('refused', this.name, outcome)
      throw new TokenRejectedError(outcome)
    }
    publishVerdict('accepted', this.name)
    return outcome
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
