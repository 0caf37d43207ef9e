import { aName, oneOrMore, readOptions } from '../../encoding/options.js'
import type { ClaimsSchema } from '../../rules/token-rules.js'
import { accessTokenKind } from '../access-token.js'
import { anAudience } from '../audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from '../claims.js'
import { commonOptions, type CommonOptions } from '../common-options.js'
import { completeRules } from '../complete-rules.js'
import { idTokenKind, idTokenReaders, ruledIdToken, type IdTokenClaims } from '../id-token.js'
import type { IdTokenContext, IdTokenOptions } from '../id-token.js'
import type { NotChecked } from '../../encoding/not-checked.js'
import { noContext, RuledType, type TokenType } from '../token-type.js'

/** What a Cognito user pool puts into access tokens. */
export interface CognitoAccessTokenClaims extends RegisteredClaims {
  readonly sub: string
  readonly iat: number
  readonly jti: string
  readonly client_id: string
  readonly token_use: 'access'
  readonly scope?: string
  readonly auth_time?: number
  readonly username?: string
  readonly 'cognito:groups'?: readonly string[]
  readonly origin_jti?: string
  readonly event_id?: string
}
export interface CognitoIdTokenClaims extends IdTokenClaims {
  readonly token_use: 'id'
  readonly 'cognito:username'?: string
  readonly 'cognito:groups'?: readonly string[]
  readonly origin_jti?: string
  readonly event_id?: string
}

export interface CognitoAccessTokenOptions<Schema extends ClaimsSchema = ClaimsSchema> extends CommonOptions<Schema> {
  /** The app clients whose tokens are taken: `client_id` has to be one of them. */
  readonly clientId: string | readonly string[]
  /** The names of this service, where clients ask for a resource (resource binding). Without it, `aud` is forbidden. */
  readonly audience?: string | readonly string[] | NotChecked
}

/**
 * An access token of a Cognito user pool. It differs from `accessToken` in this:
 *
 * - The header has no `typ`: an access token and an ID token have the same header. A token with `typ` is refused.
 * - `token_use` has to be `access`, which makes up for it: an ID token says `id`.
 * - There is no `aud`: nothing in the token says for which API it is. `client_id` has to be one of `clientId` instead.
 *   Every API that trusts the same app client takes the same tokens; to tell them apart there are scopes, of a
 *   *resource server* with a prefix of its own. A token that is bound to a resource does have `aud`, and is refused
 *   unless `audience` says which.
 *
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 *
 * Not checked: for which API it was asked, without `audience`; what `accessToken` does not check.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function accessToken<S extends ClaimsSchema = never>(
  options: CognitoAccessTokenOptions<S>,
): TokenType<WithSchema<CognitoAccessTokenClaims, S>, [], WireOf<S>> {
  const what = 'presets.cognito.accessToken'
  const readers = { ...commonOptions, clientId: oneOrMore(aName), audience: anAudience }
  const read = readOptions(what, options, readers, ['issuer', 'clientId'])
  const rules = completeRules(
    what,
    {
      ...accessTokenKind,
      kind: 'access token of a Cognito user pool',
      notChecked: [...accessTokenKind.notChecked, ...(read.audience?.rule ? [] : ['for which API it was asked'])],
      typ: { own: undefined, otherwise: [undefined] },
      audience: read.audience?.rule,
      required: ['iss', 'exp', 'iat', 'sub', 'jti'],
      forbidden: [...accessTokenKind.forbidden, ...(read.audience === undefined ? ['aud'] : [])],
      fixed: [
        ['token_use', ['access']],
        ['client_id', read.clientId],
      ],
      forms: {
        auth_time: 'time',
        username: 'identifier',
        'cognito:groups': 'texts',
        origin_jti: 'identifier',
        event_id: 'identifier',
      },
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}

/**
 * An ID token of a Cognito user pool: an `idToken` whose `token_use` has to be `id`. Nothing is taken that `idToken`
 * refuses.
 *
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function idToken<S extends ClaimsSchema = never>(
  options: IdTokenOptions<S>,
): TokenType<WithSchema<CognitoIdTokenClaims, S>, [context: IdTokenContext], WireOf<S>> {
  const what = 'presets.cognito.idToken'
  const read = readOptions(what, options, idTokenReaders, ['issuer', 'clientId'])
  const forms = {
    ...idTokenKind.forms,
    'cognito:username': 'identifier',
    'cognito:groups': 'texts',
    origin_jti: 'identifier',
    event_id: 'identifier',
  } as const
  return ruledIdToken(what, { kind: 'ID token of a Cognito user pool', fixed: [['token_use', ['id']]], forms }, read)
}

/** The tokens of a user pool, whose issuer is `https://cognito-idp.<region>.amazonaws.com/<user pool id>`. */
export const cognito = Object.freeze({ accessToken, idToken })
