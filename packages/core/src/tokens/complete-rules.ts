import { ConfigurationError } from '../errors/errors.js'
import { clashAmong } from '../issuers/decryption-key.js'
import { TrustedIssuer } from '../issuers/issuer.js'
import { ResolvedIssuers } from '../issuers/issuers.js'
import { longestCertifiedHeader, longestHeader } from '../jwt/compact-jws.js'
import { defaultMaxTokenLength } from '../jwt/signature.js'
import { ListedIssuers } from '../issuers/listed-issuers.js'
import { checkAudience } from '../rules/audience.js'
import { checkForms, claimForm } from '../rules/claim-forms.js'
import { checkConfirmation } from '../rules/confirmation.js'
import { checkFixedValues } from '../rules/fixed-values.js'
import { checkLifetime } from '../rules/lifetime.js'
import { checkPresence } from '../rules/presence.js'
import { checkReplicated } from '../rules/replicated-claims.js'
import type { AudienceRule, Check, ClaimForm, TokenRules } from '../rules/token-rules.js'
import { revocable } from '../state/revocation.js'
import { checkUntyped } from '../rules/untyped.js'
import { acceptedTyp, type TypRule } from './typ.js'
import type { CommonRead } from './common-options.js'

/** The part of the rules that a kind says of itself; everything else comes from the common options. */
export interface Kind {
  readonly kind: string
  readonly purpose: string
  readonly notChecked: readonly string[]
  /** Beside `audience`, `issuer` and `untypedUntil`. */
  readonly distinctions?: TokenRules['distinctions']
  readonly typ: TypRule
  readonly audience: AudienceRule | undefined
  readonly required: readonly string[]
  readonly forbidden: readonly string[]
  readonly fixed: TokenRules['fixed']
  readonly forms: Readonly<Record<string, ClaimForm>>
  readonly maxLifetime: number
  /** Where it is not `maxLifetime`. */
  readonly maxAge?: number
  /** Its own checks, after those of every kind, each by the name under which it is explained. */
  readonly checks: Readonly<Record<string, Check>>
}

/** RFC 7519 §4.1, for every kind. */
const registeredForms: Readonly<Record<string, ClaimForm>> = {
  iss: 'identifier',
  sub: 'subject',
  aud: 'audience',
  exp: 'anyTime',
  nbf: 'anyTime',
  iat: 'time',
  jti: 'identifier',
}

/** What could not be looked up would pass for not revoked. */
const identifiersToRevokeBy = revocable.map(([, claim]) => [claim, 'identifier'] as const)

/** Presence comes first: every later check may rely on it. */
export const commonChecks = {
  presence: checkPresence,
  forms: checkForms,
  'fixed values': checkFixedValues,
  audience: checkAudience,
  times: checkLifetime,
} satisfies Kind['checks']
const lastChecks = { 'no cnf, whose proof cannot be checked yet': checkConfirmation } satisfies Kind['checks']

/** What kinds do not check, each in its words, unless their tokens are used once or can be revoked. */
const ofUse = new Set(['single use', 'replay of `jti`'])
const ofRevocation = new Set(['revocation'])

/** The whole of a kind's rules, frozen: what it says of itself, and what its user said. */
export function completeRules(what: string, own: Kind, read: CommonRead): TokenRules {
  const { scopeClaim = 'scope', clockTolerance = 30, maxTokenLength = defaultMaxTokenLength } = read
  const required = [
    ...(own.audience === undefined ? [] : ['aud']),
    ...own.required,
    ...(read.singleUse === undefined ? [] : neededToBeOnce(own.required)),
  ]
  const typ = acceptedTyp(what, own.typ, read)
  const repeated = read.decryption === undefined ? {} : { 'claims that the encryption repeats': checkReplicated }
  const migration = typ.untypedUntil === undefined ? {} : { 'untyped until': checkUntyped }
  const issuers = readIssuers(what, read.issuer)
  const takesCertificates = mayTakeCertificates(issuers)
  const rules: TokenRules = {
    kind: own.kind,
    purpose: own.purpose,
    notChecked: Object.freeze(own.notChecked.filter((thing) => !isSeenTo(thing, read))),
    distinctions: Object.freeze([...(own.distinctions ?? [])]),
    typ: typ.accepted,
    untypedUntil: typ.untypedUntil,
    issuers,
    audience: frozenAudience(own.audience),
    required: Object.freeze([...new Set(required)]),
    forbidden: Object.freeze([...own.forbidden]),
    fixed: frozenPairs(own.fixed),
    forms: Object.freeze(formsOf(own, read, scopeClaim)),
    scopeClaim,
    clockTolerance,
    maxLifetime: read.maxLifetime ?? own.maxLifetime,
    maxAge: Math.min(read.maxLifetime ?? own.maxLifetime, own.maxAge ?? Infinity),
    maxTokenLength,
    maxHeaderLength: takesCertificates ? longestCertifiedHeader : longestHeader,
    takesCertificates,
    // As lists, so that no check of a kind can take the place of one that has the same name.
    checks: Object.freeze([migration, repeated, commonChecks, own.checks, lastChecks].flatMap(namedChecks)),
    claims: read.claims,
    extensions: Object.freeze(read.extensions ?? []),
    decryption: readDecryption(what, read),
    singleUse: read.singleUse,
    revocations: read.revocations,
  }
  refuseContradiction(what, rules)
  return Object.freeze(rules)
}

function readDecryption(what: string, { decryption: keys, unencrypted }: CommonRead): TokenRules['decryption'] {
  const clash = clashAmong(keys ?? [])
  if (clash !== undefined) throw new ConfigurationError('ERR_KEY_AMBIGUOUS', `${what}: ${clash}`)
  if (keys !== undefined) return Object.freeze({ keys, unencrypted: unencrypted === 'accepted' })
  if (unencrypted === undefined) return undefined
  throw new ConfigurationError('ERR_OPTIONS_CONTRADICT', `${what}: unencrypted is for a type with decryption.`)
}

function namedChecks(checks: Kind['checks']): TokenRules['checks'] {
  return Object.entries(checks).map(([name, check]) => Object.freeze({ name, check }))
}

/** All the way down: the proof is of the rules as they were when the set was made. */
function frozenPairs<T extends readonly unknown[]>(pairs: readonly T[]): readonly T[] {
  return Object.freeze(pairs.map((pair) => Object.freeze(pair)))
}

function frozenAudience(audience: AudienceRule | undefined): AudienceRule | undefined {
  if (audience === undefined) return undefined
  const { anyOf, beside } = audience
  return Object.freeze({
    anyOf: Object.freeze(anyOf),
    beside: typeof beside === 'string' ? beside : Object.freeze(beside),
  })
}

/** The later one of two counts. */
function formsOf(own: Kind, { revocations }: CommonRead, scopeClaim: string): TokenRules['forms'] {
  const scope: Record<string, ClaimForm> = { [scopeClaim]: 'scopeOrList' }
  const identifiers = revocations === undefined ? {} : Object.fromEntries(identifiersToRevokeBy)
  const names = { ...scope, ...identifiers, ...registeredForms, scope: 'scope' as const, ...own.forms }
  const forms = Object.entries(names).map(([claim, name]) => [claim, claimForm(name)] as const)
  return Object.assign(Object.create(null), Object.fromEntries(forms))
}

/** A name, and an end: what never ends cannot be remembered until then. */
function neededToBeOnce(required: readonly string[]): readonly string[] {
  return required.includes('exp') ? ['jti'] : ['jti', 'iat']
}

function isSeenTo(thing: string, { singleUse, revocations }: CommonRead): boolean {
  return (singleUse !== undefined && ofUse.has(thing)) || (revocations !== undefined && ofRevocation.has(thing))
}

function readIssuers(what: string, given: unknown): TokenRules['issuers'] {
  if (given instanceof ResolvedIssuers) return given
  // Not `flat`, which passes over a hole.
  const issuers: readonly unknown[] = Array.isArray(given) ? Array.from(given) : [given]
  const trusted = issuers.filter((issuer) => TrustedIssuer.is(issuer))
  if (issuers.length === 0 || trusted.length !== issuers.length) {
    throw new ConfigurationError(
      'ERR_OPTION_INVALID',
      `${what}: issuer has to be what issuer(…) or issuers(…) returned.`,
    )
  }
  const listed = new ListedIssuers(Object.freeze(trusted))
  if (new Set(listed.ids).size !== listed.ids.length) {
    throw new ConfigurationError('ERR_OPTION_INVALID', `${what}: two of its issuers have the same id or alias.`)
  }
  return listed
}

/** Of issuers that are resolved nobody knows; each token is then asked when its issuer is known. */
function mayTakeCertificates(issuers: TokenRules['issuers']): boolean {
  return issuers instanceof ResolvedIssuers || issuers.issuers.some(({ keys }) => keys.certificates !== undefined)
}

function refuseContradiction(what: string, { required, fixed, forbidden }: TokenRules): void {
  const both = [...required, ...fixed.map(([claim]) => claim)].find((claim) => forbidden.includes(claim))
  if (both !== undefined) {
    throw new ConfigurationError('ERR_OPTIONS_CONTRADICT', `${what}: the claim ${both} is both demanded and forbidden.`)
  }
}
