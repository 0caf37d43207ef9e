import { readClock, type Clock } from './encoding/clock.js'
import { parseStrictObject, type Json, type JsonObject } from './encoding/strict-json.js'
import { Refusal } from './errors/errors.js'
import type { TrustedIssuer } from './issuers/issuer.js'
import { ResolvedIssuers } from './issuers/issuers.js'
import { open } from './jwt/decryption.js'
import { readFormat } from './jwt/format.js'
import { halfHash } from './jwt/half-hash.js'
import { readHeader, refusedWith, type UnverifiedHeader } from './jwt/header.js'
import { checkSignature, verifiedHeader, type VerifiedHeader } from './jwt/signature.js'
import { applySchema, type SchemaIssues } from './rules/claims-schema.js'
import { endOf } from './rules/lifetime.js'
import type { Expected, Facts, TokenRules } from './rules/token-rules.js'
import { revocationOf } from './state/revocation.js'

/** A token that satisfied every rule of its type. */
export interface Accepted {
  readonly claims: JsonObject
  readonly header: VerifiedHeader
  readonly expiresAt: number
  /** The issuer's own id, whichever of its spellings the token has. */
  readonly issuerId: string
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
    ...rules.checks.map(([name]) => name),
    ...(rules.claims === undefined ? [] : [schema]),
    ...(rules.revocations === undefined ? [] : [revocation]),
    ...(rules.singleUse === undefined ? [] : [singleUse]),
  ]
}

/**
 * How far one verification has come: the step that it is at, and what it has read until there. Nothing in it is
 * verified. For explanations, which are made of the same run.
 */
export interface Progress {
  at: string
  header?: UnverifiedHeader
  claims?: JsonObject
  issuer?: TrustedIssuer
  now?: number
  /** What the schema said of the claims. */
  issues?: SchemaIssues
}

const claimLimits = { depth: 32, members: 256 }

/**
 * The pipeline, in its only order: encryption, where a type takes it, format and header policy, issuer, key, signature,
 * claims. What comes before the signature reads `alg`, `kid`, `typ`, `iss` and the names in `crit`, compares them exactly,
 * and hands nothing on: the key is one of the issuer that the token names, which has to be one of this type's (RFC 8725
 * §3.8). Whatever is wrong with the token comes back as a `Refusal`; what is wrong with a dependency is thrown as a
 * `DependencyError`.
 */
export async function verify(
  rules: TokenRules,
  text: unknown,
  expected: Expected,
  clock: Clock,
  progress: Progress = { at: '' },
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
  const header = readHeader(jws.header, rules.takesCertificates)
  if (header instanceof Refusal) return header
  progress.header = header
  if (!header.critical.every(([name]) => checkOf(rules, name) !== undefined)) return new Refusal('ERR_HEADER_INVALID')
  progress.at = 'typ'
  if (!rules.typ.includes(header.typ)) return new Refusal('ERR_TYP_MISMATCH')

  progress.at = 'payload'
  const claims = parseStrictObject(Buffer.from(jws.payload, 'base64url'), claimLimits)
  if (claims === undefined) return new Refusal('ERR_CLAIMS_MALFORMED')
  progress.claims = claims
  progress.at = 'issuer'
  const found = issuerOf(rules, claims)
  const issuer = found instanceof Promise ? await found : found
  if (issuer === undefined) return new Refusal('ERR_ISSUER_UNKNOWN', 'iss')
  progress.issuer = issuer

  progress.at = 'key'
  const { alg, kid, certificate } = header
  const foreign = refusedWith(issuer.keys, jws.header, header)
  if (foreign !== undefined) return foreign
  const key = issuer.keys.given(alg, kid, certificate) ?? (await issuer.keys.find(alg, kid, certificate))
  if (key instanceof Refusal) return key
  progress.at = 'signature'
  const forged = checkSignature(jws, header, key)
  if (forged !== undefined) return forged
  if (rules.extensions.length > 0) progress.at = extended
  if (!header.critical.every(([name, value]) => checkOf(rules, name)?.(value) === true)) {
    return new Refusal('ERR_HEADER_INVALID')
  }

  const now = readClock(clock, 'now')
  progress.now = now
  const facts = factsFor(header, expected, now, opened.replicated)
  for (const [name, check] of rules.checks) {
    progress.at = name
    const refusal = check(claims, rules, facts)
    if (refusal !== undefined) return refusal
  }
  progress.at = schema
  const shown = rules.claims === undefined ? claims : await applySchema(rules.claims, claims, rules, progress)
  if (shown instanceof Refusal) return shown
  progress.at = revocation
  const looked = rules.revocations === undefined ? undefined : revocationOf(rules.revocations, issuer.id, claims)
  const revoked = looked instanceof Promise ? await looked : looked
  if (revoked !== undefined) return revoked
  const expiresAt = endOf(claims, rules, now)
  return { claims: shown, header: verifiedHeader(header), expiresAt, issuerId: issuer.id }
}

/** RFC 7515 §4.1.11: how a type understands an extension that has to be understood, if it does. */
function checkOf({ extensions }: TokenRules, name: string): ((value: Json) => boolean) | undefined {
  return extensions.find(([known]) => known === name)?.[1]
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
  const hashed = (text: string | undefined) => (text === undefined ? undefined : halfHash(alg, text))
  return {
    now,
    expected,
    typ,
    accessTokenHash: hashed(expected.accessToken),
    codeHash: hashed(expected.code),
    stateHash: hashed(expected.state),
    replicated,
  }
}
