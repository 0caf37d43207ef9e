import { presets } from '@jwt-guard/core'
import { issuedFor, logout, rsaIssuer, type Provider } from './provider.ts'

const tenant = rsaIssuer('https://example.eu.auth0.com/')
const auth0Client = 'ENDmmAJsbwI1hOG1KPJddQ8LHjV6kLkV'
export const auth0: Provider = {
  fake: tenant,
  clientId: auth0Client,
  audience: 'https://api.example.com/',
  types: {
    access: presets.auth0.accessToken({ issuer: tenant.issuer, audience: 'https://api.example.com/' }),
    id: presets.auth0.idToken({ issuer: tenant.issuer, clientId: auth0Client }),
    logout: presets.auth0.logoutToken({ issuer: tenant.issuer, clientId: auth0Client }),
  },
  shapes: [
    {
      what: 'access token of a user',
      type: 'access',
      header: { typ: 'JWT' },
      claims: {
        sub: 'auth0|602c0dcab993d10073daf680',
        aud: ['https://api.example.com/', 'https://example.eu.auth0.com/userinfo'],
        ...issuedFor(86400),
        scope: 'openid profile email read:orders',
        org_id: 'org_9ybsU1dN2dKfDkBi',
        azp: auth0Client,
        permissions: ['read:orders'],
      },
    },
    {
      what: 'access token of an application',
      type: 'access',
      header: { typ: 'JWT' },
      claims: {
        sub: 'CS2MNgcX1VZFCJaEzfKw2VPAAS0gzhqP@clients',
        aud: 'https://api.example.com/',
        ...issuedFor(86400),
        scope: 'read:orders',
        gty: 'client-credentials',
        azp: 'CS2MNgcX1VZFCJaEzfKw2VPAAS0gzhqP',
      },
    },
    {
      what: 'ID token',
      type: 'id',
      header: { typ: 'JWT' },
      claims: {
        nickname: 'jane',
        name: 'Jane Doe',
        picture: 'https://s.gravatar.com/avatar/x.png',
        updated_at: '2026-09-30T15:13:40.474Z',
        email: 'jane@example.com',
        email_verified: true,
        aud: auth0Client,
        sub: 'auth0|602c0dcab993d10073daf680',
        ...issuedFor(36000),
        sid: '375UIp_ID5mCTClIeBEHpXfGwq51tF_L',
        nonce: 'crypto-value',
      },
    },
    {
      what: 'logout token',
      type: 'logout',
      header: { typ: 'JWT' },
      claims: {
        sub: 'auth0|602e93db83fa6f00749a23e6',
        aud: auth0Client,
        ...issuedFor(120),
        jti: '44a91215-dfb4-4dfe-a1eb-fcafa911deba',
        events: logout,
        trace_id: '81b336a94a4a5707',
        sid: '375UIp_ID5mCTClIeBEHpXfGwq51tF_L',
      },
    },
  ],
}
