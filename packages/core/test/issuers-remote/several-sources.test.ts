import { accessToken, defineTokens, issuer, remoteKeySet } from '@jwt-guard/core'
import { FakeIssuer, fixedClock, keyServerDefects, testKey } from '@jwt-guard/testing'
import { expect, onTestFinished, test } from 'vitest'
import { es256, keyServer, rejected, unavailable } from './world.js'

/** One issuer whose keys are behind two URLs, one key behind each. */
async function twoSources() {
  const clock = fixedClock()
  const [a, b] = [testKey('ES256', 'a'), testKey('ES256', 'b')]
  const [serverA, serverB] = [await keyServer({ keys: [a.jwk] }), await keyServer({ keys: [b.jwk] })]
  const keys = [serverA, serverB].map(({ jwksUrl }) => remoteKeySet(jwksUrl, es256))
  onTestFinished(() => keys.forEach((source) => source.close()))
  const fake = new FakeIssuer({ keys: [a], clock })
  const trusted = issuer(fake.id, { keys })
  const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock })
  const verify = (key: typeof a, kid: string | undefined = key.kid) =>
    access.verify(fake.accessToken({ key, header: { kid } }))
  return { clock, a, b, serverA, serverB, fake, access, verify }
}

test('a key that is held in one source is not sought in the others', async () => {
  const { a, b, serverA, serverB, verify } = await twoSources()
  await verify(a)
  for (let count = 0; count < 20; count++) await verify(b)
  expect([serverA.requests.length, serverB.requests.length]).toEqual([1, 1])
})

test('a source that is away keeps no key of another from being used', async () => {
  const { a, b, serverA, verify } = await twoSources()
  serverA.respond = keyServerDefects['status 500']
  await verify(b)
  await expect(verify(a)).rejects.toThrow(unavailable)
  await verify(b)
})

test('while a source is away, nobody can say that there is no such key, or no second one', async () => {
  const { b, serverA, fake, access, verify } = await twoSources()
  serverA.respond = keyServerDefects['status 500']
  await expect(verify(b, 'unknown')).rejects.toThrow(unavailable)
  await expect(access.verify(fake.accessToken({ key: b, header: { kid: undefined } }))).rejects.toThrow(unavailable)
})

test('a key that is nowhere costs each source one fetch per cooldown', async () => {
  const { b, clock, serverA, serverB, verify } = await twoSources()
  for (const fetches of [1, 2, 3]) {
    for (let count = 0; count < 20; count++) {
      await expect(verify(b, `unknown-${count}`)).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
    }
    expect([serverA.requests.length, serverB.requests.length]).toEqual([fetches, fetches])
    clock.advance(30)
  }
})
