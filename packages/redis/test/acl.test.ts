import { readFileSync } from 'node:fs'
import { Redis as Ioredis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hasRedis, type RedisServer } from '../../../test/faults/redis-server.js'
import { redisReplayStore, type RedisClient } from '../src/index.js'
import { clients } from './clients.js'
import { key, lookUp, redisServer, revocations } from './stores.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** The rules of a user as the README says them. */
function rulesOf(user: string): readonly string[] {
  const line = readme.split('\n').find((each) => each.startsWith(`ACL SETUSER ${user} `))
  if (line === undefined) throw new Error(`the README has no user ${user}`)
  return line.split(' ').slice(3)
}

const logins = {
  redis: async (server: RedisServer, username: string): Promise<RedisClient> => {
    const client = createClient({ url: server.url, username, password: 'secret' })
    client.on('error', () => {})
    onTestFinished(() => client.destroy())
    await client.connect()
    return client
  },
  ioredis: async (server: RedisServer, username: string): Promise<RedisClient> => {
    const client = new Ioredis(server.url, { username, password: 'secret', enableReadyCheck: false })
    client.on('error', () => {})
    onTestFinished(() => client.disconnect())
    return client
  },
}

describe.runIf(hasRedis).each(Object.entries(logins))('as a user of Redis with the least rights, by %s', (_, login) => {
  async function serverWith(user: string) {
    const server = await redisServer()
    const admin = await clients['ioredis 6'](server.url)
    await admin.call('ACL', 'SETUSER', user, ...rulesOf(user).map((rule) => rule.replace('<password>', 'secret')))
    return { admin, client: await login(server, user), server }
  }

  test('the replay store adds, and cannot read', async () => {
    const { admin, client } = await serverWith('replay')
    const store = redisReplayStore(client)
    expect([await store.add(key('a'), 60), await store.add(key('a'), 60)]).toEqual([true, false])
    await expect(redisReplayStore(client, { prefix: 'another' }).add(key('a'), 60)).rejects.toThrow('NOPERM')
    expect(await admin.acl('DRYRUN', 'replay', 'GET', 'jwt-guard:v1:used:a')).toMatch('no permissions')
  })

  test.each(['strict', 'replicated'] as const)('%s: the writer writes and looks up', async (mode) => {
    const { client } = await serverWith('revoker')
    const store = revocations(client, { mode })
    // Twice: what a write finds there already is read by other commands.
    await store.revoke(key('a'), 1, 60)
    await store.revoke(key('a'), 2, 60)
    expect(await lookUp(store, 'a')).toBe(2)
  })

  test('the writer drops what has ended', async () => {
    const { admin, client } = await serverWith('revoker')
    await admin.zadd('{jwt-guard:v1}:ends', '1000', key('ended'))
    await revocations(client, { mode: 'strict' }).revoke(key('a'), 1, 60)
    expect(await admin.zrange('{jwt-guard:v1}:ends', '0', '-1')).toEqual([key('a')])
  })

  test.each(['strict', 'replicated'] as const)('%s: the reader looks up, and cannot write', async (mode) => {
    const { admin, client } = await serverWith('reader')
    await revocations(admin, { mode: 'strict' }).revoke(key('a'), 1, 60)
    const store = revocations(client, { mode })
    await store.ready()
    expect(await lookUp(store, 'a')).toBe(1)
    await expect(store.revoke(key('b'), 1, 60)).rejects.toThrow('NOPERM')
    await revocations(admin, { mode: 'strict' }).revoke(key('c'), 3, 60)
    await expect.poll(() => lookUp(store, 'c')).toBe(3)
  })
})
