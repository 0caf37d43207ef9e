import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { Facts, TokenRules } from './token-rules.js'

/** The token is about the subject, and names the client, that the caller expects. What nobody expects is not compared. */
export function checkParties(claims: JsonObject, _rules: TokenRules, { expected }: Facts): Refusal | undefined {
  return differs(claims, 'sub', expected.subject) ?? differs(claims, 'client_id', expected.clientId)
}

function differs(claims: JsonObject, claim: string, expected: string | undefined): Refusal | undefined {
  const holds = expected === undefined || claims[claim] === expected
  return holds ? undefined : new Refusal('ERR_CLAIM_MISMATCH', claim)
}
