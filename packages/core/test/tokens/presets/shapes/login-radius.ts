import { presets } from '@jwt-guard/core'
import { FakeIssuer, testSecret } from '@jwt-guard/testing'
import { clock, issuedFor, now, type Provider } from './provider.ts'

const jwtApp = new FakeIssuer({ id: 'https://acme.hub.loginradius.com/', clock, keys: [testSecret()] })
export const loginRadius: Provider = {
  fake: jwtApp,
  clientId: 'shop',
  audience: 'https://shop.example.com',
  types: { token: presets.loginRadius.token({ issuer: jwtApp.issuer }) },
  shapes: [
    {
      what: 'token of a JWT app',
      type: 'token',
      header: { typ: 'JWT', kid: undefined },
      claims: {
        sub: 'e2a19b161ba241559319dc4c47e5ef75',
        jti: '5f6f3f2e-8a0c-4a53-9d7b-2f6a8c7b1e10',
        email: 'jane@example.com',
        first_name: 'Jane',
        roles: ['admin'],
        ...issuedFor(600),
        nbf: now,
      },
    },
  ],
}
