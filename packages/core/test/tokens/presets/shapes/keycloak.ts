import { presets } from '@jwt-guard/core'
import type { Claims } from '@jwt-guard/testing'
import { issuedFor, logout, now, rsaIssuer, type Provider } from './provider.ts'

const realm = rsaIssuer('https://sso.example.com/realms/shop')
const alice = '6d28dd71-037f-48da-a2a8-d9e419867431'
const sid = '-Tm0g4Bn4ko4UQXQchK4iw2D'
const profile = {
  email_verified: true,
  name: 'Alice Exp',
  preferred_username: 'alice',
  given_name: 'Alice',
  family_name: 'Exp',
  email: 'alice@example.org',
}
const keycloakUser: Claims = {
  ...issuedFor(300),
  auth_time: now - 1,
  jti: 'onrtac:d24ffb1b-7652-0c37-7dad-4b43218b4492',
  aud: ['orders-api', 'account'],
  sub: alice,
  typ: 'Bearer',
  azp: 'shop-web',
  sid,
  acr: '1',
  'allowed-origins': ['https://shop.example.com'],
  realm_access: { roles: ['default-roles-shop', 'offline_access', 'uma_authorization'] },
  resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
  scope: 'openid profile email',
  ...profile,
}
const keycloakLogout: Claims = {
  ...issuedFor(120),
  jti: 'a2836698-51c4-4c1f-9d0f-0a3b6e0d2a11',
  aud: 'shop-web',
  sub: alice,
  typ: 'Logout',
  sid,
  events: logout,
}
export const keycloak: Provider = {
  fake: realm,
  clientId: 'shop-web',
  audience: 'orders-api',
  types: {
    access: presets.keycloak.accessToken({ issuer: realm.issuer, audience: 'orders-api' }),
    id: presets.keycloak.idToken({ issuer: realm.issuer, clientId: 'shop-web' }),
    logout: presets.keycloak.logoutToken({ issuer: realm.issuer, clientId: 'shop-web' }),
    userInfo: presets.keycloak.userInfoResponse({ issuer: realm.issuer, clientId: 'shop-web' }),
  },
  shapes: [
    { what: 'access token of a user', type: 'access', header: { typ: 'JWT' }, claims: keycloakUser },
    {
      what: 'access token of a client, at+jwt',
      type: 'access',
      header: { typ: 'at+jwt' },
      claims: {
        ...issuedFor(300),
        jti: 'trrtcc:f60fa4a6-f6df-71c3-7b14-730f2c2382b5',
        aud: ['orders-api', 'account'],
        sub: 'ecbbd65d-94d6-4a03-b1de-c4db2cf50ee4',
        typ: 'Bearer',
        azp: 'batch-job',
        acr: '1',
        scope: 'profile email',
        clientHost: '10.244.0.1',
        email_verified: false,
        preferred_username: 'service-account-batch-job',
        clientAddress: '10.244.0.1',
        client_id: 'batch-job',
      },
    },
    {
      what: 'ID token',
      type: 'id',
      header: { typ: 'JWT' },
      claims: {
        ...issuedFor(300),
        auth_time: now - 1,
        jti: 'cc2ba8c3-a515-0070-1c3e-e48a6cd4ca9b',
        aud: 'shop-web',
        sub: alice,
        typ: 'ID',
        azp: 'shop-web',
        nonce: 'Dgm3-itbf_5ZSwkb',
        sid,
        at_hash: 'JhSgzskSWpVPiBq01qHRVg',
        acr: '1',
        ...profile,
      },
    },
    { what: 'logout token', type: 'logout', header: { typ: 'logout+jwt' }, claims: keycloakLogout },
    {
      what: 'logout token of an older release, that ends offline sessions',
      type: 'logout',
      header: { typ: 'JWT' },
      claims: { ...keycloakLogout, events: { ...logout, revoke_offline_access: true } },
    },
    {
      what: 'signed UserInfo response',
      type: 'userInfo',
      header: { typ: 'JWT' },
      claims: { iat: undefined, exp: undefined, sub: alice, aud: 'shop-web', ...profile },
    },
  ],
}
