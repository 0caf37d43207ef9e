import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { TokenRules } from './token-rules.js'

/** A claim that a type fixes has one of its values, compared with `===`; an array or an object never matches. */
export function checkFixedValues(claims: JsonObject, { fixed }: TokenRules): Refusal | undefined {
  for (const [claim, values] of fixed) {
    if (!Object.hasOwn(claims, claim)) return new Refusal('ERR_CLAIM_MISSING', claim)
    if (!values.some((value) => value === claims[claim])) return new Refusal('ERR_CLAIM_MISMATCH', claim)
  }
  return undefined
}
