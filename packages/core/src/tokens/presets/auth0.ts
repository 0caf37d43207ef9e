import { readOptions } from '../../encoding/options.js'
import type { ClaimsSchema } from '../../rules/token-rules.js'
import { accessTokenKind, type Confirmation } from '../access-token.js'
import { anAudience, type AudienceOptions } from '../audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from '../claims.js'
import { clientAudience, clientOptions, type ClientOptions } from '../client-options.js'
import { commonOptions } from '../common-options.js'
import { completeRules } from '../complete-rules.js'
import { idTokenKind, idTokenReaders, ruledIdToken, type IdTokenClaims } from '../id-token.js'
import type { IdTokenContext, IdTokenOptions } from '../id-token.js'
import { logoutTokenKind, type LogoutTokenClaims } from '../logout-token.js'
import { noContext, RuledType, type TokenType } from '../token-type.js'
import { typOptions, type RequiredTyp } from '../typ.js'

/** What Auth0 puts into access tokens of its default profile. */
export interface Auth0AccessTokenClaims extends RegisteredClaims {
  readonly aud: string | readonly string[]
  readonly sub: string
  readonly iat: number
  /** The application that asked for the token. */
  readonly azp: string
  readonly scope?: string
  /** With *RBAC* and *Add Permissions in the Access Token*: `scopeClaim: 'permissions'` has guards read it. */
  readonly permissions?: readonly string[]
  /** The grant, where it is one of the older ones: `client-credentials`, `password`. */
  readonly gty?: string
  readonly org_id?: string
  readonly org_name?: string
  readonly cnf?: Confirmation
  readonly nonce?: never
}
export interface Auth0IdTokenClaims extends Omit<IdTokenClaims, 'updated_at'> {
  /** A date such as `2026-09-30T15:13:40.474Z`. */
  readonly updated_at?: string
  readonly org_id?: string
  readonly org_name?: string
}
export interface Auth0LogoutTokenClaims extends LogoutTokenClaims {
  readonly trace_id?: string
}

export interface Auth0LogoutTokenOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends ClientOptions<Schema>, RequiredTyp {}

/**
 * An access token of Auth0's default profile (`access_token`, `access_token_authz`). It differs from `accessToken` in
 * this:
 *
 * - The header's `typ` is `JWT`, and no `at+jwt`: an access token and an ID token of one tenant have the same header
 *   and key. What is left to tell them apart is `aud`.
 * - `azp` has to be there instead of `client_id`.
 * - `jti` need not be there, and never is: such a token cannot be told from its repetition.
 * - `nonce`, `at_hash` and `c_hash` are forbidden: an ID token has them, and Auth0 lets nobody add them to an access
 *   token.
 *
 * `aud` may hold `https://<tenant>/userinfo` beside the API. A client that asks for no audience gets an opaque token.
 * An API with the RFC 9068 profile (`rfc9068_profile`, `rfc9068_profile_authz`) needs no preset: `accessToken` is the
 * type. Choose that profile where you can. An API whose tokens live longer than the default of 24 h needs
 * `maxLifetime`, up to `'30d'`.
 *
 * https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
 * https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims (what cannot be added)
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function accessToken<S extends ClaimsSchema = never>(
  options: AudienceOptions<S>,
): TokenType<WithSchema<Auth0AccessTokenClaims, S>, [], WireOf<S>> {
  const what = 'presets.auth0.accessToken'
  const read = readOptions(what, options, { ...commonOptions, audience: anAudience }, ['issuer', 'audience'])
  const rules = completeRules(
    what,
    {
      ...accessTokenKind,
      kind: 'access token of Auth0, default profile',
      notChecked: ['revocation', 'replay: there is no `jti`', 'whether `sub` is a person or a client'],
      typ: { own: undefined, otherwise: ['application/jwt'] },
      audience: read.audience.rule,
      required: ['iss', 'exp', 'iat', 'sub', 'azp'],
      forbidden: [...accessTokenKind.forbidden, 'nonce', 'at_hash', 'c_hash'],
      forms: { azp: 'identifier', permissions: 'texts', gty: 'text', org_id: 'identifier', org_name: 'text' },
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}

/**
 * An ID token of Auth0: an `idToken` whose `updated_at` is text, a date, where OpenID Connect has a number. `idToken`
 * refuses every one with the scope `profile` for it. Nothing else differs. The form of `updated_at` was seen in tokens
 * (https://github.com/CZ-NIC/pyoidc/issues/417), not read in the documentation.
 *
 * https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function idToken<S extends ClaimsSchema = never>(
  options: IdTokenOptions<S>,
): TokenType<WithSchema<Auth0IdTokenClaims, S>, [context: IdTokenContext], WireOf<S>> {
  const what = 'presets.auth0.idToken'
  const read = readOptions(what, options, idTokenReaders, ['issuer', 'clientId'])
  const forms = { ...idTokenKind.forms, updated_at: 'text', org_id: 'identifier', org_name: 'text' } as const
  return ruledIdToken(what, { kind: 'ID token of Auth0', forms }, read)
}

/**
 * A logout token of Auth0: a `logoutToken` whose `typ` is `JWT`, or `logout+jwt` should Auth0 come to it (`typ:
 * 'required'` takes that alone). A header without `typ` is refused. What tells it from an ID token is `events`, which
 * every other kind here forbids. Nothing else differs.
 *
 * https://auth0.com/docs/authenticate/login/logout/back-channel-logout
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function logoutToken<S extends ClaimsSchema = never>(
  options: Auth0LogoutTokenOptions<S>,
): TokenType<WithSchema<Auth0LogoutTokenClaims, S>, [], WireOf<S>> {
  const what = 'presets.auth0.logoutToken'
  const read = readOptions(what, options, { ...clientOptions, typ: typOptions.typ }, ['issuer', 'clientId'])
  const rules = completeRules(
    what,
    {
      ...logoutTokenKind,
      kind: 'logout token of Auth0',
      typ: { own: 'application/logout+jwt', otherwise: ['application/jwt'] },
      audience: clientAudience(read),
      forms: { ...logoutTokenKind.forms, trace_id: 'text' },
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}

/** The tokens of an Auth0 tenant: `https://<tenant>.<region>.auth0.com/`, or a domain of its own, with the slash. */
export const auth0 = Object.freeze({ accessToken, idToken, logoutToken })
