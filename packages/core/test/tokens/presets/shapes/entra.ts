import { presets } from '@jwt-guard/core'
import type { Claims } from '@jwt-guard/testing'
import { issuedFor, now, rsaIssuer, type Provider } from './provider.ts'

const tid = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const entraV2 = rsaIssuer(`https://login.microsoftonline.com/${tid}/v2.0`)
/** The client and the API in one registration: the hardest case, and that of Microsoft's own sample. */
const registration = '6e74172b-be56-4843-9ff4-e66a39bb12e3'
const entraUser: Claims = {
  aud: registration,
  ...issuedFor(3900, 300),
  nbf: now - 300,
  aio: 'AXQAi/8IAAAAtAaZLo3C',
  name: 'Abe Lincoln',
  oid: '690222be-ff1a-4d56-abd1-7e4f7d38e474',
  preferred_username: 'abeli@microsoft.com',
  rh: 'I',
  sub: 'HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ',
  tid,
  uti: 'fqiBqXLPj0eQa82S-IYFAA',
  ver: '2.0',
}
export const entra: Provider = {
  fake: entraV2,
  clientId: registration,
  audience: registration,
  types: {
    access: presets.entra.accessToken({ issuer: entraV2.issuer, audience: registration }),
    id: presets.entra.idToken({ issuer: entraV2.issuer, clientId: registration }),
  },
  shapes: [
    {
      what: 'access token of a user, v2.0',
      type: 'access',
      header: { typ: 'JWT' },
      claims: { ...entraUser, azp: registration, azpacr: '0', scp: 'access_as_user' },
    },
    {
      what: 'access token of an application, v2.0',
      type: 'access',
      header: { typ: 'JWT' },
      claims: {
        aud: registration,
        ...issuedFor(3900, 300),
        nbf: now - 300,
        aio: 'E2Zg',
        azp: '75dbe77f-10a3-4e59-85fd-8c127544f17c',
        azpacr: '1',
        oid: '3b0e7b3c-2c2c-4a7b-8c5a-0d6d1f7a9a11',
        rh: '0.AXoA',
        roles: ['Orders.Read.All'],
        sub: '3b0e7b3c-2c2c-4a7b-8c5a-0d6d1f7a9a11',
        tid,
        uti: 'Xk2c9',
        ver: '2.0',
      },
    },
    { what: 'ID token, v2.0', type: 'id', header: { typ: 'JWT' }, claims: { ...entraUser, nonce: '123523' } },
  ],
}

const tidV1 = 'fa15d692-e9c7-4460-a743-29f2956fd429'
const apiV1 = 'ef1da9d4-ff77-4c3e-a005-840c3f830745'
const entraV1Issuer = rsaIssuer(`https://sts.windows.net/${tidV1}/`)
export const entraV1: Provider = {
  fake: entraV1Issuer,
  clientId: '75dbe77f-10a3-4e59-85fd-8c127544f17c',
  audience: apiV1,
  types: {
    access: presets.entra.accessToken({
      issuer: entraV1Issuer.issuer,
      audience: [apiV1, `api://${apiV1}`],
      version: '1.0',
    }),
  },
  shapes: [
    {
      what: 'access token of a user, v1.0',
      type: 'access',
      header: { typ: 'JWT', x5t: 'i6lGk3FZzxRcUb2C3nEQ7syHJlY' },
      claims: {
        aud: apiV1,
        ...issuedFor(3900, 300),
        nbf: now - 300,
        acr: '1',
        aio: 'AXQAi/8IAAAAFm+E',
        amr: ['wia'],
        appid: '75dbe77f-10a3-4e59-85fd-8c127544f17c',
        appidacr: '0',
        email: 'AbeLi@microsoft.com',
        family_name: 'Lincoln',
        given_name: 'Abe (MSFT)',
        idp: 'https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/',
        ipaddr: '222.222.222.22',
        name: 'abeli',
        oid: '02223b6b-aa1d-42d4-9ec0-1b2bb9194438',
        rh: 'I',
        scp: 'user_impersonation',
        sub: 'l3_roISQU222bULS9yi2k0XpqpOiMz5H3ZACo1GeXA',
        tid: tidV1,
        unique_name: 'abeli@microsoft.com',
        uti: 'FVsGxYXI30-TuikuuUoFAA',
        ver: '1.0',
      },
    },
  ],
}
