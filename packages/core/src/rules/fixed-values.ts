import { isAmong, itemAt } from '../encoding/lists.js'
import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { TokenRules } from './token-rules.js'

/** A claim that a type fixes has one of its values, compared with `===`; an array or an object never matches. */
export function checkFixedValues(claims: JsonObject, { fixed }: TokenRules): Refusal | undefined {
  for (let at = 0; at < fixed.length; at++) {
    const [claim, values] = itemAt(fixed, at)
    const value = claims[claim]
    if (value === undefined) return new Refusal('ERR_CLAIM_MISSING', claim)
    if (!isAmong(value, values)) return new Refusal('ERR_CLAIM_MISMATCH', claim)
  }
  return undefined
}
