import { codes } from '../errors/codes.js'
import { ConfigurationError, DependencyError, Refusal } from '../errors/errors.js'
import type { Explanation } from '../explain.js'
import { kind } from '../issuers/kind.js'
import type { Expected } from '../rules/token-rules.js'
import type { AnyOf, Guardable, NamedTokenType, Verified, VerifiedBy } from './named-token.js'
import { namedType, verified, type Kept, type NamedType, type Verifier } from './named-type.js'
import type { Outcome } from '../verify.js'
import { noContext } from './token-type.js'

/** Several types as one: what stands behind an `AnyOf`. */
export class AnyType implements Verifier, Guardable<Verified> {
  readonly [kind] = 'any of'
  readonly name: string
  readonly needsContext = false
  readonly verify: (text: string) => Promise<Verified>
  readonly explain: (text: string) => Promise<Explanation>
  readonly #made = true

  constructor(readonly types: readonly NamedType[]) {
    this.name = types.map(({ name }) => name).join(' or ')
    this.verify = (text, ...context: readonly unknown[]) => verified(this, text, context[0])
    this.explain = (text, ...context: readonly unknown[]) => this.#explain(text, context[0])
    Object.freeze(this)
  }

  static is(given: unknown): given is AnyType {
    return typeof given === 'object' && given !== null && #made in given && given.#made
  }

  readContext(context: unknown): Expected {
    return noContext(context)
  }

  /** No two of them accept one text, so the first that does is the one. */
  async outcome(text: unknown, expected: Expected, kept?: Kept): Promise<Outcome> {
    const refusals: Refusal[] = []
    const outages: DependencyError[] = []
    for (const type of this.types) {
      try {
        const outcome = await type.outcome(text, expected, kept)
        if (!(outcome instanceof Refusal)) return outcome
        refusals.push(outcome)
      } catch (error) {
        if (!(error instanceof DependencyError)) throw error
        outages.push(error)
      }
    }
    // One of those that could not be asked might have accepted it.
    if (outages[0] !== undefined) throw outages[0]
    return refusals.reduce((nearest, refusal) => (place(refusal.code) > place(nearest.code) ? refusal : nearest))
  }

  typeOf(token: Verified): NamedType {
    const type = this.types.find(({ name }) => name === token.type)
    if (type === undefined) throw new TypeError('a token of none of these types')
    return type
  }

  async #explain(text: string, context: unknown): Promise<Explanation> {
    noContext(context)
    const all = await Promise.all(this.types.map((type) => type.explain(text)))
    return all.reduce((nearest, one) => (place(one.code) > place(nearest.code) ? one : nearest))
  }
}

/** How near a token came: accepted, then unavailable, then by the codes, which are in the pipeline's order. */
function place(code: string | undefined): number {
  if (code === undefined) return Infinity
  return Object.hasOwn(codes.outages, code) ? Number.MAX_SAFE_INTEGER : Object.keys(codes.refusals).indexOf(code)
}

type Member = NamedTokenType<string, object, [], never>

/**
 * Several types of one set for one guard or one `verify`: a token of any of them is accepted, and its `type` says of
 * which. The set's proof makes the answer unique. Refused is what all refuse, with the reason of the type that it came
 * nearest to; unavailable is what none accepts while one could not be asked. A guard asks for scopes in the claim of
 * the type that accepted.
 *
 * @throws ConfigurationError `ERR_OPTION_INVALID` for fewer than two types, one twice, types of two sets, or a type whose
 * `verify` needs a context; `ERR_TYPE_UNNAMED`
 */
export function anyOf<const T extends readonly [Member, Member, ...Member[]]>(...types: T): AnyOf<VerifiedBy<T[number]>>
export function anyOf(...given: readonly unknown[]): AnyOf<Verified> {
  const types = given.map((type) => namedType('anyOf', type))
  const [first] = types
  if (first === undefined || types.length < 2) throw invalid('takes two types or more')
  if (new Set(types).size < types.length) throw invalid('names a type twice')
  if (!types.every((type) => type.isOfSetOf(first))) throw invalid('takes types of one set, which have been compared')
  const needy = types.find(({ needsContext }) => needsContext)
  if (needy !== undefined) throw invalid(`cannot give ${needy.name} its context: give it a guard of its own`)
  return new AnyType(Object.freeze(types))
}

function invalid(why: string): ConfigurationError {
  return new ConfigurationError('ERR_OPTION_INVALID', `anyOf ${why}.`)
}

/** One type or several, of what a caller gave. */
export function verifierOf(what: string, given: unknown): Verifier {
  return AnyType.is(given) ? given : namedType(what, given)
}
