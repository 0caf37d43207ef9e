export type { Clock } from './encoding/clock.js'
export type { Duration } from './encoding/duration.js'
export { codes, type MistakeCode, type OutageCode, type RefusalCode } from './errors/codes.js'
export { ConfigurationError, DependencyError, TokenRejectedError } from './errors/errors.js'

export type { Algorithm, HmacAlgorithm, PublicKeyAlgorithm } from './issuers/algorithms.js'
export {
  generateSecret,
  generateSigningKey,
  type GeneratedSecret,
  type GeneratedSigningKey,
  type SigningKeyOptions,
} from './issuers/generate-key.js'
export { hmacSecret, type EncodedSecret } from './issuers/hmac-secret.js'
export { issuer, type DiscoveredKeys, type GivenKeys, type Issuer } from './issuers/issuer.js'
export { issuers, type IssuerResolver } from './issuers/issuers.js'
export type { KeyOptions } from './issuers/key.js'
export type { KeyEvent } from './issuers/key-events.js'
export { keySet, type JwkSet } from './issuers/key-set.js'
export type { HmacSecret, KeySet, KeySource, PublicKey, PublicKeySource } from './issuers/key-source.js'
export type { Jwk } from './issuers/jwk.js'
export { publicKey } from './issuers/public-key.js'
export { remoteKeySet, type RemoteKeySet, type RemoteKeySetOptions } from './issuers/remote-key-set.js'

export { verifyCompactJws, type VerifiedHeader } from './jwt/signature.js'
export type { ClaimsSchema, FixedValue } from './rules/token-rules.js'

export {
  accessToken,
  type AccessTokenClaims,
  type AccessTokenOptions,
  type Confirmation,
} from './tokens/access-token.js'
export type { Frozen, NotPlainData, RegisteredClaims, StandardClaims } from './tokens/claims.js'
export type { CommonOptions } from './tokens/complete-rules.js'
export { customToken, type CustomClaims, type CustomTokenOptions, type FixedClaims } from './tokens/custom-token.js'
export { defineTokens } from './tokens/define-tokens.js'
export { idToken, type ClientOptions, type IdTokenClaims, type IdTokenContext } from './tokens/id-token.js'
export type {
  AnyNamedTokenType,
  AnyTokenType,
  ClaimsOf,
  From,
  Guardable,
  NamedTokenType,
  Tokens,
  TokenSet,
  Verified,
  VerifiedBy,
} from './tokens/named-token.js'
export type { VerdictEvent } from './tokens/verdict-channel.js'
export { notChecked, type NotChecked } from './tokens/not-checked.js'
export { separation, type Separation } from './tokens/separation.js'
export type { TokenType } from './tokens/token-type.js'

export { httpError, type HttpError, type Refused } from './http/answers.js'
export { createGuard, guardFor, type Guard, type Guarded, type LetInAlone, type Verdict } from './http/guard.js'
export type { GuardOptions, NeedsContext } from './http/guard-options.js'
export { tokenOf } from './http/let-in.js'
