import { aListOf, aName, anything, oneOrMore, readOptions } from '../../encoding/options.js'
import { issuer as anyIssuer, type GivenKeys, type Issuer } from '../../issuers/issuer.js'
import type { RemoteKeySetOptions } from '../../issuers/remote-key-set.js'
import type { ClaimsSchema, TokenRules } from '../../rules/token-rules.js'
import type { WireOf, WithSchema } from '../claims.js'
import { idTokenKind, idTokenReaders, ruledIdToken, type IdTokenClaims } from '../id-token.js'
import type { IdTokenContext, IdTokenOptions } from '../id-token.js'
import type { TokenType } from '../token-type.js'

/** How Google's keys are fetched, where the defaults will not do; or keys that are given, as in tests. */
export type GoogleIssuerOptions =
  | Pick<RemoteKeySetOptions, 'timeout' | 'cooldown' | 'maxAge' | 'staleFor'>
  | Pick<GivenKeys, 'keys'>

export interface GoogleIdTokenClaims extends IdTokenClaims {
  /** The domain of a Workspace or Cloud Identity account. An address in `email` says nothing of an organisation. */
  readonly hd?: string
}
export interface GoogleIdTokenOptions<Schema extends ClaimsSchema = ClaimsSchema> extends IdTokenOptions<Schema> {
  /** Other clients of the same project, such as an Android app, that may ask for tokens for this one. */
  readonly authorizedParties?: readonly string[]
  /** The domains whose accounts are taken: `hd` has to be there and one of them. */
  readonly hostedDomain?: string | readonly string[]
}

/**
 * Google as an issuer: `https://accounts.google.com`, and `accounts.google.com`, a spelling that Google still signs
 * under for older clients. RS256 alone; the keys are on `www.googleapis.com`, another host than the issuer's, which
 * discovery is allowed to name. Firebase, Identity-Aware Proxy and event tokens have other issuers, and are refused.
 *
 * https://developers.google.com/identity/openid-connect/reference
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function issuer(options: GoogleIssuerOptions = {}): Issuer {
  // Nothing but these: an option of ours would be overwritten below, in silence.
  readOptions('presets.google.issuer', options, readers)
  const aliases = ['accounts.google.com']
  if ('keys' in options) return anyIssuer(id, { ...options, aliases })
  return anyIssuer(id, { ...options, aliases, algorithms: ['RS256'], keyHosts: ['www.googleapis.com'] })
}

const id = 'https://accounts.google.com'
const readers = { keys: anything, timeout: anything, cooldown: anything, maxAge: anything, staleFor: anything } as const

/**
 * An ID token of Google: an `idToken`, and nothing differs unless it is said.
 *
 * - `authorizedParties`: `azp` has to be there, and be this client or one of those. `idToken` refuses the tokens that
 *   an Android or iOS app gets for the client of its server, since their `azp` is the app's.
 * - `hostedDomain`: `hd` has to be there, and be one of those.
 *
 * Google makes ID tokens of service accounts, too, with whatever `aud` they ask for. It is `azp`, the account's number
 * there, and the nonce of a login that keep them out.
 *
 * https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
 *
 * Not checked: `email_verified`; of which organisation somebody is, without `hostedDomain`; what `idToken` does not
 * check. That `azp` is in every token was seen in tokens; the documentation promises it for the case of an app and its
 * server.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function idToken<S extends ClaimsSchema = never>(
  options: GoogleIdTokenOptions<S>,
): TokenType<WithSchema<GoogleIdTokenClaims, S>, [context: IdTokenContext], WireOf<S>> {
  const what = 'presets.google.idToken'
  const own = { authorizedParties: aListOf(aName), hostedDomain: oneOrMore(aName) }
  const read = readOptions(what, options, { ...idTokenReaders, ...own }, ['issuer', 'clientId'])
  const { azp, ...checks } = idTokenKind.checks
  const parties = read.authorizedParties && [read.clientId, ...read.authorizedParties]
  const fixed: TokenRules['fixed'] = [
    ...(parties === undefined ? [] : [['azp', parties] as const]),
    ...(read.hostedDomain === undefined ? [] : [['hd', read.hostedDomain] as const]),
  ]
  const deviation = {
    kind: 'ID token of Google',
    notChecked: [
      ...idTokenKind.notChecked,
      ...(read.hostedDomain === undefined ? ['of which organisation somebody is'] : []),
    ],
    fixed,
    forms: { ...idTokenKind.forms, hd: 'identifier' } as const,
    checks: parties === undefined ? { azp, ...checks } : checks,
  }
  return ruledIdToken(what, deviation, read)
}

/** Google's ID tokens. Its access tokens are opaque: nobody but Google can read them. */
export const google = Object.freeze({ issuer, idToken })
