import { createGuard, defineTokens, presets } from '@jwt-guard/core'
import type { Auth0IdTokenClaims, ClaimsOf, EntraAccessTokenV1Claims, EntraAccessTokenV2Claims, From, Issuer, KeycloakAccessTokenClaims } from '@jwt-guard/core'
import * as z from 'zod'
import type { Expect, IsAny, Same } from './expect.ts'

declare const issuer: Issuer
const tokens = defineTokens({
  keycloak: presets.keycloak.accessToken({ issuer, audience: 'x', claims: z.object({ realm_access: z.object({ roles: z.array(z.string()) }) }) }),
  keycloakPlain: presets.keycloak.accessToken({ issuer, audience: 'x', typ: 'required' }),
  auth0: presets.auth0.idToken({ issuer, clientId: 'x' }),
  okta: presets.okta.accessToken({ issuer, audience: 'x' }),
  cognito: presets.cognito.accessToken({ issuer, clientId: ['x', 'y'] }),
  entra: presets.entra.accessToken({ issuer, audience: 'x' }),
  entraV1: presets.entra.accessToken({ issuer, audience: 'x', version: '1.0' }),
  google: presets.google.idToken({ issuer: presets.google.issuer(), clientId: 'x', authorizedParties: ['y'] }),
  loginRadius: presets.loginRadius.token({ issuer, claims: z.object({ email: z.string() }) }),
})
declare const k: ClaimsOf<typeof tokens.keycloak>, c: ClaimsOf<typeof tokens.cognito>, o: ClaimsOf<typeof tokens.okta>, l: ClaimsOf<typeof tokens.loginRadius>
type _claims = [
  Expect<Same<typeof k.realm_access.roles, readonly string[]>>,
  Expect<Same<typeof k.typ, 'Bearer'>>,
  Expect<Same<ClaimsOf<typeof tokens.keycloakPlain>, KeycloakAccessTokenClaims & From<'keycloakPlain'>>>,
  Expect<Same<ClaimsOf<typeof tokens.auth0>, Auth0IdTokenClaims & From<'auth0'>>>,
  Expect<Same<Auth0IdTokenClaims['updated_at'], string | undefined>>,
  Expect<Same<typeof o.scp, readonly string[]>>,
  Expect<Same<typeof c.token_use, 'access'>>,
  Expect<Same<typeof c.aud, string | readonly string[] | undefined>>,
  Expect<Same<ClaimsOf<typeof tokens.entra>, EntraAccessTokenV2Claims & From<'entra'>>>,
  Expect<Same<ClaimsOf<typeof tokens.entraV1>, EntraAccessTokenV1Claims & From<'entraV1'>>>,
  Expect<Same<typeof l.email, string>>,
  Expect<Same<IsAny<ClaimsOf<typeof tokens.google>>, false>>,
]
createGuard(tokens.okta, { scope: 'read' })
tokens.google.verify('', { nonce: null })
// @ts-expect-error an ID token verified without saying its nonce
tokens.google.verify('')
// @ts-expect-error a claim of the other version
k.appid
// @ts-expect-error no audience
presets.entra.accessToken({ issuer })
// @ts-expect-error no client
presets.cognito.accessToken({ issuer })
// @ts-expect-error no such version
presets.entra.accessToken({ issuer, audience: 'x', version: '3.0' })
// @ts-expect-error an audience, where there is none
presets.loginRadius.token({ issuer, audience: 'x' })
// @ts-expect-error an algorithm, where there is one
presets.google.issuer({ algorithms: ['RS256'] })
// @ts-expect-error an unknown option
presets.auth0.accessToken({ issuer, audience: 'x', audiense: 'y' })
