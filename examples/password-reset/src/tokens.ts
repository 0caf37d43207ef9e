import { randomBytes } from 'node:crypto'
import { customToken, defineTokens, issuer, singleProcessStore } from '@jwt-guard/core'
import { createIssuer, signingSecret } from '@jwt-guard/issuer'
import { clock } from './clock.js'

const id = 'https://shop.example.com'
// Fresh for each run. In earnest: { base64url: process.env.RESET_SECRET }, or links end when the process does.
export const mine = createIssuer({ id, keys: signingSecret(randomBytes(32), 'HS256'), clock })
const self = issuer(id, { keys: mine.verificationKeys })

/** Two kinds of link that the shop mails. Neither does what the other is for. */
export const tokens = defineTokens(
  {
    passwordReset: customToken({
      typ: 'password-reset+jwt',
      issuer: self,
      audience: `${id}/reset`,
      maxLifetime: '15m',
      required: ['sub'],
      singleUse: singleProcessStore(), // several processes need a store that they share
    }),
    newsletter: customToken({
      typ: 'newsletter+jwt',
      issuer: self,
      audience: `${id}/newsletter`,
      maxLifetime: '30d',
      required: ['sub'],
    }),
  },
  { clock },
)
