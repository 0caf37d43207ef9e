import { presets } from '@jwt-guard/core'
import { issuedFor, now, rsaIssuer, type Provider } from './provider.ts'

const customServer = rsaIssuer('https://example.okta.com/oauth2/default')
const oktaClient = '0oas6ywyq7cwyKUfF0h7'
export const okta: Provider = {
  fake: customServer,
  clientId: oktaClient,
  audience: 'api://default',
  types: {
    access: presets.okta.accessToken({ issuer: customServer.issuer, audience: 'api://default' }),
    id: presets.okta.idToken({ issuer: customServer.issuer, clientId: oktaClient }),
  },
  shapes: [
    {
      what: 'access token of a user',
      type: 'access',
      header: {},
      claims: {
        ver: 1,
        jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
        aud: 'api://default',
        ...issuedFor(3600),
        cid: oktaClient,
        uid: '00uixa271s6x7qt8I0h7',
        scp: ['openid', 'email', 'orders:read'],
        auth_time: now - 3073,
        sub: 'joe.smith@example.com',
      },
    },
    {
      what: 'access token of a client',
      type: 'access',
      header: {},
      claims: {
        ver: 1,
        jti: 'AT.pKoLFoM7X4P4DrJBRvXaJzj9g0-naK1ChGH_oTbStYE',
        aud: 'api://default',
        ...issuedFor(3600),
        cid: oktaClient,
        scp: ['orders:read'],
        sub: oktaClient,
      },
    },
    {
      what: 'ID token',
      type: 'id',
      header: {},
      claims: {
        sub: '00uixa271s6x7qt8I0h7',
        name: 'Joe Smith',
        email: 'joe.smith@example.com',
        ver: 1,
        aud: oktaClient,
        ...issuedFor(3600),
        jti: 'ID.radCQMOQUmyvcTBmmIL0J6BaS60apUEiC7-vI7pOmkw',
        amr: ['pwd'],
        idp: '00ok1u7AsAkrwdZL3z0g3',
        nonce: 'YsG76jo',
        preferred_username: 'joe.smith@example.com',
        auth_time: now - 562,
        at_hash: 'fPlsvVszI29LU2UhDyJ9vg',
      },
    },
  ],
}
