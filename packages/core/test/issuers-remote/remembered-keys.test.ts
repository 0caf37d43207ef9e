import { keyServerDefects, testKey } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { RemoteKeys } from '../../src/issuers/remote-keys.js'
import { nextKeyEvent, rejected, remoteWorld, unavailable } from './world.js'

/** Remote keys that are held, with what a header finds in them and a way to have them fetched anew. */
async function heldWorld(...settings: Parameters<typeof remoteWorld>) {
  const world = await remoteWorld(...settings)
  const { keys, clock, server, key } = world
  if (!(keys instanceof RemoteKeys)) throw new TypeError('not remote keys')
  await keys.ready()
  const held = (kid = key.kid) => keys.atHand('ES256', kid)
  const refreshed = async (...published: readonly (typeof key)[]) => {
    server.jwks = { keys: published.map(({ jwk }) => jwk) }
    clock.advance(600)
    await keys.ready()
  }
  return { ...world, held, refreshed }
}

describe('after a fetch', () => {
  test('a key that stays is the same object, whatever comes and goes beside it', async () => {
    const { key, held, refreshed } = await heldWorld()
    const [first, other] = [held(), testKey('ES256', 'other')]
    expect(first).toMatchObject({ kid: key.kid })
    for (const published of [[key], [other, key], [key, other], [key]]) {
      await refreshed(...published)
      expect(held()).toBe(first)
    }
  })

  test('a key of the same kid with new material is another', async () => {
    const { key, held, refreshed } = await heldWorld()
    const first = held()
    await refreshed(testKey('ES256', key.kid))
    expect(held()).toMatchObject({ kid: key.kid })
    expect(held()).not.toBe(first)
  })

  test('a key of the same material under a new kid is another, and is found by the new one', async () => {
    const { key, held, refreshed } = await heldWorld()
    const first = held()
    await refreshed({ ...key, kid: 'renamed', jwk: { ...key.jwk, kid: 'renamed' } })
    expect(held()).toBeUndefined()
    expect(held('renamed')).toMatchObject({ kid: 'renamed', identities: first?.identities })
  })

  test('a key that was away is another when it is back', async () => {
    const { key, held, refreshed } = await heldWorld()
    const first = held()
    await refreshed(testKey('ES256', 'other'))
    expect(held()).toBeUndefined()
    await refreshed(key)
    expect(held()).toMatchObject({ identities: first?.identities })
    expect(held()).not.toBe(first)
  })

  test('a key that stays is still doubted for the set that is held: a bad signature has it fetched', async () => {
    const { key, server, clock, fake, verify, refreshed } = await heldWorld()
    await refreshed(key)
    clock.advance(30)
    const fetched = nextKeyEvent('fetched')
    const before = server.requests.length
    await expect(verify(fake.accessToken({ key: testKey() }))).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
    await fetched
    expect(server.requests.length).toBe(before + 1)
  })
})

describe('a text that was verified is refused', () => {
  test('once its key was withdrawn, and accepted when it is back', async () => {
    const { key, fake, verify, refreshed, access } = await heldWorld()
    const text = fake.accessToken({ claims: { exp: fake.clock.now() + 3600 } })
    await verify(text)
    await verify(text)
    await refreshed(testKey('ES256', 'other'))
    await expect(verify(text)).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
    expect(await access.explain(text)).toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
    await refreshed(key)
    await verify(text)
  })

  test('once its kid has new material', async () => {
    const { key, fake, verify, refreshed } = await heldWorld()
    const text = fake.accessToken({ claims: { exp: fake.clock.now() + 3600 } })
    await verify(text)
    const next = testKey('ES256', key.kid)
    await refreshed(next)
    await expect(verify(text)).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
    await verify(fake.accessToken({ key: next }))
    await expect(verify(text)).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
  })

  test('once the source is closed', async () => {
    const { keys, fake, verify, held } = await heldWorld()
    const text = fake.accessToken()
    await verify(text)
    keys.close()
    expect(held()).toBeUndefined()
    await expect(verify(text)).rejects.toThrow(unavailable)
  })

  test('once nobody has been able to ask for as long as stale keys may serve', async () => {
    const { server, clock, fake, verify, key } = await heldWorld({ staleFor: 60 })
    const text = fake.accessToken({ claims: { exp: clock.now() + 3600 } })
    await verify(text)
    server.respond = keyServerDefects['status 500']
    clock.advance(659)
    await verify(text)
    clock.advance(1)
    await expect(verify(text)).rejects.toThrow(unavailable)
    server.respond = undefined
    server.jwks = { keys: [key.jwk] }
    clock.advance(60)
    await verify(text)
  })
})
