import type { IncomingMessage } from 'node:http'
import { isLate, type InTime } from '../encoding/in-time.js'
import { DependencyError, Refusal } from '../errors/errors.js'
import { kind } from '../issuers/kind.js'
import { checkScope, type ScopeDemand } from '../rules/scope.js'
import type { Expected } from '../rules/token-rules.js'
import type { Verified, VerifiedToken } from '../tokens/named-token.js'
import type { Finding, Kept, NamedType, Verifier } from '../tokens/named-type.js'
import { publishVerdict } from '../tokens/verdict-channel.js'
import { Answers, type Refused } from './answers.js'
import { isAnonymous, isBearerToken, readBearer } from './bearer.js'
import type { Guard, LetInAlone, Verdict } from './guard.js'
import { readGuardOptions, type Hook } from './guard-options.js'
import { recordOf, type RequestRecord } from './let-in.js'
import { explained, explainedScope, isDevelopment, reasonOf } from './reason.js'

type Answered = Verdict<Verified> | LetInAlone<boolean>

/** One request's token before one guard. */
class Asking implements Kept {
  /** Whether the outcome is one that a guard before this one has found out. */
  isKept = false

  constructor(
    readonly record: RequestRecord,
    /** What `authorize` is given. */
    readonly seen: unknown,
    readonly text: string,
    readonly expected: Expected,
  ) {}

  known(type: NamedType): Finding | undefined {
    const known = this.record.known(type, this.text, this.expected)
    this.isKept = known !== undefined
    return known
  }

  keep(type: NamedType, outcome: Finding): Finding {
    return this.record.keep(type, this.text, this.expected, outcome)
  }
}

export class TokenGuard implements Guard {
  readonly [kind] = 'guard'
  readonly optional: boolean
  readonly slot: string
  readonly onRefusal: 'answer' | 'forward'
  readonly #asked: Verifier
  readonly #demand: ScopeDemand
  readonly #answers: Answers
  readonly #authorize: Hook | undefined
  readonly #context: Hook | undefined
  readonly #explains: boolean

  constructor(asked: Verifier, given: unknown) {
    const read = readGuardOptions(asked, given)
    this.#asked = asked
    this.optional = read.optional ?? false
    this.slot = read.as ?? 'auth'
    this.onRefusal = read.onRefusal ?? 'answer'
    this.#demand = Object.freeze({ all: read.scope ?? [], any: read.anyScope ?? [] })
    this.#answers = new Answers(read.realm ?? 'api', this.#demand)
    this.#authorize = read.authorize
    this.#context = read.context
    this.#explains = read.explainRefusals === true && isDevelopment()
    this.check = this.check.bind(this)
    this.verdictOn = this.verdictOn.bind(this)
    Object.freeze(this)
  }

  async check(request: IncomingMessage, seen: unknown = request): Promise<Answered> {
    return this.verdictOn(request, seen)
  }

  verdictOn(request: IncomingMessage, seen: unknown = request): InTime<Answered> {
    const record = recordOf(request)
    record.takeSlot(this.slot, this.#asked)
    try {
      const outcome = this.#outcome(request, record, seen)
      return isLate(outcome) ? this.#concludeLate(request, record, outcome) : this.#conclude(request, record, outcome)
    } catch (error) {
      return this.#unavailable(error)
    }
  }

  #concludeLate(
    request: IncomingMessage,
    record: RequestRecord,
    outcome: Promise<Verified | undefined | Refusal>,
  ): Promise<Answered> {
    return outcome.then((late) => this.#conclude(request, record, late)).catch((error) => this.#unavailable(error))
  }

  #conclude(request: IncomingMessage, record: RequestRecord, outcome: Verified | undefined | Refusal): Answered {
    if (outcome instanceof Refusal) return this.#answer(outcome)
    if (outcome === undefined) this.#letInAlone(request, record)
    else {
      const type = this.#asked.typeOf(outcome)
      if (record.letIn(type, outcome)) type.publishAccepted(outcome)
    }
    return { verdict: 'accepted', token: outcome }
  }

  #unavailable(error: unknown): Refused {
    if (error instanceof DependencyError) return this.#answer(error)
    throw error
  }

  #letInAlone(request: IncomingMessage, record: RequestRecord): void {
    // Asked again, where it counts: nobody who carries a token is let in without it.
    if (!this.optional || !isAnonymous(request)) throw new TypeError('a token is needed here')
    const news = this.#asked.types.map((type) => record.letIn(type, undefined))
    if (news.includes(true)) publishVerdict('accepted', this.#asked.name)
  }

  #outcome(request: IncomingMessage, record: RequestRecord, seen: unknown): InTime<Verified | undefined | Refusal> {
    const text = readBearer(request)
    if (text instanceof Refusal) return this.optional && isAnonymous(request) ? undefined : text
    if (this.#context === undefined) return this.#verified(record, seen, text, undefined)
    // Nobody is asked about what is no token.
    if (!isBearerToken(text)) return new Refusal('ERR_REQUEST_MALFORMED')
    return this.#contextOf(this.#context, seen).then((context) => this.#verified(record, seen, text, context))
  }

  #verified(record: RequestRecord, seen: unknown, text: string, context: unknown): InTime<Verified | Refusal> {
    const asking = new Asking(record, seen, text, this.#expectedOf(context))
    const found = this.#asked.outcome(text, asking.expected, asking)
    return isLate(found) ? this.#judgeLate(asking, found, context) : this.#judge(asking, found, context)
  }

  // A function of its own, since what it remembers until then would be made for every request.
  #judgeLate(asking: Asking, found: Promise<VerifiedToken | Refusal>, context: unknown): Promise<Verified | Refusal> {
    return found.then((late) => this.#judge(asking, late, context))
  }

  #judge(asking: Asking, found: VerifiedToken | Refusal, context: unknown): InTime<Verified | Refusal> {
    return found instanceof Refusal ? this.#refused(found, asking.text, context) : this.#permitted(asking, found)
  }

  #refused(refusal: Refusal, text: string, context: unknown): InTime<Refusal> {
    if (refusal.code === 'ERR_TOKEN_MALFORMED' && !isBearerToken(text)) return new Refusal('ERR_REQUEST_MALFORMED')
    return this.#explains ? explained(refusal, this.#asked, text, context) : refusal
  }

  /** A good token, and what is asked beyond it. */
  #permitted(asking: Asking, token: VerifiedToken): InTime<Verified | Refusal> {
    const type = this.#asked.typeOf(token)
    if (asking.isKept || this.#authorize !== undefined || type.rules.singleUse !== undefined) {
      return this.#permittedInTime(asking, token)
    }
    return this.#withoutScope(token, type) ?? token
  }

  async #permittedInTime({ record, seen, text, isKept }: Asking, token: VerifiedToken): Promise<Verified | Refusal> {
    const type = this.#asked.typeOf(token)
    const refusal =
      (isKept ? (type.lapsed(token) ?? (await type.revoked(token))) : undefined) ??
      this.#withoutScope(token, type) ??
      (this.#authorize === undefined ? undefined : await this.#unauthorized(this.#authorize, token, seen))
    if (refusal !== undefined || type.rules.singleUse === undefined) return refusal ?? token
    return (await record.spentOnce(type, text, () => type.spend(token))) ?? token
  }

  #withoutScope(token: VerifiedToken, { rules }: NamedType): Refusal | undefined {
    const refusal = checkScope(token.claims, rules, this.#demand)
    return refusal !== undefined && this.#explains ? explainedScope(refusal, this.#demand, token) : refusal
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

  async #unauthorized(authorize: Hook, token: Verified, seen: unknown): Promise<Refusal | undefined> {
    let allowed: unknown
    try {
      allowed = await authorize(token, seen)
    } catch (cause) {
      throw new DependencyError('ERR_AUTHORIZE_UNAVAILABLE', { cause })
    }
    if (typeof allowed !== 'boolean') {
      const cause = new TypeError(`authorize answered ${typeof allowed}, not true or false`)
      throw new DependencyError('ERR_AUTHORIZE_UNAVAILABLE', { cause })
    }
    return allowed ? undefined : new Refusal('ERR_AUTHORIZATION_DENIED')
  }

  #answer(reason: Refusal | DependencyError): Refused {
    const told = this.#explains ? reasonOf(reason) : undefined
    const answer = this.#answers.to(reason, told)
    publishVerdict(answer.verdict, this.#asked.name, reason)
    return answer
  }
}
