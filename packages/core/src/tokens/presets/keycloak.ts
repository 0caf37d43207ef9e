import { readOptions } from '../../encoding/options.js'
import type { ClaimsSchema } from '../../rules/token-rules.js'
import { accessTokenKind, type Confirmation } from '../access-token.js'
import { anAudience, type AudienceOptions } from '../audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from '../claims.js'
import { clientAudience, clientOptions, type ClientOptions } from '../client-options.js'
import { commonOptions } from '../common-options.js'
import { completeRules } from '../complete-rules.js'
import {
  idTokenReaders,
  ruledIdToken,
  type IdTokenClaims,
  type IdTokenContext,
  type IdTokenOptions,
} from '../id-token.js'
import { logoutTokenKind, type LogoutTokenClaims } from '../logout-token.js'
import { noContext, RuledType, type TokenType } from '../token-type.js'
import { typOptions, type RequiredTyp } from '../typ.js'
import { userInfoContext, userInfoKind, type UserInfoClaims, type UserInfoContext } from '../user-info-response.js'

/** What Keycloak puts into access tokens. What a role claim holds inside is for a schema. */
export interface KeycloakAccessTokenClaims extends RegisteredClaims {
  readonly aud: string | readonly string[]
  readonly sub: string
  readonly iat: number
  readonly jti: string
  readonly typ: 'Bearer'
  /** The client that asked for the token. */
  readonly azp: string
  readonly scope?: string
  readonly sid?: string
  readonly acr?: string
  readonly auth_time?: number
  readonly realm_access?: Readonly<Record<string, unknown>>
  readonly resource_access?: Readonly<Record<string, unknown>>
  /** Only where a client asked for itself (`client_credentials`). */
  readonly client_id?: string
  readonly cnf?: Confirmation
}
export interface KeycloakIdTokenClaims extends IdTokenClaims {
  readonly typ: 'ID'
}
export interface KeycloakLogoutTokenClaims extends LogoutTokenClaims {
  readonly typ: 'Logout'
}
export interface KeycloakUserInfoClaims extends UserInfoClaims {
  readonly typ?: never
}

export interface KeycloakAccessTokenOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends AudienceOptions<Schema>, RequiredTyp {}
export interface KeycloakLogoutTokenOptions<Schema extends ClaimsSchema = ClaimsSchema>
  extends ClientOptions<Schema>, RequiredTyp {}

/**
 * An access token of Keycloak. It differs from `accessToken` in this:
 *
 * - The header's `typ` is `at+jwt` or `JWT`. Keycloak says `JWT` unless the client has *Use "at+jwt" as access token
 *   header type* (since 26.2). Once every client has it, `typ: 'required'` takes `at+jwt` alone.
 * - The claim `typ` has to be `Bearer`, which makes up for the header: an ID token says `ID` there, a refresh token
 *   `Refresh` or `Offline`, a logout token `Logout`, and a token that is bound by DPoP `DPoP`.
 * - `azp` has to be there instead of `client_id`, which only a client's own tokens have.
 *
 * `aud` and `sub` have to be there, as in `accessToken`, and Keycloak leaves either out where it is not set up: `aud`
 * without an *Audience* mapper that names this API (a client scope of the client; the requesting client itself is
 * never added); `sub` without the client scope *basic* (since 25); both from lightweight access tokens, whose mappers
 * need *Add to lightweight access token*.
 *
 * https://www.keycloak.org/docs/latest/server_admin/#audience-support
 * https://www.keycloak.org/docs/latest/upgrading/#migrating-to-25-0-0
 *
 * Not checked: what roles are in `realm_access` and `resource_access`, which is for a schema and `authorize`; and what
 * `accessToken` does not check. That `azp` is in every token was seen in tokens, not read in the documentation.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function accessToken<S extends ClaimsSchema = never>(
  options: KeycloakAccessTokenOptions<S>,
): TokenType<WithSchema<KeycloakAccessTokenClaims, S>, [], WireOf<S>> {
  const what = 'presets.keycloak.accessToken'
  const readers = { ...commonOptions, typ: typOptions.typ, audience: anAudience }
  const read = readOptions(what, options, readers, ['issuer', 'audience'])
  const rules = completeRules(
    what,
    {
      ...accessTokenKind,
      kind: 'access token of Keycloak',
      notChecked: [...accessTokenKind.notChecked, 'the roles'],
      distinctions: ['typ required'],
      typ: { own: 'application/at+jwt', otherwise: ['application/jwt'] },
      audience: read.audience.rule,
      required: ['iss', 'exp', 'iat', 'sub', 'azp', 'jti'],
      fixed: [['typ', ['Bearer']]],
      forms: {
        azp: 'identifier',
        client_id: 'identifier',
        sid: 'identifier',
        acr: 'text',
        auth_time: 'time',
        realm_access: 'object',
        resource_access: 'object',
      },
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}

/**
 * An ID token of Keycloak: an `idToken` whose claim `typ` has to be `ID`. So no access token is one, even where the
 * API and the client have one name. Nothing is taken that `idToken` refuses. That the claim is there was read in
 * Keycloak's source.
 *
 * https://www.keycloak.org/docs/latest/server_admin/#audience-support
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function idToken<S extends ClaimsSchema = never>(
  options: IdTokenOptions<S>,
): TokenType<WithSchema<KeycloakIdTokenClaims, S>, [context: IdTokenContext], WireOf<S>> {
  const what = 'presets.keycloak.idToken'
  const read = readOptions(what, options, idTokenReaders, ['issuer', 'clientId'])
  return ruledIdToken(what, { kind: 'ID token of Keycloak', fixed: [['typ', ['ID']]] }, read)
}

/**
 * A logout token of Keycloak. It differs from `logoutToken` in this:
 *
 * - The header's `typ` is `logout+jwt`, or `JWT`, which releases before 25 say. `typ: 'required'` takes `logout+jwt`
 *   alone. A header without `typ` is refused.
 * - The claim `typ` has to be `Logout`.
 *
 * `sid` is there only if the client has *Backchannel logout session required*. `events` may also hold
 * `revoke_offline_access`: then offline sessions have ended, too.
 *
 * https://github.com/keycloak/keycloak/issues/28939 (the header), https://github.com/keycloak/keycloak/pull/29260
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function logoutToken<S extends ClaimsSchema = never>(
  options: KeycloakLogoutTokenOptions<S>,
): TokenType<WithSchema<KeycloakLogoutTokenClaims, S>, [], WireOf<S>> {
  const what = 'presets.keycloak.logoutToken'
  const read = readOptions(what, options, { ...clientOptions, typ: typOptions.typ }, ['issuer', 'clientId'])
  const rules = completeRules(
    what,
    {
      ...logoutTokenKind,
      kind: 'logout token of Keycloak',
      typ: { own: 'application/logout+jwt', otherwise: ['application/jwt'] },
      audience: clientAudience(read),
      fixed: [['typ', ['Logout']]],
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}

/**
 * A signed UserInfo response of Keycloak (the client's *User info signed response algorithm*): a `userInfoResponse` in
 * which the claim `typ` is forbidden, since every other token of Keycloak has it. So it stands beside
 * `presets.keycloak.idToken` for one client without `nonce: 'required'`. It has neither `iat` nor `exp`: fetch it
 * yourself, over TLS. Its claims are not in Keycloak's documentation: that `typ` is not among them was not tried
 * against a server.
 *
 * https://www.keycloak.org/docs/latest/server_admin/
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function userInfoResponse<S extends ClaimsSchema = never>(
  options: ClientOptions<S>,
): TokenType<WithSchema<KeycloakUserInfoClaims, S>, [context: UserInfoContext], WireOf<S>> {
  const what = 'presets.keycloak.userInfoResponse'
  const read = readOptions(what, options, clientOptions, ['issuer', 'clientId'])
  const rules = completeRules(
    what,
    {
      ...userInfoKind,
      kind: 'UserInfo response of Keycloak',
      audience: clientAudience(read),
      forbidden: [...userInfoKind.forbidden, 'typ'],
    },
    read,
  )
  return new RuledType(rules, userInfoContext, true)
}

/** The tokens of a Keycloak realm, whose issuer is `https://<host>/realms/<realm>`. */
export const keycloak = Object.freeze({ accessToken, idToken, logoutToken, userInfoResponse })
