import { keyServerDefects, testKey, type KeyServerDefect } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { nextKeyEvent, outcomes, recordedKeyEvents, rejected, remoteWorld, unavailable } from './world.js'

const events = recordedKeyEvents()
const many = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))

describe('ahead of expiry', () => {
  test('from 80 % of its age on a set is fetched anew, once, and answers meanwhile', async () => {
    const { server, clock, verify } = await remoteWorld()
    await verify()
    clock.advance(479)
    await verify()
    expect(server.requests.length).toBe(1)
    clock.advance(1)
    const release = server.hold()
    const fetched = nextKeyEvent('fetched')
    expect(await outcomes(many(50, () => verify()))).toEqual({ accepted: 50 })
    expect(events.length).toBe(1)
    release()
    await fetched
    expect(server.requests.length).toBe(2)
    clock.advance(479)
    await verify()
    expect(server.requests.length).toBe(2)
  })

  test('a server that is down by then costs no token and no waiting', async () => {
    const { server, clock, verify } = await remoteWorld({ timeout: '60s' })
    await verify()
    const release = server.hold()
    clock.advance(480)
    expect(await outcomes(many(50, () => verify()))).toEqual({ accepted: 50 })
    const failed = nextKeyEvent('failed')
    server.respond = keyServerDefects['status 500']
    release()
    await failed
    server.hold()
    for (let passed = 480; passed < 1020; passed += 60) {
      clock.advance(60)
      expect(await outcomes(many(20, () => verify()))).toEqual({ accepted: 20 })
    }
  })

  test.each([
    ['max-age=120', 96],
    ['max-age=0', 48],
    ['no-store', 48],
    ['max-age=315360000', 480],
    ['public', 480],
  ])('Cache-Control: %s makes that %d seconds', async (control, from) => {
    const { server, clock, verify } = await remoteWorld()
    server.headers = { 'Cache-Control': control }
    await verify()
    clock.advance(from - 0.1)
    await verify()
    expect(server.requests.length).toBe(1)
    clock.advance(0.1)
    const fetched = nextKeyEvent('fetched')
    await verify()
    await fetched
    expect(server.requests.length).toBe(2)
    expect(events).toMatchObject([{ goodFor: from / 0.8 }, { goodFor: from / 0.8 }])
  })
})

describe('while the server is away', () => {
  test('no request waits for an attempt once one has failed', async () => {
    const { server, clock, verify } = await remoteWorld({ timeout: '60s' })
    await verify()
    server.respond = keyServerDefects['a connection that is cut']
    clock.advance(600)
    await verify()
    server.hold()
    clock.advance(5)
    expect(await outcomes(many(50, () => verify()))).toEqual({ accepted: 50 })
    expect(events.map(({ event }) => event)).toEqual(['fetched', 'failed', 'stale'])
  })

  test('attempts become rare: one or two a minute, whatever is asked', async () => {
    const { server, clock, verify } = await remoteWorld()
    await verify()
    server.respond = keyServerDefects['status 500']
    clock.advance(600)
    await verify()
    for (let attempt = 2; attempt <= 40; attempt++) {
      const failed = nextKeyEvent('failed')
      clock.advance(60)
      expect(await outcomes(many(20, () => verify()))).toEqual({ accepted: 20 })
      await failed
      if (attempt < 5) continue
      clock.advance(29.9)
      expect(await outcomes(many(20, () => verify()))).toEqual({ accepted: 20 })
      expect(server.requests.length).toBe(1 + attempt)
    }
  })

  test('the first good answer ends it, and the pauses are short again', async () => {
    const { server, clock, verify } = await remoteWorld()
    server.respond = keyServerDefects['status 500']
    for (let attempt = 0; attempt < 6; attempt++) {
      await expect(verify()).rejects.toThrow(unavailable)
      clock.advance(60)
    }
    expect(server.requests.length).toBe(6)
    server.respond = undefined
    await verify()
    server.respond = keyServerDefects['status 500']
    clock.advance(600)
    await verify()
    expect(events.flatMap((event) => (event.event === 'failed' ? [event.failures] : []))).toEqual([1, 2, 3, 4, 5, 6, 1])
  })

  test('an unknown kid gets its one fetch per cooldown, a pause after a failure, and no blame', async () => {
    const { server, clock, fake, verify } = await remoteWorld()
    await verify()
    server.respond = keyServerDefects['status 500']
    const unknown = () => outcomes(many(20, (index) => verify(fake.accessToken({ header: { kid: `x-${index}` } }))))
    expect(await unknown()).toEqual({ ERR_KEYS_UNAVAILABLE: 20 })
    clock.advance(29.9)
    expect(await unknown()).toEqual({ ERR_KEYS_UNAVAILABLE: 20 })
    expect(server.requests.length).toBe(2)
    clock.advance(0.1)
    server.respond = undefined
    expect(await unknown()).toEqual({ ERR_KEY_UNKNOWN: 20 })
    expect(server.requests.length).toBe(3)
  })

  test('a bad signature is one, whether or not keys can be fetched', async () => {
    const { server, clock, fake, verify } = await remoteWorld()
    await verify()
    server.respond = keyServerDefects['status 500']
    const failed = nextKeyEvent('failed')
    const bad = () => verify(fake.accessToken({ key: testKey() }))
    await expect(bad()).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
    await failed
    await expect(bad()).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
    clock.advance(29.9)
    await expect(bad()).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
    expect(server.requests.length).toBe(2)
  })

  const quick = Object.keys(keyServerDefects).filter((name) => name !== 'silence' && name !== 'a body that drips')

  test.each(quick as KeyServerDefect[])('an answer that is none does not take the place of a set: %s', async (name) => {
    const { server, clock, verify } = await remoteWorld()
    await verify()
    server.respond = keyServerDefects[name]
    clock.advance(600)
    await verify()
    expect(server.requests.length).toBe(2)
    expect(events.map(({ event }) => event)).toEqual(['fetched', 'failed', 'stale'])
    clock.advance(3600)
    await expect(verify()).rejects.toThrow(unavailable)
  })

  test.each(['silence', 'a body that drips'] as const)('nor does one that takes too long: %s', async (name) => {
    const { server, clock, verify } = await remoteWorld({ timeout: 0.2 })
    await verify()
    server.respond = keyServerDefects[name]
    clock.advance(600)
    await verify()
    expect(events.map(({ event }) => event)).toEqual(['fetched', 'failed', 'stale'])
  })

  test('readiness: ready while a set serves, not ready when none does, and asked is tried', async () => {
    const { server, clock, keys } = await remoteWorld()
    await keys.ready()
    clock.advance(599)
    await keys.ready()
    expect(server.requests.length).toBe(1)
    server.respond = keyServerDefects['status 500']
    clock.advance(1)
    await keys.ready()
    await keys.ready()
    expect(server.requests.length).toBe(2)
    clock.advance(3600)
    await expect(keys.ready()).rejects.toThrow(unavailable)
    await expect(keys.ready()).rejects.toThrow(unavailable)
    expect(server.requests.length).toBe(4)
    server.respond = undefined
    await keys.ready()
  })
})

test('a token that comes in the pause, while ready is trying, waits for what that brings', async () => {
  const { server, clock, keys, verify } = await remoteWorld()
  await verify()
  server.respond = keyServerDefects['status 500']
  clock.advance(4200)
  await expect(verify()).rejects.toThrow(unavailable)
  server.respond = undefined
  const release = server.hold()
  const attempts = [keys.ready(), verify(), verify()]
  release()
  expect(await outcomes(attempts)).toEqual({ accepted: 3 })
  expect(server.requests.length).toBe(3)
})

test('rotation under load: not one good token is refused', async () => {
  const { server, clock, fake, verify } = await remoteWorld()
  let current = fake.key
  const load = () => many(50, () => verify(fake.accessToken({ key: current, header: { kid: current.kid } })))
  await verify()
  for (let round = 1; round <= 20; round++) {
    const running = load()
    const next = testKey('ES256', `key-${round}`)
    server.jwks = { keys: [...server.jwks.keys.slice(-1), next.jwk] }
    current = next
    expect(await outcomes([...running, ...load()])).toEqual({ accepted: 100 })
    clock.advance(30)
  }
  expect(server.requests.length).toBe(21)
  expect(events.filter(({ event }) => event === 'rotated').length).toBe(20)
})

test('rotation under a flood: a new key works one cooldown after it was published at the latest', async () => {
  const { server, clock, fake, verify } = await remoteWorld()
  await verify()
  const flood = (second: number) =>
    many(20, (index) => verify(fake.accessToken({ header: { kid: `flood-${second}-${index}` } })))
  let second = 0
  const flooded = async () => {
    await outcomes(flood(second++))
    clock.advance(1)
  }
  for (const published of [1, 7, 29, 30, 31, 59]) {
    for (let count = 0; count < published; count++) await flooded()
    const next = testKey('ES256', `after-${published}`)
    server.jwks = { keys: [...server.jwks.keys.slice(0, 1), next.jwk] }
    for (let count = 0; count < 30; count++) await flooded()
    await verify(fake.accessToken({ key: next, header: { kid: next.kid } }))
  }
  expect(server.requests.length).toBeLessThanOrEqual(2 + Math.ceil(second / 30))
})
