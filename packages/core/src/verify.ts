import { readClock, type Clock } from './encoding/clock.js'
import type { JsonObject } from './encoding/strict-json.js'
import { Refusal } from './errors/errors.js'
import type { TrustedIssuer } from './issuers/issuer.js'
import { ResolvedIssuers } from './issuers/issuers.js'
import { open } from './jwt/decryption.js'
import { readClaims } from './jwt/claims.js'
import type { UnverifiedHeader, VerifiedHeader } from './jwt/compact-jws.js'
import { readFormat } from './jwt/format.js'
import { halfHash } from './jwt/half-hash.js'
import { readHeader, refusedWith } from './jwt/header.js'
import { checkSignature } from './jwt/signature.js'
import { applySchema, type SchemaIssues } from './rules/claims-schema.js'
import { endOf } from './rules/lifetime.js'
import type { Expected, Facts, TokenRules } from './rules/token-rules.js'
import { revocationOf } from './state/revocation.js'

/** A type as a verification asks for it: by its name in its set, with that set's clock. */
export interface AskedType {
  readonly name: string
  readonly rules: TokenRules
  readonly clock: Clock
}

/** A token that satisfied every rule of its type. Frozen. */
export interface Accepted {
  readonly type: string
  readonly claims: JsonObject
  readonly header: VerifiedHeader
  readonly expiresAt: number
}

const issuerIds = new WeakMap<Accepted, string>()

/** Of an accepted token of a type with state its issuer's own id, whichever of its spellings the token has. */
export function issuerIdOf(token: Accepted): string | undefined {
  return issuerIds.get(token)
}

const encryption = 'encryption'
const beforeClaims = ['format', 'header', 'typ', 'payload', 'issuer', 'key', 'signature'] as const
const extended = 'extensions'
const schema = 'schema'
const revocation = 'revocation'
/** The step that `verify` takes last of all, outside of the pipeline: only an accepted token is used up. */
export const singleUse = 'single use'

/** The pipeline's steps for one type, by their names, in the order in which `verify` takes them. */
export function stepsOf(rules: TokenRules): readonly string[] {
  return [
    ...(rules.decryption === undefined ? [] : [encryption]),
    ...beforeClaims,
    ...(rules.extensions.length === 0 ? [] : [extended]),
    ...rules.checks.map(({ name }) => name),
    ...(rules.claims === undefined ? [] : [schema]),
    ...(rules.revocations === undefined ? [] : [revocation]),
    ...(rules.singleUse === undefined ? [] : [singleUse]),
  ]
}

/**
 * How far one verification has come: the step that it is at, and what it has read until there. Nothing in it is
 * verified. For explanations, which are made of the same run.
 */
export class Progress {
  at = ''
  header: UnverifiedHeader | undefined
  claims: JsonObject | undefined
  issuer: TrustedIssuer | undefined
  now: number | undefined
  /** What the schema said of the claims. */
  issues: SchemaIssues | undefined
}

/**
 * The pipeline, in its only order: encryption, where a type takes it, format and header policy, issuer, key, signature,
 * claims. What comes before the signature reads `alg`, `kid`, `typ`, `iss` and the names in `crit`, compares them exactly,
 * and hands nothing on: the key is one of the issuer that the token names, which has to be one of this type's (RFC 8725
 * §3.8). Whatever is wrong with the token comes back as a `Refusal`; what is wrong with a dependency is thrown as a
 * `DependencyError`.
 */
export async function verify(
  { name, rules, clock }: AskedType,
  text: unknown,
  expected: Expected,
  progress = new Progress(),
): Promise<Accepted | Refusal> {
  // What is at hand is not awaited, here and below: every turn of the event queue costs as much as a check.
  progress.at = encryption
  const opened =
    rules.decryption === undefined
      ? { text, replicated: undefined }
      : await open(text, rules.decryption, rules.maxTokenLength)
  if (opened instanceof Refusal) return opened
  progress.at = 'format'
  const jws = readFormat(opened.text, rules.maxTokenLength, rules.maxHeaderLength)
  if (jws instanceof Refusal) return jws
  progress.at = 'header'
  const header = readHeader(jws, rules.takesCertificates)
  if (header instanceof Refusal) return header
  progress.header = header
  if (!understands(rules, header)) return new Refusal('ERR_HEADER_INVALID')
  progress.at = 'typ'
  if (!rules.typ.includes(header.typ)) return new Refusal('ERR_TYP_MISMATCH')

  progress.at = 'payload'
  const claims = readClaims(jws)
  if (claims instanceof Refusal) return claims
  progress.claims = claims
  progress.at = 'issuer'
  const found = issuerOf(rules, claims)
  const issuer = found instanceof Promise ? await found : found
  if (issuer === undefined) return new Refusal('ERR_ISSUER_UNKNOWN', 'iss')
  progress.issuer = issuer

  progress.at = 'key'
  const { alg, kid, certificate } = header
  const foreign = refusedWith(issuer.keys, jws, header)
  if (foreign !== undefined) return foreign
  const key = issuer.keys.given(alg, kid, certificate) ?? (await issuer.keys.find(alg, kid, certificate))
  if (key instanceof Refusal) return key
  progress.at = 'signature'
  const forged = checkSignature(jws, header, key)
  if (forged !== undefined) return forged
  if (rules.extensions.length > 0) progress.at = extended
  if (!agrees(rules, header)) return new Refusal('ERR_HEADER_INVALID')

  const now = readClock(clock, 'now')
  progress.now = now
  const facts = factsFor(header, expected, now, opened.replicated)
  const wrong = firstWrong(rules, claims, facts, progress)
  if (wrong !== undefined) return wrong
  progress.at = schema
  const shown = rules.claims === undefined ? claims : await applySchema(rules.claims, claims, rules, progress)
  if (shown instanceof Refusal) return shown
  progress.at = revocation
  const looked = rules.revocations === undefined ? undefined : revocationOf(rules.revocations, issuer.id, claims)
  const revoked = looked instanceof Promise ? await looked : looked
  if (revoked !== undefined) return revoked
  if (rules.claims !== undefined || rules.revocations !== undefined) {
    // They may have taken their time.
    const later = readClock(clock, 'now')
    const lapsed = later === now ? undefined : firstWrong(rules, claims, { ...facts, now: later }, progress)
    if (lapsed !== undefined) return lapsed
  }
  // Named one by one: a spread here costs as much as half an HMAC.
  const expiresAt = endOf(claims, rules, now)
  const token = Object.freeze({ type: name, claims: shown, header: header.shown, expiresAt })
  if ((rules.revocations ?? rules.singleUse) !== undefined) issuerIds.set(token, issuer.id)
  return token
}

/** In a function of its own, since V8 is slow with loops in asynchronous ones. */
function firstWrong(rules: TokenRules, claims: JsonObject, facts: Facts, progress: Progress): Refusal | undefined {
  for (const { name, check } of rules.checks) {
    progress.at = name
    const refusal = check(claims, rules, facts)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** RFC 7515 §4.1.11: whether a type knows every extension that has to be understood. */
function understands({ extensions }: TokenRules, { critical }: UnverifiedHeader): boolean {
  return critical.every(([name]) => extensions.some(([known]) => known === name))
}

/** Whether their values are good. */
function agrees({ extensions }: TokenRules, { critical }: UnverifiedHeader): boolean {
  return critical.every(([name, value]) => extensions.some(([known, isGood]) => known === name && isGood(value)))
}

/** Whose the token says it is. A kind whose tokens may leave that out has one issuer, and is asked about no other. */
function issuerOf({ issuers, required }: TokenRules, claims: JsonObject) {
  const { iss } = claims
  if (typeof iss === 'string') return issuers.find(iss)
  const unsaid = !Object.hasOwn(claims, 'iss') && !required.includes('iss')
  return unsaid && !(issuers instanceof ResolvedIssuers) ? issuers.only : undefined
}

function factsFor(
  { alg, typ }: UnverifiedHeader,
  expected: Expected,
  now: number,
  replicated: JsonObject | undefined,
): Facts {
  const { accessToken, code, state } = expected
  return {
    now,
    expected,
    typ,
    accessTokenHash: accessToken === undefined ? undefined : halfHash(alg, accessToken),
    codeHash: code === undefined ? undefined : halfHash(alg, code),
    stateHash: state === undefined ? undefined : halfHash(alg, state),
    replicated,
  }
}
