/** What a client is told: the OAuth `error` of RFC 6750 §3.1. */
export type PublicError =
  | 'token_required'
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'temporarily_unavailable'

interface Row {
  readonly error: PublicError
  readonly meaning: string
}

/**
 * Every reason for which a request or a token is not accepted, one row each, in the order in which they are found. A
 * client sees the column `error`; the code and its meaning go to the diagnostics channel and to the errors of `verify`.
 */
const refusals = {
  ERR_TOKEN_MISSING: row('token_required', 'the request carries no bearer token'),
  ERR_REQUEST_MALFORMED: row(
    'invalid_request',
    'the Authorization header is not "Bearer" and one token, or a logout request not a form with one logout_token',
  ),
  ERR_REQUEST_AMBIGUOUS: row('invalid_request', 'the request carries more than one credential'),
  ERR_TOKEN_MALFORMED: row('invalid_token', 'not three canonical base64url segments (RFC 7515 §3.1)'),
  ERR_TOKEN_TOO_LONG: row(
    'invalid_token',
    'longer than maxTokenLength, or its header than 2 KiB (16 KiB where it brings certificates)',
  ),
  ERR_TOKEN_ENCRYPTED: row('invalid_token', 'five segments: an encrypted token, where none is taken'),
  ERR_TOKEN_NOT_ENCRYPTED: row(
    'invalid_token',
    'three segments: a token that is only signed, where it has to be encrypted',
  ),
  ERR_DECRYPTION_FAILED: row('invalid_token', 'the encrypted token cannot be opened'),
  ERR_HEADER_MALFORMED: row('invalid_token', 'the header is not a strict JSON object'),
  ERR_HEADER_INVALID: row('invalid_token', 'the header holds a parameter that is refused or of the wrong form'),
  ERR_ALGORITHM_INVALID: row('invalid_token', 'alg is not an algorithm that is offered; "none" never is'),
  ERR_TYP_MISMATCH: row('invalid_token', 'typ is not that of this kind of token'),
  ERR_ISSUER_UNKNOWN: row('invalid_token', 'iss is not an issuer of this kind of token'),
  ERR_ALGORITHM_MISMATCH: row('invalid_token', 'no key has the algorithm that the header names'),
  ERR_KEY_UNKNOWN: row('invalid_token', 'no key has the kid that the header names'),
  ERR_KEY_AMBIGUOUS: row('invalid_token', 'no kid, and several keys have the algorithm'),
  ERR_CERTIFICATE_INVALID: row(
    'invalid_token',
    'the certificate chain does not lead to a trust anchor, or breaks a rule on the way',
  ),
  ERR_CERTIFICATE_EXPIRED: row('invalid_token', 'a certificate of the chain is valid no longer, or not yet'),
  ERR_CERTIFICATE_MISMATCH: row('invalid_token', 'the certificate is good, and is not the one that is expected'),
  ERR_SIGNATURE_INVALID: row('invalid_token', 'the signature is not that of the key'),
  ERR_CLAIMS_MALFORMED: row('invalid_token', 'the payload is not a strict JSON object'),
  ERR_CLAIM_MISSING: row('invalid_token', 'a required claim is not there, or null'),
  ERR_CLAIM_FORBIDDEN: row('invalid_token', 'a claim that this kind of token never has is there'),
  ERR_CLAIM_INVALID: row('invalid_token', 'a claim is not of the form that its specification gives it'),
  ERR_CLAIM_MISMATCH: row('invalid_token', 'a claim does not have the value that is expected'),
  ERR_AUDIENCE_MISMATCH: row('invalid_token', 'the token is meant for somebody else'),
  ERR_TOKEN_EXPIRED: row('invalid_token', 'exp has passed'),
  ERR_TOKEN_NOT_YET_VALID: row('invalid_token', 'nbf or iat lies in the future'),
  ERR_LIFETIME_EXCEEDED: row('invalid_token', 'from iat to exp is longer than maxLifetime'),
  ERR_AUTHENTICATION_TOO_OLD: row('invalid_token', 'auth_time is further back than maxAge'),
  ERR_CLAIMS_INVALID: row('invalid_token', 'the schema of the claims refused them, or rewrote a registered one'),
  ERR_TOKEN_BOUND: row('invalid_token', 'cnf binds the token to a key, and nothing here can check possession'),
  ERR_TOKEN_REVOKED: row('invalid_token', 'the token, its session, its subject or its client was revoked'),
  ERR_SCOPE_INSUFFICIENT: row('insufficient_scope', 'the token is good and lacks a scope'),
  ERR_AUTHORIZATION_DENIED: row('insufficient_scope', 'the token is good and authorize answered false'),
  ERR_TOKEN_REPLAYED: row('invalid_token', 'the token may be used once, and was used before'),
} as const satisfies Readonly<Record<`ERR_${string}`, Row>>

/** A dependency is away or broken: 503, never 401. */
const outages = {
  ERR_KEYS_UNAVAILABLE: 'the keys of the issuer cannot be fetched, and none that may still serve are held',
  ERR_CERTIFICATES_UNAVAILABLE: 'certificate chains are validated by pkijs, which is not there: npm install pkijs@4',
  ERR_ISSUER_UNAVAILABLE: 'the function given to issuers() threw, or answered with something that is not that issuer',
  ERR_CLOCK_UNAVAILABLE: 'the clock threw, or did not answer with a finite number',
  ERR_STORE_UNAVAILABLE:
    'the store for single use or for revocations threw, took too long, or gave an answer that cannot be',
  ERR_CONTEXT_UNAVAILABLE: 'the function given as context threw, or its answer is not what the type needs',
  ERR_AUTHORIZE_UNAVAILABLE: 'the function given as authorize threw, or did not answer with a boolean',
} as const

/** What is written wrong in the program that uses jwt-guard: thrown when it is constructed, wherever that can be seen. */
const mistakes = {
  ERR_OPTION_UNKNOWN: 'an option that does not exist',
  ERR_OPTION_MISSING: 'an option that has to be given',
  ERR_OPTION_INVALID: 'an option whose value cannot be',
  ERR_OPTIONS_CONTRADICT: 'two options that cannot both hold',
  ERR_SECRET_INVALID: 'an HMAC secret that is undefined, of no stated encoding, or the text of a key',
  ERR_SECRET_TOO_SHORT: 'an HMAC secret shorter than the output of its hash (RFC 7518 §3.2)',
  ERR_SECRET_GUESSABLE: 'an HMAC secret with fewer random bits than its hash has (RFC 8725 §3.5)',
  ERR_KEY_INVALID: 'a key that cannot be read, is private, or is not on its curve',
  ERR_KEY_WEAK: 'a key whose signatures can be forged',
  ERR_KEY_MISMATCH: 'a key that does not fit its algorithm or its use',
  ERR_KEY_AMBIGUOUS: 'two keys of one issuer, or two that open tokens of one type, that a header cannot tell apart',
  ERR_KEY_SHARED: 'one key, or one key URL, in two issuers of a set; or one key for two jobs',
  ERR_URL_REFUSED: 'a URL that keys are not fetched from',
  ERR_TOKENS_NOT_EXCLUSIVE: 'two types of a set that one token could satisfy (RFC 8725 §3.12)',
  ERR_TYPE_UNNAMED: 'a token type that is not of a set made by defineTokens',
  ERR_CONTEXT_INVALID: 'a context for verify that is not what the type needs',
  ERR_SLOT_TAKEN: 'two kinds of token in one slot of one request',
  ERR_GUARD_NOT_PASSED: 'tokenOf for a request that no guard of this type let in',
  ERR_BODY_CONSUMED: 'a body that was read before, by something that left nothing of it',
  ERR_GUARD_NOT_CALLED: 'jwtGuard itself mounted, instead of what it returns',
  ERR_ROUTE_CONTRADICTS: 'a route that is both public and guarded, or names a type that does not exist',
} as const

/** The codes of a `TokenRejectedError`, and of the request's own faults. */
export type RefusalCode = keyof typeof refusals
/** The codes of a `DependencyError`. */
export type OutageCode = keyof typeof outages
/** The codes of a `ConfigurationError`. */
export type MistakeCode = keyof typeof mistakes

/** The one table that answers, documents and tests read. */
export const codes = { refusals, outages, mistakes } as const

function row<const E extends PublicError>(error: E, meaning: string) {
  return { error, meaning } as const
}
