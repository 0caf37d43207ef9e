import { FakeIssuer, fixedClock, keyServerDefects, startKeyServer, testKey } from '@jwt-guard/testing'

/** An issuer whose keys can be changed, spoiled and taken away while a service fetches them. */
export async function startAuthority() {
  const clock = fixedClock()
  const server = await startKeyServer({ keys: [] })
  const fake = new FakeIssuer({ id: server.url, clock })
  const keys = [testKey('ES256', 'key-1'), testKey('ES256', 'key-2')] as const
  let key: (typeof keys)[number] = keys[0]
  server.jwks = { keys: [keys[0].jwk] }
  return {
    url: server.url,
    clock,
    /** From now on the second key signs. With it a third one is published that is broken. */
    rotate() {
      key = keys[1]
      server.jwks = { keys: [keys[1].jwk, { ...testKey('ES256', 'key-3').jwk, x: 'AAAA' }] }
    },
    goDown() {
      server.respond = keyServerDefects['status 500']
    },
    comeBack() {
      server.respond = undefined
    },
    access: (claims: object = {}, kid = key.kid) =>
      fake.accessToken({ key, header: { kid }, claims: { sub: 'alice', ...claims } }),
    /** Of whoever has not heard of `at+jwt`. */
    untyped: () => fake.accessToken({ key, header: { kid: key.kid, typ: 'JWT' }, claims: { sub: 'alice' } }),
    reset: () => fake.customToken('reset+jwt', { sub: 'alice' }, { key, header: { kid: key.kid } }),
    stop: () => server.close(),
  }
}

export type Authority = Awaited<ReturnType<typeof startAuthority>>
