import { presets } from '@jwt-guard/core'
import { FakeIssuer, testKey, type Claims } from '@jwt-guard/testing'
import { clock, issuedFor, now, type Provider } from './provider.ts'

const key = testKey('RS256', 'key of accounts.google.com')
export const googleIssuer = presets.google.issuer({ keys: key.source })
const accounts = new FakeIssuer({ id: 'https://accounts.google.com', clock, keys: [key] })
const googleClient = '1234987819200.apps.googleusercontent.com'
export const android = '1234987819200-android.apps.googleusercontent.com'
const googleUser: Claims = {
  azp: googleClient,
  aud: googleClient,
  sub: '110169484474386276334',
  hd: 'example.com',
  email: 'jsmith@example.com',
  email_verified: true,
  ...issuedFor(3600),
  nonce: '0394852-3190485-2490358',
  name: 'J Smith',
  picture: 'https://lh3.googleusercontent.com/a/x',
}
export const google: Provider = {
  fake: accounts,
  clientId: googleClient,
  audience: 'https://orders.example.com',
  types: {
    id: presets.google.idToken({
      issuer: googleIssuer,
      clientId: googleClient,
      authorizedParties: [android],
    }),
  },
  shapes: [
    { what: 'ID token of a web application', type: 'id', header: { typ: 'JWT' }, claims: googleUser },
    {
      what: 'ID token of an Android app for its server, without a nonce, by the older spelling of the issuer',
      type: 'id',
      header: { typ: 'JWT' },
      claims: { ...googleUser, iss: 'accounts.google.com', azp: android, nonce: undefined },
    },
    {
      what: 'ID token of a sign-in button',
      type: 'id',
      header: { typ: 'JWT' },
      claims: { ...googleUser, nbf: now - 300, jti: '3141592653589793238abcdef' },
    },
  ],
}
