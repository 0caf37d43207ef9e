import { accessToken, defineTokens, issuer, type DiscoveredKeys } from '@jwt-guard/core'
import { keyServerDefects, testKey } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import {
  discoveredWorld,
  es256,
  keyServer,
  nextKeyEvent,
  outcomes,
  recordedKeyEvents,
  rejected,
  unavailable,
} from './world.js'

const events = recordedKeyEvents()
const oauth = '/.well-known/oauth-authorization-server'
const openid = '/.well-known/openid-configuration'

type World = Awaited<ReturnType<typeof discoveredWorld>>

/** Serves metadata at one path, and the keys; anything else is not found. */
function serve({ server }: World, path: string, metadata: object): void {
  server.respond = (request, response) => {
    const body = request.url === path ? metadata : request.url === '/jwks' ? server.jwks : undefined
    response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}

test('nothing is fetched before a token needs it; then the metadata and the keys, once for all', async () => {
  const { server, verify } = await discoveredWorld()
  expect(server.requests).toEqual([])
  expect(await outcomes(Array.from({ length: 50 }, () => verify()))).toEqual({ accepted: 50 })
  expect(server.requests).toEqual([oauth, '/jwks'])
})

test('ready finds and fetches, and close forgets', async () => {
  const { server, issuer: found, verify } = await discoveredWorld()
  await found.ready()
  expect(server.requests).toEqual([oauth, '/jwks'])
  found.close()
  await expect(verify()).rejects.toThrow(unavailable)
  await expect(found.ready()).rejects.toThrow(unavailable)
})

test.each([
  ['', oauth, openid],
  ['/', oauth, openid],
  ['/tenant', `${oauth}/tenant`, `/tenant${openid}`],
  ['/tenant/', `${oauth}/tenant`, `/tenant${openid}`],
  ['/a/b', `${oauth}/a/b`, `/a/b${openid}`],
])('the metadata of an issuer with the path "%s" is at %s, else at %s', async (path, first, second) => {
  const world = await discoveredWorld(path)
  const metadata = { issuer: world.id, jwks_uri: world.server.jwksUrl }
  serve(world, second, metadata)
  await world.verify()
  expect(world.server.requests).toEqual([first, second, '/jwks'])

  const other = await discoveredWorld(path)
  serve(other, first, { issuer: other.id, jwks_uri: other.server.jwksUrl })
  await other.verify()
  expect(other.server.requests).toEqual([first, '/jwks'])
})

test('a server that does not answer is not asked a second time at another path', async () => {
  const { server, verify } = await discoveredWorld('', { timeout: 0.2 })
  server.respond = () => undefined
  await expect(verify()).rejects.toThrow(unavailable)
  expect(server.requests).toEqual([oauth])
})

test('one deadline covers metadata and keys together', async () => {
  const world = await discoveredWorld('', { timeout: 0.2 })
  const { server, id, verify } = world
  server.respond = (request, response) => {
    if (request.url !== oauth) return
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ issuer: id, jwks_uri: server.jwksUrl }))
  }
  await expect(verify()).rejects.toThrow(unavailable)
  expect(events).toMatchObject([{ event: 'failed', source: id, reason: 'no whole answer in time' }])
  expect(server.requests).toEqual([oauth, '/jwks'])
})

test('where the keys are is remembered for an hour, so that a refresh is one request', async () => {
  const { server, clock, verify } = await discoveredWorld()
  await verify()
  for (let passed = 0; passed < 3000; passed += 600) {
    clock.advance(600)
    await verify()
  }
  expect(server.requests).toEqual([oauth, ...Array.from({ length: 6 }, () => '/jwks')])
  clock.advance(600)
  await verify()
  expect(server.requests.slice(-2)).toEqual([oauth, '/jwks'])
})

test('what was remembered by the clock of the system is looked up anew by the clock of the set', async () => {
  const { server, fake, clock, id } = await discoveredWorld()
  const found = issuer(id, es256)
  await found.ready()
  const { access } = defineTokens({ access: accessToken({ issuer: found, audience: 'https://api.test' }) }, { clock })
  clock.advance(600)
  await access.verify(fake.accessToken())
  expect(server.requests).toEqual([oauth, '/jwks', oauth, '/jwks'])
})

test('where the keys are is looked up anew after a failure', async () => {
  const { server, clock, verify } = await discoveredWorld()
  await verify()
  server.respond = keyServerDefects['status 404']
  clock.advance(600)
  await verify()
  expect(server.requests).toEqual([oauth, '/jwks', '/jwks'])
  server.respond = undefined
  clock.advance(5)
  const fetched = nextKeyEvent('fetched')
  await verify()
  await fetched
  expect(server.requests.slice(3)).toEqual([oauth, '/jwks'])
})

test('where the keys are is looked up anew for a key that is not there', async () => {
  const world = await discoveredWorld()
  const { server, clock, fake, verify } = world
  await verify()
  const moved = testKey('ES256', 'moved')
  const metadata = { issuer: world.id, jwks_uri: `${server.url}/moved` }
  server.respond = (request, response) => {
    const body = request.url === '/moved' ? { keys: [moved.jwk] } : request.url === '/jwks' ? server.jwks : metadata
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  }
  await verify(fake.accessToken({ key: moved, header: { kid: 'moved' } }))
  expect(server.requests.slice(2)).toEqual([oauth, '/moved'])
  clock.advance(600)
  await verify(fake.accessToken({ key: moved, header: { kid: 'moved' } }))
  expect(server.requests.slice(4)).toEqual(['/moved'])
})

test('where the keys are is looked up anew after a bad signature', async () => {
  const { server, fake, verify } = await discoveredWorld()
  await verify()
  const fetched = nextKeyEvent('fetched')
  await expect(verify(fake.accessToken({ key: testKey() }))).rejects.toThrow(rejected('ERR_SIGNATURE_INVALID'))
  await fetched
  expect(server.requests).toEqual([oauth, '/jwks', oauth, '/jwks'])
})

test.each([
  'https://keys.test',
  'keys.test:443',
  'Keys.test',
  'keys.test/',
  'user@keys.test',
  '*.keys.test',
  'keys test',
])('keyHosts takes hosts as URLs name them, and so not %s', (host) => {
  const make = (keyHosts: readonly string[]) => issuer('https://issuer.test', { algorithms: ['ES256'], keyHosts })
  expect(() => make([host])).toThrow(expect.objectContaining({ code: 'ERR_OPTION_INVALID' }))
  expect(make(['keys.test', 'keys.test:8443', '127.0.0.1:1', '[::1]:1']).id).toBe('https://issuer.test')
})

test.each<[string, (id: string) => unknown]>([
  ['another one', () => 'https://evil.test'],
  ['with a slash more', (id) => `${id}/`],
  ['in another case', (id) => id.toUpperCase()],
  ['with a space', (id) => `${id} `],
  ['a list', (id) => [id]],
  ['nothing', () => undefined],
  ['null', () => null],
])('metadata that names another issuer brings no keys: %s', async (_, named) => {
  const world = await discoveredWorld()
  serve(world, oauth, { issuer: named(world.id), jwks_uri: world.server.jwksUrl })
  await expect(world.verify()).rejects.toThrow(unavailable)
  expect(world.server.requests).not.toContain('/jwks')
  expect(events).toMatchObject([{ event: 'failed', reason: expect.stringContaining('another issuer') as string }])
})

test.each<[string, (server: World['server']) => unknown, string]>([
  ['nothing', () => undefined, 'no jwks_uri'],
  ['null', () => null, 'no jwks_uri'],
  ['a number', () => 1, 'no jwks_uri'],
  ['a path', () => '/jwks', 'no jwks_uri'],
  ['a file', () => 'file:///etc/passwd', 'not an https URL'],
  ['plain http elsewhere', () => 'http://keys.test/jwks', 'not an https URL'],
  ['plain http on a private address', () => 'http://169.254.169.254/jwks', 'not an https URL'],
  ['another https host', () => 'https://keys.test/jwks', 'another host'],
  ['a host above', () => 'https://1/jwks', 'another host'],
  ['another port', () => 'http://127.0.0.1:1/jwks', 'another host'],
  ['another name of the host', ({ jwksUrl }) => jwksUrl.replace('127.0.0.1', 'localhost'), 'another host'],
  ['a user name', ({ jwksUrl }) => jwksUrl.replace('127', 'user@127'), 'user name'],
  ['a fragment', ({ jwksUrl }) => `${jwksUrl}#x`, 'fragment'],
])('a jwks_uri that is %s is not fetched', async (_, uri, reason) => {
  const world = await discoveredWorld()
  serve(world, oauth, { issuer: world.id, jwks_uri: uri(world.server) })
  await expect(world.verify()).rejects.toThrow(unavailable)
  expect(world.server.requests).not.toContain('/jwks')
  expect(events).toMatchObject([{ event: 'failed', reason: expect.stringContaining(reason) as string }])
})

test('a host that keyHosts names, with its port, may have the keys', async () => {
  const elsewhere = await keyServer({ keys: [] })
  const world = await discoveredWorld('', { keyHosts: [new URL(elsewhere.url).host] })
  elsewhere.jwks = world.server.jwks
  serve(world, oauth, { issuer: world.id, jwks_uri: elsewhere.jwksUrl })
  await world.verify()
  expect(elsewhere.requests).toEqual(['/jwks'])
})

test('a host that keyHosts names without its port may not', async () => {
  const elsewhere = await keyServer({ keys: [] })
  const world = await discoveredWorld('', { keyHosts: ['127.0.0.1'] })
  serve(world, oauth, { issuer: world.id, jwks_uri: elsewhere.jwksUrl })
  await expect(world.verify()).rejects.toThrow(unavailable)
  expect(elsewhere.requests).toEqual([])
})

test('a token of an issuer that was not discovered asks nothing of it', async () => {
  const { server, fake, verify } = await discoveredWorld()
  const text = fake.accessToken({ claims: { iss: `${server.url}/other` } })
  await expect(verify(text)).rejects.toThrow(rejected('ERR_ISSUER_UNKNOWN'))
  expect(server.requests).toEqual([])
})

test('an alias is the same issuer, and its metadata is that of the id', async () => {
  const { server, fake, verify } = await discoveredWorld('', {
    aliases: ['https://old.test'],
  } as Partial<DiscoveredKeys>)
  await verify(fake.accessToken({ claims: { iss: 'https://old.test' } }))
  await expect(verify(fake.accessToken({ claims: { iss: 'https://old.test/' } }))).rejects.toThrow(
    rejected('ERR_ISSUER_UNKNOWN'),
  )
  expect(server.requests).toEqual([oauth, '/jwks'])
})

const make = issuer as (id: unknown, options?: unknown) => unknown

test.each<[string, unknown, unknown, string]>([
  ['an id that is no URL', 'self', { algorithms: ['ES256'] }, 'ERR_URL_REFUSED'],
  ['an id over plain http', 'http://issuer.test', { algorithms: ['ES256'] }, 'ERR_URL_REFUSED'],
  ['an id on loopback, not allowed', 'http://127.0.0.1:1', { algorithms: ['ES256'] }, 'ERR_URL_REFUSED'],
  ['an id with a user name', 'https://user@issuer.test', { algorithms: ['ES256'] }, 'ERR_URL_REFUSED'],
  ['an id with a query', 'https://issuer.test/?a=b', { algorithms: ['ES256'] }, 'ERR_OPTION_INVALID'],
  ['an id with a fragment', 'https://issuer.test/#a', { algorithms: ['ES256'] }, 'ERR_OPTION_INVALID'],
  ['an id with a wildcard', 'https://*.issuer.test', { algorithms: ['ES256'] }, 'ERR_OPTION_INVALID'],
  ['an empty id', '', { algorithms: ['ES256'] }, 'ERR_OPTION_INVALID'],
  ['no id', undefined, { algorithms: ['ES256'] }, 'ERR_OPTION_INVALID'],
  ['no options', 'https://issuer.test', undefined, 'ERR_OPTION_INVALID'],
  ['null', 'https://issuer.test', null, 'ERR_OPTION_INVALID'],
  ['no algorithms and no keys', 'https://issuer.test', {}, 'ERR_OPTION_MISSING'],
  ['algorithms and keys', 'https://issuer.test', { algorithms: ['ES256'], keys: [] }, 'ERR_OPTION_UNKNOWN'],
  ['keys that are undefined', 'https://issuer.test', { keys: undefined }, 'ERR_OPTION_MISSING'],
  ['no keys', 'https://issuer.test', { keys: [] }, 'ERR_OPTION_INVALID'],
  ['keys that are none', 'https://issuer.test', { keys: ['secret'] }, 'ERR_OPTION_INVALID'],
  ['aliases that are no list', 'https://issuer.test', { algorithms: ['ES256'], aliases: 'a' }, 'ERR_OPTION_INVALID'],
  ['an alias with a wildcard', 'https://issuer.test', { algorithms: ['ES256'], aliases: ['a*'] }, 'ERR_OPTION_INVALID'],
  ['an alias twice', 'https://issuer.test', { algorithms: ['ES256'], aliases: ['a', 'a'] }, 'ERR_OPTION_INVALID'],
])('is refused at construction: %s', (_, id, options, code) => {
  expect(() => make(id, options)).toThrow(expect.objectContaining({ name: 'ConfigurationError', code }))
})

test('keyHosts are read once', async () => {
  const keyHosts = ['keys.test']
  const server = await keyServer({ keys: [] })
  const elsewhere = await keyServer({ keys: [] })
  const found = issuer(server.url, { ...es256, keyHosts })
  keyHosts[0] = new URL(elsewhere.url).host
  server.respond = (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ issuer: server.url, jwks_uri: elsewhere.jwksUrl }))
  }
  await expect(found.ready()).rejects.toThrow(unavailable)
  expect(elsewhere.requests).toEqual([])
})
