import { ConfigurationError } from '../errors/errors.js'
import { haveKeyInCommon } from '../issuers/key.js'
import type { TrustedIssuer } from '../issuers/issuer.js'
import { ResolvedIssuers } from '../issuers/issuers.js'
import { typInWords } from '../rules/in-words.js'
import type { TokenRules } from '../rules/token-rules.js'
import type { TokenSet } from './named-token.js'
import { namedType } from './named-type.js'

/**
 * Why no token satisfies both of two kinds' rules, in words, or undefined where nothing proves it (RFC 8725 §3.12).
 * Everything said here follows from the rules as data, for every text that could ever be signed. Assumed is that
 * independent keys do not verify one another's signatures. No witness are audiences that may be several, fetched
 * keys, certificates, resolved issuers, the context, a schema, and time.
 */
export function witnessFor(a: TokenRules, b: TokenRules): string | undefined {
  return (
    byTyp(a, b) ??
    byIssuer(a, b) ??
    byClaim(a, b) ??
    byClaim(b, a) ??
    byFixedValue(a, b) ??
    byAudience(a, b) ??
    byAudience(b, a) ??
    byKeys(a, b)
  )
}

function byTyp(a: TokenRules, b: TokenRules): string | undefined {
  if (a.typ.some((typ) => b.typ.includes(typ))) return undefined
  return `typ: ${typInWords(a)}, against ${typInWords(b)}`
}

function byIssuer(a: TokenRules, b: TokenRules): string | undefined {
  const shared = sharedIds(a, b)
  return shared?.length === 0 ? 'issuer: no iss is accepted by both' : undefined
}

/** The spellings of `iss` that both accept, undefined among them for none at all; undefined where a resolver decides. */
export function sharedIds(a: TokenRules, b: TokenRules): readonly (string | undefined)[] | undefined {
  const ofB = acceptedIds(b)
  const known = new Set(ofB)
  return ofB && acceptedIds(a)?.filter((id) => known.has(id))
}

function acceptedIds({ issuers, required }: TokenRules): readonly (string | undefined)[] | undefined {
  if (issuers instanceof ResolvedIssuers) return undefined
  return required.includes('iss') ? issuers.ids : [...issuers.ids, undefined]
}

function byClaim(demands: TokenRules, forbids: TokenRules): string | undefined {
  const claim = [...demands.required, ...demands.fixed.map(([name]) => name)].find((name) =>
    forbids.forbidden.includes(name),
  )
  return claim === undefined ? undefined : `claim ${claim}: demanded by one, forbidden by the other`
}

function byFixedValue(a: TokenRules, b: TokenRules): string | undefined {
  for (const [claim, values] of a.fixed) {
    const [, others] = b.fixed.find(([name]) => name === claim) ?? []
    if (others !== undefined && !values.some((value) => others.includes(value))) {
      return `claim ${claim}: no value is accepted by both`
    }
  }
  return undefined
}

function byAudience({ audience: sole }: TokenRules, { audience: other }: TokenRules): string | undefined {
  if (sole === undefined || other === undefined || sole.beside === 'anybody' || sole.beside.length > 0) return undefined
  return sole.anyOf.some((name) => other.anyOf.includes(name))
    ? undefined
    : 'audience: one demands a sole one, and the other is not it'
}

function byKeys(a: TokenRules, b: TokenRules): string | undefined {
  const separate = sharedIds(a, b)?.every((id) => haveNoKeyInCommon(issuerOf(a, id), issuerOf(b, id)))
  return separate === true ? 'keys: under no shared iss is there a key or an algorithm in common' : undefined
}

/** Whose a token is that says this, or says nothing. */
export function issuerOf({ issuers }: TokenRules, id: string | undefined): TrustedIssuer | undefined {
  if (issuers instanceof ResolvedIssuers) return undefined
  return id === undefined ? issuers.only : issuers.find(id)
}

function haveNoKeyInCommon(a: TrustedIssuer | undefined, b: TrustedIssuer | undefined): boolean {
  if (a === undefined || b === undefined) return false
  if (!a.keys.algorithms.some((algorithm) => b.keys.algorithms.includes(algorithm))) return true
  return isLocal(a) && isLocal(b) && !haveKeyInCommon(a.keys.local.keys, b.keys.local.keys)
}

/** Whether all keys are given here and never change: not those that are fetched, or come with a token. */
function isLocal({ keys }: TrustedIssuer): boolean {
  return keys.remotes.length === 0 && keys.certificates === undefined
}

export function pairsOf<T>(all: readonly T[]): readonly (readonly [T, T])[] {
  return all.flatMap((a, index) => all.slice(index + 1).map((b) => [a, b] as const))
}

/** Two types of a set, and why they are two. */
export interface Separation<Name extends string> {
  readonly pair: readonly [Name, Name]
  /** What proves that no text is a token of both. */
  readonly witness: string
}

/**
 * For every pair of a set, what proves that no text satisfies both: for documentation and for review.
 *
 * @throws ConfigurationError `ERR_TOKENS_NOT_EXCLUSIVE` for types of several sets, which nobody has compared
 */
export function separation<Set extends TokenSet>(tokens: Set): readonly Separation<keyof Set & string>[] {
  const types = Object.values(tokens).map((type) => namedType('separation', type))
  return pairsOf(types).map(([a, b]) => {
    const witness = a.isOfSetOf(b) ? witnessFor(a.rules, b.rules) : undefined
    if (witness !== undefined) return { pair: [a.name, b.name], witness }
    throw new ConfigurationError('ERR_TOKENS_NOT_EXCLUSIVE', `${a.name} and ${b.name} are not of one set.`)
  })
}
