import { onTestFinished } from 'vitest'
import { RedisServer } from '../../../test/faults/redis-server.js'
import {
  redisRevocations,
  type RedisClient,
  type RedisRevocations,
  type RedisRevocationsOptions,
} from '../src/index.js'

/** As long as the keys of core. */
export const key = (name: string) => name.padEnd(43, '-')

/** A store that its test closes. It waits for a busy machine, unless a test is about that. */
export function revocations(client: RedisClient, options: RedisRevocationsOptions): RedisRevocations {
  const store = redisRevocations(client, { timeout: 4, ...options })
  onTestFinished(async () => store.close())
  return store
}

/** A Redis that its test stops. */
export async function redisServer(...settings: readonly string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...settings)
  onTestFinished(async () => server.stop())
  return server
}

/** What a lookup comes to, thrown errors and rejections as their text. */
export async function lookUp(store: RedisRevocations, ...names: readonly string[]): Promise<unknown> {
  try {
    return await store.revokedBefore(names.map(key))
  } catch (error) {
    return String(error)
  }
}
