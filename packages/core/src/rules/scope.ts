import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { TokenRules } from './token-rules.js'

export interface ScopeDemand {
  readonly all: readonly string[]
  /** Empty: nothing is demanded. */
  readonly any: readonly string[]
}

/** RFC 6749 §3.3: scope tokens are compared whole and exactly; only the configured claim counts. */
export function checkScope(claims: JsonObject, { scopeClaim }: TokenRules, demand: ScopeDemand): Refusal | undefined {
  if (demand.all.length + demand.any.length === 0) return undefined
  const granted = grantedScopes(claims[scopeClaim])
  const enough =
    demand.all.every((scope) => granted.includes(scope)) &&
    (demand.any.length === 0 || demand.any.some((scope) => granted.includes(scope)))
  return enough ? undefined : new Refusal('ERR_SCOPE_INSUFFICIENT', scopeClaim)
}

function grantedScopes(claim: unknown): readonly unknown[] {
  return typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : []
}
