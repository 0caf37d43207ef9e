import { createSentinel } from 'redis-5'
import { describe, expect, test } from 'vitest'
import { redisReplayStore, redisRevocations, type IoredisClient, type RedisClient } from '../src/index.js'

/** Never asked here. */
const client: IoredisClient = {
  status: 'ready',
  call: async () => null,
  connect: async () => {},
  duplicate: () => client,
  disconnect() {},
  on() {},
}
const replay = (options: object, given: unknown = client) => redisReplayStore(given as RedisClient, options)
const revocations = (options: object, given: unknown = client) =>
  redisRevocations(given as RedisClient, options as { mode: 'strict' })
const mistake = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) })

describe('a mistake in the configuration is found when the store is made:', () => {
  test.each([
    ['no client', null],
    ['a URL', 'redis://localhost'],
    ['something else', { get() {} }],
    ['a client that cannot be duplicated', { call() {} }],
    ['a client without raw commands', { duplicate() {} }],
    ['a Sentinel of redis 5', createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] })],
  ])('%s', (_, given) => {
    const wrong = mistake('ERR_OPTION_INVALID', 'takes a client of redis or of ioredis')
    expect(() => replay({}, given)).toThrow(wrong)
    expect(() => revocations({ mode: 'strict' }, given)).toThrow(wrong)
    expect(() => revocations({ mode: 'replicated' }, given)).toThrow(wrong)
  })

  test.each([
    ['prefix', '{a}'],
    ['prefix', 'a*'],
    ['prefix', ''],
    ['prefix', 5],
    ['timeout', 5],
    ['timeout', 0],
    ['timeout', NaN],
    ['timeout', '5 s'],
    ['timeout', '1h'],
    ['timeout', null],
  ])('%s: %s', (name, value) => {
    const wrong = mistake('ERR_OPTION_INVALID', `${name} has to be`)
    expect(() => replay({ [name]: value })).toThrow(wrong)
    expect(() => revocations({ mode: 'strict', [name]: value })).toThrow(wrong)
  })

  test.each([
    ['mode', 'both'],
    ['capacity', 0],
    ['capacity', 1.5],
    ['capacity', 10_000_001],
    ['capacity', '5'],
    ['maxLag', 0.5],
    ['maxLag', '2m'],
    ['duplicate', client],
  ])('%s: %s', (name, value) => {
    expect(() => revocations({ mode: 'replicated', [name]: value })).toThrow(
      mistake('ERR_OPTION_INVALID', `${name} has to be`),
    )
  })

  test('an option that there is not, or not in that mode', () => {
    expect(() => replay({ ttl: 5 })).toThrow(mistake('ERR_OPTION_UNKNOWN', 'It has: prefix, timeout'))
    expect(() => revocations({ mode: 'strict', maxLag: 5 })).toThrow(mistake('ERR_OPTION_UNKNOWN', 'no option maxLag'))
    expect(() => replay({ constructor: 5 })).toThrow(mistake('ERR_OPTION_UNKNOWN', 'no option constructor'))
  })

  test('an option that is undefined, no mode, no options', () => {
    expect(() => replay({ prefix: undefined })).toThrow(mistake('ERR_OPTION_MISSING', 'prefix is undefined'))
    expect(() => revocations({})).toThrow(mistake('ERR_OPTION_MISSING', 'needs mode'))
    for (const options of [null, [], 'strict']) {
      expect(() => revocations(options as never)).toThrow(mistake('ERR_OPTION_INVALID', 'plain object'))
    }
  })

  test('what is right is taken', () => {
    expect(() => replay({ prefix: 'my.service:1', timeout: '2s' })).not.toThrow()
    expect(() => revocations({ mode: 'replicated', maxLag: '1m', capacity: 1, duplicate: () => client })).not.toThrow()
  })
})
