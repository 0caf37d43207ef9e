import {
  accessToken,
  authorizationGrant,
  clientAssertion,
  customToken,
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

/** Everything that the matrix knows of a kind; whatever is generated is generated from this. */
interface Kind {
  readonly make: (options: never) => AnyTokenType
  /** The option that names for whom its tokens are. */
  readonly for: 'audience' | 'clientId'
  /** That name in a service where client, authorization server and API are named apart. */
  readonly own: string
  /** What else has to be said. */
  readonly options?: object
  readonly token: (by: FakeIssuer, changes: Changes) => string
  /** Every `typ` with which its tokens are valid, unless it was told otherwise. */
  readonly typs: readonly (string | undefined)[]
  /** The context that fits a token of these claims best, whatever kind it is of. */
  readonly context?: (claims: Claims, options: Claims) => object
  /** Its issuers are many in practice: clients, or identity providers. */
  readonly resolved?: true
}

const [api, client, authorizationServer] = ['https://api.test', 'web', 'https://as.test']

export const kinds = {
  accessToken: {
    make: accessToken,
    for: 'audience',
    own: api,
    token: (by, changes) => by.accessToken(changes),
    typs: ['at+jwt'],
  },
  idToken: {
    make: idToken,
    for: 'clientId',
    own: client,
    token: (by, changes) => by.idToken(changes),
    typs: [undefined, 'JWT'],
    context: ({ nonce = null }, options) => ({ nonce: options['nonce'] === 'required' ? (nonce ?? 'none') : nonce }),
  },
  logoutToken: {
    make: logoutToken,
    for: 'clientId',
    own: client,
    token: (by, changes) => by.logoutToken(changes),
    typs: ['logout+jwt', undefined],
  },
  clientAssertion: {
    make: clientAssertion,
    for: 'audience',
    own: authorizationServer,
    token: (by, changes) => by.clientAssertion(changes),
    typs: ['client-authentication+jwt', undefined],
    resolved: true,
  },
  authorizationGrant: {
    make: authorizationGrant,
    for: 'audience',
    own: authorizationServer,
    token: (by, changes) => by.authorizationGrant(changes),
    typs: [undefined, 'JWT'],
    resolved: true,
  },
  identityAssertionGrant: {
    make: identityAssertionGrant,
    for: 'audience',
    own: authorizationServer,
    token: (by, changes) => by.identityAssertionGrant(changes),
    typs: ['oauth-id-jag+jwt'],
    context: ({ client_id: clientId = 'web' }) => ({ clientId }),
    resolved: true,
  },
  securityEventToken: {
    make: securityEventToken,
    for: 'audience',
    own: api,
    token: (by, changes) => by.securityEventToken(changes),
    typs: ['secevent+jwt'],
  },
  requestObject: {
    make: requestObject,
    for: 'audience',
    own: authorizationServer,
    token: (by, changes) => by.requestObject(changes),
    typs: ['oauth-authz-req+jwt'],
    context: ({ client_id: clientId = 'web' }) => ({ clientId }),
    resolved: true,
  },
  introspectionResponse: {
    make: introspectionResponse,
    for: 'audience',
    own: api,
    token: (by, changes) => by.introspectionResponse(changes),
    typs: ['token-introspection+jwt'],
  },
  userInfoResponse: {
    make: userInfoResponse,
    for: 'clientId',
    own: client,
    token: (by, changes) => by.userInfoResponse(changes),
    typs: [undefined, 'JWT'],
    context: ({ sub: subject = 'user-1' }) => ({ subject }),
  },
  transactionToken: {
    make: transactionToken,
    for: 'audience',
    own: api,
    token: (by, changes) => by.transactionToken(changes),
    typs: ['txntoken+jwt'],
  },
  customToken: {
    make: customToken,
    for: 'audience',
    own: api,
    options: { typ: 'invitation+jwt', maxLifetime: '15m', required: ['sub'] },
    token: (by, changes) => by.customToken('invitation+jwt', { sub: 'guest-1' }, changes),
    typs: ['invitation+jwt'],
  },
} as const satisfies Readonly<Record<string, Kind>>

export type KindName = keyof typeof kinds
export const kindNames = Object.keys(kinds) as readonly KindName[]
export const kindOf = (name: KindName): Kind => kinds[name]
/** Those whose `verify` takes the text alone. */
export const withoutContext = kindNames.filter((name) => kindOf(name).context === undefined)

/** Every ordered pair of two. */
export const orderedPairs = kindNames.flatMap((a) =>
  kindNames.filter((b) => b !== a).map((b): readonly [KindName, KindName] => [a, b]),
)
