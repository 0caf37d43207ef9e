import { readClock, type Clock } from './encoding/clock.js'
import { parseStrictObject, type JsonObject } from './encoding/strict-json.js'
import { Refusal } from './errors/errors.js'
import { ResolvedIssuers } from './issuers/issuers.js'
import { halfHash } from './jwt/half-hash.js'
import { checkSignature, readJws, verifiedHeader, type UnverifiedJws, type VerifiedHeader } from './jwt/signature.js'
import { applySchema } from './rules/claims-schema.js'
import type { Expected, Facts, TokenRules } from './rules/token-rules.js'

/** A token that satisfied every rule of its type. */
export interface Accepted {
  readonly claims: JsonObject
  readonly header: VerifiedHeader
  readonly expiresAt: number
}

const claimLimits = { depth: 32, members: 256 }

/**
 * The pipeline, in its only order: format and header policy, issuer, key, signature, claims. What comes before the
 * signature reads `alg`, `kid`, `typ` and `iss`, compares them exactly, and hands nothing on: the key is one of the
 * issuer that the token names, which has to be one of this type's (RFC 8725 §3.8). Whatever is wrong with
 * the token comes back as a `Refusal`; what is wrong with a dependency is thrown as a `DependencyError`.
 */
export async function verify(
  rules: TokenRules,
  text: unknown,
  expected: Expected,
  clock: Clock,
): Promise<Accepted | Refusal> {
  const jws = readJws(text, rules.maxTokenLength)
  if (jws instanceof Refusal) return jws
  if (!rules.typ.includes(jws.unverified.typ)) return new Refusal('ERR_TYP_MISMATCH')

  const claims = parseStrictObject(Buffer.from(jws.payload, 'base64url'), claimLimits)
  if (claims === undefined) return new Refusal('ERR_CLAIMS_MALFORMED')
  const { iss } = claims
  if (typeof iss !== 'string') return new Refusal('ERR_ISSUER_UNKNOWN', 'iss')
  // What is at hand is not awaited, here and below: every turn of the event queue costs as much as a check.
  const issuer = rules.issuers instanceof ResolvedIssuers ? await rules.issuers.find(iss) : rules.issuers.find(iss)
  if (issuer === undefined) return new Refusal('ERR_ISSUER_UNKNOWN', 'iss')

  const { alg, kid } = jws.unverified
  const key = issuer.keys.given(alg, kid) ?? (await issuer.keys.find(alg, kid))
  if (key instanceof Refusal) return key
  const refusal = checkSignature(jws, key) ?? checkClaims(claims, rules, factsFor(jws, expected, clock))
  if (refusal !== undefined) return refusal

  const shown = rules.claims === undefined ? claims : await applySchema(rules.claims, claims, rules)
  if (shown instanceof Refusal) return shown
  return { claims: shown, header: verifiedHeader(jws), expiresAt: Number(claims['exp']) }
}

function factsFor(jws: UnverifiedJws, expected: Expected, clock: Clock): Facts {
  const hashed = (text: string | undefined) => (text === undefined ? undefined : halfHash(jws.unverified.alg, text))
  return {
    now: readClock(clock, 'now'),
    expected,
    accessTokenHash: hashed(expected.accessToken),
    codeHash: hashed(expected.code),
  }
}

function checkClaims(claims: JsonObject, rules: TokenRules, facts: Facts): Refusal | undefined {
  for (const check of rules.checks) {
    const refusal = check(claims, rules, facts)
    if (refusal !== undefined) return refusal
  }
  return undefined
}
