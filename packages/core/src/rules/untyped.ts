import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { Facts, TokenRules } from './token-rules.js'

/** rfc8725bis §3.11: neither a missing `typ` nor `JWT` says what kind of token it is. */
export function isUntyped(typ: string | undefined): boolean {
  return typ === undefined || typ === 'application/jwt'
}

/** A type that is being migrated takes untyped tokens until its date, and from then on none. */
export function checkUntyped(_claims: JsonObject, { untypedUntil }: TokenRules, facts: Facts): Refusal | undefined {
  const tooLate = untypedUntil !== undefined && isUntyped(facts.typ) && facts.now >= untypedUntil
  return tooLate ? new Refusal('ERR_TYP_MISMATCH') : undefined
}
