import { keyServerDefects, testKey } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { nextKeyEvent, recordedKeyEvents, rejected, remoteWorld } from './world.js'

const events = recordedKeyEvents()

test('the life of a set, told by its events', async () => {
  const { server, clock, fake, key, verify } = await remoteWorld()
  const source = server.jwksUrl
  await verify()
  expect(events.splice(0)).toEqual([{ event: 'fetched', source, keys: 1, goodFor: 600 }])

  const next = testKey('ES256', 'next')
  const weak = { ...testKey('ES256', 'weak').jwk, x: 'AAAA' }
  server.jwks = { keys: [key.jwk, next.jwk, weak].filter((jwk) => jwk !== undefined) }
  server.headers = { 'Cache-Control': 'max-age=300' }
  await verify(fake.accessToken({ key: next, header: { kid: 'next' } }))
  expect(events.splice(0)).toEqual([
    { event: 'dropped', source, kid: 'weak', reason: expect.stringContaining('"x"') as string },
    { event: 'fetched', source, keys: 2, goodFor: 300 },
    { event: 'rotated', source, added: ['next'], removed: [] },
  ])

  server.jwks = { keys: [next.jwk] }
  clock.advance(240)
  const fetched = nextKeyEvent('rotated')
  await verify()
  await fetched
  expect(events.splice(0)).toEqual([
    { event: 'fetched', source, keys: 1, goodFor: 300 },
    { event: 'rotated', source, added: [], removed: ['test'] },
  ])

  server.respond = keyServerDefects['broken JSON']
  clock.advance(300)
  const token = () => fake.accessToken({ key: next, header: { kid: 'next' } })
  for (let count = 0; count < 5; count++) await verify(token())
  const [failed, ...more] = events.splice(0)
  expect(more).toEqual([{ event: 'stale', source }])
  const reason = 'the answer is not a strict JSON object'
  expect(failed).toEqual({ event: 'failed', source, failures: 1, pause: expect.any(Number) as number, reason })
  const pause = failed?.event === 'failed' ? failed.pause : 0
  expect(pause).toBeGreaterThanOrEqual(2.5)
  expect(pause).toBeLessThanOrEqual(5)

  clock.advance(5)
  const again = nextKeyEvent('failed')
  await verify(token())
  await again
  for (let count = 0; count < 5; count++) await verify(token())
  expect(events).toMatchObject([{ event: 'failed', failures: 2 }, { event: 'stale' }])
})

test('new material under an old kid is one key more and one less', async () => {
  const { server, clock, verify } = await remoteWorld()
  await verify()
  server.jwks = { keys: [testKey('ES256', 'test').jwk] }
  clock.advance(600)
  await expect(verify()).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
  expect(events.at(-1)).toMatchObject({ event: 'rotated', added: ['test'], removed: ['test'] })
})

test('a key under another kid is one key more and one less', async () => {
  const { server, clock, key, verify } = await remoteWorld()
  await verify()
  server.jwks = { keys: [{ ...key.jwk, kty: 'EC', kid: 'renamed' }] }
  clock.advance(600)
  await expect(verify()).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
  expect(events.at(-1)).toMatchObject({ event: 'rotated', added: ['renamed'], removed: ['test'] })
})

test('a key without a kid is told by an empty one', async () => {
  const { server, clock, verify } = await remoteWorld()
  await verify()
  const { kid: _, ...nameless } = testKey().jwk
  server.jwks = { keys: [{ ...nameless, kty: 'EC' }] }
  clock.advance(600)
  await expect(verify()).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
  expect(events.at(-1)).toMatchObject({ event: 'rotated', added: [''], removed: ['test'] })
})

test('the same keys in another order are no rotation', async () => {
  const { server, clock, key, verify } = await remoteWorld()
  const other = testKey('ES256', 'other')
  server.jwks = { keys: [key.jwk, other.jwk].filter((jwk) => jwk !== undefined) }
  await verify()
  server.jwks = { keys: [other.jwk, key.jwk].filter((jwk) => jwk !== undefined) }
  clock.advance(600)
  await verify()
  expect(events.map(({ event }) => event)).toEqual(['fetched', 'fetched'])
})

test('a kid that is none is in no event, and neither is anything of a token', async () => {
  const { server, fake, verify } = await remoteWorld()
  const line = 'line\nbreak'
  const bad = testKey('ES256', 'fine').jwk
  server.jwks = { keys: [{ ...bad, kid: line }, { ...bad, kid: 'k'.repeat(2000) }, ...server.jwks.keys] }
  const text = fake.accessToken({ header: { kid: 'kid-of-a-token' }, claims: { sub: 'sub-of-a-token' } })
  await expect(verify(text)).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
  await verify()
  const told = JSON.stringify(events)
  expect(events.filter(({ event }) => event === 'dropped').length).toBe(2)
  for (const piece of ['line', 'kkk', 'of-a-token', ...text.split('.')]) expect(told).not.toContain(piece)
})
