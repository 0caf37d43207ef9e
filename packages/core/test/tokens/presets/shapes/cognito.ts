import { presets } from '@jwt-guard/core'
import type { Claims } from '@jwt-guard/testing'
import { issuedFor, now, rsaIssuer, type Provider } from './provider.ts'

const pool = rsaIssuer('https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Ab1Cd2Ef3')
const cognitoClient = '57cbishk4j24pabc1234567890'
const cognitoUser: Claims = {
  sub: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  'cognito:groups': ['admin'],
  origin_jti: 'aaaaaaaa-bbbb-cccc-dddd-ffffffffffff',
  auth_time: now,
  ...issuedFor(3600),
}
export const cognito: Provider = {
  fake: pool,
  clientId: cognitoClient,
  audience: 'https://api.example.com',
  types: {
    access: presets.cognito.accessToken({ issuer: pool.issuer, clientId: cognitoClient }),
    id: presets.cognito.idToken({ issuer: pool.issuer, clientId: cognitoClient }),
  },
  shapes: [
    {
      what: 'access token of a user',
      type: 'access',
      header: {},
      claims: {
        ...cognitoUser,
        version: 2,
        client_id: cognitoClient,
        event_id: '64f513be-32db-42b0-b78e-b02127b4f463',
        token_use: 'access',
        scope: 'openid profile orders/read',
        jti: 'aaaaaaaa-bbbb-cccc-dddd-000000000000',
        username: 'janedoe@example.com',
      },
    },
    {
      what: 'access token of a client',
      type: 'access',
      header: {},
      claims: {
        sub: cognitoClient,
        token_use: 'access',
        scope: 'orders/read',
        auth_time: now,
        ...issuedFor(3600),
        version: 2,
        jti: 'aaaaaaaa-bbbb-cccc-dddd-000000000001',
        client_id: cognitoClient,
      },
    },
    {
      what: 'ID token',
      type: 'id',
      header: {},
      claims: {
        ...cognitoUser,
        email_verified: true,
        'cognito:username': 'janedoe',
        given_name: 'Jane',
        aud: cognitoClient,
        token_use: 'id',
        jti: 'aaaaaaaa-bbbb-cccc-dddd-111111111111',
        email: 'janedoe@example.com',
      },
    },
  ],
}
