import { auth0 } from './auth0.js'
import { cognito } from './cognito.js'
import { entra } from './entra.js'
import { google } from './google.js'
import { keycloak } from './keycloak.js'
import { loginRadius } from './login-radius.js'
import { okta } from './okta.js'

/**
 * Token types for what providers really issue, where that is not what the specifications have: each a named deviation,
 * which its docstring describes with the provider's documentation. Nothing falls back to them: `accessToken` and the
 * others stay as strict as they are. In a set they are types like any other, and proven exclusive.
 */
export const presets: Presets = Object.freeze({ auth0, cognito, entra, google, keycloak, loginRadius, okta })

/** Written out, so that the published types lead to each factory with its docstring. */
export interface Presets {
  readonly auth0: typeof auth0
  readonly cognito: typeof cognito
  readonly entra: typeof entra
  readonly google: typeof google
  readonly keycloak: typeof keycloak
  readonly loginRadius: typeof loginRadius
  readonly okta: typeof okta
}

export type { Auth0AccessTokenClaims, Auth0IdTokenClaims, Auth0LogoutTokenClaims } from './auth0.js'
export type { Auth0LogoutTokenOptions } from './auth0.js'
export type { CognitoAccessTokenClaims, CognitoAccessTokenOptions, CognitoIdTokenClaims } from './cognito.js'
export type { EntraAccessTokenClaims, EntraVersion } from './entra.js'
export type { EntraAccessTokenOptions, EntraAccessTokenV1Claims, EntraAccessTokenV2Claims } from './entra.js'
export type { EntraIdTokenClaims } from './entra.js'
export type { GoogleIdTokenClaims, GoogleIdTokenOptions, GoogleIssuerOptions } from './google.js'
export type { KeycloakAccessTokenClaims, KeycloakAccessTokenOptions, KeycloakIdTokenClaims } from './keycloak.js'
export type { KeycloakLogoutTokenClaims, KeycloakLogoutTokenOptions, KeycloakUserInfoClaims } from './keycloak.js'
export type { LoginRadiusTokenClaims } from './login-radius.js'
export type { OktaAccessTokenClaims, OktaIdTokenClaims } from './okta.js'
