/* oxlint-disable vitest/no-standalone-expect -- attack() registers a test */
import dns from 'node:dns'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { accessToken, defineTokens, issuer, remoteKeySet, type KeyEvent } from '@jwt-guard/core'
import { FakeIssuer, keyServerDefects, testKey, type KeyServer } from '@jwt-guard/testing'
import { expect, onTestFinished } from 'vitest'
import { attack, eventsOf, mistakeOf, verdictOf } from './catalogue.js'
import { keysOverHttps } from './https-keys.js'
import {
  discoveringWorld,
  es256,
  fetchingWorld,
  keyServer,
  many,
  serveMetadata,
  unavailable,
  unhandledOf,
  unsigned,
} from './key-world.js'

const jsonType = { 'Content-Type': 'application/json' }
const sent =
  (body: string | Uint8Array, headers: Readonly<Record<string, string>> = jsonType, status = 200) =>
  (_: unknown, response: ServerResponse) =>
    void response.writeHead(status, headers).end(body)

/** The next event of this name, when all that it brings about is done. */
function next(name: KeyEvent['event']): Promise<void> {
  return new Promise((resolve) => {
    const look = (event: unknown) => {
      if ((event as KeyEvent).event !== name) return
      unsubscribe('jwt-guard:keys', look)
      setImmediate(resolve)
    }
    subscribe('jwt-guard:keys', look)
  })
}

/** That none of these answers brings keys, and that none takes the place of a set that is held. */
async function expectNoKeys(answers: Readonly<Record<string, KeyServer['respond']>>): Promise<void> {
  const wrong: string[] = []
  for (const [name, respond] of Object.entries(answers)) {
    const { server, clock, verdict } = await fetchingWorld()
    server.respond = respond
    if ((await verdict()) !== unavailable) wrong.push(`${name}: brought keys`)
    server.respond = undefined
    clock.advance(5)
    await verdict()
    server.respond = respond
    clock.advance(600)
    if ((await verdict()) !== 'accepted') wrong.push(`${name}: took the place of a set`)
    if (server.requests.length !== 3) wrong.push(`${name}: ${server.requests.length} requests`)
  }
  expect(Object.keys(answers).length).toBeGreaterThan(0)
  expect(wrong).toEqual([])
}

attack('NET-01', 'a redirect is not followed, wherever it leads', async () => {
  const elsewhere = await keyServer(testKey().jwk)
  const targets = [
    elsewhere.jwksUrl,
    'http://169.254.169.254/latest/meta-data',
    '/jwks',
    '//127.0.0.1/jwks',
    'file:///',
  ]
  const answers = [301, 302, 303, 307, 308].flatMap((status) =>
    targets.map((Location) => [`${status} to ${Location}`, sent('', { ...jsonType, Location }, status)] as const),
  )
  await expectNoKeys(Object.fromEntries(answers))
  expect(elsewhere.requests).toEqual([])
})

attack('NET-02', 'a set of another media type is none', async () => {
  const body = JSON.stringify({ keys: [testKey().jwk] })
  const types = ['text/html', 'text/plain', 'application/jsonp', 'application/octet-stream', 'multipart/form-data', '']
  const answers = types.map((type) => [type, sent(body, { 'Content-Type': type })] as const)
  await expectNoKeys({ ...Object.fromEntries(answers), 'no type': sent(body, {}) })
})

attack('NET-03', 'an answer that is no whole document is none', async () => {
  const body = JSON.stringify({ keys: [testKey().jwk] })
  await expectNoKeys({
    ...Object.fromEntries(
      ['', ' ', body.slice(0, -1), `${body}${body}`, 'null', '[]'].map((text) => [text, sent(text)]),
    ),
    ...Object.fromEntries([204, 206, 304, 404, 500].map((status) => [status, sent('', jsonType, status)])),
    '206 with a body': sent(body, jsonType, 206),
    'half a body': keyServerDefects['half a body'],
    'an HTML page': keyServerDefects['an HTML page'],
  })
})

attack('NET-04', 'a document without a list of keys is no set', async () => {
  const values = [undefined, null, {}, 'keys', 1, [null], ['key'], [[]], [{}], [{ kid: 'test' }]]
  await expectNoKeys(Object.fromEntries(values.map((keys, index) => [index, sent(JSON.stringify({ keys }))])))
})

attack('NET-05', 'an empty set does not wipe good keys away, and a foreign one does not', async () => {
  await expectNoKeys({
    empty: keyServerDefects['a set without keys'],
    foreign: keyServerDefects['a foreign document'],
    'other keys': sent(JSON.stringify({ keys: [testKey('RS256').jwk, testKey('ES384').jwk] })),
  })
})

attack('NET-06', 'a body that is huge, or has no end, is left after the first pieces of it', async () => {
  for (const length of ['33554432', undefined]) {
    const { server, verdict } = await fetchingWorld()
    let written = 0
    const closed = new Promise<void>((resolve) => {
      server.respond = (request, response) => {
        const headers = length === undefined ? jsonType : { ...jsonType, 'Content-Length': length }
        response.writeHead(200, headers).on('error', () => undefined)
        const more = () => {
          if (!response.destroyed && written < 33_554_432) response.write(' '.repeat(65_536), () => setImmediate(more))
          written = request.socket.bytesWritten
        }
        response.on('close', () => resolve())
        more()
      }
    })
    expect(await verdict()).toBe(unavailable)
    await closed
    // What the sockets of both sides take in before anybody looks is not ours.
    expect(written).toBeLessThan(16 * 1024 * 1024)
  }
})

attack('NET-07', 'a compressed answer is not inflated', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))
  const set = JSON.stringify({ keys: [testKey().jwk] })
  await expectNoKeys({
    bomb: sent(bomb, { ...jsonType, 'Content-Encoding': 'gzip' }),
    'a good set': sent(gzipSync(set), { ...jsonType, 'Content-Encoding': 'gzip' }),
    'not said': sent(gzipSync(set)),
    brotli: sent(set, { ...jsonType, 'Content-Encoding': 'br' }),
  })
})

attack('NET-08', 'a set of very many keys, or with a very large one, is none', async () => {
  const key = testKey()
  await expectNoKeys({
    'a hundred thousand': sent(JSON.stringify({ keys: many(100_000, (kid) => ({ kty: 'EC', kid })) })),
    'one more than a hundred': sent(JSON.stringify({ keys: many(101, (index) => ({ ...key.jwk, kid: `k${index}` })) })),
    'a megabyte': sent(JSON.stringify({ keys: [{ ...key.jwk, x5c: ['A'.repeat(1024 * 1024)] }] })),
  })
})

attack('NET-09', 'a member that stands twice makes a document unreadable', async () => {
  const body = JSON.stringify({ keys: [testKey().jwk] })
  await expectNoKeys({
    keys: sent(body.replace('{"keys"', '{"keys":[],"keys"')),
    kid: sent(body.replace('"kid"', '"kid":"other","kid"')),
    escaped: sent(body.replace('"kid"', '"k\\u0069d":"other","kid"')),
  })
})

/** That the good key of a set serves, and that a token by any of these other keys finds none. */
async function expectDropped(bad: readonly object[], algorithms = ['ES256', 'RS256'] as const): Promise<void> {
  const { server, fake, verdict } = await fetchingWorld({ algorithms })
  const good = server.jwks.keys
  for (const jwks of [
    [...bad, ...good],
    [...good, ...bad],
  ]) {
    server.jwks = { keys: jwks as typeof good }
    const keys = remoteKeySet(server.jwksUrl, { ...es256, algorithms })
    const events = await eventsOf('jwt-guard:keys', () => keys.ready())
    expect(events.filter((event) => (event as KeyEvent).event === 'dropped').length).toBe(bad.length)
    expect(events).toContainEqual(expect.objectContaining({ event: 'fetched', keys: 1 }))
  }
  expect(await verdict()).toBe('accepted')
  const kids = bad.map((jwk) => ('kid' in jwk && typeof jwk.kid === 'string' ? jwk.kid : 'none'))
  const unknown = ['ERR_KEY_UNKNOWN', 'ERR_HEADER_INVALID']
  for (const kid of kids) expect(unknown).toContain(await verdict(unsigned(fake, { kid })))
}

attack('NET-10', 'of keys of one kid none is used', async () => {
  await expectDropped([testKey('ES256', 'twin').jwk, testKey('ES256', 'twin').jwk])
  await expectDropped([testKey('ES256', 'twin').jwk, testKey('RS256', 'twin').jwk])
})

attack('NET-11', 'a key whose kid is none is not used', async () => {
  const { jwk } = testKey()
  const kids = [1, '', null, 'k'.repeat(1000), 'a\u0000b', 'a\r\nb', ['test'], {}, '\u00e9']
  for (const kid of kids) await expectDropped([{ ...jwk, kid }])
})

attack('NET-12', 'a private or symmetric key is not used, and told of', async () => {
  const { jwk } = testKey('ES256', 'bad')
  const rsa = testKey('RS256', 'rsa').jwk
  await expectDropped([{ ...jwk, d: 'AAAA' }])
  await expectDropped(
    ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'].map((name) => Object.assign({}, rsa, { kid: name, [name]: 'AA' })),
  )
  await expectDropped([{ kty: 'oct', k: 'A'.repeat(64), kid: 'oct', alg: 'HS256' }])
})

attack('NET-13', 'a weak key is not used, and the others are', async () => {
  const { jwk } = testKey('RS256', 'weak')
  const modulus = (bytes: number, last: number) =>
    Buffer.concat([Buffer.alloc(bytes - 1, 0xd5), Buffer.from([last])]).toString('base64url')
  const weak: readonly object[] = [
    { n: modulus(128, 0xd5) },
    { n: modulus(256, 0xd4) },
    { n: modulus(4096, 0xd5) },
    { e: 'AQ' },
    { e: 'Ag' },
  ]
  for (const members of weak) await expectDropped([{ ...jwk, ...members }])
  await expectDropped([{ ...testKey('ES256', 'weak').jwk, x: Buffer.alloc(32, 1).toString('base64url') }])
})

attack('NET-14', 'a document with __proto__ in it is none', async () => {
  const body = JSON.stringify({ keys: [testKey().jwk] })
  await expectNoKeys({
    'in the set': sent(body.replace('{"keys"', '{"__proto__":{"admin":true},"keys"')),
    'in a key': sent(body.replace('"kid"', '"__proto__":{"admin":true},"kid"')),
  })
  expect('admin' in {}).toBe(false)
})

attack('NET-15', 'one deadline covers headers and the whole body', async () => {
  for (const name of ['silence', 'a body that drips'] as const) {
    const { server, verdict } = await fetchingWorld({ timeout: 0.2 })
    server.respond = keyServerDefects[name]
    expect(await verdict()).toBe(unavailable)
  }
})

attack('NET-16', 'a thousand tokens at once with nothing held cause one fetch', async () => {
  const { server, fake, verdicts } = await fetchingWorld()
  expect(await verdicts(many(1000, () => fake.accessToken()))).toEqual({ accepted: 1000 })
  expect(server.requests).toEqual(['/jwks'])
})

attack(
  'NET-17',
  'with nothing held and the server down, a thousand tokens cause one fetch, and none in the pause',
  async () => {
    const { server, clock, fake, verdict, verdicts } = await fetchingWorld()
    server.respond = keyServerDefects['status 500']
    expect(await verdicts(many(500, () => fake.accessToken()))).toEqual({ [unavailable]: 500 })
    for (let count = 0; count < 500; count++) expect(await verdict()).toBe(unavailable)
    clock.advance(2.4)
    expect(await verdict()).toBe(unavailable)
    expect(server.requests.length).toBe(1)
  },
)

attack(
  'NET-18',
  'while the server is down the last set serves for its time, and then nothing is refused but all unavailable',
  async () => {
    const { server, clock, fake, verdict, verdicts } = await fetchingWorld()
    await verdict()
    server.respond = keyServerDefects['a connection that is cut']
    for (let passed = 0; passed < 4140; passed += 60) {
      clock.advance(60)
      expect(await verdicts(many(10, () => fake.accessToken()))).toEqual({ accepted: 10 })
    }
    clock.advance(60)
    expect(await verdicts(many(10, () => fake.accessToken()))).toEqual({ [unavailable]: 10 })
    for (let count = 0; count < 10; count++) expect(await verdict()).toBe(unavailable)
    server.respond = undefined
    clock.advance(60)
    expect(await verdict()).toBe('accepted')
  },
)

/** Tokens that a stranger can make without any key, ten thousand of them. */
function hostileTokens(fake: FakeIssuer): readonly string[] {
  const kinds: readonly ((index: number) => string)[] = [
    (index) => unsigned(fake, { kid: `${'k'.repeat(200)}-${index}` }),
    (index) => unsigned(fake, { kid: `https://evil.test/${index}` }),
    (index) => unsigned(fake, { kid: undefined }, { iss: `https://evil.test/${index}` }),
    (index) => unsigned(fake, { alg: 'RS256', kid: `${index}` }),
    (index) => unsigned(fake, { typ: 'JWT', kid: `${index}` }),
    (index) => unsigned(fake, { jku: `https://evil.test/${index}` }),
    (index) => `${index}.${'A'.repeat(100)}.x`,
    () => unsigned(fake),
  ]
  return many(10_000, (index) => kinds[index % kinds.length]?.(index) ?? '')
}

attack('NET-19', 'ten thousand hostile tokens cause one fetch per cooldown', async () => {
  const { server, clock, fake, verdict } = await fetchingWorld()
  await verdict()
  const tokens = hostileTokens(fake)
  for (const fetches of [2, 3]) {
    const codes = new Set<string>()
    for (const token of tokens) codes.add(await verdict(token))
    expect([...codes].toSorted()).toEqual([
      'ERR_ALGORITHM_MISMATCH',
      'ERR_HEADER_INVALID',
      'ERR_ISSUER_UNKNOWN iss',
      'ERR_KEY_UNKNOWN',
      'ERR_SIGNATURE_INVALID',
      'ERR_TOKEN_MALFORMED',
      'ERR_TYP_MISMATCH',
    ])
    expect(server.requests.length).toBe(fetches)
    clock.advance(30)
  }
})

attack('NET-19', 'of ten thousand unknown kids none is remembered', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const { fake, verdict } = await fetchingWorld()
  const flood = async (count: number, name: string) => {
    for (let index = 0; index < count; index++) {
      expect(await verdict(unsigned(fake, { kid: `${name}-${index}-`.padEnd(256, 'k') }))).toBe('ERR_KEY_UNKNOWN')
    }
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = await flood(1000, 'before')
  expect((await flood(10_000, 'kid')) - before).toBeLessThan(1.5 * 1024 * 1024)
})

attack('NET-19', 'all at once with nothing held: one fetch', async () => {
  const { server, fake, verdict, verdicts } = await fetchingWorld()
  await verdicts(hostileTokens(fake))
  expect(server.requests.length).toBe(1)
  expect(await verdict()).toBe('accepted')
  expect(server.requests.length).toBe(1)
})

attack('NET-19', 'with discovery each of these fetches is two requests, and no more', async () => {
  const { server, clock, fake, verdict, verdicts } = await discoveringWorld()
  await verdict()
  for (const requests of [4, 6]) {
    await verdicts(hostileTokens(fake))
    expect(server.requests.length).toBe(requests)
    clock.advance(30)
  }
})

attack('NET-20', 'a flood that is timed before a rotation delays it by one cooldown at most', async () => {
  for (const lead of [0, 1, 15, 29, 30]) {
    const { server, clock, fake, verdict, verdicts } = await fetchingWorld()
    await verdict()
    const flood = () => verdicts(many(50, (index) => unsigned(fake, { kid: `flood-${clock.now()}-${index}` })))
    for (let second = 0; second < lead; second++) {
      await flood()
      clock.advance(1)
    }
    const rotated = testKey('ES256', 'rotated')
    server.jwks = { keys: [rotated.jwk] }
    for (let second = 0; second < 30; second++) {
      await flood()
      clock.advance(1)
    }
    expect(await verdict(fake.accessToken({ key: rotated, header: { kid: 'rotated' } }))).toBe('accepted')
    expect(server.requests.length).toBeLessThanOrEqual(4)
  }
})

attack('NET-21', 'what is refused before its key is looked for causes no fetch', async () => {
  const { server, fake, verdicts } = await fetchingWorld()
  const garbage = hostileTokens(fake).filter((_, index) => ![0, 1, 7].includes(index % 8))
  expect(Object.keys(await verdicts([...garbage, '', 'x'.repeat(9000), '..', 'a.b.c.d.e']))).not.toContain(unavailable)
  expect(server.requests).toEqual([])
})

attack(
  'NET-22',
  'a key that the issuer withdrew is gone with the next set, also for tokens that were accepted',
  async () => {
    const { server, clock, fake, verdict } = await fetchingWorld()
    const text = fake.accessToken({ claims: { exp: fake.clock.now() + 3600 } })
    expect(await verdict(text)).toBe('accepted')
    server.jwks = { keys: [testKey('ES256', 'other').jwk] }
    clock.advance(480)
    const fetched = next('fetched')
    expect(await verdict(text)).toBe('accepted')
    await fetched
    expect(await verdict(text)).toBe('ERR_KEY_UNKNOWN')
  },
)

attack(
  'NET-23',
  'new material under an old kid is used within one cooldown, and bad signatures cause no storm',
  async () => {
    const { server, clock, fake, verdict, verdicts } = await fetchingWorld()
    await verdict()
    await verdicts(many(1000, () => unsigned(fake)))
    await next('fetched')
    const replaced = testKey('ES256', 'test')
    server.jwks = { keys: [replaced.jwk] }
    expect(await verdict(fake.accessToken({ key: replaced }))).toBe('ERR_SIGNATURE_INVALID')
    clock.advance(29.9)
    await verdicts(many(1000, () => unsigned(fake)))
    expect(server.requests.length).toBe(2)
    clock.advance(0.1)
    const fetched = next('fetched')
    await verdicts(many(1000, () => unsigned(fake)))
    await fetched
    expect(await verdict(fake.accessToken({ key: replaced }))).toBe('accepted')
    expect(await verdict()).toBe('ERR_SIGNATURE_INVALID')
    expect(server.requests.length).toBe(3)
  },
)

attack('NET-24', 'there is no second answer that could come before the first', async () => {
  const { server, clock, fake, verdict, verdicts } = await fetchingWorld()
  await verdict()
  let open = 0
  let most = 0
  server.respond = (_, response) => {
    most = Math.max(most, ++open)
    const body = JSON.stringify(server.jwks)
    setImmediate(() => {
      open--
      response.writeHead(200, jsonType).end(body)
    })
  }
  for (let round = 0; round < 20; round++) {
    clock.advance([30, 480, 600][round % 3] ?? 0)
    const kids = many(50, (index) => (index % 2 === 0 ? fake.accessToken() : unsigned(fake, { kid: `${index}` })))
    await verdicts(kids)
  }
  expect(most).toBe(1)
})

attack('NET-25', 'there is no cache to share or to load, and so none to poison', () => {
  for (const name of [
    'cache',
    'jwksCache',
    'store',
    'initial',
    'jwks',
    'keys',
    'fetch',
    'agent',
    'headers',
    'lookup',
  ]) {
    for (const value of [{}, () => undefined, 'x']) {
      const options = { algorithms: ['ES256'], [name]: value } as never
      expect(mistakeOf(() => remoteKeySet('https://a.test/jwks', options))).toBe('ERR_OPTION_UNKNOWN')
    }
  }
})

attack('NET-26', 'metadata of another issuer brings no keys', async () => {
  for (const change of [
    (id: string) => `${id}/`,
    (id: string) => id.replace('http', 'https'),
    (id: string) => [id],
    () => 'https://evil.test',
    () => undefined,
  ]) {
    const { server, id, verdict } = await discoveringWorld()
    serveMetadata(server, { issuer: change(id), jwks_uri: server.jwksUrl })
    expect(await verdict()).toBe(unavailable)
    expect(server.requests).not.toContain('/jwks')
  }
})

attack(
  'NET-27',
  'where metadata says that the keys are is fetched only on hosts that the operator wrote down',
  async () => {
    const elsewhere = await keyServer(testKey().jwk)
    const { port } = new URL(elsewhere.url)
    const places = [
      elsewhere.jwksUrl,
      `http://localhost:${port}/jwks`,
      `http://[::1]:${port}/jwks`,
      `https://127.0.0.1:${port}/jwks`,
      'https://evil.test/jwks',
      'https://10.0.0.1/jwks',
      'http://169.254.169.254/latest/meta-data',
      'file:///etc/passwd',
      'data:application/json,{"keys":[]}',
      `//127.0.0.1:${port}/jwks`,
    ]
    for (const jwks_uri of places) {
      const { server, id, verdict } = await discoveringWorld()
      serveMetadata(server, { issuer: id, jwks_uri })
      expect([jwks_uri, await verdict()]).toEqual([jwks_uri, unavailable])
    }
    expect(elsewhere.requests).toEqual([])
    const listed = await discoveringWorld({ keyHosts: [`127.0.0.1:${port}`] })
    elsewhere.jwks = listed.server.jwks
    serveMetadata(listed.server, { issuer: listed.id, jwks_uri: elsewhere.jwksUrl })
    expect(await listed.verdict()).toBe('accepted')
  },
)

attack('NET-28', 'a name that metadata alone brings in is not even looked up', async () => {
  const names: string[] = []
  const real = dns.lookup
  const recording = (name: string, ...rest: unknown[]) => {
    names.push(name)
    return (real as (...all: unknown[]) => void)(name, ...rest)
  }
  dns.lookup = Object.assign(recording, real) as typeof real
  onTestFinished(() => {
    dns.lookup = real
  })
  for (const jwks_uri of ['https://rebinding.test/jwks', 'https://localtest.me/jwks', 'https://metadata.internal/']) {
    const { server, id, verdict } = await discoveringWorld({}, (url) => url.replace('127.0.0.1', 'localhost'))
    serveMetadata(server, { issuer: id, jwks_uri })
    expect(await verdict()).toBe(unavailable)
  }
  // The test's own server is looked up by its address.
  expect([...new Set(names)].toSorted()).toEqual(['127.0.0.1', 'localhost'])
})

attack('NET-29', 'Cache-Control neither causes a flood of fetches nor pins a set', async () => {
  for (const [control, seconds] of [
    ['max-age=0', 60],
    ['no-store, no-cache', 60],
    ['max-age=-1', 60],
    ['max-age=315360000, immutable', 600],
    ['max-age=99999999999999999999', 600],
  ] as const) {
    const { server, clock, verdict } = await fetchingWorld()
    server.headers = { 'Cache-Control': control }
    await verdict()
    clock.advance(seconds * 0.8 - 0.1)
    await verdict()
    expect([control, server.requests.length]).toEqual([control, 1])
    clock.advance(seconds * 0.2 + 0.1)
    await verdict()
    expect([control, server.requests.length]).toEqual([control, 2])
  }
})

attack('NET-30', 'a wall clock that is put back makes no set younger', async () => {
  const { server, key } = await fetchingWorld()
  const fake = new FakeIssuer({ keys: [key] })
  let back = 0
  const clock = { now: () => fake.clock.now() - back, monotonic: () => fake.clock.monotonic() }
  const trusted = issuer(fake.id, { keys: remoteKeySet(server.jwksUrl, es256) })
  const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock })
  await access.verify(fake.accessToken())
  server.jwks = { keys: [testKey('ES256', 'other').jwk] }
  fake.clock.advance(600)
  back = 86_400
  const text = fake.accessToken({ claims: { iat: clock.now(), exp: clock.now() + 300 } })
  expect(await verdictOf(() => access.verify(text))).toBe('ERR_KEY_UNKNOWN')
})

attack('NET-31', 'nothing is sent but the request', async () => {
  const { server, verdict } = await fetchingWorld()
  const received: IncomingHttpHeaders[] = []
  server.respond = (request, response) => {
    received.push(request.headers)
    response.writeHead(200, { ...jsonType, 'Set-Cookie': 'a=b', 'WWW-Authenticate': 'Basic' })
    response.end(JSON.stringify({ keys: [] }))
  }
  await verdict()
  server.respond = (request, response) => {
    received.push(request.headers)
    sent('', { 'WWW-Authenticate': 'Basic', 'Set-Cookie': 'a=b' }, 401)(request, response)
  }
  await remoteKeySet(server.jwksUrl, es256)
    .ready()
    .catch(() => undefined)
  const accept = 'application/json, application/jwk-set+json'
  const all = { accept, 'user-agent': 'jwt-guard', host: new URL(server.url).host, connection: 'close' }
  expect(received).toEqual([all, all])
})

attack('NET-32', 'a global fetch that was replaced is not asked', async () => {
  const { verdict } = await fetchingWorld()
  const real = globalThis.fetch
  let asked = 0
  globalThis.fetch = () => {
    asked++
    return Promise.resolve(Response.json({ keys: [] }))
  }
  onTestFinished(() => {
    globalThis.fetch = real
  })
  expect(await verdict()).toBe('accepted')
  expect(asked).toBe(0)
})

attack('NET-33', 'a fetch that fails with nobody waiting leaves nothing behind', async () => {
  const { server, clock, fake, access, verdict } = await fetchingWorld()
  expect(await verdict()).toBe('accepted')
  server.respond = keyServerDefects['a connection that is cut']
  const alone = await unhandledOf(async () => {
    const failed = next('failed')
    clock.advance(480)
    expect(await verdict()).toBe('accepted')
    await failed
  })
  expect(alone).toEqual([])
  const abandoned = await unhandledOf(async () => {
    const failed = next('failed')
    clock.advance(5000)
    // Their requests were aborted: nobody looks at what becomes of them before all is over.
    const verifications = many(100, () => access.verify(fake.accessToken()).catch(() => undefined))
    await failed
    expect(await Promise.all(verifications)).toEqual(many(100, () => undefined))
  })
  expect(abandoned).toEqual([])
})

attack('NET-34', 'a server that cannot prove its name brings no keys, and one that can does', async () => {
  expect(await keysOverHttps('good', 'trusted')).toBe('fetched')
  expect(await keysOverHttps('good', 'not trusted')).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
  expect(await keysOverHttps('expired', 'trusted')).toBe('CERT_HAS_EXPIRED')
  expect(await keysOverHttps('of another host', 'trusted')).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
})

attack('NET-35', 'a start with the key server down: ready says so, and tokens are not blamed', async () => {
  const { server, keys, verdict } = await fetchingWorld()
  server.respond = keyServerDefects['a connection that is cut']
  expect(await verdictOf(() => keys.ready())).toBe(unavailable)
  expect(await verdict()).toBe(unavailable)
  server.respond = undefined
  await keys.ready()
  expect(await verdict()).toBe('accepted')

  const none = await fetchingWorld()
  await none.server.close()
  expect(await verdictOf(() => none.keys.ready())).toBe(unavailable)
  expect(await none.verdict()).toBe(unavailable)
})
