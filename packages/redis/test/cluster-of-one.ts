import { expect } from 'vitest'
import { freePort, type RedisServer } from '../../../test/faults/redis-server.js'
import { clients } from './clients.js'
import { redisServer } from './stores.js'

/** A cluster of a single node, which refuses what would touch two slots as any other does. */
export async function clusterOfOne(): Promise<RedisServer> {
  const server = await redisServer(
    '--cluster-enabled',
    'yes',
    '--cluster-announce-ip',
    '127.0.0.1',
    '--cluster-port',
    String(await freePort()),
  )
  const admin = await clients['redis 6'](server.url)
  await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
  await expect.poll(async () => admin.sendCommand(['CLUSTER', 'INFO'])).toMatch('cluster_state:ok')
  return server
}
