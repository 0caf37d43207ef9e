export type { Clock } from './encoding/clock.js'
export type { Duration } from './encoding/duration.js'
export { codes, type MistakeCode, type OutageCode, type RefusalCode } from './errors/codes.js'
export { ConfigurationError, DependencyError, TokenRejectedError } from './errors/errors.js'

export type { Algorithm, HmacAlgorithm, PublicKeyAlgorithm } from './issuers/algorithms.js'
export { certificateChain, type CertificateChain, type CertificateChainOptions } from './issuers/certificate-chain.js'
export type { SubjectAttribute } from './issuers/certificate-names.js'
export {
  decryptionKey,
  type ContentEncryptionAlgorithm,
  type DecryptionKey,
  type DecryptionKeyOptions,
  type KeyManagementAlgorithm,
} from './issuers/decryption-key.js'
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

export type { VerifiedHeader } from './jwt/compact-jws.js'
export { verifyCompactJws } from './jwt/signature.js'
export type { ReplayStore } from './state/replay-store.js'
export type { Revocable } from './state/revocation.js'
export type { RevocationStore } from './state/revocation-store.js'
export { singleProcessStore } from './state/single-process-store.js'
export type { StateEvent } from './state/state-events.js'
export type { ClaimsSchema, FixedValue } from './rules/token-rules.js'

export type { ExplainedStep, Explanation } from './explain.js'
export {
  accessToken,
  type AccessTokenClaims,
  type AccessTokenOptions,
  type Confirmation,
} from './tokens/access-token.js'
export { anyOf } from './tokens/any-of.js'
export type { AudienceOptions, SoleAudienceOptions } from './tokens/audience.js'
export {
  authorizationGrant,
  type AuthorizationGrantClaims,
  type AuthorizationGrantOptions,
} from './tokens/authorization-grant.js'
export type { Frozen, NotPlainData, RegisteredClaims } from './tokens/claims.js'
export { clientAssertion, type ClientAssertionClaims, type ClientAssertionOptions } from './tokens/client-assertion.js'
export type { ClientOptions } from './tokens/client-options.js'
export type { CommonOptions } from './tokens/common-options.js'
export { customToken, type CustomClaims, type CustomTokenOptions, type FixedClaims } from './tokens/custom-token.js'
export { describe } from './tokens/describe.js'
export { defineTokens } from './tokens/define-tokens.js'
export { idToken, type IdTokenClaims, type IdTokenContext, type IdTokenOptions } from './tokens/id-token.js'
export {
  identityAssertionGrant,
  type IdentityAssertionGrantClaims,
  type IdentityAssertionGrantContext,
  type IdentityAssertionGrantOptions,
} from './tokens/identity-assertion-grant.js'
export {
  introspectionResponse,
  type IntrospectionResponseClaims,
  type IntrospectionResponseOptions,
} from './tokens/introspection-response.js'
export { issuanceOf, type Issuance, type NotIssuable } from './tokens/issuance.js'
export { logoutToken, type LogoutTokenClaims, type LogoutTokenOptions } from './tokens/logout-token.js'
export type {
  AnyNamedTokenType,
  AnyOf,
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
export { notChecked, type NotChecked } from './encoding/not-checked.js'
export { presets } from './tokens/presets/presets.js'
export type * from './tokens/presets/presets.js'
export {
  requestObject,
  type RequestObjectClaims,
  type RequestObjectContext,
  type RequestObjectOptions,
} from './tokens/request-object.js'
export {
  securityEventToken,
  type SecurityEventTokenClaims,
  type SecurityEventTokenOptions,
} from './tokens/security-event-token.js'
export { revocationsOf, type Revocations } from './tokens/revocations.js'
export { separation, type Separation } from './tokens/separation.js'
export type { StandardClaims } from './tokens/standard-claims.js'
export type { TokenType } from './tokens/token-type.js'
export {
  transactionToken,
  type TransactionTokenClaims,
  type TransactionTokenOptions,
} from './tokens/transaction-token.js'
export type { LenientTyp, Migration, RequiredTyp } from './tokens/typ.js'
export { userInfoResponse, type UserInfoClaims, type UserInfoContext } from './tokens/user-info-response.js'

export { httpError, type HttpError, type Refused } from './http/answers.js'
export {
  createBackChannelLogout,
  type BackChannelLogout,
  type BackChannelLogoutOptions,
} from './http/back-channel-logout.js'
export { createGuard, guardFor } from './http/create-guard.js'
export type { Guard, Guarded, LetInAlone, Verdict } from './http/guard.js'
export type { LogoutAnswer } from './http/logout-answer.js'
export type { Reason } from './http/reason.js'
export type { GuardOptions, NeedsContext } from './http/guard-options.js'
export { tokenOf } from './http/let-in.js'
