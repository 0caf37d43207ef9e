import type { Json, JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { Facts, TokenRules } from './token-rules.js'

/** RFC 7519 §5.3: what the header of an encrypted token repeats of the claims agrees with them. */
export function checkReplicated(claims: JsonObject, _rules: TokenRules, { replicated }: Facts): Refusal | undefined {
  const differs = ['iss', 'sub', 'aud'].find(
    (name) => replicated?.[name] !== undefined && !isEqual(replicated[name], claims[name]),
  )
  return differs === undefined ? undefined : new Refusal('ERR_CLAIM_MISMATCH', differs)
}

function isEqual(a: Json, b: Json | undefined): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  return a.length === b.length && a.every((item, index) => item === b[index])
}
