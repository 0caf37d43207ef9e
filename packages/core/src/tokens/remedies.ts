import { ResolvedIssuers } from '../issuers/issuers.js'
import type { Distinction, TokenRules } from '../rules/token-rules.js'
import { isUntyped } from '../rules/untyped.js'
import { issuerOf, sharedIds, witnessFor } from './separation.js'

interface Named {
  readonly name: string
  readonly rules: TokenRules
}

/** A pair as it would be, if its user said something else, and how to say that. */
interface Remedy {
  readonly words: string
  readonly a: TokenRules
  readonly b: TokenRules
}

const most = 4
/** A name that no configuration holds: whatever is put in its place is the user's to choose. */
const another = '\u0000'

/** What would separate exactly these two kinds, which nothing separates, in a sentence: the most natural first. */
export function remedyFor(a: Named, b: Named): string {
  return `What would separate them: ${remediesFor(a, b).slice(0, most).join('; ')}.`
}

/** What is offered is tried on the rules: a change is a remedy where a witness is found for what it leads to. */
function remediesFor(a: Named, b: Named): readonly string[] {
  const either = (changes: (one: Named, other: Named) => readonly Change[]) => [
    ...changes(a, b).map(({ words, rules }) => ({ words, a: { ...a.rules, ...rules }, b: b.rules })),
    ...changes(b, a).map(({ words, rules }) => ({ words, a: a.rules, b: { ...b.rules, ...rules } })),
  ]
  const remedies: readonly Remedy[] = [
    ...either(byTyp),
    ...either(byNonce),
    ...either(byTrust),
    ...byName(a, b),
    ...either(byClaim),
    ...byFixing(a, b),
  ]
  const tried = remedies.filter((remedy) => witnessFor(remedy.a, remedy.b) !== undefined).map(({ words }) => words)
  const all = [...tried, ...byIssuer(a, b), ...byKeys(a, b)]
  return all.length > 0
    ? all
    : [`issuers that are listed, not shared, and have given keys, for ${a.name} and ${b.name}`]
}

/** What one of the two would be. */
interface Change {
  readonly words: string
  readonly rules: Partial<TokenRules>
}

function can({ rules }: Named, distinction: Distinction): boolean {
  return rules.distinctions.includes(distinction)
}

function byTyp(one: Named): readonly Change[] {
  const { name, rules } = one
  const own = rules.typ.filter((typ) => !isUntyped(typ))
  const changes: Change[] = []
  if (can(one, 'typ required') && own.length > 0) {
    changes.push({ words: `typ: 'required' on ${name}${withoutDate(rules)}`, rules: { typ: own } })
  } else if (rules.untypedUntil !== undefined) {
    changes.push({ words: `no untypedUntil on ${name}`, rules: { typ: own } })
  }
  if (can(one, 'profile')) {
    const words = `${own.length > 0 ? 'another' : 'a'} profile and typ: 'required' on ${name}${withoutDate(rules)}`
    changes.push({ words, rules: { typ: [another] } })
  }
  if (can(one, 'own typ')) {
    const words = `a typ of its own for ${name}${withoutDate(rules)}`
    changes.push({ words, rules: { typ: [another] } })
  }
  return changes
}

function withoutDate({ untypedUntil }: TokenRules): string {
  return untypedUntil === undefined ? '' : ', without untypedUntil'
}

function byNonce(one: Named): readonly Change[] {
  if (!can(one, 'nonce required')) return []
  return [{ words: `nonce: 'required' on ${one.name}`, rules: { required: [...one.rules.required, 'nonce'] } }]
}

function byTrust({ name, rules: { audience } }: Named): readonly Change[] {
  if (audience === undefined || audience.beside === 'anybody' || audience.beside.length === 0) return []
  return [{ words: `no trustedAudiences on ${name}`, rules: { audience: { ...audience, beside: [] } } }]
}

/** Where one of them has to be the only audience, another name for one of them is enough. */
function byName(a: Named, b: Named): readonly Remedy[] {
  const { audience } = a.rules
  if (audience === undefined) return []
  const name = (of: Named) => `${can(of, 'clientId') ? 'clientId' : 'audience'} of ${of.name}`
  const words = `names that differ: ${name(a)}, ${name(b)}`
  return [{ words, a: { ...a.rules, audience: { ...audience, anyOf: [another] } }, b: b.rules }]
}

/** These have rules of their own in every kind, or in a custom one. */
const ruledElsewhere = new Set(['iss', 'aud', 'exp', 'iat', 'events'])
/** These say little of a kind. */
const common = new Set(['sub', 'jti', 'nbf'])

function demandedBy({ required, fixed }: TokenRules): readonly string[] {
  return [...required, ...fixed.map(([claim]) => claim)]
}

function byClaim(one: Named, { rules: other }: Named): readonly Change[] {
  if (!can(one, 'claims')) return []
  const { name, rules } = one
  const required = other.forbidden.find((claim) => !rules.forbidden.includes(claim) && !ruledElsewhere.has(claim))
  const free = demandedBy(other).filter((claim) => !demandedBy(rules).includes(claim) && !ruledElsewhere.has(claim))
  const forbidden = free.find((claim) => !common.has(claim)) ?? free[0]
  return [
    ...(required === undefined
      ? []
      : [{ words: `required: ['${required}'] on ${name}`, rules: { required: [...rules.required, required] } }]),
    ...(forbidden === undefined
      ? []
      : [{ words: `forbidden: ['${forbidden}'] on ${name}`, rules: { forbidden: [...rules.forbidden, forbidden] } }]),
  ]
}

function byFixing(a: Named, b: Named): readonly Remedy[] {
  if (!can(a, 'claims') || !can(b, 'claims')) return []
  const fixedTo = ({ rules }: Named, value: boolean) => ({
    ...rules,
    fixed: [...rules.fixed, [another, [value]] as const],
  })
  const words = `one claim that ${a.name} and ${b.name} fix to different values`
  return [{ words, a: fixedTo(a, true), b: fixedTo(b, false) }]
}

function byIssuer(a: Named, b: Named): readonly string[] {
  if (![a, b].some(({ rules }) => rules.required.includes('iss'))) return []
  return [a, b].some(({ rules }) => rules.issuers instanceof ResolvedIssuers)
    ? [`issuers that are listed, and not shared, for ${a.name} and ${b.name}`]
    : [`an issuer of its own for ${a.name} or ${b.name}`]
}

/** Where under each `iss` that they share the keys of the one are given, other given keys have none in common with them. */
function byKeys(a: Named, b: Named): readonly string[] {
  const ids = sharedIds(a.rules, b.rules) ?? [undefined]
  const issuersOf = ({ rules }: Named) => ids.map((id) => issuerOf(rules, id))
  if ([a, b].flatMap(issuersOf).includes(undefined)) return []
  const given = (one: Named) => issuersOf(one).every((issuer) => issuer?.keys.remotes.length === 0)
  if (given(b)) return [`given keys of its own for ${a.name}`]
  return given(a) ? [`given keys of its own for ${b.name}`] : []
}
