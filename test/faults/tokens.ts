import { accessToken, customToken, defineTokens, issuer, keySet } from '@jwt-guard/core'
import { redisReplayStore, redisRevocations, type RedisClient } from '@jwt-guard/redis'
import type { Setup } from './orders.js'

export const issuerId = 'https://issuer.test'
const audience = 'https://api.test'

/** The tokens of a service, with both stores on Redis. */
export function tokensOf(client: RedisClient, { mode, maxLag, timeout, jwks }: Omit<Setup, 'url' | 'library'>) {
  const trusted = issuer(issuerId, { keys: keySet(jwks, { algorithms: ['ES256'] }) })
  const revocations = redisRevocations(client, mode === 'strict' ? { mode, timeout } : { mode, timeout, maxLag })
  const tokens = defineTokens({
    access: accessToken({ issuer: trusted, audience, revocations }),
    reset: customToken({
      typ: 'password-reset+jwt',
      issuer: trusted,
      audience,
      maxLifetime: '15m',
      required: ['sub', 'jti'],
      singleUse: redisReplayStore(client, { timeout }),
    }),
  })
  return { tokens, revocations }
}
