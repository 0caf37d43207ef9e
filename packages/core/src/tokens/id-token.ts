import type { Duration } from '../encoding/duration.js'
import { aDuration, aListOf, aName, readOptions, Wrong, type Reader } from '../encoding/options.js'
import { checkAuthentication } from '../rules/authentication.js'
import { checkAuthorizedParty } from '../rules/authorized-party.js'
import { checkHashClaims } from '../rules/hash-claims.js'
import { checkNonce } from '../rules/nonce.js'
import type { ClaimsSchema } from '../rules/token-rules.js'
import type { RegisteredClaims, WireOf, WithSchema } from './claims.js'
import { clientAudience, clientOptions, type ClientOptions } from './client-options.js'
import { type CommonRead } from './common-options.js'
import { completeRules, type Kind } from './complete-rules.js'
import { contextOf } from './context.js'
import { standardClaimForms, type StandardClaims } from './standard-claims.js'
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
  readonly s_hash?: string
  readonly sid?: string
}

export interface IdTokenOptions<Schema extends ClaimsSchema = ClaimsSchema> extends ClientOptions<Schema> {
  /** Every ID token has a nonce, because every request sends one: the remedy beside `userInfoResponse`. */
  readonly nonce?: 'required'
}

/** What one ID token is expected to say: the session's knowledge, given with each verification. */
export interface IdTokenContext {
  /** The nonce that was sent; `null` where none was. */
  readonly nonce: string | null
  /** The access token that came with it: `at_hash` then has to be there and fit. */
  readonly accessToken?: string
  /** The code that came with it: `c_hash` then has to be there and fit. */
  readonly code?: string
  /** The state that was sent, in FAPI: `s_hash` then has to be there and fit. */
  readonly state?: string
  /** The `max_age` that was sent: `auth_time` then has to be there. */
  readonly maxAge?: Duration
  /** The `acr` values that will do. */
  readonly acrValues?: readonly string[]
}

/** What an ID token is, whoever issues it. */
export const idTokenKind = {
  kind: 'ID token (OpenID Connect Core)',
  purpose: 'who logged in, for the client that asked',
  notChecked: [
    'that a nonce is used once, which is for the session to see to',
    '`at_hash`, `c_hash` and `s_hash` of what the context does not name',
    '`amr`',
  ],
  distinctions: ['nonce required', 'clientId'],
  typ: { own: undefined, otherwise: [undefined, 'application/jwt'] },
  required: ['iss', 'exp', 'iat', 'sub'],
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
    s_hash: 'text',
    sid: 'identifier',
  },
  maxLifetime: 86400,
  checks: {
    azp: checkAuthorizedParty,
    nonce: checkNonce,
    'at_hash, c_hash and s_hash': checkHashClaims,
    'acr and auth_time': checkAuthentication,
  },
} as const satisfies Omit<Kind, 'audience'>

/**
 * An OpenID Connect ID token: what an authorization server tells a client of who logged in (Core §3.1.3.7).
 *
 * Checked: `typ` is absent or `JWT`; `iss`, `sub`, `aud`, `exp` and `iat` are there; `aud` is this client alone, or with
 * `trustedAudiences`; `azp`, where there, is this client; `nonce` is the one sent, or absent where none was; with the
 * context's `accessToken`, `code`, `state`, `maxAge`, `acrValues` also `at_hash`, `c_hash`, `s_hash`, `auth_time`, `acr`; the forms of the
 * standard claims; times, and a lifetime of at most 24 h. `events` is forbidden.
 *
 * Not checked: that a nonce is used once, which is the session's; the hashes of a token, code or state that the context does
 * not name; `amr`; `email_verified`. An ID token is not for an API: there, `accessToken` is the type.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
export function idToken<S extends ClaimsSchema = never>(
  options: IdTokenOptions<S>,
): TokenType<WithSchema<IdTokenClaims, S>, [context: IdTokenContext], WireOf<S>> {
  const read = readOptions('idToken', options, idTokenReaders, ['issuer', 'clientId'])
  return ruledIdToken('idToken', {}, read)
}

type IdTokenRead = CommonRead & Parameters<typeof clientAudience>[0] & { readonly nonce: 'required' | undefined }

/** An ID token as OpenID Connect has it, but for what a provider does otherwise. */
export function ruledIdToken(what: string, deviation: Partial<Kind>, read: IdTokenRead): RuledType {
  const own = { ...idTokenKind, audience: clientAudience(read), ...deviation }
  const required = [...own.required, ...(read.nonce === undefined ? [] : ['nonce'])]
  return new RuledType(completeRules(what, { ...own, required }, read), idTokenContext(read.nonce), true)
}

export const idTokenReaders = {
  ...clientOptions,
  nonce: (value: unknown): 'required' => {
    if (value === 'required') return value
    throw new Wrong('has to be "required", or left out: the nonce that was sent belongs to the context of verify')
  },
} as const

const asciiText: Reader<string> = (value) => {
  if (typeof value === 'string' && /^[\x20-\x7e]+$/.test(value)) return value
  throw new Wrong('has to be ASCII text')
}

const aNonce: Reader<string> = (value) => {
  if (typeof value === 'string' && value !== '') return value
  throw new Wrong('has to be the nonce that was sent')
}

const aNonceOrNone: Reader<string | null> = (value) => {
  if (value === null) return value
  if (typeof value === 'string' && value !== '') return value
  throw new Wrong('has to be the nonce that was sent, or null where none was')
}

/** The context of a type that takes ID tokens without a nonce, or of one that does not. */
export function idTokenContext(nonce: 'required' | undefined) {
  const readers = {
    nonce: nonce === 'required' ? aNonce : aNonceOrNone,
    accessToken: asciiText,
    code: asciiText,
    state: asciiText,
    maxAge: aDuration(0, 10 * 365 * 86400),
    acrValues: aListOf(aName),
  }
  return contextOf('An ID token', readers, ['nonce'])
}
