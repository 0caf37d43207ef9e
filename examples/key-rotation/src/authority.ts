import { FakeIssuer, fixedClock, keyServerDefects, startKeyServer, testKey } from '@jwt-guard/testing'

/** An issuer that signs with one key at a time and publishes the last two. */
export async function startAuthority() {
  const clock = fixedClock()
  const server = await startKeyServer({ keys: [] })
  const keys = [testKey('ES256', 'key-1')]
  const publish = () => {
    server.jwks = { keys: keys.slice(-2).map(({ jwk }) => jwk) }
  }
  const fake = new FakeIssuer({ id: server.url, clock })
  publish()
  return {
    url: server.url,
    clock,
    /** How often it was asked for anything. */
    asked: () => server.requests.length,
    /** From now on a new key signs. The oldest of three is published no more. */
    rotate() {
      keys.push(testKey('ES256', `key-${keys.length + 1}`))
      publish()
    },
    goDown() {
      server.respond = keyServerDefects['a connection that is cut']
    },
    comeBack() {
      server.respond = undefined
    },
    /** A good token, signed by the key in use, or by the one of so many rotations ago. */
    token(rotationsAgo = 0): string {
      const key = keys.at(-1 - rotationsAgo)
      if (key === undefined) throw new Error('there was no such key')
      return fake.accessToken({ key, header: { kid: key.kid } })
    },
    /** A token that names a key which there never was. */
    tokenOfNoKey: (name: string) => fake.accessToken({ header: { kid: name } }),
    stop: () => server.close(),
  }
}

export type Authority = Awaited<ReturnType<typeof startAuthority>>
