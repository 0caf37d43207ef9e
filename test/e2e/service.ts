import { randomBytes } from 'node:crypto'
import {
  accessToken,
  customToken,
  defineTokens,
  hmacSecret,
  idToken,
  issuer,
  type Clock,
  type DiscoveredKeys,
} from '@jwt-guard/core'
import { api, passwordResetAudience } from '../../examples/demo/src/names.ts'

export const resetSecret = randomBytes(32).toString('base64url')

type Settings = Partial<DiscoveredKeys> & { readonly clock?: Clock; readonly clientId?: string }

/** The kinds of token of a service that trusts the authorization server at this URL, by discovery. */
export function tokensOf(url: string, { clock, clientId = 'web', ...settings }: Settings = {}) {
  const auth = issuer(url, { algorithms: ['RS256'], allowInsecureLoopback: true, ...settings })
  const self = issuer(api, { keys: hmacSecret({ base64url: resetSecret }, 'HS256') })
  const tokens = defineTokens(
    {
      access: accessToken({ issuer: auth, audience: api }),
      id: idToken({ issuer: auth, clientId }),
      passwordReset: customToken({
        typ: 'password-reset+jwt',
        issuer: self,
        audience: passwordResetAudience,
        maxLifetime: '15m',
        required: ['sub'],
      }),
    },
    clock === undefined ? {} : { clock },
  )
  return { auth, tokens }
}
