import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis, RedisServer } from '../../../test/faults/redis-server.js'
import { clients, clusters, everyClient } from './clients.js'
import { clusterOfOne } from './cluster-of-one.js'
import { key, revocations } from './stores.js'

const modes = ['strict', 'replicated'] as const

describe.runIf(hasRedis)('redisRevocations', () => {
  let server: RedisServer
  let count = 0
  /** A keyspace that no other test has. */
  const fresh = () => `test-${count++}`
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(async () => server.stop())

  describe.each(everyClient)('with %s', (_, make) => {
    test.each(modes)(
      '%s: what was revoked is known at once where it was revoked, and nothing else is',
      async (mode) => {
        const store = revocations(await make(server.url), { mode, prefix: fresh() })
        await store.ready()
        await store.revoke(key('a'), 1000, 60)
        expect(await store.revokedBefore([key('b'), key('a')])).toBe(1000)
        expect(await store.revokedBefore([key('b')])).toBeUndefined()
        expect(await store.revokedBefore([])).toBeUndefined()
      },
    )

    test.each(modes)('%s: the later before wins, in whatever order they are written and read', async (mode) => {
      const prefix = fresh()
      const store = revocations(await make(server.url), { mode, prefix })
      for (const before of [999.5, 2000.25, 1000]) await store.revoke(key('a'), before, 60)
      await store.revoke(key('b'), 5, 60)
      const another = revocations(await make(server.url), { mode, prefix })
      for (const each of [store, another]) {
        expect(await each.revokedBefore([key('a'), key('b')])).toBe(2000.25)
        expect(await each.revokedBefore([key('b')])).toBe(5)
      }
    })

    test('replicated: another process hears of it without asking', async () => {
      const prefix = fresh()
      const [here, there] = [
        revocations(await make(server.url), { mode: 'strict', prefix }),
        revocations(await make(server.url), { mode: 'replicated', prefix }),
      ]
      await there.ready()
      expect(there.revokedBefore([key('a')])).toBeUndefined()
      await here.revoke(key('a'), 1000, 60)
      await expect.poll(() => there.revokedBefore([key('a')])).toBe(1000)
      await here.revoke(key('b'), 7, 60)
      await expect.poll(() => there.revokedBefore([key('b')])).toBe(7)
    })
  })

  test('every key ends a minute after the last revocation', async () => {
    const client = await clients['ioredis 6'](server.url)
    const prefix = fresh()
    const store = revocations(client, { mode: 'strict', prefix })
    await store.revoke(key('long'), 1, 1000)
    await store.revoke(key('short'), 1, 10)
    const names = await client.keys(`{${prefix}:v1}:*`)
    expect(names.toSorted()).toEqual(['ends', 'log', 'revoked'].map((part) => `{${prefix}:v1}:${part}`))
    for (const name of names) {
      const left = await client.pttl(name)
      expect(left).toBeGreaterThan(1_050_000)
      expect(left).toBeLessThanOrEqual(1_060_000)
    }
  })

  test('the longer time stays, in whatever order they are written', async () => {
    const client = await clients['ioredis 6'](server.url)
    const prefix = fresh()
    const store = revocations(client, { mode: 'strict', prefix })
    for (const seconds of [1000, 10]) await store.revoke(key('a'), 1, seconds)
    const [, end] = String(await client.hget(`{${prefix}:v1}:revoked`, key('a'))).split(' ')
    expect(Number(end) - Date.now()).toBeGreaterThan(1_000_000)
  })

  test('what has ended is not answered, and the next write drops it', async () => {
    const client = await clients['ioredis 6'](server.url)
    const prefix = fresh()
    const name = (part: string) => `{${prefix}:v1}:${part}`
    const store = revocations(client, { mode: 'strict', prefix })
    await store.revoke(key('stays'), 1, 10)
    await client.hset(name('revoked'), key('ended'), '1 1000')
    await client.zadd(name('ends'), '1000', key('ended'))
    // What has ended takes no room either.
    for (const other of ['1', '2', '3']) await client.hset(name('revoked'), key(other), '1 1000')
    const replicated = revocations(client, { mode: 'replicated', prefix, capacity: 1 })
    for (const each of [store, replicated]) expect(await each.revokedBefore([key('ended')])).toBeUndefined()
    await store.revoke(key('another'), 1, 10)
    expect(await client.hget(name('revoked'), key('ended'))).toBeNull()
    expect((await client.zrange(name('ends'), '0', '-1')).toSorted()).toEqual([key('another'), key('stays')])
  })

  test.each(modes)(
    '%s: above capacity a new revocation is an error, and a later one of a known key is not',
    async (mode) => {
      const client = await clients['ioredis 6'](server.url)
      const store = revocations(client, { mode, prefix: fresh(), capacity: 2 })
      await store.revoke(key('a'), 1, 60)
      await store.revoke(key('b'), 1, 60)
      await expect(store.revoke(key('c'), 1, 60)).rejects.toThrow('FULL')
      await store.revoke(key('a'), 2, 60)
      expect(await store.revokedBefore([key('a')])).toBe(2)
      expect(await store.revokedBefore([key('b')])).toBe(1)
    },
  )

  test('a time that is no number is refused before it is written', async () => {
    const store = revocations(await clients['ioredis 6'](server.url), { mode: 'strict', prefix: fresh() })
    await expect(store.revoke(key('a'), NaN, 60)).rejects.toThrow(RangeError)
    await expect(store.revoke(key('a'), 1, Infinity)).rejects.toThrow(RangeError)
    expect(await store.revokedBefore([key('a')])).toBeUndefined()
  })

  test.each(modes)('%s: keys that another program wrote are an error, not "not revoked"', async (mode) => {
    const client = await clients['ioredis 6'](server.url)
    const prefix = fresh()
    await client.hset(`{${prefix}:v1}:revoked`, key('a'), 'yes')
    await expect(async () => revocations(client, { mode, prefix }).revokedBefore([key('a')])).rejects.toThrow(
      'expected',
    )
  })
})

describe.runIf(hasRedis)('redisRevocations on a cluster', () => {
  test.each(Object.entries(clusters))('of %s: both modes', async (_, make) => {
    const server = await clusterOfOne()
    const client = await make(server.url)
    const strict = revocations(client, { mode: 'strict' })
    const replicated = revocations(client, { mode: 'replicated' })
    await replicated.ready()
    await strict.revoke(key('a'), 1000, 60)
    expect(await strict.revokedBefore([key('a'), key('b')])).toBe(1000)
    await expect.poll(() => replicated.revokedBefore([key('b'), key('a')])).toBe(1000)
  })
})
