import type {
  AccessTokenClaims,
  ClientAssertionClaims,
  IdentityAssertionGrantClaims,
  IdTokenClaims,
  IntrospectionResponseClaims,
  LogoutTokenClaims,
  RequestObjectClaims,
  SecurityEventTokenClaims,
  TransactionTokenClaims,
} from '@jwt-guard/core'

/** Filled in where nobody says them. */
type FilledIn = 'iss' | 'aud' | 'iat' | 'exp' | 'jti'

/** Claims that the kinds speak of, beside what a schema does. */
type OfKinds =
  | keyof AccessTokenClaims
  | keyof ClientAssertionClaims
  | keyof IdTokenClaims
  | keyof IdentityAssertionGrantClaims
  | keyof IntrospectionResponseClaims
  | keyof LogoutTokenClaims
  | keyof RequestObjectClaims
  | keyof SecurityEventTokenClaims
  | keyof TransactionTokenClaims

/** Members by their names, without index signatures, which name none. */
type Named<T> = { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] }

type IsUnion<T, All = T> = [T] extends [never] ? false : T extends unknown ? ([All] extends [T] ? false : true) : never
/** A claim that is fixed to one value. */
type HasOneValue<T> = [T] extends [string | number | boolean]
  ? string extends T
    ? false
    : number extends T
      ? false
      : IsUnion<T> extends true
        ? false
        : true
  : false

/** What has to be said of claims, and what may be. */
type Said<C> = { readonly [K in keyof C as MaySkip<K, C[K]> extends true ? K : never]?: C[K] } & {
  readonly [K in keyof C as MaySkip<K, C[K]> extends true ? never : K]: C[K]
}
type MaySkip<K, V> = K extends FilledIn ? true : HasOneValue<V>

/** The claims of the kind that the schema does not speak of. Whether others are the schema's output is not known. */
type Beside<C, Wire extends object> = Said<{
  readonly [K in keyof C as K extends keyof Named<Wire> ? never : K extends OfKinds ? K : never]: C[K]
}> & { readonly [K in keyof C as K extends keyof Named<Wire> | OfKinds ? never : K]?: C[K] }

/**
 * The claims that `issue` takes for a type with these claims (`Claims`) and this schema input (`Wire`). Of a type with a
 * schema: its input, and beside it what the kind demands. Optional is what the issuer can fill in: `iss`, `aud`, `iat`,
 * `exp`, `jti`, and claims that are fixed to one value. Whether a type names several audiences, so that `aud` has to be
 * said, the compiler does not know.
 */
export type ClaimsToIssue<Claims extends object, Wire extends object> = [keyof Wire] extends [never]
  ? Said<Named<Claims>>
  : Wire & Beside<Named<Claims>, Wire>
