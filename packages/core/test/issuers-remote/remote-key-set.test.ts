import {
  accessToken,
  defineTokens,
  issuer,
  publicKey,
  remoteKeySet,
  verifyCompactJws,
  type RemoteKeySetOptions,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, forge, segment, testKey, testSecret } from '@jwt-guard/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  es256,
  keyServer,
  nextKeyEvent,
  outcomes,
  recordedKeyEvents,
  rejected,
  remoteWorld,
  unavailable,
} from './world.js'

const events = recordedKeyEvents()
const times = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))
const down = (_: unknown, response: { writeHead: (status: number) => { end: () => void } }) =>
  response.writeHead(500).end()

test('nothing is fetched before a token needs it, and then once', async () => {
  const { server, verify } = await remoteWorld()
  expect(server.requests).toEqual([])
  await verify()
  await verify()
  expect(server.requests).toEqual(['/jwks'])
  expect(events).toEqual([{ event: 'fetched', source: server.jwksUrl, keys: 1, goodFor: 600 }])
})

test('fifty tokens at once cause one fetch', async () => {
  const { server, verify } = await remoteWorld()
  expect(await outcomes(times(50, () => verify()))).toEqual({ accepted: 50 })
  expect(server.requests).toEqual(['/jwks'])
})

test('ready fetches once, however often it is asked, and tokens need no fetch then', async () => {
  const { server, keys, verify } = await remoteWorld()
  await Promise.all([keys.ready(), keys.ready()])
  await keys.ready()
  await verify()
  expect(server.requests).toEqual(['/jwks'])
})

test('ready says that keys cannot be fetched, and tries again when asked again', async () => {
  const { server, keys } = await remoteWorld()
  server.respond = down
  await expect(keys.ready()).rejects.toThrow(unavailable)
  server.respond = undefined
  await keys.ready()
  expect(server.requests.length).toBe(2)
})

test.each<[string, (fake: FakeIssuer) => string, string]>([
  ['garbage', () => 'x', 'ERR_TOKEN_MALFORMED'],
  ['a token that is too long', () => 'x'.repeat(9000), 'ERR_TOKEN_TOO_LONG'],
  ['a header that is none', (fake) => `${segment('[]')}.${segment({ iss: fake.id })}.AAAA`, 'ERR_HEADER_MALFORMED'],
  ['no algorithm', (fake) => fake.accessToken({ header: { alg: 'none' } }), 'ERR_ALGORITHM_INVALID'],
  ['another kind of token', (fake) => fake.idToken(), 'ERR_TYP_MISMATCH'],
  [
    'claims that are none',
    (fake) => forge({ header: { alg: 'ES256', kid: 'test', typ: 'at+jwt' }, payload: '[]', key: fake.key }),
    'ERR_CLAIMS_MALFORMED',
  ],
  ['an unknown issuer', (fake) => fake.accessToken({ claims: { iss: 'https://evil.test' } }), 'ERR_ISSUER_UNKNOWN'],
  [
    'an algorithm that is not listed',
    (fake) => fake.accessToken({ header: { alg: 'RS256' } }),
    'ERR_ALGORITHM_MISMATCH',
  ],
  ['HMAC', (fake) => fake.accessToken({ header: { alg: 'HS256' } }), 'ERR_ALGORITHM_MISMATCH'],
])('nothing is fetched for %s', async (_, forged, code) => {
  const { server, fake, verify } = await remoteWorld()
  await expect(verify(forged(fake))).rejects.toThrow(rejected(code))
  expect(server.requests).toEqual([])
})

test('an unknown kid causes one fetch per cooldown, however many there are', async () => {
  const { server, clock, fake, verify } = await remoteWorld()
  await verify()
  const unknown = () => times(20, (index) => verify(fake.accessToken({ header: { kid: `flood-${index}` } })))
  for (const fetches of [2, 3, 4]) {
    expect(await outcomes(unknown())).toEqual({ ERR_KEY_UNKNOWN: 20 })
    expect(await outcomes(unknown())).toEqual({ ERR_KEY_UNKNOWN: 20 })
    clock.advance(29.9)
    expect(await outcomes(unknown())).toEqual({ ERR_KEY_UNKNOWN: 20 })
    expect(server.requests.length).toBe(fetches)
    clock.advance(0.1)
  }
})

test('the fetch that an unknown kid caused with nothing held starts the cooldown', async () => {
  const { server, clock, fake, verify } = await remoteWorld()
  const unknown = () => times(20, (index) => verify(fake.accessToken({ header: { kid: `flood-${index}` } })))
  expect(await outcomes([...unknown(), ...unknown()])).toEqual({ ERR_KEY_UNKNOWN: 40 })
  clock.advance(29.9)
  expect(await outcomes(unknown())).toEqual({ ERR_KEY_UNKNOWN: 20 })
  expect(server.requests.length).toBe(1)
})

test('a new key works at once where no unknown kid came before, even after a fetch a moment ago', async () => {
  const { server, fake, verify } = await remoteWorld()
  await verify()
  const next = testKey('ES256', 'next')
  server.jwks = { keys: [next.jwk] }
  await verify(fake.accessToken({ key: next, header: { kid: 'next' } }))
  expect(server.requests.length).toBe(2)
})

test('a token that did not wait for a fetch does not prolong the cooldown', async () => {
  const { server, clock, fake, verify } = await remoteWorld({ cooldown: '1h' })
  const unknown = () => outcomes([verify(fake.accessToken({ header: { kid: 'unknown' } }))])
  await unknown()
  clock.advance(3599)
  await verify()
  await unknown()
  expect(server.requests.length).toBe(2)
  clock.advance(1)
  await unknown()
  expect(server.requests.length).toBe(3)
})

test('servers that answer by turns with one key of two do not cause a fetch for each token', async () => {
  const { server, fake, verify } = await remoteWorld()
  const other = testKey('ES256', 'other')
  const sets = [server.jwks, { keys: [other.jwk] }]
  server.respond = (_, response) => {
    const body = JSON.stringify(sets[(server.requests.length - 1) % 2])
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(body)
  }
  await verify()
  for (let index = 0; index < 20; index++) {
    await outcomes([verify(), verify(fake.accessToken({ key: other, header: { kid: 'other' } }))])
  }
  expect(server.requests.length).toBe(2)
})

test('a new key works at most one cooldown after a flood of unknown kids', async () => {
  const { server, clock, fake, verify } = await remoteWorld({ cooldown: '10s' })
  const next = testKey('ES256', 'next')
  const token = () => fake.accessToken({ key: next, header: { kid: 'next' } })
  await expect(verify(fake.accessToken({ header: { kid: 'flood' } }))).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
  server.jwks = { keys: [...server.jwks.keys, ...(next.jwk ? [next.jwk] : [])] }
  clock.advance(9)
  await expect(verify(token())).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
  clock.advance(1)
  await verify(token())
  await verify()
})

test('a key that the issuer took away is gone with the next fetch', async () => {
  const { server, clock, verify } = await remoteWorld()
  await verify()
  server.jwks = { keys: [testKey('ES256', 'next').jwk].filter((jwk) => jwk !== undefined) }
  clock.advance(600)
  await expect(verify()).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
})

test('new material under an old kid works after one bad signature, and one fetch per cooldown', async () => {
  const { server, clock, fake, verify } = await remoteWorld()
  await verify()
  const next = testKey('ES256', 'test')
  server.jwks = { keys: [next.jwk] }
  const token = () => fake.accessToken({ key: next })
  const fetched = nextKeyEvent('fetched')
  await expect(verify(token())).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
  await fetched
  await verify(token())
  expect(await outcomes(times(20, () => verify()))).toEqual({ ERR_SIGNATURE_INVALID: 20 })
  clock.advance(29.9)
  expect(await outcomes(times(20, () => verify()))).toEqual({ ERR_SIGNATURE_INVALID: 20 })
  expect(server.requests.length).toBe(2)
  clock.advance(0.1)
  const again = nextKeyEvent('fetched')
  expect(await outcomes(times(20, () => verify()))).toEqual({ ERR_SIGNATURE_INVALID: 20 })
  await again
  expect(server.requests.length).toBe(3)
})

test('a bad signature while the set is ageing costs the cooldown too', async () => {
  const { server, clock, fake, verify } = await remoteWorld()
  await verify()
  clock.advance(480)
  const bad = () => outcomes(times(20, () => verify(fake.accessToken({ key: testKey() }))))
  const fetched = nextKeyEvent('fetched')
  expect(await bad()).toEqual({ ERR_SIGNATURE_INVALID: 20 })
  await fetched
  clock.advance(29.9)
  const unknown = () => outcomes([verify(fake.accessToken({ header: { kid: 'unknown' } }))])
  expect(await unknown()).toEqual({ ERR_KEY_UNKNOWN: 1 })
  expect(server.requests.length).toBe(2)
  clock.advance(0.1)
  expect(await unknown()).toEqual({ ERR_KEY_UNKNOWN: 1 })
  expect(server.requests.length).toBe(3)
})

test('bad signatures and unknown kids have one cooldown between them', async () => {
  const { server, fake, verify } = await remoteWorld()
  await verify()
  const fetched = nextKeyEvent('fetched')
  await expect(verify(fake.accessToken({ key: testKey() }))).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
  await fetched
  await expect(verify(fake.accessToken({ header: { kid: 'x' } }))).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
  expect(server.requests.length).toBe(2)
})

test('a set past its age is fetched before it is used, once for all', async () => {
  const { server, clock, verify } = await remoteWorld({ maxAge: '2m' })
  await verify()
  clock.advance(95)
  await verify()
  expect(server.requests.length).toBe(1)
  clock.advance(25)
  expect(await outcomes(times(50, () => verify()))).toEqual({ accepted: 50 })
  expect(server.requests.length).toBe(2)
})

test('a cooldown that is longer than maxAge keeps no set from being fetched again', async () => {
  const { server, clock, verify } = await remoteWorld({ cooldown: '1h', maxAge: '1m', staleFor: 0 })
  await verify()
  clock.advance(60)
  await verify()
  expect(server.requests.length).toBe(2)
})

test('a wall clock that is put back makes no set younger', async () => {
  const wall = { back: 0 }
  const hands = fixedClock()
  const clock = { now: () => hands.now() - wall.back, monotonic: () => hands.monotonic() }
  const fake = new FakeIssuer({ clock: hands })
  const server = await keyServer(fake.jwks)
  const keys = remoteKeySet(server.jwksUrl, es256)
  const trusted = issuer(fake.id, { keys })
  const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock })
  await access.verify(fake.accessToken())
  hands.advance(600)
  wall.back = 600
  await access.verify(fake.accessToken({ claims: { iat: clock.now(), exp: clock.now() + 300 } }))
  expect(server.requests.length).toBe(2)
})

test('while fetching fails the last good set serves for staleFor, and then nothing is accepted', async () => {
  const { server, clock, verify } = await remoteWorld({ maxAge: '1m', staleFor: '2m' })
  await verify()
  server.respond = down
  clock.advance(60)
  await verify()
  expect(events.slice(1)).toEqual([
    { event: 'failed', source: server.jwksUrl, reason: 'status 500', failures: 1, pause: expect.any(Number) as number },
    { event: 'stale', source: server.jwksUrl },
  ])
  clock.advance(119)
  await verify()
  clock.advance(1)
  await expect(verify()).rejects.toThrow(unavailable)
  await expect(verify()).rejects.toThrow(unavailable)
  server.respond = undefined
  clock.advance(10)
  await verify()
})

test('staleFor may be nothing', async () => {
  const { server, clock, verify } = await remoteWorld({ maxAge: '1m', staleFor: 0 })
  await verify()
  server.respond = down
  clock.advance(59)
  await verify()
  clock.advance(1)
  await expect(verify()).rejects.toThrow(unavailable)
})

test('after a failure with nothing held there is a pause, and nobody waits in it', async () => {
  const { server, clock, verify } = await remoteWorld({ maxAge: '1m' })
  server.respond = down
  expect(await outcomes(times(50, () => verify()))).toEqual({ ERR_KEYS_UNAVAILABLE: 50 })
  clock.advance(2.4)
  expect(await outcomes(times(50, () => verify()))).toEqual({ ERR_KEYS_UNAVAILABLE: 50 })
  expect(server.requests.length).toBe(1)
  clock.advance(2.6)
  server.respond = undefined
  await verify()
  expect(server.requests.length).toBe(2)
})

test('an unknown kid while fetching fails: nobody can say, so it is not the token that is blamed', async () => {
  const { server, clock, fake, verify } = await remoteWorld()
  await verify()
  server.respond = down
  clock.advance(600)
  const unknown = () => verify(fake.accessToken({ header: { kid: 'perhaps' } }))
  await expect(unknown()).rejects.toThrow(unavailable)
  await verify()
  await expect(verify(fake.accessToken({ key: testKey() }))).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
})

test('a set without keys is a failure, and the last good one serves', async () => {
  const { server, clock, verify } = await remoteWorld()
  await verify()
  server.jwks = { keys: [] }
  clock.advance(600)
  await verify()
  expect(events).toContainEqual(expect.objectContaining({ event: 'failed' }))
})

const rsa = (bits: Record<string, unknown>) => ({ ...testKey('RS256', 'weak').jwk, kty: 'RSA', ...bits })
const ec = (bits: Record<string, unknown>) => ({ ...testKey('ES256', 'weak').jwk, kty: 'EC', ...bits })
const both = rsa({})
const nameless = ec({})
const privateKey = () => ({ ...ec({}), d: 'AAAA' })

test.each<[string, readonly unknown[]]>([
  ['a private key', [privateKey()]],
  ['a private RSA key', [rsa({ d: 'AAAA' })]],
  ['a short RSA key', [rsa({ n: Buffer.alloc(128, 0xff).toString('base64url') })]],
  ['an exponent of 1', [rsa({ e: 'AQ' })]],
  ['a modulus that is even', [rsa({ n: Buffer.alloc(256, 0xfe).toString('base64url') })]],
  ['a modulus that is no base64url', [rsa({ n: '!' })]],
  ['a point that is not on its curve', [ec({ x: Buffer.alloc(32, 1).toString('base64url') })]],
  ['a short coordinate', [ec({ y: 'AAAA' })]],
  ['a kid that is a number', [ec({ kid: 7 })]],
  ['a kid that is empty', [ec({ kid: '' })]],
  ['a kid that is long', [ec({ kid: 'k'.repeat(257) })]],
  ['a kid with a line break', [ec({ kid: 'a\nb' })]],
  ['something that is no JWK', [null]],
  ['a text', ['key']],
  ['an object without kty', [{ kid: 'weak' }]],
  ['two keys of one kid', [ec({ kid: 'twin' }), ec({ kid: 'twin' })]],
  ['two keys of one kid and two kinds', [ec({ kid: 'twin' }), rsa({ kid: 'twin' })]],
  [
    'one key for two algorithms',
    [
      { ...both, alg: 'RS256', kid: 'kid-0' },
      { ...both, alg: 'PS256', kid: 'kid-1' },
    ],
  ],
  ['a key without kid, beside one with a kid', [{ ...nameless, kid: undefined }]],
])('of a set is dropped, with an event, and the others serve: %s', async (_, bad) => {
  const { server, fake, verify } = await remoteWorld({ algorithms: ['ES256', 'RS256', 'PS256'] })
  server.jwks = { keys: [...(bad as typeof server.jwks.keys), ...server.jwks.keys] }
  await verify()
  const dropped = events.filter(({ event }) => event === 'dropped')
  expect(dropped.map(({ source }) => source)).toEqual(bad.map(() => server.jwksUrl))
  expect(events).toContainEqual(expect.objectContaining({ event: 'fetched', source: server.jwksUrl, keys: 1 }))
  for (const kid of ['weak', 'twin', 'kid-0', 'kid-1']) {
    await expect(verify(fake.accessToken({ header: { kid } }))).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
  }
})

test.each<[string, Record<string, unknown>]>([
  ['of another algorithm', { ...testKey('ES384', 'other').jwk }],
  ['to encrypt with', ec({ use: 'enc', kid: 'other' })],
  ['that may not verify', ec({ key_ops: ['sign'], kid: 'other' })],
  ['symmetric', { kty: 'oct', k: 'AAAA', kid: 'other', alg: 'HS256' }],
  ['of a kind that is not known', { kty: 'AKP', kid: 'other' }],
  ['that names no algorithm and could be for two', rsa({ alg: undefined, kid: 'other' })],
])('a key that is for something else is passed over: %s', async (_, other) => {
  const { server, fake, verify } = await remoteWorld({ algorithms: ['ES256', 'RS256', 'PS256'] })
  server.jwks = { keys: [{ kty: 'none', ...(JSON.parse(JSON.stringify(other)) as object) }, ...server.jwks.keys] }
  await verify()
  await expect(verify(fake.accessToken({ header: { kid: 'other' } }))).rejects.toThrow(rejected('ERR_KEY_UNKNOWN'))
})

test('a set of a hundred keys is one, and of one more is none', async () => {
  const { server, clock, verify } = await remoteWorld()
  const [own] = server.jwks.keys
  const filler = (count: number) => times(count, (index) => ({ kty: 'oct', kid: `filler-${index}` }))
  server.jwks = { keys: [...(own ? [own] : []), ...filler(100)] }
  await expect(verify()).rejects.toThrow(unavailable)
  server.jwks = { keys: [...(own ? [own] : []), ...filler(99)] }
  clock.advance(5)
  await verify()
})

test('one key under two kids is found by either', async () => {
  const { server, fake, verify } = await remoteWorld()
  server.jwks = { keys: ['test', 'alias'].map((kid) => Object.assign({ kty: 'EC' }, server.jwks.keys[0], { kid })) }
  await verify()
  expect(await verify(fake.accessToken({ header: { kid: 'alias' } }))).toMatchObject({ header: { kid: 'alias' } })
})

test('a token without kid finds the only key of its algorithm, and never one of several', async () => {
  const { server, clock, fake, verify } = await remoteWorld()
  const nameless = () => verify(fake.accessToken({ header: { kid: undefined } }))
  await nameless()
  server.jwks = { keys: [...server.jwks.keys, ...[testKey('ES256', 'other').jwk].filter((jwk) => jwk !== undefined)] }
  clock.advance(600)
  await expect(nameless()).rejects.toThrow(rejected('ERR_KEY_AMBIGUOUS'))
})

test('a fetched key without kid, alone for its algorithm, fits any kid', async () => {
  const { server, verify } = await remoteWorld()
  const [{ kid: _, ...nameless } = { kty: 'EC' }] = server.jwks.keys
  server.jwks = { keys: [nameless] }
  expect(await verify()).toMatchObject({ header: { kid: 'test' } })
})

test('given keys beside fetched ones are found without a fetch', async () => {
  const clock = fixedClock()
  const given = testKey('ES256', 'given')
  const fetched = testKey('ES256', 'fetched')
  const fake = new FakeIssuer({ keys: [given], clock })
  const server = await keyServer({ keys: fetched.jwk ? [fetched.jwk] : [] })
  const trusted = issuer(fake.id, { keys: [given.source, remoteKeySet(server.jwksUrl, es256)] })
  const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock })
  await access.verify(fake.accessToken())
  expect(server.requests).toEqual([])
  await access.verify(fake.accessToken({ key: fetched, header: { kid: 'fetched' } }))
  await expect(access.verify(fake.accessToken({ header: { kid: undefined } }))).rejects.toThrow(
    rejected('ERR_KEY_AMBIGUOUS'),
  )
  expect(server.requests).toEqual(['/jwks'])
})

test('of several sets, only those are fetched that may have the algorithm', async () => {
  const { server, fake, keys } = await remoteWorld()
  const other = await keyServer({ keys: [] })
  const ed25519 = remoteKeySet(other.jwksUrl, { algorithms: ['Ed25519'], allowInsecureLoopback: true })
  expect((await verifyCompactJws(fake.accessToken(), [ed25519, keys])).header).toMatchObject({ alg: 'ES256' })
  const given = testKey('Ed25519', 'given')
  const text = fake.accessToken({ key: given, header: { alg: 'Ed25519', kid: 'given' } })
  expect((await verifyCompactJws(text, [ed25519, given.source])).header).toMatchObject({ kid: 'given' })
  expect([server.requests, other.requests]).toEqual([['/jwks'], []])
})

test('verifyCompactJws takes a remote set, and says where it is away', async () => {
  const { server, fake, keys } = await remoteWorld()
  expect((await verifyCompactJws(fake.accessToken(), keys)).header).toMatchObject({ kid: 'test' })
  await server.close()
  await expect(verifyCompactJws(fake.accessToken(), remoteKeySet(server.jwksUrl, es256))).rejects.toThrow(unavailable)
})

test('close forgets the keys, and nothing is fetched or found afterwards', async () => {
  const { server, keys, verify } = await remoteWorld()
  await verify()
  keys.close()
  await expect(verify()).rejects.toThrow(unavailable)
  await expect(keys.ready()).rejects.toThrow('closed')
  expect(server.requests.length).toBe(1)
})

test('close while a fetch is running: what it brings is not kept', async () => {
  const { server, keys, fake, verify } = await remoteWorld()
  server.respond = (_, response) => {
    keys.close()
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(fake.jwks))
  }
  await expect(verify()).rejects.toThrow(unavailable)
  expect(events).toEqual([])
})

test('an error for operators names the source and the reason; nothing of the answer is in it', async () => {
  const { server, verify } = await remoteWorld()
  server.respond = (_, response) => {
    response.writeHead(418, { 'Content-Type': 'text/html', 'X-Secret': 'secret' }).end('<b>secret</b>')
  }
  const error: unknown = await verify().catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ message: expect.stringContaining(`${server.jwksUrl}: status 418`) as string })
  expect(JSON.stringify([events, String(error)])).not.toContain('secret')
})

test('a clock that stops answering while keys are fetched lets nothing in', async () => {
  let readings = 0
  const clock = { now: () => 1_800_000_000, monotonic: () => (readings++ > 1 ? Number.NaN : 0) }
  const fake = new FakeIssuer()
  const server = await keyServer(fake.jwks)
  const trusted = issuer(fake.id, { keys: remoteKeySet(server.jwksUrl, es256) })
  const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock })
  const codes = await outcomes(times(3, () => access.verify(fake.accessToken())))
  expect(codes).toEqual({ ERR_CLOCK_UNAVAILABLE: 3 })
})

test('a clock that stops answering while keys are fetched for nobody leaves no rejection behind', async () => {
  const hands = fixedClock()
  let trap = false
  const monotonic = () => {
    const answer = trap ? Number.NaN : hands.monotonic()
    trap = false
    return answer
  }
  const fake = new FakeIssuer({ clock: hands })
  const server = await keyServer(fake.jwks)
  const trusted = issuer(fake.id, { keys: remoteKeySet(server.jwksUrl, es256) })
  const clock = { now: () => hands.now(), monotonic }
  const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock })
  await access.verify(fake.accessToken())
  hands.advance(480)
  const release = server.hold()
  server.respond = down
  await access.verify(fake.accessToken())
  const unhandled: unknown[] = []
  const record = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', record)
  onTestFinished(() => void process.off('unhandledRejection', record))
  trap = true
  release()
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  while (isSet()) await turn()
  await turn()
  expect(unhandled).toEqual([])
  server.respond = undefined
  expect(await access.verify(fake.accessToken())).toMatchObject({ type: 'access' })

  function isSet(): boolean {
    return trap
  }
})

test('one issuer in two sets that have different clocks is a mistake, and with one clock it is none', async () => {
  const { fake, keys, clock } = await remoteWorld()
  const setWith = (own: typeof clock) => {
    const trusted = issuer(fake.id, { keys })
    return defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock: own })
  }
  await setWith(clock).access.verify(fake.accessToken())
  expect(() => setWith(fixedClock())).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS_CONTRADICT' }))
})

test('keys that were fetched before the set of types was there are as old as the set', async () => {
  const clock = fixedClock()
  clock.advance(1_000_000)
  const fake = new FakeIssuer({ clock })
  const server = await keyServer(fake.jwks)
  const keys = remoteKeySet(server.jwksUrl, es256)
  await keys.ready()
  const trusted = issuer(fake.id, { keys })
  const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock })
  clock.advance(599)
  await access.verify(fake.accessToken())
  expect(server.requests.length).toBe(1)
  clock.advance(1)
  await access.verify(fake.accessToken())
  expect(server.requests.length).toBe(2)
})

test('HMAC secrets, and keys without a kid, do not stand beside fetched keys', () => {
  const keys = remoteKeySet('https://issuer.test/jwks', { algorithms: ['ES256'] })
  const jwk = { ...testKey().jwk, kty: 'EC', kid: undefined }
  const nameless = publicKey(JSON.parse(JSON.stringify(jwk)) as typeof jwk, 'ES256')
  const mixed = [keys, testSecret().source] as unknown as (typeof keys)[]
  expect(() => issuer('a', { keys: mixed })).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS_CONTRADICT' }))
  expect(() => issuer('a', { keys: [keys, nameless] })).toThrow(expect.objectContaining({ code: 'ERR_KEY_AMBIGUOUS' }))
})

test('one URL for two issuers of a set is refused', () => {
  const keys = (id: string) => issuer(id, { keys: remoteKeySet('https://keys.test/jwks', { algorithms: ['ES256'] }) })
  const types = () =>
    defineTokens({
      a: accessToken({ issuer: keys('https://a.test'), audience: 'https://api.test' }),
      b: accessToken({ issuer: keys('https://b.test'), audience: 'https://api.test' }),
    })
  expect(types).toThrow(expect.objectContaining({ code: 'ERR_KEY_SHARED' }))
})

const make = remoteKeySet as (url: unknown, options?: unknown) => unknown
const url = 'https://issuer.test/jwks'
const algorithms = ['ES256']

test.each<[string, unknown, unknown, string]>([
  ['no URL', undefined, { algorithms }, 'ERR_URL_REFUSED'],
  ['a text that is no URL', '/jwks', { algorithms }, 'ERR_URL_REFUSED'],
  ['plain http', 'http://issuer.test/jwks', { algorithms }, 'ERR_URL_REFUSED'],
  [
    'plain http, loopback allowed',
    'http://issuer.test/jwks',
    { algorithms, allowInsecureLoopback: true },
    'ERR_URL_REFUSED',
  ],
  [
    'a host that begins like loopback',
    'http://127.0.0.1.evil.test/',
    { algorithms, allowInsecureLoopback: true },
    'ERR_URL_REFUSED',
  ],
  [
    'a host that ends like loopback',
    'http://evil.localhost/',
    { algorithms, allowInsecureLoopback: true },
    'ERR_URL_REFUSED',
  ],
  ['loopback, not allowed', 'http://127.0.0.1:1/jwks', { algorithms }, 'ERR_URL_REFUSED'],
  [
    'localhost, not allowed',
    'http://localhost:1/jwks',
    { algorithms, allowInsecureLoopback: false },
    'ERR_URL_REFUSED',
  ],
  ['a file', 'file:///etc/passwd', { algorithms, allowInsecureLoopback: true }, 'ERR_URL_REFUSED'],
  ['data', 'data:application/json,{}', { algorithms, allowInsecureLoopback: true }, 'ERR_URL_REFUSED'],
  ['a user name', 'https://user@issuer.test/jwks', { algorithms }, 'ERR_URL_REFUSED'],
  ['a password', 'https://:secret@issuer.test/jwks', { algorithms }, 'ERR_URL_REFUSED'],
  ['a fragment', 'https://issuer.test/jwks#x', { algorithms }, 'ERR_URL_REFUSED'],
  ['no options', url, undefined, 'ERR_OPTION_INVALID'],
  ['no algorithms', url, {}, 'ERR_OPTION_MISSING'],
  ['an empty list of algorithms', url, { algorithms: [] }, 'ERR_OPTION_INVALID'],
  ['HMAC', url, { algorithms: ['HS256'] }, 'ERR_OPTION_INVALID'],
  ['none', url, { algorithms: ['none'] }, 'ERR_OPTION_INVALID'],
  ['an algorithm twice', url, { algorithms: ['ES256', 'ES256'] }, 'ERR_OPTION_INVALID'],
  ['an unknown option', url, { algorithms, cacheMaxAge: 1 }, 'ERR_OPTION_UNKNOWN'],
  ['loopback by a text', url, { algorithms, allowInsecureLoopback: 'true' }, 'ERR_OPTION_INVALID'],
  ['no timeout', url, { algorithms, timeout: 0 }, 'ERR_OPTION_INVALID'],
  ['an endless timeout', url, { algorithms, timeout: '1h' }, 'ERR_OPTION_INVALID'],
  ['no cooldown', url, { algorithms, cooldown: 0 }, 'ERR_OPTION_INVALID'],
  ['a maxAge that is a moment', url, { algorithms, maxAge: 59 }, 'ERR_OPTION_INVALID'],
  ['a maxAge of years', url, { algorithms, maxAge: '366d' }, 'ERR_OPTION_INVALID'],
  ['an endless staleFor', url, { algorithms, staleFor: Infinity }, 'ERR_OPTION_INVALID'],
  ['a negative staleFor', url, { algorithms, staleFor: -1 }, 'ERR_OPTION_INVALID'],
  ['a duration that is none', url, { algorithms, maxAge: '10 minutes' }, 'ERR_OPTION_INVALID'],
  ['undefined', url, { algorithms, maxAge: undefined }, 'ERR_OPTION_MISSING'],
  ['keyHosts that is no list', url, { algorithms, keyHosts: 'keys.test' }, 'ERR_OPTION_INVALID'],
])('is refused at construction: %s', (_, given, options, code) => {
  expect(() => make(given, options)).toThrow(expect.objectContaining({ name: 'ConfigurationError', code }))
})

test.each(['https://issuer.test/jwks', new URL('https://issuer.test/jwks'), 'https://issuer.test:8443/jwks?tenant=1'])(
  'an https URL is taken: %s',
  (given) => {
    expect(remoteKeySet(given, { algorithms: ['ES256'] }).algorithms).toEqual(['ES256'])
  },
)

test.each(['http://127.0.0.1:1/', 'http://127.1.2.3/', 'http://localhost:1/', 'http://[::1]:1/'])(
  'plain http on loopback is taken where that is said: %s',
  (given) => {
    expect(remoteKeySet(given, { ...es256 }).algorithms).toEqual(['ES256'])
  },
)

test('the longest and the shortest times are taken', () => {
  const shortest: RemoteKeySetOptions = { ...es256, timeout: 0.1, cooldown: 1, maxAge: 60, staleFor: 0 }
  const longest: RemoteKeySetOptions = { ...es256, timeout: '60s', cooldown: '1h', maxAge: '1d', staleFor: '7d' }
  for (const options of [shortest, longest]) expect(remoteKeySet(url, options).algorithms).toEqual(['ES256'])
})

// As bluebird's, which answers in a form of its own.
test('where Promise.allSettled is another, an outage is an outage, and a key is found', async () => {
  const { server, verify } = await remoteWorld()
  const other = vi.spyOn(Promise, 'allSettled').mockResolvedValue([])
  onTestFinished(() => other.mockRestore())
  server.respond = down
  await expect(verify()).rejects.toThrow(unavailable)
  await (await remoteWorld()).verify()
})
