import { areAll, isAmong, isAny } from '../encoding/lists.js'
import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { TokenRules } from './token-rules.js'

/**
 * RFC 7519 §4.1.3, RFC 8725 §3.9: one of our names is among the audiences, compared exactly. Where the rule names who
 * may stand beside it, nobody else does (OpenID Connect Core §3.1.3.7, 3); where it names nobody, ours is the only
 * entry.
 */
export function checkAudience(claims: JsonObject, { audience: rule }: TokenRules): Refusal | undefined {
  if (rule === undefined) return undefined
  const { aud } = claims
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  const ours = isAny(audiences, (audience) => isAmong(audience, rule.anyOf))
  return ours && mayStandTogether(audiences, rule) ? undefined : new Refusal('ERR_AUDIENCE_MISMATCH', 'aud')
}

function mayStandTogether(
  audiences: readonly unknown[],
  { anyOf, beside }: NonNullable<TokenRules['audience']>,
): boolean {
  if (beside === 'anybody' || audiences.length === 1) return true
  return beside.length > 0 && areAll(audiences, (audience) => isAmong(audience, anyOf) || isAmong(audience, beside))
}
