import { IncomingMessage } from 'node:http'
import { ConfigurationError, DependencyError, Refusal } from '../errors/errors.js'
import { kind } from '../issuers/kind.js'
import { checkScope, type ScopeDemand } from '../rules/scope.js'
import type { Expected } from '../rules/token-rules.js'
import { verifierOf } from '../tokens/any-of.js'
import type { Guardable, Verified } from '../tokens/named-token.js'
import { typeOf, type Verifier } from '../tokens/named-type.js'
import { publishVerdict } from '../tokens/verdict-channel.js'
import { answerTo, type Refused } from './answers.js'
import { isAnonymous, readBearer } from './bearer.js'
import { readGuardOptions, type GuardOptions, type Hook, type NeedsContext } from './guard-options.js'
import { recordOf, type RequestRecord } from './let-in.js'
import { explained, isDevelopment, reasonOf } from './reason.js'

/** What a guard leaves behind. */
export type Guarded<V extends Verified, Optional extends boolean> = [Optional] extends [false] ? V : V | undefined

/** The answer of a guard. */
export type Verdict<V extends Verified> = { readonly verdict: 'accepted'; readonly token: V } | Refused
/** An optional guard, and a request without credentials. */
export type LetInAlone<Optional extends boolean> = [Optional] extends [false]
  ? never
  : { readonly verdict: 'accepted'; readonly token: undefined }

/** A type and its options, ready to be asked. Made by `createGuard`; frozen. */
export interface Guard<
  out V extends Verified = Verified,
  out Optional extends boolean = boolean,
  out Slot extends string = string,
> {
  readonly [kind]: 'guard'
  readonly optional: Optional
  readonly slot: Slot
  readonly onRefusal: 'answer' | 'forward'
  /**
   * The verdict on a request. `seen` is what the functions `authorize` and `context` are given: the request itself,
   * unless an adapter says otherwise. Publishes one event on `jwt-guard:verdict`, unless an earlier guard of this
   * type let the same request in. Rejects only for what is wrong with the program; the request is not let in then.
   */
  readonly check: (request: IncomingMessage, seen?: unknown) => Promise<Verdict<V> | LetInAlone<Optional>>
}

/**
 * The guard of one token type, for any framework: finds the one bearer token of a request, verifies it, asks for
 * scopes, and gives one of four verdicts (accepted; missing; refused; unavailable), the last three with a whole answer.
 * A token that an earlier guard of this type verified on this request is not verified again.
 *
 * @throws ConfigurationError `ERR_TYPE_UNNAMED`, `ERR_OPTION_*`
 */
export function createGuard<
  V extends Verified,
  Context,
  Optional extends boolean = false,
  Slot extends string = 'auth',
>(
  type: Guardable<V, [context: Context]>,
  options: GuardOptions<V, Optional, Slot> & NeedsContext<Context>,
): Guard<V, Optional, NoInfer<Slot>>
export function createGuard<V extends Verified, Optional extends boolean = false, Slot extends string = 'auth'>(
  type: Guardable<V>,
  options?: GuardOptions<V, Optional, Slot>,
): Guard<V, Optional, NoInfer<Slot>>
export function createGuard(type: unknown, options: unknown = {}): Guard {
  return new TokenGuard(verifierOf('createGuard', type), options)
}

/**
 * What an adapter mounts, of whatever its user gave: a guard as it is, or the guard of a type. For adapters, whose own
 * signatures say what may be given.
 *
 * @throws ConfigurationError as `createGuard`, and `ERR_GUARD_NOT_CALLED`
 */
export function guardFor(given: unknown, options?: unknown): Guard {
  if (given instanceof TokenGuard) {
    if (options === undefined) return given
    throw new ConfigurationError('ERR_OPTION_UNKNOWN', 'A guard has its options already: give them to createGuard.')
  }
  // Koa calls what is mounted with its context, which has the request.
  const request = typeof given === 'object' && given !== null && 'req' in given ? given.req : given
  if (request instanceof IncomingMessage) {
    throw new ConfigurationError('ERR_GUARD_NOT_CALLED', 'Mount what jwtGuard returns: use(jwtGuard(tokens.access)).')
  }
  return new TokenGuard(verifierOf('A guard', given), options === undefined ? {} : options)
}

class TokenGuard implements Guard {
  readonly [kind] = 'guard'
  readonly optional: boolean
  readonly slot: string
  readonly onRefusal: 'answer' | 'forward'
  readonly #asked: Verifier
  readonly #realm: string
  readonly #demand: ScopeDemand
  readonly #authorize: Hook | undefined
  readonly #context: Hook | undefined
  readonly #explains: boolean

  constructor(asked: Verifier, given: unknown) {
    const read = readGuardOptions(asked, given)
    this.#asked = asked
    this.optional = read.optional ?? false
    this.slot = read.as ?? 'auth'
    this.onRefusal = read.onRefusal ?? 'answer'
    this.#realm = read.realm ?? 'api'
    this.#demand = Object.freeze({ all: read.scope ?? [], any: read.anyScope ?? [] })
    this.#authorize = read.authorize
    this.#context = read.context
    this.#explains = read.explainRefusals === true && isDevelopment()
    this.check = this.check.bind(this)
    Object.freeze(this)
  }

  async check(request: IncomingMessage, seen: unknown = request): Promise<Verdict<Verified> | LetInAlone<boolean>> {
    const record = recordOf(request)
    record.takeSlot(this.slot, this.#asked)
    try {
      const outcome = await this.#outcome(request, seen)
      if (outcome instanceof Refusal) return this.#answer(outcome)
      if (outcome === undefined) this.#letInAlone(record)
      else if (record.letIn(typeOf(this.#asked, outcome), outcome))
        typeOf(this.#asked, outcome).publishAccepted(outcome)
      return { verdict: 'accepted', token: outcome }
    } catch (error) {
      if (error instanceof DependencyError) return this.#answer(error)
      throw error
    }
  }

  #letInAlone(record: RequestRecord): void {
    const news = this.#asked.types.map((type) => record.letIn(type, undefined))
    if (news.includes(true)) publishVerdict('accepted', this.#asked.name)
  }

  async #outcome(request: IncomingMessage, seen: unknown): Promise<Verified | undefined | Refusal> {
    const text = readBearer(request)
    if (text instanceof Refusal) return this.optional && isAnonymous(request) ? undefined : text
    const context = this.#context === undefined ? undefined : await this.#contextOf(this.#context, seen)
    const expected = this.#expectedOf(context)
    const presented = JSON.stringify([text, expected])
    const token = await this.#asked.outcome(text, expected, (type, find) =>
      recordOf(request).once(type, presented, find),
    )
    if (token instanceof Refusal) return this.#explains ? await explained(token, this.#asked, text, context) : token
    const type = typeOf(this.#asked, token)
    return (
      type.lapsed(token) ?? checkScope(token.claims, type.rules, this.#demand) ?? (await this.#authorized(token, seen))
    )
  }

  async #contextOf(context: Hook, seen: unknown): Promise<unknown> {
    try {
      return await context(seen)
    } catch (cause) {
      throw new DependencyError('ERR_CONTEXT_UNAVAILABLE', { cause })
    }
  }

  #expectedOf(context: unknown): Expected {
    try {
      return this.#asked.readContext(context)
    } catch (cause) {
      throw new DependencyError('ERR_CONTEXT_UNAVAILABLE', { cause })
    }
  }

  async #authorized(token: Verified, seen: unknown): Promise<Verified | Refusal> {
    if (this.#authorize === undefined) return token
    let allowed: unknown
    try {
      allowed = await this.#authorize(token, seen)
    } catch (cause) {
      throw new DependencyError('ERR_AUTHORIZE_UNAVAILABLE', { cause })
    }
    if (typeof allowed !== 'boolean') {
      const cause = new TypeError(`authorize answered ${typeof allowed}, not true or false`)
      throw new DependencyError('ERR_AUTHORIZE_UNAVAILABLE', { cause })
    }
    return allowed ? token : new Refusal('ERR_AUTHORIZATION_DENIED')
  }

  #answer(reason: Refusal | DependencyError): Refused {
    const told = this.#explains ? reasonOf(reason) : undefined
    const answer = answerTo(reason, this.#realm, this.#demand, told)
    publishVerdict(answer.verdict, this.#asked.name, reason)
    return answer
  }
}
