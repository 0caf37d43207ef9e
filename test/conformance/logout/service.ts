import {
  accessToken,
  defineTokens,
  logoutToken,
  revocationsOf,
  singleProcessStore,
  type BackChannelLogoutOptions,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'

export const audience = 'https://api.test'
export const fake = new FakeIssuer()

/** A service of its own for each server, so that nothing is left of what another test revoked. */
export function logoutService() {
  const store = singleProcessStore()
  const away = { is: false }
  const revocations = {
    revoke: (key: string, before: number, seconds: number) => {
      if (away.is) throw new Error('a foreign message')
      return store.revoke(key, before, seconds)
    },
    revokedBefore: store.revokedBefore,
  }
  const tokens = defineTokens(
    {
      access: accessToken({ issuer: fake.issuer, audience, revocations }),
      logout: logoutToken({ issuer: fake.issuer, clientId: 'web', singleUse: store }),
    },
    { clock: fake.clock },
  )
  const options: BackChannelLogoutOptions = { token: tokens.logout, revocations: revocationsOf(tokens) }
  return { tokens, options, away }
}
