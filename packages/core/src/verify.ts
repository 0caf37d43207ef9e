import { isLate, type InTime } from './encoding/in-time.js'
import { readClock } from './encoding/clock.js'
import { isAmong, itemAt } from './encoding/lists.js'
import type { JsonObject } from './encoding/strict-json.js'
import { Refusal } from './errors/errors.js'
import type { TrustedIssuer } from './issuers/issuer.js'
import { ResolvedIssuers } from './issuers/issuers.js'
import type { Key } from './issuers/key.js'
import { open } from './jwt/decryption.js'
import { readClaims, readPayload, type UnverifiedPayload } from './jwt/claims.js'
import type { CompactJws, UnverifiedHeader, VerifiedHeader } from './jwt/compact-jws.js'
import { readFormat } from './jwt/format.js'
import { halfHash } from './jwt/half-hash.js'
import { readHeader, refusedWith } from './jwt/header.js'
import { checkSignature } from './jwt/signature.js'
import { applySchema } from './rules/claims-schema.js'
import { endOf } from './rules/lifetime.js'
import type { Facts, TokenRules } from './rules/token-rules.js'
import { revocationOf } from './state/revocation.js'
import { someSteps, type Verification } from './verification.js'

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

export type Outcome = Accepted | Refusal

/**
 * The pipeline, in its only order, which is that of the functions below: encryption, where a type takes it, format and
 * header policy, issuer, key, signature, claims. What comes before the signature reads `alg`, `kid`, `typ`, `iss` and the
 * names in `crit`, compares them exactly, and hands nothing on: the key is one of the issuer that the token names, which
 * has to be one of this type's (RFC 8725 §3.8). Whatever is wrong with the token comes back as a `Refusal`; what is wrong
 * with a dependency is thrown, or rejects, as a `DependencyError`.
 */
export function verify(run: Verification, text: unknown): InTime<Outcome> {
  const { decryption, maxTokenLength } = run.asked.rules
  if (decryption === undefined) return read(run, text)
  run.at = someSteps.encryption
  return open(text, decryption, maxTokenLength).then((opened) => {
    if (opened instanceof Refusal) return opened
    run.replicated = opened.replicated
    return read(run, opened.text)
  })
}

function read(run: Verification, text: unknown): InTime<Outcome> {
  const { rules } = run.asked
  run.at = 'format'
  const jws = readFormat(text, rules.maxTokenLength, rules.maxHeaderLength)
  if (jws instanceof Refusal) return jws
  run.at = 'header'
  const header = readHeader(jws, rules.takesCertificates)
  if (header instanceof Refusal) return header
  run.header = header
  if (header.critical.length > 0 && !understands(rules, header)) return new Refusal('ERR_HEADER_INVALID')
  run.at = 'typ'
  if (!isAmong(header.typ, rules.typ)) return new Refusal('ERR_TYP_MISMATCH')
  run.at = 'payload'
  const payload = readPayload(jws)
  if (payload instanceof Refusal) return payload
  run.payload = payload
  run.at = 'issuer'
  const issuer = issuerOf(rules, payload)
  const token = { jws, header, payload }
  return isLate(issuer) ? issuer.then((found) => findKey(run, token, found)) : findKey(run, token, issuer)
}

/** A token that has been read, and of which nothing is known. */
interface Unverified {
  readonly jws: CompactJws
  readonly header: UnverifiedHeader
  readonly payload: UnverifiedPayload
}

function findKey(run: Verification, token: Unverified, issuer: TrustedIssuer | undefined): InTime<Outcome> {
  if (issuer === undefined) return new Refusal('ERR_ISSUER_UNKNOWN', 'iss')
  run.issuer = issuer
  run.at = 'key'
  const { keys } = issuer
  const { alg, kid, certificate } = token.header
  const foreign = refusedWith(keys, token.jws, token.header)
  if (foreign !== undefined) return foreign
  const key = keys.given(alg, kid, certificate) ?? keys.find(alg, kid, certificate)
  return isLate(key)
    ? key.then((found) => checkSigned(run, token, issuer, found))
    : checkSigned(run, token, issuer, key)
}

function checkSigned(run: Verification, token: Unverified, issuer: TrustedIssuer, key: Key | Refusal): InTime<Outcome> {
  if (key instanceof Refusal) return key
  run.at = 'signature'
  const forged = checkSignature(token.jws, token.header, key, run.amongOthers)
  return isLate(forged)
    ? forged.then((late) => late ?? judge(run, token, issuer))
    : (forged ?? judge(run, token, issuer))
}

function judge(run: Verification, { jws, header, payload }: Unverified, issuer: TrustedIssuer): InTime<Outcome> {
  const { rules, clock } = run.asked
  run.at = 'claims'
  const claims = readClaims(jws, payload)
  if (claims instanceof Refusal) return claims
  run.claims = claims
  if (rules.extensions.length > 0) run.at = someSteps.extensions
  if (header.critical.length > 0 && !agrees(rules, header)) return new Refusal('ERR_HEADER_INVALID')
  const facts = factsFor(run, jws, header, readClock(clock, 'now'))
  const wrong = firstWrong(run, claims, facts)
  if (wrong !== undefined) return wrong
  const good = { header, claims, issuer, facts }
  if (rules.claims === undefined) return lookUp(run, good, claims)
  run.at = someSteps.schema
  return applySchema(rules.claims, claims, rules, run).then((shown) =>
    shown instanceof Refusal ? shown : lookUp(run, good, shown),
  )
}

/** In their order, as of the time that the facts tell. */
function firstWrong(run: Verification, claims: JsonObject, facts: Facts): Refusal | undefined {
  const { rules } = run.asked
  run.now = facts.now
  for (let at = 0; at < rules.checks.length; at++) {
    const { name, check } = itemAt(rules.checks, at)
    run.at = name
    const refusal = check(claims, rules, facts)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** A token that satisfied the rules as of the time that the facts tell. */
interface Good {
  readonly header: UnverifiedHeader
  readonly claims: JsonObject
  readonly issuer: TrustedIssuer
  readonly facts: Facts
}

function lookUp(run: Verification, good: Good, shown: JsonObject): InTime<Outcome> {
  const { revocations } = run.asked.rules
  if (revocations === undefined) return accept(run, good, shown)
  run.at = someSteps.revocation
  const revoked = revocationOf(revocations, good.issuer.id, good.claims)
  return isLate(revoked)
    ? revoked.then((late) => late ?? accept(run, good, shown))
    : (revoked ?? accept(run, good, shown))
}

function accept(run: Verification, { header, claims, issuer, facts }: Good, shown: JsonObject): Outcome {
  const { name, rules, clock } = run.asked
  // A schema and a store may have taken their time.
  const now = rules.claims === undefined && rules.revocations === undefined ? facts.now : readClock(clock, 'now')
  const lapsed = now === facts.now ? undefined : firstWrong(run, claims, { ...facts, now })
  if (lapsed !== undefined) return lapsed
  // Named one by one: a spread here costs as much as half an HMAC.
  const expiresAt = endOf(claims, rules, now)
  const token = Object.freeze({ type: name, claims: shown, header: header.shown, expiresAt })
  if ((rules.revocations ?? rules.singleUse) !== undefined) issuerIds.set(token, issuer.id)
  return token
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
function issuerOf({ issuers, required }: TokenRules, { iss }: UnverifiedPayload) {
  if (typeof iss === 'string') return issuers.find(iss)
  const unsaid = iss === undefined && !required.includes('iss')
  return unsaid && !(issuers instanceof ResolvedIssuers) ? issuers.only : undefined
}

function factsFor(
  { expected, replicated }: Verification,
  { isPlain }: CompactJws,
  { alg, typ }: UnverifiedHeader,
  now: number,
): Facts {
  const { accessToken, code, state } = expected
  return {
    now,
    expected,
    typ,
    plain: isPlain,
    accessTokenHash: accessToken === undefined ? undefined : halfHash(alg, accessToken),
    codeHash: code === undefined ? undefined : halfHash(alg, code),
    stateHash: state === undefined ? undefined : halfHash(alg, state),
    replicated,
  }
}
