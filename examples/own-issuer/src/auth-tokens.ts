import { generateKeyPairSync } from 'node:crypto'
import { accessToken, customToken, defineTokens, issuer, singleProcessStore } from '@jwt-guard/core'
import { createIssuer, signingKey } from '@jwt-guard/issuer'
import { clock } from './clock.js'

// Fresh for each run. In earnest: PEM or JWK from where your secrets are, and the old ones in `retired`.
const key = () => signingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256')

/** The two kinds of token of the authentication service, and who issues them. */
export function authTokens(url: string, api: string) {
  // As long as the longest token lives: a refresh token of before a rotation has to be good for its 30 days.
  const keys = { current: key(), next: [key(), key()] }
  const mine = createIssuer({ id: url, keys, keepRetired: '30d', clock })
  const self = issuer(url, { keys: mine.verificationKeys })
  const tokens = defineTokens(
    {
      access: accessToken({ issuer: self, audience: api, maxLifetime: '5m' }),
      refresh: customToken({
        typ: 'refresh+jwt',
        issuer: self,
        audience: url,
        maxLifetime: '30d',
        required: ['sub'],
        singleUse: singleProcessStore(), // several processes need a store that they share
      }),
    },
    { clock },
  )
  return { mine, tokens }
}
