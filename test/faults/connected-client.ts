import type { RedisClient } from '@jwt-guard/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { Setup } from './orders.js'

/** A client as an application would make it, that is there for as long as its process. */
export async function connectedClient({ url, library }: Pick<Setup, 'url' | 'library'>): Promise<RedisClient> {
  if (library === 'ioredis') {
    const client = new Redis(url)
    client.on('error', () => {})
    return client
  }
  const client = createClient({ url })
  client.on('error', () => {})
  await client.connect()
  return client
}

/** Ends it at once. */
export function disconnect(client: RedisClient): void {
  if ('call' in client) client.disconnect()
  else client.destroy()
}
