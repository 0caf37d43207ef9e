import { readOptions } from '../../encoding/options.js'
import type { ClaimsSchema } from '../../rules/token-rules.js'
import { accessTokenKind, type Confirmation } from '../access-token.js'
import { anAudience, type AudienceOptions } from '../audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from '../claims.js'
import { commonOptions } from '../common-options.js'
import { completeRules } from '../complete-rules.js'
import { idTokenKind, idTokenReaders, ruledIdToken, type IdTokenClaims } from '../id-token.js'
import type { IdTokenContext, IdTokenOptions } from '../id-token.js'
import { noContext, RuledType, type TokenType } from '../token-type.js'

/** What an Okta custom authorization server puts into access tokens. */
export interface OktaAccessTokenClaims extends RegisteredClaims {
  readonly aud: string | readonly string[]
  /** A user's login name, which is not the `sub` of the ID token; a client's id where there is no user. */
  readonly sub: string
  readonly iat: number
  readonly jti: string
  /** The client that asked for the token. */
  readonly cid: string
  readonly scp: readonly string[]
  /** The user's id, the `sub` of the ID token. Not there where there is no user. */
  readonly uid?: string
  readonly auth_time?: number
  readonly groups?: readonly string[]
  readonly cnf?: Confirmation
}
export interface OktaIdTokenClaims extends IdTokenClaims {
  readonly cid?: never
  readonly scp?: never
}

/**
 * An access token of an Okta *custom* authorization server, such as `https://<domain>/oauth2/default`. It differs from
 * `accessToken` in this:
 *
 * - The header has no `typ`: an access token and an ID token have the same header. A token with `typ` is refused.
 * - `cid` has to be there instead of `client_id`.
 * - The scopes are in `scp`, a list, which has to be there; guards read them from it (`scopeClaim`).
 *
 * The *org* authorization server (`https://<domain>`) makes access tokens for Okta's own APIs. Okta says that nobody
 * else should validate them, and need not publish their keys. They say `typ: application/okta-internal-at+jwt` these
 * days, and are refused.
 *
 * https://developer.okta.com/docs/concepts/auth-servers/
 * https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/ (header and claims)
 *
 * Not checked: what `accessToken` does not check. That there is no `typ` was read in an older edition of that page.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function accessToken<S extends ClaimsSchema = never>(
  options: AudienceOptions<S>,
): TokenType<WithSchema<OktaAccessTokenClaims, S>, [], WireOf<S>> {
  const what = 'presets.okta.accessToken'
  const read = readOptions(what, options, { ...commonOptions, audience: anAudience }, ['issuer', 'audience'])
  const rules = completeRules(
    what,
    {
      ...accessTokenKind,
      kind: 'access token of an Okta custom authorization server',
      typ: { own: undefined, otherwise: [undefined] },
      audience: read.audience.rule,
      required: ['iss', 'exp', 'iat', 'sub', 'cid', 'scp', 'jti'],
      forms: { cid: 'identifier', scp: 'texts', uid: 'identifier', auth_time: 'time', groups: 'texts' },
    },
    Object.assign(read, { scopeClaim: read.scopeClaim ?? 'scp' }),
  )
  return new RuledType(rules, noContext, false)
}

/**
 * An ID token of Okta, of an org or a custom authorization server: an `idToken` in which `cid` and `scp` are
 * forbidden. So no access token is one, even where the API and the client have one name. Nothing is taken that
 * `idToken` refuses.
 *
 * https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function idToken<S extends ClaimsSchema = never>(
  options: IdTokenOptions<S>,
): TokenType<WithSchema<OktaIdTokenClaims, S>, [context: IdTokenContext], WireOf<S>> {
  const what = 'presets.okta.idToken'
  const read = readOptions(what, options, idTokenReaders, ['issuer', 'clientId'])
  const forbidden = [...idTokenKind.forbidden, 'cid', 'scp']
  return ruledIdToken(what, { kind: 'ID token of Okta', forbidden }, read)
}

/** The tokens of an Okta authorization server. */
export const okta = Object.freeze({ accessToken, idToken })
