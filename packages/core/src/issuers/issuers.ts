import { AdoptedClock, type Clock } from '../encoding/clock.js'
import { answerInTime } from '../encoding/deadline.js'
import type { InTime } from '../encoding/in-time.js'
import { ConfigurationError, DependencyError } from '../errors/errors.js'
import { TrustedIssuer, type Issuer } from './issuer.js'
import { kind } from './kind.js'

/** Issuers that are too many to list, made by `issuers`. */
export interface IssuerResolver {
  readonly [kind]: 'issuers'
}

type Resolve = (iss: string) => Issuer | undefined | Promise<Issuer | undefined>
interface Answer<Found> {
  /** Milliseconds of a clock that never runs backwards. */
  readonly until: number
  readonly issuer: Found
}
type Asked = Answer<Promise<TrustedIssuer | undefined>>

/** What an `iss` has to look like before anybody is asked about it. */
const plausible = /^[^\u0000-\u001f\u007f-\u009f]{1,1024}$/
const mostAnswers = 1000
const knownFor = 10 * 60_000
const unknownFor = 30_000

export class ResolvedIssuers implements IssuerResolver {
  readonly [kind] = 'issuers'
  readonly #known = new Map<string, Answer<TrustedIssuer>>()
  /** Apart, since anybody can name issuers that do not exist, and must not push out those that do. */
  readonly #unknown = new Map<string, Asked>()
  readonly #clock = new AdoptedClock()

  constructor(readonly resolve: Resolve) {
    Object.freeze(this)
  }

  adopt(clock: Clock): void {
    this.#clock.adopt(clock)
  }

  /** At hand where it is known: to wait for what is there takes as long as the rules of the token's type. */
  find(iss: string): InTime<TrustedIssuer | undefined> {
    if (!plausible.test(iss)) return undefined
    const now = this.#clock.monotonic()
    const known = this.#known.get(iss)
    if (known !== undefined && now < known.until) {
      keep(this.#known, iss, known)
      return known.issuer
    }
    // Even if the clock runs backwards meanwhile.
    this.#known.delete(iss)
    return this.#answered(iss, now)
  }

  async #answered(iss: string, now: number): Promise<TrustedIssuer | undefined> {
    const asked = this.#unknown.get(iss)
    const answer = asked !== undefined && now < asked.until ? asked : this.#ask(iss, now)
    const { until } = answer
    const issuer = await answer.issuer
    this.#forget(iss)
    if (issuer === undefined) keep(this.#unknown, iss, { ...answer, until: Math.min(until, now + unknownFor) })
    else keep(this.#known, iss, { until, issuer })
    return issuer
  }

  #ask(iss: string, now: number): Asked {
    const answer = { until: now + knownFor, issuer: this.#checked(iss) }
    // At once, so that whoever comes meanwhile waits for this answer and asks for no other.
    keep(this.#unknown, iss, answer)
    answer.issuer.catch(() => this.#forget(iss))
    return answer
  }

  #forget(iss: string): void {
    this.#known.delete(iss)
    this.#unknown.delete(iss)
  }

  async #checked(iss: string): Promise<TrustedIssuer | undefined> {
    const issuer: unknown = await answerInTime(() => this.resolve(iss)).catch((cause: unknown) => {
      throw new DependencyError('ERR_ISSUER_UNAVAILABLE', { cause })
    })
    if (issuer === undefined) return undefined
    if (!TrustedIssuer.is(issuer) || !issuer.ids.includes(iss)) throw new DependencyError('ERR_ISSUER_UNAVAILABLE')
    issuer.adopt(this.#clock.own)
    return issuer
  }
}

/** What is used last is kept longest. */
function keep<Found>(answers: Map<string, Answer<Found>>, iss: string, answer: Answer<Found>): void {
  answers.delete(iss)
  answers.set(iss, answer)
  if (answers.size <= mostAnswers) return
  const [oldest] = answers.keys()
  if (oldest !== undefined) answers.delete(oldest)
}

/**
 * Issuers that are too many to list: client ids, tenants. `resolve` gets the `iss` of a token *that nobody has verified
 * yet* and answers with the issuer of exactly that id, or undefined. Look it up in what you trust; never build a URL
 * from it. Answers are kept for 10 minutes, "unknown" for 30 seconds, 1000 of each. A function that throws, takes
 * longer than 5 seconds, or answers with an issuer of another id, makes the verification unavailable
 * (`ERR_ISSUER_UNAVAILABLE`).
 *
 * Types whose issuers are resolved are never told apart by issuer or keys (see `separation`).
 */
export function issuers(resolve: Resolve): IssuerResolver {
  if (typeof resolve !== 'function') {
    throw new ConfigurationError(
      'ERR_OPTION_INVALID',
      'issuers takes a function from an iss to an issuer or undefined.',
    )
  }
  return new ResolvedIssuers(resolve)
}
