import { readOptions, Wrong, type Reader } from '../../encoding/options.js'
import type { ClaimsSchema } from '../../rules/token-rules.js'
import { accessTokenKind, type Confirmation } from '../access-token.js'
import { anAudience, type AudienceOptions } from '../audience.js'
import type { RegisteredClaims, WireOf, WithSchema } from '../claims.js'
import { commonOptions } from '../common-options.js'
import { completeRules } from '../complete-rules.js'
import { idTokenKind, idTokenReaders, ruledIdToken, type IdTokenClaims } from '../id-token.js'
import type { IdTokenContext, IdTokenOptions } from '../id-token.js'
import { noContext, RuledType, type TokenType } from '../token-type.js'

interface AnyVersionClaims extends RegisteredClaims {
  readonly aud: string | readonly string[]
  /** Of a person, another one for each application. `tid` and `oid` together are the same in all. */
  readonly sub: string
  readonly iat: number
  /** The tenant. */
  readonly tid: string
  readonly oid?: string
  /** What a person let the client do, separated by spaces. Not there where the client acts for itself. */
  readonly scp?: string
  /** App roles: of the client, where it acts for itself, or of the person. */
  readonly roles?: readonly string[]
  readonly groups?: readonly string[]
  /** An optional claim: `user` or `app`. */
  readonly idtyp?: string
  /** What stands for `jti`. */
  readonly uti?: string
  readonly cnf?: Confirmation
}
export interface EntraAccessTokenV1Claims extends AnyVersionClaims {
  readonly ver: '1.0'
  /** The client that asked for the token. */
  readonly appid: string
  readonly appidacr?: string
}
export interface EntraAccessTokenV2Claims extends AnyVersionClaims {
  readonly ver: '2.0'
  /** The client that asked for the token. */
  readonly azp: string
  readonly azpacr?: string
}
export type EntraVersion = '1.0' | '2.0'
export type EntraAccessTokenClaims<Version extends EntraVersion> = Version extends '1.0'
  ? EntraAccessTokenV1Claims
  : EntraAccessTokenV2Claims

export interface EntraIdTokenClaims extends IdTokenClaims {
  readonly tid: string
  readonly oid?: string
  readonly roles?: readonly string[]
  readonly groups?: readonly string[]
  readonly uti?: string
  readonly azp?: never
  readonly appid?: never
  readonly scp?: never
}

export interface EntraAccessTokenOptions<
  Schema extends ClaimsSchema = ClaimsSchema,
  Version extends EntraVersion = EntraVersion,
> extends AudienceOptions<Schema> {
  /**
   * What `ver` has to be. Default `2.0`. Which it is, the API's manifest says (`accessTokenAcceptedVersion`, in its
   * newer form `api.requestedAccessTokenVersion`; v1.0 where it says nothing), and not the endpoint that a client
   * uses.
   */
  readonly version?: Version
}

const clientClaims = { '1.0': ['appid', 'appidacr'], '2.0': ['azp', 'azpacr'] } as const

const aVersion: Reader<EntraVersion> = (value) => {
  if (value === '1.0' || value === '2.0') return value
  throw new Wrong('has to be "1.0" or "2.0"')
}

/**
 * An access token of Microsoft Entra ID for an API of one's own. It differs from `accessToken` in this:
 *
 * - The header's `typ` is `JWT`, and no `at+jwt`: an access token and an ID token have the same header and keys.
 * - `ver` has to be `2.0`, and `azp` there instead of `client_id`; with `version: '1.0'` `ver` `1.0`, and `appid`.
 * - `tid`, the tenant, has to be there. There is no `jti`: `uti` stands for it, and is not demanded.
 * - The scopes are in `scp`, where a person let the client act; guards read them from it (`scopeClaim`). An
 *   application that acts for itself has `roles` instead, and no `scp`: `scopeClaim: 'roles'` has guards read those. A
 *   service that takes both has one type, and asks for roles by the guard's `authorize`.
 * - It may live 29 h: with continuous access evaluation up to 28 h, and `iat` lies some minutes before.
 *
 * `aud` is the API's client id (v2.0), or that or its App ID URI (v1.0). Tokens for Microsoft Graph are not for
 * others: their signature does not verify.
 *
 * https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference
 * https://learn.microsoft.com/en-us/entra/identity-platform/configurable-token-lifetimes
 *
 * Not checked: that `tid` is the tenant in `iss`, which is compared as a whole; what `accessToken` does not check.
 * Microsoft says of every claim that it may not be there; `azp`, `appid`, `ver` and `tid` were in all of its samples.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function accessToken<S extends ClaimsSchema = never, V extends EntraVersion = '2.0'>(
  options: EntraAccessTokenOptions<S, V>,
): TokenType<WithSchema<EntraAccessTokenClaims<V>, S>, [], WireOf<S>> {
  const what = 'presets.entra.accessToken'
  const readers = { ...commonOptions, audience: anAudience, version: aVersion }
  const read = readOptions(what, options, readers, ['issuer', 'audience'])
  const { version = '2.0' } = read
  const [client, howAuthenticated] = clientClaims[version]
  const rules = completeRules(
    what,
    {
      ...accessTokenKind,
      kind: `access token of Microsoft Entra ID, v${version}`,
      notChecked: [
        'revocation',
        'replay of `uti`',
        'whether `sub` is a person or a client',
        'that `tid` is that in `iss`',
      ],
      typ: { own: undefined, otherwise: ['application/jwt'] },
      audience: read.audience.rule,
      required: ['iss', 'exp', 'iat', 'sub', 'tid', client],
      fixed: [['ver', [version]]],
      forms: { ...idsAndRoles, scp: 'scope', idtyp: 'text', [client]: 'identifier', [howAuthenticated]: 'text' },
      maxLifetime: 29 * 3600,
    },
    Object.assign(read, { scopeClaim: read.scopeClaim ?? 'scp' }),
  )
  return new RuledType(rules, noContext, false)
}

const idsAndRoles = {
  tid: 'identifier',
  oid: 'identifier',
  uti: 'identifier',
  roles: 'texts',
  groups: 'texts',
} as const

/**
 * An ID token of Microsoft Entra ID, v1.0 or v2.0 as its issuer is. It differs from `idToken` in this:
 *
 * - `azp`, `appid` and `scp` are forbidden. So no access token is one, even where one registration is the client and
 *   the API, and `aud` is the same in both.
 * - `tid`, the tenant, has to be there.
 * - It may live 25 h: a policy can say a day, and `iat` lies some minutes before.
 *
 * https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
 *
 * Not checked: that `tid` is the tenant in `iss`, which is compared as a whole; what `idToken` does not check.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
function idToken<S extends ClaimsSchema = never>(
  options: IdTokenOptions<S>,
): TokenType<WithSchema<EntraIdTokenClaims, S>, [context: IdTokenContext], WireOf<S>> {
  const what = 'presets.entra.idToken'
  const read = readOptions(what, options, idTokenReaders, ['issuer', 'clientId'])
  const deviation = {
    kind: 'ID token of Microsoft Entra ID',
    notChecked: [...idTokenKind.notChecked, 'that `tid` is that in `iss`'],
    required: [...idTokenKind.required, 'tid'],
    forbidden: [...idTokenKind.forbidden, 'azp', 'appid', 'scp'],
    forms: { ...idTokenKind.forms, ...idsAndRoles },
    maxLifetime: 25 * 3600,
  }
  return ruledIdToken(what, deviation, read)
}

/**
 * The tokens of an Entra tenant, whose issuer is `https://login.microsoftonline.com/<tenant id>/v2.0`, or for v1.0
 * `https://sts.windows.net/<tenant id>/`, whose keys have to be named: `remoteKeySet`.
 */
export const entra = Object.freeze({ accessToken, idToken })
