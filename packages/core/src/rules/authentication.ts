import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { Facts, TokenRules } from './token-rules.js'

/** OpenID Connect Core §3.1.3.7, 12 and 13: `acr` is one of those asked for, `auth_time` no further back than `maxAge`. */
export function checkAuthentication(claims: JsonObject, rules: TokenRules, facts: Facts): Refusal | undefined {
  const { acrValues, maxAge } = facts.expected
  if (acrValues !== undefined && !acrValues.some((acr) => acr === claims['acr'])) {
    return new Refusal(Object.hasOwn(claims, 'acr') ? 'ERR_CLAIM_MISMATCH' : 'ERR_CLAIM_MISSING', 'acr')
  }
  if (maxAge === undefined) return undefined
  const since = claims['auth_time']
  if (typeof since !== 'number') return new Refusal('ERR_CLAIM_MISSING', 'auth_time')
  if (since > facts.now + rules.clockTolerance) return new Refusal('ERR_TOKEN_NOT_YET_VALID', 'auth_time')
  const stale = since + maxAge + rules.clockTolerance < facts.now
  return stale ? new Refusal('ERR_AUTHENTICATION_TOO_OLD', 'auth_time') : undefined
}
