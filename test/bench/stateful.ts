import { connectedClient } from '#faults/connected-client.js'
import {
  accessToken,
  defineTokens,
  revocationsOf,
  singleProcessStore,
  type ReplayStore,
  type RevocationStore,
} from '@jwt-guard/core'
import { redisReplayStore, redisRevocations, type RedisClient } from '@jwt-guard/redis'
import { audience } from './tokens.js'
import { issuerOfTrust, ourTokens, type Trust } from './trust.js'

/** Ours with some state, or with none. */
export interface Stateful {
  readonly name: string
  readonly tokens: ReturnType<typeof ourTokens>
  readonly differs: string
}

/** Contestants, and what they hold open. */
export interface Opened {
  readonly contestants: readonly Stateful[]
  readonly close: () => Promise<void>
}

export const noState = 'no state'
export const noStateAgain = 'no state again'
export const replicated = 'Redis, replicated'
/** Of other tokens: as many as there might be at any time. */
export const liveRevocations = 1000
/** Seconds that Redis has for an answer: on a machine that does two things at once. */
const timeout = 4

/** `redis`: the address of one, if there is one. */
export async function withRevocations(trust: Trust, redis: string | undefined): Promise<Opened> {
  const inMemory = revoking('one process', trust, singleProcessStore(), 'singleProcessStore, in memory')
  if (redis === undefined) return { contestants: [...stateless(trust), await inMemory], close: async () => {} }
  const client = await connectedClient({ url: redis, library: 'redis' })
  const followed = redisRevocations(client, { mode: 'replicated', prefix: 'replicated', timeout })
  const asked = redisRevocations(client, { mode: 'strict', prefix: 'strict', timeout })
  await followed.ready()
  const contestants = [
    ...stateless(trust),
    await inMemory,
    await revoking(replicated, trust, followed, 'redisRevocations, followed and looked up in memory'),
    await revoking('Redis, strict', trust, asked, 'redisRevocations, Redis asked each time'),
  ]
  return {
    contestants,
    close: async () => {
      await followed.close()
      close(client)
    },
  }
}

export async function withSingleUse(trust: Trust, redis: string | undefined): Promise<Opened> {
  const store = singleProcessStore({ capacity: 1_000_000 })
  const inMemory = spending('one process', trust, store, 'singleProcessStore, in memory')
  if (redis === undefined) return { contestants: [...stateless(trust), inMemory], close: async () => {} }
  const client = await connectedClient({ url: redis, library: 'redis' })
  const shared = spending(
    'Redis',
    trust,
    redisReplayStore(client, { timeout }),
    'redisReplayStore, Redis asked each time',
  )
  return {
    contestants: [...stateless(trust), inMemory, shared],
    // oxlint-disable-next-line typescript/require-await -- of the same type as the other
    close: async () => close(client),
  }
}

function stateless(trust: Trust): readonly Stateful[] {
  return [noState, noStateAgain].map((name) => ({
    name,
    tokens: ourTokens(trust),
    differs: 'every check but the state',
  }))
}

async function revoking(name: string, trust: Trust, revocations: RevocationStore, store: string): Promise<Stateful> {
  const tokens = defineTokens({ access: accessToken({ issuer: issuerOfTrust(trust), audience, revocations }) })
  const { revokeToken } = revocationsOf(tokens)
  const iss = trust.issuerId
  await Promise.all(
    Array.from({ length: liveRevocations }, async (_, at) => revokeToken({ iss, jti: `of somebody else ${at}` })),
  )
  return { name, tokens, differs: store }
}

function spending(name: string, trust: Trust, singleUse: ReplayStore, store: string): Stateful {
  const tokens = defineTokens({ access: accessToken({ issuer: issuerOfTrust(trust), audience, singleUse }) })
  return { name, tokens, differs: store }
}

function close(client: RedisClient): void {
  if ('destroy' in client) client.destroy()
  else client.disconnect()
}
