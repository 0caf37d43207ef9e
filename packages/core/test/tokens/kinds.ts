import {
  accessToken,
  authorizationGrant,
  clientAssertion,
  customToken,
  defineTokens,
  identityAssertionGrant,
  idToken,
  introspectionResponse,
  logoutToken,
  requestObject,
  securityEventToken,
  transactionToken,
  userInfoResponse,
  type AnyTokenType,
} from '@jwt-guard/core'
import type { Changes, Claims, FakeIssuer } from '@jwt-guard/testing'
import { SignJWT } from 'jose'
import { outcome } from './outcome.ts'

/** A kind in its plainest form: its type with any options besides, or one left out; a valid token; what `verify` is told. */
export interface Kind {
  readonly type: (fake: FakeIssuer, options?: Claims, leftOut?: string) => AnyTokenType
  readonly token: (fake: FakeIssuer, changes?: Changes) => string
  readonly context?: (fake: FakeIssuer) => Claims
  /** Whom its token is for, and the option that says so. */
  readonly audience: string
  readonly audienceOption: 'audience' | 'clientId'
}

const api = 'https://api.test'
const server = 'https://as.test'

/** A factory whose options are put together by a test, right and wrong ones. */
function madeBy(factory: (options: never) => AnyTokenType, audienceOption: 'audience' | 'clientId', audience: string) {
  const type = (fake: FakeIssuer, options: Claims = {}, leftOut = '') => {
    const all = { issuer: fake.issuer, [audienceOption]: audience, ...options }
    return factory(Object.fromEntries(Object.entries(all).filter(([name]) => name !== leftOut)) as never)
  }
  return { type, audience, audienceOption }
}

export const kinds = {
  accessToken: {
    ...madeBy(accessToken, 'audience', api),
    token: (fake, changes) => fake.accessToken(changes),
  },
  idToken: {
    ...madeBy(idToken, 'clientId', 'web'),
    token: (fake, changes) => fake.idToken(changes),
    context: () => ({ nonce: 'nonce-1' }),
  },
  logoutToken: {
    ...madeBy(logoutToken, 'clientId', 'web'),
    token: (fake, changes) => fake.logoutToken(changes),
  },
  clientAssertion: {
    ...madeBy(clientAssertion, 'audience', server),
    token: (fake, changes) => fake.clientAssertion(changes),
  },
  authorizationGrant: {
    ...madeBy(authorizationGrant, 'audience', server),
    token: (fake, changes) => fake.authorizationGrant(changes),
  },
  identityAssertionGrant: {
    ...madeBy(identityAssertionGrant, 'audience', server),
    token: (fake, changes) => fake.identityAssertionGrant(changes),
    context: () => ({ clientId: 'web' }),
  },
  securityEventToken: {
    ...madeBy(securityEventToken, 'audience', api),
    token: (fake, changes) => fake.securityEventToken(changes),
  },
  requestObject: {
    ...madeBy(requestObject, 'audience', server),
    token: (fake, changes) => fake.requestObject(changes),
    context: (fake) => ({ clientId: fake.id }),
  },
  introspectionResponse: {
    ...madeBy(introspectionResponse, 'audience', api),
    token: (fake, changes) => fake.introspectionResponse(changes),
  },
  userInfoResponse: {
    ...madeBy(userInfoResponse, 'clientId', 'web'),
    token: (fake, changes) => fake.userInfoResponse(changes),
    context: () => ({ subject: 'user-1' }),
  },
  transactionToken: {
    ...madeBy(transactionToken, 'audience', api),
    token: (fake, changes) => fake.transactionToken(changes),
  },
  customToken: {
    ...madeBy(
      (options: object) => customToken({ typ: 'own+jwt', maxLifetime: 900, ...options } as never),
      'audience',
      api,
    ),
    token: (fake, changes) => fake.customToken('own+jwt', {}, changes),
  },
} as const satisfies Readonly<Record<string, Kind>>

export type KindName = keyof typeof kinds
export const kindNames = Object.keys(kinds) as readonly KindName[]
export const kindOf = (name: KindName): Kind => kinds[name]

type Verify = (text: string, context?: unknown) => Promise<unknown>

/** The verifier of a kind that is alone in its set. */
export function verifierOf(name: KindName, fake: FakeIssuer, options?: Claims): Verify {
  const set = defineTokens({ it: kindOf(name).type(fake, options) }, { clock: fake.clock })
  return set.it.verify as Verify
}

/** What a kind that is alone in its set makes of a valid token with these changes. */
export function verdictsOf(name: KindName, fake: FakeIssuer, options?: Claims) {
  const verify = verifierOf(name, fake, options)
  const { token, context } = kindOf(name)
  return (claims: Claims = {}, header: Claims = {}, expected: unknown = context?.(fake)) =>
    outcome(verify(token(fake, { claims, header }), expected))
}

/** A token that is made by another library, with the issuer's first key, an ES256 one. */
export function signedByJose(fake: FakeIssuer, header: Claims, claims: Claims): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', ...header }).sign(fake.key.secret)
}
