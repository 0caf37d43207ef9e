import { readClock, type Clock } from '../encoding/clock.js'
import { isLate, type InTime } from '../encoding/in-time.js'
import { ConfigurationError, DependencyError, Refusal, TokenRejectedError } from '../errors/errors.js'
import { explain, type Explanation } from '../explain.js'
import { kind } from '../issuers/kind.js'
import type { VerifiedHeader } from '../jwt/compact-jws.js'
import type { Expected } from '../rules/token-rules.js'
import { normalisedTyp } from '../encoding/media-type.js'
import { isUntyped } from '../rules/untyped.js'
import { spend } from '../state/replay-store.js'
import { revocationOf } from '../state/revocation.js'
import { Verification } from '../verification.js'
import { issuerIdOf, verify, type Outcome } from '../verify.js'
import { likeness } from './likeness.js'
import type { Guardable, Verified, VerifiedToken } from './named-token.js'
import { RuledType } from './token-type.js'
import { publishVerdict } from './verdict-channel.js'

/** What the types of one set have in common. */
export interface NamedSet {
  readonly clock: Clock
  readonly types: readonly NamedType[]
}

/** What is accepted, or why not; a promise of that where something had to be waited for. */
export type Finding = InTime<Outcome>
/** Where an outcome may be known already: a request's. */
export interface Kept {
  known(type: NamedType): Finding | undefined
  keep(type: NamedType, outcome: Finding): Finding
}

/** What a guard asks about a token: one type, or several of a set. */
export interface Verifier {
  readonly name: string
  readonly needsContext: boolean
  readonly types: readonly NamedType[]
  readContext(context: unknown): Expected
  /** The pipeline, without an event and without a throw for what is the token's fault. */
  outcome(text: unknown, expected: Expected, kept?: Kept): Finding
  readonly explain: (text: string, context?: unknown) => Promise<Explanation>
  /** Which of its types accepted a token. */
  typeOf(token: Verified): NamedType
}

/** A type with its name in its set: what stands behind a `NamedTokenType`. */
export class NamedType implements Verifier, Guardable<Verified, [context?: unknown]> {
  readonly [kind] = 'named token type'
  // Properties, so that they can be handed on by themselves.
  readonly verify: (text: string, context?: unknown) => Promise<Verified>
  readonly explain: (text: string, context?: unknown) => Promise<Explanation>
  readonly types = Object.freeze([this])
  readonly #type: RuledType
  readonly #set: NamedSet

  constructor(
    readonly name: string,
    type: RuledType,
    set: NamedSet,
  ) {
    this.#type = type
    this.#set = set
    this.verify = (text, context) => verified(this, text, context)
    this.explain = (text, context) => this.#explain(text, context)
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

  get clock(): Clock {
    return this.#set.clock
  }

  /** Seconds since the epoch, by the clock of the set. */
  now(): number {
    return readClock(this.#set.clock, 'now')
  }

  readContext(context: unknown): Expected {
    return this.#type.readContext(context)
  }

  outcome(text: unknown, expected: Expected, kept?: Kept): Finding {
    if (kept === undefined) return verify(new Verification(this, expected), text)
    const known = kept.known(this)
    if (known === undefined) return this.#findFor(kept, text, expected)
    // A dependency that was away for one guard may be back for the next.
    return isLate(known) ? known.catch(() => this.#findFor(kept, text, expected)) : known
  }

  typeOf(): NamedType {
    return this
  }

  /** Why an outcome that was kept holds no longer: a request may outlive its token, as that of a WebSocket does. */
  lapsed({ claims, header, expiresAt }: VerifiedToken): Refusal | undefined {
    const { clockTolerance, untypedUntil = Infinity } = this.rules
    const now = this.now()
    if (now >= untypedUntil && isUntypedHeader(header)) return new Refusal('ERR_TYP_MISMATCH')
    if (now < expiresAt + clockTolerance) return undefined
    return new Refusal('ERR_TOKEN_EXPIRED', Object.hasOwn(claims, 'exp') ? 'exp' : 'iat')
  }

  /** Why an outcome that was kept holds no longer: the token was revoked since. */
  revoked(token: VerifiedToken): ReturnType<typeof revocationOf> {
    const { revocations } = this.rules
    const issuerId = issuerIdOf(token)
    return revocations && issuerId !== undefined ? revocationOf(revocations, issuerId, token.claims) : undefined
  }

  /** Uses a token up, of a type whose tokens are used once: a refusal where it was used before. */
  spend(token: VerifiedToken): Promise<Refusal | undefined> | undefined {
    const { claims, expiresAt } = token
    const { singleUse, clockTolerance } = this.rules
    if (singleUse === undefined) return undefined
    const left = Math.max(0, expiresAt - this.now())
    // Twice the tolerance: another process, whose clock is late, may accept the token for that much longer.
    return spend(singleUse, { issuer: issuerIdOf(token), jti: claims['jti'] }, left + 2 * clockTolerance + 1)
  }

  publishAccepted({ header }: Verified): void {
    const untyped = this.rules.untypedUntil !== undefined && isUntypedHeader(header)
    publishVerdict('accepted', this.name, undefined, untyped)
  }

  /** Who keeps outcomes guards requests, of which there are many at a time. */
  #findFor(kept: Kept, text: unknown, expected: Expected): Finding {
    return kept.keep(this, verify(new Verification(this, expected, true), text))
  }

  async #explain(text: unknown, context: unknown): Promise<Explanation> {
    const explanation = await explain(this, text, this.readContext(context))
    const looksLike = explanation.accepted ? undefined : likeness(text, this, this.#set.types)
    return Object.freeze({ ...explanation, ...(looksLike === undefined ? {} : { looksLike }) })
  }
}

function isUntypedHeader({ typ }: VerifiedHeader): boolean {
  return isUntyped(typ === undefined ? undefined : normalisedTyp(typ))
}

/** The one way from an outcome to a promise, an event and an error. */
export async function verified(verifier: Verifier, text: unknown, context: unknown): Promise<Verified> {
  const expected = verifier.readContext(context)
  try {
    const found = verifier.outcome(text, expected)
    const outcome = isLate(found) ? await found : found
    if (outcome instanceof Refusal) throw refused(verifier, outcome)
    const type = verifier.typeOf(outcome)
    const spending = type.spend(outcome)
    const refusal = spending === undefined ? undefined : await spending
    if (refusal !== undefined) throw refused(verifier, refusal)
    type.publishAccepted(outcome)
    return outcome
  } catch (error) {
    if (error instanceof DependencyError) publishVerdict('unavailable', verifier.name, error)
    throw error
  }
}

function refused({ name }: Verifier, refusal: Refusal): TokenRejectedError {
  publishVerdict('refused', name, refusal)
  return new TokenRejectedError(refusal)
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
