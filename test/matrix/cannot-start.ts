import { FakeIssuer } from '@jwt-guard/testing'
import type { KindName } from './kinds.js'
import { fake, type Saying } from './worlds.js'

/** What a message offers, and how its reader does it. */
export type Remedy = readonly [words: string, saying: Saying]

export interface Unseparated {
  readonly pair: readonly [KindName, KindName]
  readonly remedies: readonly Remedy[]
}

const apart = new FakeIssuer({ id: 'https://apart.test', clock: fake.clock })

const typedAssertion: Remedy = [
  "typ: 'required' on clientAssertion",
  { clientAssertion: { options: { typ: 'required' }, typs: ['client-authentication+jwt'] } },
]
const profiledGrant: Remedy = [
  "a profile and typ: 'required' on authorizationGrant",
  { authorizationGrant: { options: { typ: 'required', profile: 'vouching+jwt' }, typs: ['vouching+jwt'] } },
]
const nonce: Remedy = ["nonce: 'required' on idToken", { idToken: { options: { nonce: 'required' } } }]
const naming = (kind: KindName, words: string): Remedy => [
  `names that differ: ${words}`,
  { [kind]: { name: 'its-own' } },
]
const issuing = (a: KindName, b: KindName): Remedy => [`an issuer of its own for ${a} or ${b}`, { [a]: { by: apart } }]
const keys = (a: KindName): Remedy => [
  `given keys of its own for ${a}`,
  { [a]: { by: new FakeIssuer({ clock: fake.clock }) } },
]

/**
 * Every pair of kinds that cannot start where one name stands for client, authorization server and API alike, with the
 * remedies that its message offers. All others start.
 */
export const cannotStart: readonly Unseparated[] = [
  {
    pair: ['idToken', 'clientAssertion'],
    remedies: [
      typedAssertion,
      naming('idToken', 'clientId of idToken, audience of clientAssertion'),
      issuing('idToken', 'clientAssertion'),
      keys('idToken'),
    ],
  },
  {
    pair: ['idToken', 'authorizationGrant'],
    remedies: [
      profiledGrant,
      naming('idToken', 'clientId of idToken, audience of authorizationGrant'),
      issuing('idToken', 'authorizationGrant'),
      keys('idToken'),
    ],
  },
  {
    pair: ['idToken', 'userInfoResponse'],
    remedies: [
      nonce,
      naming('idToken', 'clientId of idToken, clientId of userInfoResponse'),
      issuing('idToken', 'userInfoResponse'),
      keys('idToken'),
    ],
  },
  {
    pair: ['clientAssertion', 'authorizationGrant'],
    remedies: [
      typedAssertion,
      profiledGrant,
      naming('clientAssertion', 'audience of clientAssertion, audience of authorizationGrant'),
      issuing('clientAssertion', 'authorizationGrant'),
    ],
  },
  {
    pair: ['clientAssertion', 'userInfoResponse'],
    remedies: [
      typedAssertion,
      naming('clientAssertion', 'audience of clientAssertion, clientId of userInfoResponse'),
      issuing('clientAssertion', 'userInfoResponse'),
      keys('clientAssertion'),
    ],
  },
  {
    pair: ['authorizationGrant', 'userInfoResponse'],
    remedies: [
      profiledGrant,
      naming('authorizationGrant', 'audience of authorizationGrant, clientId of userInfoResponse'),
      issuing('authorizationGrant', 'userInfoResponse'),
      keys('authorizationGrant'),
    ],
  },
]

/** And where the three are named apart, as they are in practice: these alone. */
export const cannotStartApart: readonly (readonly [KindName, KindName])[] = [
  ['idToken', 'userInfoResponse'],
  ['clientAssertion', 'authorizationGrant'],
]
