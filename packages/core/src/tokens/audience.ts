import { anExactName, oneOrMore, type Reader } from '../encoding/options.js'
import type { AudienceRule, ClaimsSchema } from '../rules/token-rules.js'
import type { CommonOptions } from './common-options.js'
import { notChecked, type NotChecked } from '../encoding/not-checked.js'

/** Kinds that may be meant for several at once. */
export interface AudienceOptions<Schema extends ClaimsSchema = ClaimsSchema> extends CommonOptions<Schema> {
  /** The names of this service: one of them has to be among the token's audiences. */
  readonly audience: string | readonly string[] | NotChecked
}
/** Kinds that are meant for one alone. */
export interface SoleAudienceOptions<Schema extends ClaimsSchema = ClaimsSchema> extends CommonOptions<Schema> {
  /** The name of this service: it has to be the token's only audience. */
  readonly audience: string
}

/** The option `audience` of kinds that may be meant for several; no rule where the word `notChecked` was written. */
export const anAudience: Reader<{ readonly rule: AudienceRule | undefined }> = (value) => {
  if (value === notChecked) return { rule: undefined }
  return { rule: { anyOf: oneOrMore(anExactName)(value), beside: 'anybody' } }
}

/** The option `audience` of kinds that are meant for one alone. */
export const aSoleAudience: Reader<{ readonly rule: AudienceRule }> = (value) => ({
  rule: { anyOf: [anExactName(value)], beside: [] },
})
