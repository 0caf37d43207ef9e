import { Redis as Ioredis, Cluster as IoredisCluster } from 'ioredis'
import { Redis as Ioredis5 } from 'ioredis-5'
import { createClient, createCluster, createSentinel } from 'redis'
import { createClient as createClient5 } from 'redis-5'
import { onTestFinished } from 'vitest'
import type { RedisClient } from '../src/index.js'

/** A client that its test closes, by the library and version that it is of. */
export const clients = {
  'redis 6': async (url: string) => nodeRedis(createClient({ url })),
  'redis 5': async (url: string) => nodeRedis(createClient5({ url })),
  'ioredis 6': async (url: string) => ioredis(new Ioredis(url)),
  'ioredis 5': async (url: string) => ioredis(new Ioredis5(url)),
} satisfies Record<string, (url: string) => Promise<RedisClient>>

export const everyClient = Object.entries(clients)

export const clusters = {
  'redis 6': async (url: string) => nodeRedis(createCluster({ rootNodes: [{ url }] })),
  'ioredis 6': async (url: string) => ioredis(new IoredisCluster([url])),
} satisfies Record<string, (url: string) => Promise<RedisClient>>

/** Clients that ask a Sentinel on a port of this machine where the master `main` is. */
export const sentinels = {
  'redis 6': async (port: number) =>
    nodeRedis(createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port }] })),
  'ioredis 6': async (port: number) => ioredis(new Ioredis({ name: 'main', sentinels: [{ host: '127.0.0.1', port }] })),
  'ioredis 5': async (port: number) =>
    ioredis(new Ioredis5({ name: 'main', sentinels: [{ host: '127.0.0.1', port }] })),
} satisfies Record<string, (port: number) => Promise<RedisClient>>

interface Listening {
  on(event: string, listener: () => void): unknown
}

async function nodeRedis<C extends Listening & { connect(): Promise<unknown>; destroy(): unknown; isOpen: boolean }>(
  client: C,
): Promise<C> {
  client.on('error', () => {})
  onTestFinished(async () => {
    if (client.isOpen) await client.destroy()
  })
  await client.connect()
  return client
}

function ioredis<C extends Listening & { disconnect(): void }>(client: C): C {
  client.on('error', () => {})
  onTestFinished(() => client.disconnect())
  return client
}
