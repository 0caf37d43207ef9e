import { accessToken, customToken, defineTokens, hmacSecret, idToken, issuer } from '@jwt-guard/core'
import { clock } from './clock.js'
import { api, passwordResetAudience } from './names.js'

const discovered = { algorithms: ['RS256'], allowInsecureLoopback: true } as const
const auth = issuer(setting('AUTH_ISSUER'), discovered)
const partnerAuth = issuer(setting('PARTNER_ISSUER'), discovered)
const self = issuer(api, { keys: hmacSecret({ base64url: process.env['RESET_SECRET'] }, 'HS256') })

/** Every kind of token that the service accepts. */
export const tokens = defineTokens(
  {
    access: accessToken({ issuer: auth, audience: api }),
    id: idToken({ issuer: auth, clientId: 'web' }),
    passwordReset: customToken({
      typ: 'password-reset+jwt',
      issuer: self,
      audience: passwordResetAudience,
      maxLifetime: '15m',
      required: ['sub'],
    }),
    partner: accessToken({ issuer: partnerAuth, audience: api }),
  },
  { clock },
)

function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}
