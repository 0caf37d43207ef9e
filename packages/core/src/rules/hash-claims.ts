import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { Facts, TokenRules } from './token-rules.js'

/**
 * OpenID Connect Core §3.2.2.9 and §3.3.2.11, FAPI 1.0 Advanced §5.1: where the caller says which access token, code or
 * state came with this ID token, `at_hash`, `c_hash` or `s_hash` is there and is the hash of it. Where the caller does not say, they are not looked at.
 */
export function checkHashClaims(claims: JsonObject, _rules: TokenRules, facts: Facts): Refusal | undefined {
  return (
    compare(claims, 'at_hash', facts.accessTokenHash) ??
    compare(claims, 'c_hash', facts.codeHash) ??
    compare(claims, 's_hash', facts.stateHash)
  )
}

function compare(claims: JsonObject, claim: string, hash: string | undefined): Refusal | undefined {
  if (hash === undefined) return undefined
  if (!Object.hasOwn(claims, claim)) return new Refusal('ERR_CLAIM_MISSING', claim)
  return claims[claim] === hash ? undefined : new Refusal('ERR_CLAIM_MISMATCH', claim)
}
