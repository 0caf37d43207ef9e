import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { Facts, TokenRules } from './token-rules.js'

/**
 * RFC 7519 §4.1.4 to 4.1.6. Good is a token while `now < exp + tolerance`, from `nbf - tolerance` on, whose `iat` is
 * not in the future, and which lives no longer than `maxLifetime` from `iat` to `exp`. A token that ends before it
 * begins is of no valid form.
 */
export function checkLifetime(claims: JsonObject, rules: TokenRules, { now }: Facts): Refusal | undefined {
  const { clockTolerance: tolerance, maxLifetime } = rules
  const exp = Number(claims['exp'])
  const iat = Number(claims['iat'])
  const nbf = Number(claims['nbf'] ?? iat)
  if (!(now < exp + tolerance)) return new Refusal('ERR_TOKEN_EXPIRED', 'exp')
  if (!(nbf <= now + tolerance)) return new Refusal('ERR_TOKEN_NOT_YET_VALID', 'nbf')
  if (!(iat <= now + tolerance)) return new Refusal('ERR_TOKEN_NOT_YET_VALID', 'iat')
  if (iat > exp) return new Refusal('ERR_CLAIM_INVALID', 'iat')
  if (nbf > exp) return new Refusal('ERR_CLAIM_INVALID', 'nbf')
  return exp - iat > maxLifetime ? new Refusal('ERR_LIFETIME_EXCEEDED', 'exp') : undefined
}
