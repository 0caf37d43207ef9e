import type { Duration } from '../encoding/duration.js'
import { type OptionRule } from '../encoding/options.js'
import { firstWrong } from '../encoding/options.js'
import { normalisedTyp } from '../encoding/media-type.js'
import { isJsonObject } from '../encoding/strict-json.js'
import type { ClaimsSchema, FixedValue } from '../rules/token-rules.js'
import { audienceOf, audienceRule } from './access-token.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { aClaimName, commonOptionRules, completeRules, readTypeOptions, type CommonOptions } from './common-rules.js'
import type { NotChecked } from './not-checked.js'
import { noContext, RuledType, type TokenType } from './token-type.js'

export type FixedClaims = Readonly<Record<string, FixedValue | readonly FixedValue[]>>
/** These have rules of their own. */
type NeverFixed = { readonly [N in 'iss' | 'aud' | 'scope' | 'exp' | 'nbf' | 'iat']?: never }
/** Names that the compiler knows; of a `string[]` it knows none. */
type Known<Names extends string> = string extends Names ? never : Names
type Present<Names extends string> = {
  readonly [N in keyof RegisteredClaims as N extends Names ? never : N]: RegisteredClaims[N]
} & {
  // `{}`: there and not null; with a schema the intersection is the schema's type.
  readonly [N in Names]: N extends keyof RegisteredClaims ? Exclude<RegisteredClaims[N], undefined> : {}
}
type Absent<Names extends string> = { readonly [N in Names]?: never }
type FixedTo<F> = { readonly [N in keyof F]: F[N] extends readonly (infer V)[] ? V : F[N] }

export interface CustomTokenOptions<
  Required extends string = string,
  Forbidden extends string = string,
  Fixed extends FixedClaims = FixedClaims,
  Schema extends ClaimsSchema = ClaimsSchema,
  Audience extends string | readonly string[] | NotChecked = string | readonly string[] | NotChecked,
> extends CommonOptions<Schema> {
  /** The media type of this kind, such as `password-reset+jwt`: required in every header. */
  readonly typ: string
  readonly audience: Audience
  /** The longest time from `iat` to `exp`. */
  readonly maxLifetime: Duration
  /** Claims that are there, and not null. */
  readonly required?: readonly Required[]
  /** Claims that are not there, not even as null. */
  readonly forbidden?: readonly Forbidden[]
  /** A claim to its only value, or to a list of which it has one. */
  readonly fixed?: Fixed & NeverFixed
}
export type CustomClaims<
  R extends string,
  N extends string,
  F extends FixedClaims,
  S extends ClaimsSchema,
  A,
> = WithSchema<
  Present<Known<R> | 'iat' | ([A] extends [NotChecked] ? never : 'aud')> & Absent<Known<N>> & FixedTo<F>,
  S
>

/**
 * A kind of token of one's own: a password reset, an invitation, a session.
 *
 * Checked: `typ` is the one given; `iss`, `exp`, `iat` and `aud` are there, and the claims in `required`; those in
 * `forbidden`, and `events`, are not; those in `fixed` have a value given; the issuer's keys and signature; audience,
 * times, and the lifetime from `iat` to `exp`. A token with `cnf` is refused: its proof cannot be checked yet.
 *
 * Not checked: that it is used once, or not revoked; what required claims hold, beyond being there: that is for a schema.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT`
 */
// `const`: inside `defineTokens({ … })` the contextual return type widens the values of `fixed` otherwise.
export function customToken<
  R extends string = never,
  N extends string = never,
  const F extends FixedClaims = {},
  S extends ClaimsSchema = never,
  A extends string | readonly string[] | NotChecked = string | readonly string[],
>(options: CustomTokenOptions<R, N, F, S, A>): TokenType<CustomClaims<R, N, F, S, A>, [], WireOf<S>> {
  const read = readTypeOptions('customToken', options, ownRules, ['typ', 'audience', 'maxLifetime'])
  const typ = String(read['typ'])
  const rules = completeRules(
    'customToken',
    {
      kind: `token of one's own (${typ})`,
      typ: [normalisedTyp(typ)],
      audience: audienceOf(read['audience']),
      required: (read['required'] ?? []) as string[],
      forbidden: ['events', ...((read['forbidden'] ?? []) as string[]).filter((claim) => claim !== 'events')],
      fixed: fixedOf((read['fixed'] ?? {}) as FixedClaims),
      forms: {},
      maxLifetime: 0,
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}

const claimNames: OptionRule = (value) => {
  if (!Array.isArray(value)) return 'has to be a list of claim names'
  return new Set(value).size === value.length ? firstWrong(value, aClaimName) : 'names a claim twice'
}

const ownRules = {
  ...commonOptionRules,
  typ: (value: unknown) =>
    typeof value === 'string' && normalisedTyp(value) !== undefined
      ? undefined
      : 'has to be a media type without parameters, such as "password-reset+jwt"',
  audience: audienceRule,
  required: claimNames,
  forbidden: claimNames,
  fixed: (value: unknown) =>
    isJsonObject(value) ? firstWrong(Object.entries(value), fixedEntry) : 'has to be an object',
}

const neverFixed = new Set(['iss', 'aud', 'scope', 'exp', 'nbf', 'iat'])

function fixedEntry(entry: unknown): string | undefined {
  const [claim, value] = entry as [string, unknown]
  if (neverFixed.has(claim)) return `cannot hold ${claim}, which has rules of its own`
  const values: readonly unknown[] = [value].flat()
  const plain = values.every((one) => typeof one === 'string' || typeof one === 'boolean' || Number.isSafeInteger(one))
  return (
    aClaimName(claim) ??
    (plain && values.length > 0 ? undefined : `gives ${claim} a value that is no string, boolean or safe integer`)
  )
}

function fixedOf(fixed: FixedClaims): ReadonlyMap<string, readonly FixedValue[]> {
  return new Map(
    Object.entries(fixed).map(([claim, values]) => [claim, Object.freeze([values].flat() as FixedValue[])]),
  )
}
