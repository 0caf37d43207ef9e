import { Redis as Ioredis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { hasRedis } from '../../../test/faults/redis-server.js'
import { redisReplayStore, type RedisClient } from '../src/index.js'
import { clients, everyClient } from './clients.js'
import { key, lookUp, redisServer, revocations } from './stores.js'

const [revoked, log] = ['{jwt-guard:v1}:revoked', '{jwt-guard:v1}:log']
const end = Date.now() + 600_000

/** A busy machine may need longer for it than a store waits that is tested for giving up. */
const eventually = async (done: () => Promise<void>) => vi.waitFor(done, 15_000)

describe.runIf(hasRedis)('what is replicated', () => {
  test.each(everyClient)(
    'with %s, is not answered from longer than maxLag after Redis was heard last',
    async (_, make) => {
      const server = await redisServer()
      const store = revocations(await make(server.url), { mode: 'replicated', maxLag: 2, timeout: 0.2 })
      await eventually(async () => store.revoke(key('a'), 5, 60))
      await eventually(store.ready)
      server.pause()
      expect(await lookUp(store, 'a')).toBe(5)
      await expect.poll(() => lookUp(store, 'a')).toMatch('maxLag')
      await expect(store.ready()).rejects.toThrow('in time')
      server.resume()
      await expect.poll(() => lookUp(store, 'a')).toBe(5)
    },
  )

  test.each(everyClient)(
    'with %s, outlives a Redis that comes back with nothing, and hears of what is new',
    async (_, make) => {
      const server = await redisServer()
      const client = await make(server.url)
      const store = revocations(client, { mode: 'replicated', maxLag: 2, timeout: 0.2 })
      const another = revocations(client, { mode: 'strict' })
      await eventually(store.ready)
      await another.revoke(key('a'), 5, 60)
      await expect.poll(() => lookUp(store, 'a')).toBe(5)
      await server.kill()
      await server.start()
      await eventually(async () => another.revoke(key('b'), 6, 60))
      await expect.poll(() => lookUp(store, 'b')).toBe(6)
      expect(await lookUp(store, 'a')).toBe(5)
      expect(await lookUp(another, 'a')).toBeUndefined()
    },
  )

  test.each(everyClient)(
    'with %s, hears of everything through connections that are cut again and again',
    async (_, make) => {
      const server = await redisServer()
      const admin = await clients['ioredis 6'](server.url)
      const store = revocations(await make(server.url), { mode: 'replicated', maxLag: 2 })
      const writer = revocations(await clients['redis 6'](server.url), { mode: 'strict' })
      await store.ready()
      for (let round = 0; round < 5; round++) {
        await writer.revoke(key(`${round}`), round, 60)
        await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
        await expect.poll(() => lookUp(store, `${round}`)).toBe(round)
        await expect.poll(async () => lookUp(writer, `${round}`)).toBe(round)
      }
    },
  )

  test('is read anew where the log was trimmed before it was read', async () => {
    const server = await redisServer()
    const admin = await clients['ioredis 6'](server.url)
    const store = revocations(admin, { mode: 'replicated' })
    await store.revoke(key('first'), 1, 60)
    await store.ready()
    await admin
      .multi()
      .hset(revoked, key('missed'), `7 ${end}`)
      .xadd(log, '*', key('missed'), `7 ${end}`)
      .xadd(log, 'MAXLEN', '1', '*', key('read'), `8 ${end}`)
      .exec()
    await expect.poll(() => lookUp(store, 'read', 'nothing')).toBeUndefined()
    await expect.poll(() => lookUp(store, 'missed')).toBe(7)
  })

  test.each([
    ['is deleted', 'del'],
    ['begins anew behind the position', 'behind'],
  ])('is read anew where the log %s', async (_, how) => {
    const server = await redisServer()
    const admin = await clients['ioredis 6'](server.url)
    const store = revocations(admin, { mode: 'replicated', maxLag: 1 })
    await store.revoke(key('first'), 1, 60)
    await store.ready()
    const change = admin.multi().del(log).hset(revoked, key('missed'), `7 ${end}`)
    if (how === 'behind') change.xadd(log, '1-1', key('other'), `8 ${end}`)
    await change.exec()
    await expect.poll(() => lookUp(store, 'missed')).toBe(7)
    await revocations(admin, { mode: 'strict' }).revoke(key('next'), 9, 60)
    await expect.poll(() => lookUp(store, 'next')).toBe(9)
  })

  test('is found again in the log by those who have read all of it, however long ago that was', async () => {
    const server = await redisServer()
    const admin = await clients['ioredis 6'](server.url)
    // As if it had been written long ago, and read by then.
    await admin.xadd(log, '1000-1', key('old'), `1 ${end}`)
    await revocations(admin, { mode: 'strict' }).revoke(key('new'), 2, 60)
    const ids = (await admin.xrange(log, '-', '+')).map(([id]) => id)
    expect(ids).toHaveLength(2)
    expect(ids[0]).toBe('1000-1')
    await revocations(admin, { mode: 'strict' }).revoke(key('newer'), 3, 60)
    expect((await admin.xrange(log, '-', '+')).map(([id]) => id)).toEqual([ids[1], expect.any(String)])
  })

  test('is complete where thousands are written while it is read', async () => {
    const server = await redisServer()
    const writer = revocations(await clients['ioredis 6'](server.url), { mode: 'strict' })
    const write = async (from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, index) => writer.revoke(key(`${from + index}`), from + index + 1, 60)),
      )
    await write(0, 3000)
    const store = revocations(await clients['redis 6'](server.url), { mode: 'replicated' })
    await Promise.all([store.ready(), write(3000, 6000)])
    await expect.poll(() => lookUp(store, '5999')).toBe(6000)
    const all = await Promise.all(Array.from({ length: 6000 }, (_, index) => lookUp(store, `${index}`)))
    expect(all).toEqual(Array.from({ length: 6000 }, (_, index) => index + 1))
  })

  test('is not answered from a page of the log that others follow', async () => {
    const server = await redisServer()
    const client = await clients['ioredis 6'](server.url)
    const writer = revocations(client, { mode: 'strict' })
    await writer.revoke(key('first'), 1, 60)
    const names = Array.from({ length: 1500 }, (_, index) => `${index}`)
    let pages = 0
    const duplicate = () => {
      const one = client.duplicate()
      const call = one.call.bind(one)
      return Object.assign(one, {
        async call(command: string, ...words: string[]) {
          if (command !== 'XRANGE') return call(command, ...words)
          pages++
          // After everything was read, and before the log is.
          if (pages === 1) await Promise.all(names.map(async (name) => writer.revoke(key(name), 2, 60)))
          if (pages === 2) throw new Error('the second page does not come')
          return call(command, ...words)
        },
      })
    }
    const store = revocations(client, { mode: 'replicated', duplicate })
    await expect(store.ready()).rejects.toThrow('the second page')
    expect(await lookUp(store, '1499')).toBe(2)
  })

  test('is not answered where Redis holds more than twice the capacity', async () => {
    const server = await redisServer()
    const client = await clients['ioredis 6'](server.url)
    const writer = revocations(client, { mode: 'strict' })
    for (const name of ['a', 'b', 'c']) await writer.revoke(key(name), 1, 60)
    const store = revocations(client, { mode: 'replicated', capacity: 1 })
    expect(await lookUp(store, 'a')).toMatch('capacity')
  })
})

describe.runIf(hasRedis)('the connection that is followed', () => {
  const names = async (admin: { client(command: 'LIST'): Promise<unknown> }) =>
    String(await admin.client('LIST'))
      .split('\n')
      .filter(Boolean).length

  test.each(everyClient)('with %s, is opened by ready or the first lookup, and gone after close', async (_, make) => {
    const server = await redisServer()
    const admin = await clients['ioredis 6'](server.url)
    const client = await make(server.url)
    const store = revocations(client, { mode: 'replicated' })
    await store.revoke(key('a'), 1, 60)
    const before = await names(admin)
    expect(await lookUp(store, 'a')).toBe(1)
    expect(await names(admin)).toBe(before + 1)
    await store.close()
    await expect.poll(async () => names(admin)).toBe(before)
    expect(await lookUp(store, 'a')).toMatch('closed')
    await expect(store.ready()).rejects.toThrow('closed')
  })

  test('is not opened after close', async () => {
    const server = await redisServer()
    const admin = await clients['ioredis 6'](server.url)
    const store = revocations(await clients['redis 6'](server.url), { mode: 'replicated' })
    await store.close()
    expect(await lookUp(store, 'a')).toMatch('closed')
    expect(await names(admin)).toBe(2)
  })

  test.each(everyClient)('with %s, may be open already', async (_, make) => {
    const server = await redisServer()
    const [client, open] = [await make(server.url), await make(server.url)]
    await redisReplayStore(open).add(key('open'), 60)
    const store = revocations(client, { mode: 'replicated', duplicate: () => open })
    await store.revoke(key('a'), 1, 60)
    await store.ready()
    expect(await lookUp(store, 'a')).toBe(1)
  })

  test('of a client of ioredis that connects when it is told to, is told to', async () => {
    const server = await redisServer()
    const client = new Ioredis(server.url, { lazyConnect: true })
    onTestFinished(() => client.disconnect())
    const store = revocations(client, { mode: 'replicated' })
    await store.ready()
    expect(await lookUp(store, 'a')).toBeUndefined()
  })

  test('of a client that gives up at once is made anew all the same', async () => {
    const server = await redisServer()
    const client = createClient({ url: server.url, socket: { reconnectStrategy: false } })
    await server.kill()
    const store = revocations(client, { mode: 'replicated' })
    await expect(store.ready()).rejects.toThrow('ECONNREFUSED')
    await server.start()
    await expect.poll(() => lookUp(store, 'a')).toBeUndefined()
  })

  test('is waited for by ready alone: where it serves, ready resolves, and what fails later is nobody’s rejection', async () => {
    const lost: unknown[] = []
    const note = (error: unknown) => lost.push(error)
    process.on('unhandledRejection', note)
    onTestFinished(() => void process.off('unhandledRejection', note))
    const server = await redisServer()
    const store = revocations(await clients['redis 6'](server.url), { mode: 'replicated', maxLag: 1 })
    for (let time = 0; time < 3; time++) await store.ready()
    await server.kill()
    await expect.poll(() => lookUp(store, 'a')).toMatch('maxLag')
    expect(lost).toEqual([])
  })

  test('that is closed before it serves is an error of those who wait for it', async () => {
    const server = await redisServer()
    const client = await clients['redis 6'](server.url)
    await server.kill()
    const store = revocations(client, { mode: 'replicated', timeout: 0.2 })
    await expect(store.ready()).rejects.toBeInstanceOf(Error)
    // Between two connections, when nothing fails that could tell.
    await Promise.all([expect(store.ready()).rejects.toThrow('closed'), store.close()])
  })

  test('may be made by the application, and is closed here all the same', async () => {
    const server = await redisServer()
    const client = await clients['redis 6'](server.url)
    const made: RedisClient[] = []
    const duplicate = () => {
      const one = client.duplicate()
      made.push(one)
      return one
    }
    const store = revocations(client, { mode: 'replicated', duplicate })
    await store.ready()
    expect(made).toHaveLength(1)
    await store.close()
    expect(made[0]).toMatchObject({ isOpen: false })
    expect(client.isOpen).toBe(true)
  })

  test('that the application makes wrongly is an error of the lookup', async () => {
    const server = await redisServer()
    const client = await clients['redis 6'](server.url)
    const store = revocations(client, { mode: 'replicated', duplicate: () => Object.create(null) })
    expect(await lookUp(store, 'a')).toMatch('duplicate takes a client of redis or of ioredis')
  })

  test.each(everyClient)('with %s, to a Redis that is away: ready rejects, and resolves later', async (_, make) => {
    const server = await redisServer()
    const client = await make(server.url)
    await server.kill()
    const store = revocations(client, { mode: 'replicated', timeout: 0.2 })
    await expect(store.ready()).rejects.toBeInstanceOf(Error)
    expect(await lookUp(store, 'a')).toMatch(/Error/)
    await server.start()
    await expect.poll(() => lookUp(store, 'a')).toBeUndefined()
  })
})

test.runIf(hasRedis).each(['strict', 'replicated'] as const)(
  '%s: revoke is an error where Redis is full',
  async (mode) => {
    const server = await redisServer('--maxmemory', '2mb', '--maxmemory-policy', 'noeviction')
    const store = revocations(await clients['ioredis 6'](server.url), { mode })
    await store.revoke(key('first'), 3, 60)
    const fill = async () => {
      for (let index = 0; index < 50_000; index++) await store.revoke(key(String(index)), 1, 60)
    }
    await expect(fill()).rejects.toThrow('OOM')
    expect(await lookUp(store, 'first')).toBe(3)
  },
)
