import { readOptions } from '../../encoding/options.js'
import type { ClaimsSchema } from '../../rules/token-rules.js'
import type { RegisteredClaims, WireOf, WithSchema } from '../claims.js'
import { commonOptions, type CommonOptions } from '../common-options.js'
import { completeRules } from '../complete-rules.js'
import { noContext, RuledType, type TokenType } from '../token-type.js'

/** What LoginRadius puts into the tokens of a JWT app. What its administrator maps besides is for a schema. */
export interface LoginRadiusTokenClaims extends RegisteredClaims {
  /** The `Uid` of the account. */
  readonly sub: string
  readonly iat: number
  readonly nbf: number
  readonly jti: string
  readonly aud?: never
}

/**
 * A token of a LoginRadius *JWT app* (outbound single sign-on): who logged in, for the application behind that app. It
 * is no access token and no ID token of a specification:
 *
 * - The header's `typ` is `JWT`.
 * - There is no `aud`, and one is refused, which keeps it apart from every kind that demands one. All JWT apps of a
 *   tenant have one issuer, and only the key says which app it was: give each app a key of its own.
 * - `sub`, `jti`, `nbf`, `iat` and `exp` have to be there, as in LoginRadius's sample.
 * - It may live an hour (`maxLifetime`); 10 minutes in the sample.
 *
 * The key was pasted into LoginRadius's console and is given here: `hmacSecret` or `publicKey`, for one of HS256 to
 * HS512, RS256 to RS512, ES256 to ES512. There is no `kid`, so have one key for each algorithm. Which claims of the
 * profile come along, and under what names, is configured there: say it by a schema.
 *
 * https://www.loginradius.com/docs/developer/guide/jwt/
 *
 * Not checked: whether `jti` was seen before, which matters, since the token comes in a URL; for which application it
 * is. Tokens of LoginRadius's OpenID Connect and OAuth apps have other issuers and are not this kind.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function token<S extends ClaimsSchema = never>(
  options: CommonOptions<S>,
): TokenType<WithSchema<LoginRadiusTokenClaims, S>, [], WireOf<S>> {
  const what = 'presets.loginRadius.token'
  const read = readOptions(what, options, commonOptions, ['issuer'])
  const rules = completeRules(
    what,
    {
      kind: 'token of a LoginRadius JWT app',
      purpose: 'who logged in, for the application behind a JWT app',
      notChecked: ['replay of `jti`', 'for which application it is, beyond its key'],
      typ: { own: undefined, otherwise: ['application/jwt'] },
      audience: undefined,
      required: ['iss', 'exp', 'iat', 'nbf', 'sub', 'jti'],
      forbidden: ['aud', 'events'],
      fixed: [],
      forms: {},
      maxLifetime: 3600,
      checks: {},
    },
    read,
  )
  return new RuledType(rules, noContext, false)
}

/** The tokens of LoginRadius's JWT apps, whose issuer is `https://<app>.hub.loginradius.com/`, with the slash. */
export const loginRadius = Object.freeze({ token })
