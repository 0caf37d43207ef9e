import { secondsOf, type Duration } from '../encoding/duration.js'
import { aName, anything, readOptions, someNames, type OptionRule, type OptionRules } from '../encoding/options.js'
import { ConfigurationError } from '../errors/errors.js'
import { TrustedIssuer, type Issuer } from '../issuers/issuer.js'
import { ResolvedIssuers, type IssuerResolver } from '../issuers/issuers.js'
import { defaultMaxTokenLength } from '../jwt/signature.js'
import { checkAudience } from '../rules/audience.js'
import { checkForms, type ClaimForm } from '../rules/claim-forms.js'
import { checkConfirmation } from '../rules/confirmation.js'
import { checkFixedValues } from '../rules/fixed-values.js'
import { checkLifetime } from '../rules/lifetime.js'
import { checkPresence } from '../rules/presence.js'
import type { AudienceRule, Check, ClaimsSchema, FixedValue, TokenRules } from '../rules/token-rules.js'

/** What every kind can be told. */
export interface CommonOptions<Schema extends ClaimsSchema> {
  /** Who may issue it. Several issuers keep their keys apart. */
  readonly issuer: Issuer | readonly Issuer[] | IssuerResolver
  /** Any Standard Schema for claims of one's own. It runs after everything else, and cannot rewrite a registered claim. */
  readonly claims?: Schema
  /** How far clocks may differ. Default 30 s, at most 300 s. */
  readonly clockTolerance?: Duration
  /** Characters of a whole token. Default 8192. */
  readonly maxTokenLength?: number
  /** The longest time from `iat` to `exp`. */
  readonly maxLifetime?: Duration
  /** The claim that `scope` and `anyScope` of a guard read. Default `scope`; by another name it may also be a list. */
  readonly scopeClaim?: string
}

const longestTolerance = 300

export const commonOptionRules = {
  issuer: anything,
  claims: (value) => (isStandardSchema(value) ? undefined : 'has to be a Standard Schema, such as z.object({ … })'),
  clockTolerance: (value) =>
    within(value, 0, longestTolerance) ? undefined : `has to be a duration of at most ${longestTolerance} seconds`,
  maxTokenLength: (value) =>
    Number.isInteger(value) && within(value, 256, 1024 * 1024)
      ? undefined
      : 'has to be a whole number from 256 to 1048576',
  maxLifetime: (value) =>
    within(value, 1, 10 * 365 * 86400) ? undefined : 'has to be a duration from a second on, such as 900 or "15m"',
  scopeClaim: aClaimName,
} as const satisfies OptionRules

function within(value: unknown, least: number, most: number): boolean {
  const number = secondsOf(value)
  return number !== undefined && number >= least && number <= most
}

function isStandardSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('~standard' in value))
    return false
  const standard: unknown = value['~standard']
  return (
    typeof standard === 'object' &&
    standard !== null &&
    'validate' in standard &&
    typeof standard.validate === 'function'
  )
}

export function aClaimName(value: unknown): string | undefined {
  const harmful = ['__proto__', 'constructor', 'prototype'].includes(value as string)
  return harmful ? 'cannot be the name of a claim' : aName(value)
}

/** A name, or several, that is compared exactly: a pattern in it would never match. */
export const exactNames: OptionRule = (value) =>
  someNames(value) ??
  ([value].flat().some((name) => String(name).includes('*')) ? 'has a wildcard: names are compared exactly' : undefined)

/** The part of the rules that a kind says of itself; everything else comes from the common options. */
export interface Kind {
  readonly kind: string
  readonly typ: readonly (string | undefined)[]
  readonly audience: AudienceRule | undefined
  readonly required: readonly string[]
  readonly forbidden: readonly string[]
  readonly fixed?: ReadonlyMap<string, readonly FixedValue[]>
  readonly forms: Readonly<Record<string, ClaimForm>>
  readonly maxLifetime: number
  readonly checks?: readonly Check[]
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

/** Presence comes first: every later check may rely on it. */
const commonChecks: readonly Check[] = [checkPresence, checkForms, checkFixedValues, checkAudience, checkLifetime]

export function readTypeOptions(what: string, options: unknown, own: OptionRules, needed: readonly string[]) {
  return readOptions(what, options, { ...commonOptionRules, ...own }, ['issuer', ...needed])
}

/** The whole of a kind's rules, frozen: what it says of itself, and what its user said. */
export function completeRules(what: string, own: Kind, options: Readonly<Record<string, unknown>>): TokenRules {
  const scopeClaim = (options['scopeClaim'] as string | undefined) ?? 'scope'
  const forms: Record<string, ClaimForm> = { ...registeredForms, scope: 'scope', ...own.forms }
  forms[scopeClaim] ??= 'scopeOrList'
  const required = ['iss', 'exp', 'iat', ...(own.audience === undefined ? [] : ['aud']), ...own.required]
  const rules: TokenRules = {
    kind: own.kind,
    typ: Object.freeze([...own.typ]),
    issuers: readIssuers(what, options['issuer']),
    audience: own.audience && Object.freeze({ ...own.audience }),
    required: Object.freeze([...new Set(required)]),
    forbidden: Object.freeze([...own.forbidden]),
    fixed: new Map(own.fixed),
    forms: new Map(Object.entries(forms)),
    scopeClaim,
    clockTolerance: secondsOf(options['clockTolerance']) ?? 30,
    maxLifetime: secondsOf(options['maxLifetime']) ?? own.maxLifetime,
    maxTokenLength: (options['maxTokenLength'] as number | undefined) ?? defaultMaxTokenLength,
    checks: Object.freeze([...commonChecks, ...(own.checks ?? []), checkConfirmation]),
    claims: options['claims'] as ClaimsSchema | undefined,
  }
  refuseContradiction(what, rules)
  return Object.freeze(rules)
}

function readIssuers(what: string, given: unknown): TokenRules['issuers'] {
  if (given instanceof ResolvedIssuers) return given
  const issuers: readonly unknown[] = [given].flat()
  const trusted = issuers.filter((issuer) => issuer instanceof TrustedIssuer)
  if (issuers.length === 0 || trusted.length !== issuers.length) {
    throw new ConfigurationError(
      'ERR_OPTION_INVALID',
      `${what}: issuer has to be what issuer(…) or issuers(…) returned.`,
    )
  }
  const ids = trusted.flatMap((issuer) => [...issuer.ids].map((id) => [id, issuer] as const))
  const byId = new Map(ids)
  if (byId.size !== ids.length) {
    throw new ConfigurationError('ERR_OPTION_INVALID', `${what}: two of its issuers have the same id or alias.`)
  }
  return byId
}

function refuseContradiction(what: string, { required, fixed, forbidden }: TokenRules): void {
  const both = [...required, ...fixed.keys()].find((claim) => forbidden.includes(claim))
  if (both !== undefined) {
    throw new ConfigurationError('ERR_OPTIONS_CONTRADICT', `${what}: the claim ${both} is both demanded and forbidden.`)
  }
}
