import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hasRedis } from '../../../test/faults/redis-server.js'
import { redisReplayStore } from '../src/index.js'
import { sentinels } from './clients.js'
import { key, lookUp, revocations } from './stores.js'
import { watchedPair } from './watched-pair.js'

describe.runIf(hasRedis)('when a Sentinel lets the replica take over', () => {
  test.each(Object.entries(sentinels))(
    'with %s, what had reached it stays used and revoked, and new writes are taken and heard',
    { timeout: 60_000 },
    async (_, make) => {
      const { master, sentinelPort } = await watchedPair()
      const client = await make(sentinelPort)
      const replay = redisReplayStore(client)
      const [strict, replicated] = [
        revocations(client, { mode: 'strict', timeout: 1 }),
        revocations(client, { mode: 'replicated', timeout: 1 }),
      ]
      await replicated.ready()
      expect(await replay.add(key('a'), 60)).toBe(true)
      await strict.revoke(key('a'), 5, 60)
      const admin = new Redis(master.url)
      onTestFinished(() => admin.disconnect())
      admin.on('error', () => {})
      await expect.poll(async () => admin.wait(1, 1000)).toBe(1)
      await master.kill()
      await expect.poll(async () => replay.add(key('b'), 60).catch(String), { timeout: 40_000 }).toBeTypeOf('boolean')
      expect(await replay.add(key('a'), 60)).toBe(false)
      expect(await lookUp(strict, 'a')).toBe(5)
      await strict.revoke(key('b'), 6, 60)
      await expect.poll(() => lookUp(replicated, 'b'), { timeout: 40_000 }).toBe(6)
      expect(await lookUp(replicated, 'a')).toBe(5)
    },
  )
})
