import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { hasRedis, RedisServer } from '../../../test/faults/redis-server.js'
import { redisReplayStore, type RedisReplayStore } from '../src/index.js'
import { clients, clusters, everyClient } from './clients.js'
import { clusterOfOne } from './cluster-of-one.js'
import { key, redisServer } from './stores.js'

describe.runIf(hasRedis)('redisReplayStore', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await RedisServer.start()
  })
  afterAll(async () => server.stop())

  test.each(everyClient)('with %s, of 500 parallel adds of one key exactly one is the first', async (name, make) => {
    const store = redisReplayStore(await make(server.url), { timeout: 4 })
    const answers = await Promise.all(Array.from({ length: 500 }, () => store.add(key(name), 60)))
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect(await store.add(key(`${name} another`), 60)).toBe(true)
  })

  test('a key is there for a minute longer than asked, and for that long alone', async () => {
    const client = await clients['ioredis 6'](server.url)
    await redisReplayStore(client).add(key('ttl'), 100)
    const left = await client.pttl(`jwt-guard:v1:used:${key('ttl')}`)
    expect(left).toBeGreaterThan(150_000)
    expect(left).toBeLessThanOrEqual(160_000)
  })

  test('another prefix is another store', async () => {
    const client = await clients['ioredis 6'](server.url)
    expect(await redisReplayStore(client, { prefix: 'one' }).add(key('prefix'), 60)).toBe(true)
    expect(await redisReplayStore(client, { prefix: 'two' }).add(key('prefix'), 60)).toBe(true)
    expect(await client.exists(`two:v1:used:${key('prefix')}`)).toBe(1)
  })

  test('the seconds have to be a finite number', async () => {
    const store = redisReplayStore(await clients['ioredis 6'](server.url))
    await expect(store.add(key('nan'), NaN)).rejects.toThrow(RangeError)
  })

  test('a client that answers with bytes is understood', async () => {
    const client = createClient({ url: server.url }).withTypeMapping({ [43]: Buffer, [36]: Buffer })
    onTestFinished(() => client.destroy())
    await client.connect()
    const store = redisReplayStore(client)
    expect([await store.add(key('bytes'), 60), await store.add(key('bytes'), 60)]).toEqual([true, false])
  })

  test('an answer that SET does not give is an error', async () => {
    const client = await clients['ioredis 6'](server.url)
    const strange = Object.assign(Object.create(client), { call: async () => 'QUEUED' })
    await expect(redisReplayStore(strange).add(key('strange'), 60)).rejects.toThrow('something else')
  })
})

/** A busy machine may need longer for it than a store waits that is tested for giving up. */
async function firstAnswer(store: RedisReplayStore): Promise<void> {
  await vi.waitFor(async () => store.add(key('a'), 60), 15_000)
}

describe.runIf(hasRedis)('redisReplayStore when Redis fails', () => {
  test.each(everyClient)(
    'with %s, a Redis that stands still is an error in time, and serves again after',
    async (_, make) => {
      const server = await redisServer()
      const store = redisReplayStore(await make(server.url), { timeout: 0.2 })
      await firstAnswer(store)
      server.pause()
      await expect(store.add(key('b'), 60)).rejects.toThrow('in time')
      server.resume()
      await expect.poll(async () => store.add(key('a'), 60).catch(String)).toBe(false)
    },
  )

  test.each(everyClient)(
    'with %s, a Redis that is gone is an error in time, and serves again after',
    async (_, make) => {
      const server = await redisServer()
      const store = redisReplayStore(await make(server.url), { timeout: 0.2 })
      await firstAnswer(store)
      await server.kill()
      await expect(store.add(key('b'), 60)).rejects.toBeInstanceOf(Error)
      await server.start()
      await expect.poll(async () => store.add(key('c'), 60).catch(String)).toBeTypeOf('boolean')
    },
  )

  test.each(everyClient)('with %s, a Redis that is full is an error, and what it holds stays used', async (_, make) => {
    const server = await redisServer('--maxmemory', '3mb', '--maxmemory-policy', 'noeviction')
    const store = redisReplayStore(await make(server.url), { timeout: 4 })
    await store.add(key('0'), 60)
    const fill = async () => {
      for (let index = 1; index < 100_000; index += 1000) {
        await Promise.all(Array.from({ length: 1000 }, (__, offset) => store.add(key(String(index + offset)), 60)))
      }
    }
    await expect(fill()).rejects.toThrow('OOM')
    // What was added could not be added again, whether the answer is no or an error.
    expect(await store.add(key('0'), 60).catch(() => 'full')).not.toBe(true)
  })

  test('commands that Redis does not answer are not collected without an end', async () => {
    const server = await redisServer()
    const store = redisReplayStore(await clients['ioredis 6'](server.url), { timeout: 0.2 })
    await firstAnswer(store)
    server.pause()
    const many = await Promise.allSettled(Array.from({ length: 10_001 }, (_, index) => store.add(key(`${index}`), 60)))
    const reasons = many.map((outcome) => outcome.status === 'rejected' && String(outcome.reason))
    expect(reasons.filter((reason) => reason === 'Error: Redis owes too many answers')).toHaveLength(1)
    server.resume()
    await expect.poll(async () => store.add(key('a'), 60).catch(String)).toBe(false)
  })
})

describe.runIf(hasRedis)('redisReplayStore on a cluster', () => {
  test.each(Object.entries(clusters))('of %s: each key goes where it belongs', async (_, make) => {
    const server = await clusterOfOne()
    const store = redisReplayStore(await make(server.url), { timeout: 4 })
    for (const name of ['a', 'b', 'c']) expect(await store.add(key(name), 60)).toBe(true)
    expect(await store.add(key('a'), 60)).toBe(false)
  })
})
