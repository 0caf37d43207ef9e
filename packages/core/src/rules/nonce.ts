import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { Facts, TokenRules } from './token-rules.js'

/**
 * OpenID Connect Core §3.1.3.7, 11: the nonce that was sent is there and equal; where none was sent, none is there. The
 * comparison need not take constant time: whoever could measure it would have to sign each guess.
 */
export function checkNonce(claims: JsonObject, _rules: TokenRules, { expected }: Facts): Refusal | undefined {
  const sent = expected.nonce
  if (sent === null) return Object.hasOwn(claims, 'nonce') ? new Refusal('ERR_CLAIM_MISMATCH', 'nonce') : undefined
  if (!Object.hasOwn(claims, 'nonce')) return new Refusal('ERR_CLAIM_MISSING', 'nonce')
  return claims['nonce'] === sent ? undefined : new Refusal('ERR_CLAIM_MISMATCH', 'nonce')
}
