import type { Duration } from '../encoding/duration.js'
import { aDuration, aListOf, aName, anExactName, readOptions, Wrong, type Reader } from '../encoding/options.js'
import { ConfigurationError } from '../errors/errors.js'
import { checkAuthentication } from '../rules/authentication.js'
import { checkAuthorizedParty } from '../rules/authorized-party.js'
import { checkHashClaims } from '../rules/hash-claims.js'
import { checkNonce } from '../rules/nonce.js'
import type { ClaimForm, ClaimsSchema, Expected } from '../rules/token-rules.js'
import type { RegisteredClaims, StandardClaims, WireOf, WithSchema } from './claims.js'
import { commonOptions, completeRules, type CommonOptions } from './complete-rules.js'
import { RuledType, type TokenType } from './token-type.js'

/** OpenID Connect Core §2 and §5.1. */
export interface IdTokenClaims extends RegisteredClaims, StandardClaims {
  readonly aud: string | readonly string[]
  readonly sub: string
  readonly iat: number
  readonly auth_time?: number
  readonly nonce?: string
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly azp?: string
  readonly at_hash?: string
  readonly c_hash?: string
  readonly sid?: string
}

/** Kinds that are meant for a client. */
export interface ClientOptions<Schema extends ClaimsSchema = ClaimsSchema> extends CommonOptions<Schema> {
  /** This client, as it is registered with the issuer. */
  readonly clientId: string
  /** Who else may be among the audiences. Without it, this client has to be the only one. */
  readonly trustedAudiences?: readonly string[]
}

/** What one ID token is expected to say: the session's knowledge, given with each verification. */
export interface IdTokenContext {
  /** The nonce that was sent; `null` where none was. */
  readonly nonce: string | null
  /** The access token that came with it: `at_hash` then has to be there and fit. */
  readonly accessToken?: string
  /** The code that came with it: `c_hash` then has to be there and fit. */
  readonly code?: string
  /** The `max_age` that was sent: `auth_time` then has to be there. */
  readonly maxAge?: Duration
  /** The `acr` values that will do. */
  readonly acrValues?: readonly string[]
}

/** OpenID Connect Core §5.1. */
export const standardClaimForms: Readonly<Record<keyof StandardClaims, ClaimForm>> = {
  name: 'text',
  given_name: 'text',
  family_name: 'text',
  middle_name: 'text',
  nickname: 'text',
  preferred_username: 'text',
  profile: 'text',
  picture: 'text',
  website: 'text',
  email: 'text',
  email_verified: 'flag',
  gender: 'text',
  birthdate: 'text',
  zoneinfo: 'text',
  locale: 'text',
  phone_number: 'text',
  phone_number_verified: 'flag',
  address: 'textMembers',
  updated_at: 'time',
}

/**
 * An OpenID Connect ID token: what an authorization server tells a client of who logged in (Core §3.1.3.7).
 *
 * Checked: `typ` is absent or `JWT`; `iss`, `sub`, `aud`, `exp` and `iat` are there; `aud` is this client alone, or with
 * `trustedAudiences`; `azp`, where there, is this client; `nonce` is the one sent, or absent where none was; with the
 * context's `accessToken`, `code`, `maxAge`, `acrValues` also `at_hash`, `c_hash`, `auth_time`, `acr`; the forms of the
 * standard claims; times, and a lifetime of at most 24 h. `events` is forbidden.
 *
 * Not checked: that a nonce is used once, which is the session's; `at_hash` and `c_hash` of a token or code that the
 * context does not name; `amr`; `email_verified`. An ID token is not for an API: there, `accessToken` is the type.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
export function idToken<S extends ClaimsSchema = never>(
  options: ClientOptions<S>,
): TokenType<WithSchema<IdTokenClaims, S>, [context: IdTokenContext], WireOf<S>> {
  const readers = { ...commonOptions, clientId: aName, trustedAudiences: aListOf(anExactName) }
  const read = readOptions('idToken', options, readers, ['issuer', 'clientId'])
  const rules = completeRules(
    'idToken',
    {
      kind: 'ID token (OpenID Connect Core)',
      typ: [undefined, 'application/jwt'],
      audience: { anyOf: [read.clientId], beside: read.trustedAudiences ?? [] },
      required: ['sub'],
      forbidden: ['events'],
      fixed: [],
      forms: {
        ...standardClaimForms,
        sub: 'asciiSubject',
        auth_time: 'time',
        nonce: 'text',
        acr: 'text',
        amr: 'texts',
        azp: 'identifier',
        at_hash: 'text',
        c_hash: 'text',
        sid: 'identifier',
      },
      maxLifetime: 86400,
      checks: [checkAuthorizedParty, checkNonce, checkHashClaims, checkAuthentication],
    },
    read,
  )
  return new RuledType(rules, readContext, true)
}

const asciiText: Reader<string> = (value) => {
  if (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value)) return value
  throw new Wrong('has to be ASCII text')
}

const aNonce: Reader<string | null> = (value) => {
  if (value === null || (typeof value === 'string' && value !== '')) return value
  throw new Wrong('has to be the nonce that was sent, or null where none was')
}

const contextReaders = {
  nonce: aNonce,
  accessToken: asciiText,
  code: asciiText,
  maxAge: aDuration(0, 10 * 365 * 86400),
  acrValues: aListOf(aName),
} as const

function readContext(context: unknown): Expected {
  try {
    return readOptions('The context of an ID token', context, contextReaders, ['nonce'])
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read'
    throw new ConfigurationError('ERR_CONTEXT_INVALID', `An ID token is verified with { nonce, … }. ${why}`)
  }
}
