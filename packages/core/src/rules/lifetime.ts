import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { Facts, TokenRules } from './token-rules.js'

/**
 * RFC 7519 §4.1.4 to 4.1.6. Good is a token while `now < exp + tolerance`, from `nbf - tolerance` on, whose `iat` is
 * not in the future, and which lives no longer than `maxLifetime`. A token that ends before it begins is of no valid
 * form. Which of these claims have to be there is the kind's to say.
 */
export function checkLifetime(claims: JsonObject, rules: TokenRules, { now }: Facts): Refusal | undefined {
  const { clockTolerance: tolerance, maxLifetime } = rules
  const exp = timeOf(claims['exp'])
  const iat = timeOf(claims['iat'])
  const nbf = timeOf(claims['nbf']) ?? -Infinity
  if (!(now < endOf(claims, rules, now) + tolerance)) {
    return new Refusal('ERR_TOKEN_EXPIRED', exp === undefined ? 'iat' : 'exp')
  }
  if (!(nbf <= now + tolerance)) return new Refusal('ERR_TOKEN_NOT_YET_VALID', 'nbf')
  if (iat !== undefined && !(iat <= now + tolerance)) return new Refusal('ERR_TOKEN_NOT_YET_VALID', 'iat')
  if (exp === undefined) return undefined
  if (iat !== undefined && iat > exp) return new Refusal('ERR_CLAIM_INVALID', 'iat')
  if (nbf > exp) return new Refusal('ERR_CLAIM_INVALID', 'nbf')
  return exp - (iat ?? now + tolerance) > maxLifetime ? new Refusal('ERR_LIFETIME_EXCEEDED', 'exp') : undefined
}

/** When a token ends, in seconds since the epoch: where it does not say so itself, its age is limited. */
export function endOf(claims: JsonObject, { maxAge }: TokenRules, now: number): number {
  return timeOf(claims['exp']) ?? (timeOf(claims['iat']) ?? now) + maxAge
}

/** By the value: where the name is not written out, V8 looks it up anew each time. */
function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
