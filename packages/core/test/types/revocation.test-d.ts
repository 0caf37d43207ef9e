import {
  accessToken,
  createBackChannelLogout,
  defineTokens,
  idToken,
  issuer,
  logoutToken,
  presets,
  revocationsOf,
  singleProcessStore,
  type ReplayStore,
  type RevocationStore,
} from '@jwt-guard/core'
import * as z from 'zod'
import type { Expect, Same } from './expect.ts'

const auth = issuer('https://auth.example.com', { algorithms: ['RS256'] })
const store: ReplayStore & RevocationStore = singleProcessStore()
const tokens = defineTokens({
  access: accessToken({ issuer: auth, audience: 'a', revocations: store }),
  session: accessToken({ issuer: auth, audience: 'b', revocations: store, claims: z.object({ sid: z.string() }) }),
  id: idToken({ issuer: auth, clientId: 'web' }),
  logout: logoutToken({ issuer: auth, clientId: 'web' }),
  auth0: presets.auth0.accessToken({ issuer: auth, audience: 'c' }),
  auth0Logout: presets.auth0.logoutToken({ issuer: auth, clientId: 'web', claims: z.object({ trace_id: z.string() }) }),
})
const revocations = revocationsOf(tokens)
type Name = 'access' | 'session' | 'id' | 'logout' | 'auth0' | 'auth0Logout'
type _names = Expect<Same<typeof revocations.covered.session, readonly Name[]>>

const { claims } = await tokens.access.verify('')
await revocations.revokeToken(claims)
await revocations.revokeSubject(claims)
await revocations.revokeClient(claims, { before: 1 })
await revocations.revokeSession((await tokens.session.verify('')).claims)
await revocations.revokeSession({ iss: 'x', sid: 'y' })
const auth0 = (await tokens.auth0.verify('')).claims
await revocations.revokeClient(auth0)
// @ts-expect-error no sid is known of
await revocations.revokeSession(claims)
// @ts-expect-error its jti may not be there
await revocations.revokeToken(auth0)
// @ts-expect-error no issuer
await revocations.revokeToken({ jti: 'x' })
// @ts-expect-error a date
await revocations.revokeSubject(claims, { before: new Date() })
// @ts-expect-error a session is over for good
await revocations.revokeSession({ iss: 'x', sid: 'y' }, { before: 1 })
// @ts-expect-error nothing can be revoked without a set
revocationsOf()

createBackChannelLogout({ token: tokens.logout, revocations })
createBackChannelLogout({ token: tokens.auth0Logout, revocations, bySubject: true })
// @ts-expect-error an access token logs nobody out
createBackChannelLogout({ token: tokens.access, revocations })
// @ts-expect-error a store is not enough
createBackChannelLogout({ token: tokens.logout, revocations: store })
// @ts-expect-error a type without a name
createBackChannelLogout({ token: logoutToken({ issuer: auth, clientId: 'web' }), revocations })
// @ts-expect-error what only remembers what was used
accessToken({ issuer: auth, audience: 'a', revocations: { add: () => true } })
