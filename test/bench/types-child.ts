// Fifty types of one's own, defined once, in a process that has defined none before.
import type { Started } from './level-4-start.js'
import { customToken, defineTokens, issuer, publicKey } from '@jwt-guard/core'
import type { StartTrust } from './starts.js'

const [, , count = '', trust = ''] = process.argv
const { issuer: id, audience, jwk } = JSON.parse(trust) as StartTrust
const trusted = issuer(id, { keys: publicKey(jwk, 'ES256') })
const before = process.memoryUsage().heapUsed
const began = performance.now()
const types = Array.from({ length: Number(count) }, (_, at) => {
  const typ = `kind-${at}+jwt`
  return [`kind${at}`, customToken({ typ, issuer: trusted, audience, maxLifetime: '15m', required: ['sub'] })] as const
})
const tokens = defineTokens(Object.fromEntries(types))
const milliseconds = performance.now() - began
const bytes = process.memoryUsage().heapUsed - before
if (Object.keys(tokens).length !== Number(count)) throw new Error('a type is missing')
process.send?.({ milliseconds, bytes } satisfies Started)
