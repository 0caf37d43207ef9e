import type { Duration } from '../encoding/duration.js'
import { aDuration, aFunction, aName, anything, oneOrMore, Wrong, type Reader } from '../encoding/options.js'
import { isHarmfulName, isPlainObject } from '../encoding/plain-object.js'
import { isJsonObject } from '../encoding/strict-json.js'
import { ConfigurationError } from '../errors/errors.js'
import { clashAmong, OwnDecryptionKey, type DecryptionKey } from '../issuers/decryption-key.js'
import { TrustedIssuer, type Issuer } from '../issuers/issuer.js'
import { ResolvedIssuers, type IssuerResolver } from '../issuers/issuers.js'
import { longestCertifiedHeader, longestHeader } from '../jwt/format.js'
import { isRegisteredParameter } from '../jwt/header.js'
import { defaultMaxTokenLength } from '../jwt/signature.js'
import { ListedIssuers } from '../issuers/listed-issuers.js'
import { checkAudience } from '../rules/audience.js'
import { checkForms } from '../rules/claim-forms.js'
import { checkConfirmation } from '../rules/confirmation.js'
import { checkFixedValues } from '../rules/fixed-values.js'
import { checkLifetime } from '../rules/lifetime.js'
import { checkPresence } from '../rules/presence.js'
import { checkReplicated } from '../rules/replicated-claims.js'
import type { AudienceRule, Check, ClaimForm, ClaimsSchema, TokenRules } from '../rules/token-rules.js'
import type { ReplayStore } from '../state/replay-store.js'
import { revocable } from '../state/revocation.js'
import type { RevocationStore } from '../state/revocation-store.js'
import { checkUntyped } from '../rules/untyped.js'
import { acceptedTyp, type TypRead, type TypRule } from './typ.js'

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
  /** The longest time from `iat` to `exp`; how old a token may be that has no `exp`. A default for each kind. */
  readonly maxLifetime?: Duration
  /**
   * Header parameters that this type understands when `crit` names them (RFC 7515 §4.1.11), each with its check of the
   * value, which is signed when it is asked. Anything but true, a throw included, refuses the token; so does any other
   * name in `crit`. Not checked: that the parameter is there at all, or good where `crit` does not name it.
   */
  readonly extensions?: Readonly<Record<string, (value: unknown) => boolean>>
  /**
   * Keys of one's own: tokens have to come encrypted for one of them, around a signed token that passes every rule.
   * Several, each with its `kid`, while one takes the place of another.
   */
  readonly decryption?: DecryptionKey | readonly DecryptionKey[]
  /** With `decryption`: a token that is only signed is taken, too. */
  readonly unencrypted?: 'accepted'
  /**
   * Every token is accepted once: of any number of presentations one. It is spent last, when everything else holds, the
   * guard's `authorize` included, and once for all guards of one request: what a later guard of it refuses is spent.
   * `jti` then has to be there, and `iat` where `exp` need not. `singleProcessStore()` is for one process alone.
   */
  readonly singleUse?: ReplayStore
  /**
   * Every verification, after the claims and before a guard's authorisation, asks whether the token, its session, its
   * subject or its client was revoked (`jti`, `sid`, `sub`, `client_id` or `azp`, each of this issuer; where they are there
   * they then have to be texts). `revocationsOf(tokens)` revokes. `singleProcessStore()` is for one process alone.
   */
  readonly revocations?: RevocationStore
  /** The claim that `scope` and `anyScope` of a guard read. Default `scope`; by another name it may also be a list. */
  readonly scopeClaim?: string
}

const aSchema: Reader<ClaimsSchema> = (value) => {
  if (isStandardSchema(value)) return value
  throw new Wrong('has to be a Standard Schema, such as z.object({ … })')
}

function isStandardSchema(value: unknown): value is ClaimsSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('~standard' in value))
    return false
  const standard: unknown = value['~standard']
  return isJsonObject(standard) && typeof standard['validate'] === 'function'
}

const aTokenLength: Reader<number> = (value) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 256 && value <= 1024 * 1024) return value
  throw new Wrong('has to be a whole number from 256 to 1048576')
}

const someExtensions: Reader<TokenRules['extensions']> = (value) => {
  if (!isPlainObject(value)) throw new Wrong('has to be an object of header parameters and their checks')
  return Object.entries(value).map(([name, check]) => [anExtension(name), neverThrowing(aFunction(check))] as const)
}

function anExtension(name: string): string {
  if (isRegisteredParameter(name) || isHarmfulName(name))
    throw new Wrong(`cannot hold ${name}, which has rules of its own`)
  return aName(name)
}

function neverThrowing(check: (value: unknown) => unknown): (value: unknown) => boolean {
  return (value) => {
    try {
      const answer = check(value)
      // Promised is not answered; without a listener its rejection would end the process.
      if (answer instanceof Promise) answer.catch(() => undefined)
      return answer === true
    } catch {
      return false
    }
  }
}

const aDecryptionKey: Reader<OwnDecryptionKey> = (value) => {
  if (OwnDecryptionKey.is(value)) return value
  throw new Wrong('has to be what decryptionKey returned, or a list of such')
}

const aPermission: Reader<'accepted'> = (value) => {
  if (value === 'accepted') return value
  throw new Wrong('has to be "accepted", or left out')
}

const aReplayStore: Reader<ReplayStore> = (value) => {
  if (isReplayStore(value)) return value
  throw new Wrong('has to be a store, such as singleProcessStore()')
}

function isReplayStore(value: unknown): value is ReplayStore {
  return typeof value === 'object' && value !== null && 'add' in value && typeof value.add === 'function'
}

const aRevocationStore: Reader<RevocationStore> = (value) => {
  if (isRevocationStore(value)) return value
  throw new Wrong('has to be a store with revoke and revokedBefore, such as singleProcessStore()')
}

function isRevocationStore(value: unknown): value is RevocationStore {
  if (typeof value !== 'object' || value === null || !('revoke' in value) || !('revokedBefore' in value)) return false
  return typeof value.revoke === 'function' && typeof value.revokedBefore === 'function'
}

export const aClaimName: Reader<string> = (value) => {
  const name = aName(value)
  if (isHarmfulName(name)) throw new Wrong('names a claim that no token may have')
  return name
}

const longestTolerance = 300
const longestLifetime = 10 * 365 * 86400

export const commonOptions = {
  issuer: anything,
  claims: aSchema,
  clockTolerance: aDuration(0, longestTolerance),
  maxTokenLength: aTokenLength,
  maxLifetime: aDuration(1, longestLifetime),
  extensions: someExtensions,
  decryption: oneOrMore(aDecryptionKey),
  unencrypted: aPermission,
  singleUse: aReplayStore,
  revocations: aRevocationStore,
  scopeClaim: aClaimName,
} as const

/** The common options as they were read. */
export interface CommonRead extends TypRead {
  readonly issuer: unknown
  readonly claims: ClaimsSchema | undefined
  readonly clockTolerance: number | undefined
  readonly maxTokenLength: number | undefined
  readonly maxLifetime: number | undefined
  readonly extensions: TokenRules['extensions'] | undefined
  readonly decryption: readonly OwnDecryptionKey[] | undefined
  readonly unencrypted: 'accepted' | undefined
  readonly singleUse: ReplayStore | undefined
  readonly revocations: RevocationStore | undefined
  readonly scopeClaim: string | undefined
}

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
  const forms = new Map<string, ClaimForm>([
    [scopeClaim, 'scopeOrList'],
    ...(read.revocations === undefined ? [] : identifiersToRevokeBy),
    ...Object.entries({ ...registeredForms, scope: 'scope', ...own.forms } as const),
  ])
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
    forms: frozenPairs([...forms]),
    scopeClaim,
    clockTolerance,
    maxLifetime: read.maxLifetime ?? own.maxLifetime,
    maxAge: Math.min(read.maxLifetime ?? own.maxLifetime, own.maxAge ?? Infinity),
    maxTokenLength,
    maxHeaderLength: takesCertificates ? longestCertifiedHeader : longestHeader,
    takesCertificates,
    // As lists, so that no check of a kind can take the place of one that has the same name.
    checks: frozenPairs(
      [migration, repeated, commonChecks, own.checks, lastChecks].flatMap((checks) => Object.entries<Check>(checks)),
    ),
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
