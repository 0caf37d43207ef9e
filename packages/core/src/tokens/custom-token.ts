import type { Duration } from '../encoding/duration.js'
import { aListOf, oneOrMore, readOptions, Wrong, type Reader } from '../encoding/options.js'
import { isPlainObject } from '../encoding/plain-object.js'
import type { ClaimsSchema, FixedValue, TokenRules } from '../rules/token-rules.js'
import { anAudience } from './audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { aClaimName, commonOptions, type CommonOptions } from './common-options.js'
import { completeRules } from './complete-rules.js'
import type { NotChecked } from '../encoding/not-checked.js'
import { noContext, RuledType, type TokenType } from './token-type.js'
import { aTyp, migrationOption, type Migration } from './typ.js'

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

/** What makes a kind of one's own. Names and values stay literal in the type of its claims. */
export interface CustomTokenOptions<
  Required extends string = string,
  Forbidden extends string = string,
  Fixed extends FixedClaims = FixedClaims,
  Schema extends ClaimsSchema = ClaimsSchema,
  Audience extends string | readonly string[] | NotChecked = string | readonly string[] | NotChecked,
>
  extends CommonOptions<Schema>, Migration {
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
 * Not checked: that it is used once, unless `singleUse` says so; that it is not revoked; what required claims hold, beyond
 * being there: that is for a schema.
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
  const read = readOptions('customToken', options, readers, ['issuer', 'typ', 'audience', 'maxLifetime'])
  const rules = completeRules(
    'customToken',
    {
      kind: `token of one's own (${read.typ})`,
      purpose: 'a kind of your own',
      notChecked: ['single use', 'revocation', 'what a required claim holds, unless a schema says so'],
      distinctions: ['own typ', 'claims'],
      typ: { own: read.typ, otherwise: [] },
      audience: read.audience.rule,
      required: ['iss', 'exp', 'iat', ...(read.required ?? [])],
      forbidden: [...new Set(['events', ...(read.forbidden ?? [])])],
      fixed: read.fixed ?? [],
      forms: {},
      maxLifetime: read.maxLifetime,
      checks: {},
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}

const neverFixed = new Set(['iss', 'aud', 'scope', 'exp', 'nbf', 'iat'])

const fixedClaims: Reader<TokenRules['fixed']> = (value) => {
  if (!isPlainObject(value)) throw new Wrong('has to be an object of claims and their values')
  return Object.entries(value).map(([claim, values]) => [fixableClaim(claim), oneOrMore(aFixedValue)(values)])
}

function fixableClaim(claim: string): string {
  if (neverFixed.has(claim)) throw new Wrong(`cannot hold ${claim}, which has rules of its own`)
  return aClaimName(claim)
}

function aFixedValue(value: unknown): FixedValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new Wrong('gives a claim a value that is no string, boolean or safe integer')
}

const readers = {
  ...commonOptions,
  ...migrationOption,
  typ: aTyp,
  audience: anAudience,
  required: aListOf(aClaimName, 0),
  forbidden: aListOf(aClaimName, 0),
  fixed: fixedClaims,
} as const
