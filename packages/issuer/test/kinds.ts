import {
  accessToken,
  authorizationGrant,
  clientAssertion,
  customToken,
  defineTokens,
  identityAssertionGrant,
  idToken,
  introspectionResponse,
  issuer,
  logoutToken,
  requestObject,
  securityEventToken,
  transactionToken,
  userInfoResponse,
} from '@jwt-guard/core'
import { createIssuer, type TokenIssuer } from '@jwt-guard/issuer'
import { fixedClock } from '@jwt-guard/testing'
import { aKey } from './keys.ts'

const id = 'https://issuer.test'
export const api = 'https://api.test'
const server = 'https://as.test'
export const clock = fixedClock()
export const mine = createIssuer({ id, keys: aKey(), clock })

/** A set of every kind that there is, of one issuer. */
export function everyKind({ verificationKeys }: Pick<TokenIssuer, 'verificationKeys'> = mine) {
  const self = issuer(id, { keys: verificationKeys })
  const forClient = { issuer: self, clientId: 'web' }
  return defineTokens(
    {
      access: accessToken({ issuer: self, audience: api }),
      id: idToken({ ...forClient, nonce: 'required' }),
      logout: logoutToken({ ...forClient, typ: 'required' }),
      userInfo: userInfoResponse(forClient),
      introspection: introspectionResponse({ issuer: self, audience: api }),
      event: securityEventToken({ issuer: self, audience: api }),
      transaction: transactionToken({ issuer: self, audience: api }),
      assertion: clientAssertion({ issuer: self, audience: server, typ: 'required' }),
      request: requestObject({ issuer: self, audience: server }),
      grant: authorizationGrant({ issuer: self, audience: server }),
      idJag: identityAssertionGrant({ issuer: self, audience: server }),
      reset: customToken({
        typ: 'password-reset+jwt',
        issuer: self,
        audience: api,
        maxLifetime: '15m',
        required: ['sub'],
        fixed: { use: 'reset', level: [1, 2] },
      }),
    },
    { clock },
  )
}

export const tokens = everyKind()
export type Kind = keyof typeof tokens

/** A token of each kind, with what only its caller can know, and the context in which it is verified. */
export const issued = {
  access: () => mine.issue(tokens.access, { sub: 'user-1', client_id: 'web', scope: 'read' }),
  id: () => mine.issue(tokens.id, { sub: 'user-1', nonce: 'n-1', name: 'User One' }),
  logout: () =>
    mine.issue(tokens.logout, { sub: 'user-1', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
  userInfo: () => mine.issue(tokens.userInfo, { sub: 'user-1', name: 'User One' }),
  introspection: () => mine.issue(tokens.introspection, { token_introspection: { active: true } }),
  event: () => mine.issue(tokens.event, { events: { 'urn:example:event': {} } }),
  transaction: () => mine.issue(tokens.transaction, { sub: 'user-1', txn: 't-1', scope: 'read', req_wl: 'gateway' }),
  assertion: () => mine.issue(tokens.assertion, { sub: id }),
  request: () => mine.issue(tokens.request, { client_id: id, response_type: 'code' }),
  grant: () => mine.issue(tokens.grant, { sub: 'user-1' }),
  idJag: () => mine.issue(tokens.idJag, { sub: 'user-1', client_id: 'web' }),
  reset: () => mine.issue(tokens.reset, { sub: 'user-1', level: 1 }),
} satisfies Record<Kind, () => Promise<string>>

const contexts: Readonly<Partial<Record<Kind, object>>> = {
  id: { nonce: 'n-1' },
  userInfo: { subject: 'user-1' },
  request: { clientId: id },
  idJag: { clientId: 'web' },
}

export const kinds = Object.keys(issued) as readonly Kind[]

/** What the type of this name makes of a text, in the context of a good token. */
export function verify(kind: Kind, text: string): Promise<unknown> {
  const { verify: verifies } = tokens[kind] as { verify: (text: string, context?: object) => Promise<unknown> }
  return verifies(text, contexts[kind])
}
