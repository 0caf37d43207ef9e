/** Defects that reviewers found by attacking, each kept as the law that it broke. */
import { generateKeyPairSync } from 'node:crypto'
import * as core from '@jwt-guard/core'
import {
  accessToken,
  createGuard,
  customToken,
  defineTokens,
  hmacSecret,
  issuer,
  keySet,
  publicKey,
  remoteKeySet,
  type ClaimsSchema,
} from '@jwt-guard/core'
import { FakeIssuer, forge, startKeyServer, testKey, testSecret } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { mistake, outcome } from '../../packages/core/test/tokens/outcome.js'

const fake = new FakeIssuer({ keys: [testSecret()] })
const { clock } = fake
const common = { issuer: fake.issuer, audience: 'https://api.test' }
const own = { typ: 'a+jwt', ...common, maxLifetime: 900 }
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }) as core.Jwk

test('an undefined algorithm in a list is refused', () => {
  for (const algorithms of [[undefined], ['RS256', undefined]] as never[]) {
    expect(mistake(() => remoteKeySet('https://a.test/jwks', { algorithms }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => issuer('https://a.test', { algorithms }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => keySet({ keys: [rsa] }, { algorithms }))).toBe('ERR_OPTION_INVALID')
  }
})
test('an iat in the future is named, where there is no nbf', async () => {
  const { access } = defineTokens({ access: accessToken(common) }, { clock })
  const text = fake.accessToken({ claims: { iat: clock.now() + 3600, exp: clock.now() + 4000 } })
  expect(await outcome(access.verify(text))).toBe('ERR_TOKEN_NOT_YET_VALID iat')
})
test('a schema does not bring a prototype in', async () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const value = JSON.parse(`{"${name}":{"admin":true}}`) as object
    for (const output of [value, { nested: value }]) {
      const claims: ClaimsSchema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: output }) } }
      const set = defineTokens({ own: customToken({ ...own, claims }) }, { clock })
      expect(await outcome(set.own.verify(fake.customToken('a+jwt', {})))).toBe('ERR_CLAIMS_INVALID')
    }
  }
})
test('fixed that is no plain object is refused', () => {
  for (const fixed of [new Map([['use', 'a']]), new Set(['use']), new Date(0)]) {
    expect(mistake(() => customToken({ ...own, fixed: fixed as never }))).toBe('ERR_OPTION_INVALID')
  }
})
test('the claim of scopes has its form, whatever its name', async () => {
  for (const scopeClaim of ['toString', 'valueOf', 'hasOwnProperty']) {
    const { access } = defineTokens({ access: accessToken({ ...common, scopeClaim }) }, { clock })
    const text = fake.accessToken({ claims: { [scopeClaim]: 42 } })
    expect(await outcome(access.verify(text))).toBe(`ERR_CLAIM_INVALID ${scopeClaim}`)
  }
})
test('a sibling with a private member is refused', () => {
  for (const member of ['p', 'q', 'dp', 'dq', 'qi', 'oth']) {
    const sibling = { ...rsa, [member]: 'AQ', use: 'enc' } as core.Jwk
    expect(mistake(() => keySet({ keys: [{ ...rsa, alg: 'RS256' }, sibling] }, { algorithms: ['RS256'] }))).toBe(
      'ERR_KEY_INVALID',
    )
  }
})
test('a schema does not add what the kind forbids', async () => {
  for (const name of ['events', 'nonce', 'cnf']) {
    const claims: ClaimsSchema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { [name]: 'x' } }) },
    }
    const set = defineTokens({ own: customToken({ ...own, forbidden: ['nonce'], claims }) }, { clock })
    expect(await outcome(set.own.verify(fake.customToken('a+jwt', {})))).toBe('ERR_CLAIMS_INVALID')
  }
})
test('options with getters of a class, or hidden members, are not silently skipped', () => {
  class Options {
    readonly issuer = fake.issuer
    readonly audience = 'x'
    get maxLifetime() {
      return 60
    }
  }
  expect(mistake(() => accessToken(new Options()))).toBe('ERR_OPTION_INVALID')
  const hidden = Object.defineProperty({ ...common }, 'audiance', { value: 'x' })
  expect(mistake(() => accessToken(hidden))).toBe('ERR_OPTION_UNKNOWN')
})
test('an SSH blob alone', () => {
  const field = (content: Buffer) => {
    const l = Buffer.alloc(4)
    l.writeUInt32BE(content.length)
    return Buffer.concat([l, content])
  }
  const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(Buffer.alloc(32, 7))])
  expect(mistake(() => hmacSecret(blob, 'HS256'))).toBe('ERR_SECRET_INVALID')
  expect(mistake(() => hmacSecret({ base64: blob.toString('base64') }, 'HS256'))).toBe('ERR_SECRET_INVALID')
  expect(mistake(() => hmacSecret({ utf8: blob.toString('base64') }, 'HS256'))).toBe('ERR_SECRET_INVALID')
  expect(mistake(() => hmacSecret({ utf8: `no-pty ssh-ed25519 ${blob.toString('base64')}` }, 'HS256'))).toBe(
    'ERR_SECRET_INVALID',
  )
})
test('an Ed25519 point off the curve', () => {
  const x = Buffer.concat([Buffer.from([2]), Buffer.alloc(31)]).toString('base64url')
  expect(mistake(() => publicKey({ kty: 'OKP', crv: 'Ed25519', x }, 'Ed25519'))).toBe('ERR_KEY_INVALID')
})
test('heirs', () => {
  const { access } = defineTokens({ access: accessToken(common) })
  expect(mistake(() => createGuard(Object.create(access) as typeof access))).toBe('ERR_TYPE_UNNAMED')
})
test('a list of issuers with a hole', () => {
  // oxlint-disable-next-line no-sparse-arrays -- the hole is what is tested
  expect(mistake(() => accessToken({ ...common, issuer: [, fake.issuer] as never }))).toBe('ERR_OPTION_INVALID')
})
test('URL as a list', () => {
  expect(mistake(() => remoteKeySet(['https://a.test/j'] as never, { algorithms: ['RS256'] }))).not.toBe('accepted')
})
test('rules are frozen at run time', () => {
  const { access } = defineTokens({ access: accessToken(common) })
  const { rules } = access as unknown as { readonly rules: Readonly<Record<string, unknown>> }
  expect(Object.isFrozen(rules)).toBe(true)
  for (const part of Object.values(rules)) expect(Object.isFrozen(part) || typeof part !== 'object').toBe(true)
})
test('two clocks of one resolver', () => {
  const type = accessToken({ ...common, issuer: core.issuers(() => undefined) })
  defineTokens({ type }, { clock })
  expect(mistake(() => defineTokens({ type }, { clock: new FakeIssuer().clock }))).toBe('ERR_OPTIONS_CONTRADICT')
})
test('tokenOf reads own options', async () => {
  const { IncomingMessage } = await import('node:http')
  const { Socket } = await import('node:net')
  const { access } = defineTokens({ access: accessToken(common) }, { clock })
  const request = new IncomingMessage(new Socket())
  const guard = createGuard(access, { optional: true })
  await guard.check(request)
  // oxlint-disable-next-line no-extend-native -- a polluted prototype is what is tested
  Object.defineProperty(Object.prototype, 'optional', { value: true, configurable: true })
  try {
    expect(mistake(() => core.tokenOf(request, access))).toBe('ERR_GUARD_NOT_PASSED')
    expect(mistake(() => core.tokenOf(request, access, {} as never))).toBe('ERR_GUARD_NOT_PASSED')
  } finally {
    delete (Object.prototype as Record<string, unknown>)['optional']
  }
})
test('the resolver is asked only for an iss of the form of one', async () => {
  const asked: string[] = []
  const set = defineTokens(
    {
      a: accessToken({
        ...common,
        issuer: core.issuers((iss) => {
          asked.push(iss)
          return undefined
        }),
      }),
    },
    { clock },
  )
  for (const iss of ['', 'a\u0000', 'x'.repeat(2000)])
    await outcome(set.a.verify(fake.accessToken({ claims: { iss } })))
  expect(asked).toEqual([])
})

test('PS256 signatures have the length of the modulus: one without its leading zero is refused', async () => {
  const key = testKey('PS256')
  for (let attempt = 0; ; attempt++) {
    const text = forge({ header: { alg: 'PS256', kid: 'test' }, payload: { attempt }, key })
    const [header, payload, signature = ''] = text.split('.')
    const bytes = Buffer.from(signature, 'base64url')
    if (bytes[0] !== 0) continue
    const short = `${header}.${payload}.${bytes.subarray(1).toString('base64url')}`
    expect(await outcome(core.verifyCompactJws(text, key.source))).toBe('accepted')
    expect(await outcome(core.verifyCompactJws(short, key.source))).toBe('ERR_SIGNATURE_INVALID')
    return
  }
}, 60_000)

test('a key server that switches protocols is a failed fetch, and the next fetch is made', async () => {
  const other = new FakeIssuer()
  const server = await startKeyServer(other.jwks)
  server.respond = (request) => request.socket.end('HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
  const source = remoteKeySet(server.jwksUrl, { algorithms: ['ES256'], allowInsecureLoopback: true })
  await expect(source.ready()).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
  server.respond = undefined
  await source.ready()
  await server.close()
})

test('keys that moved are found where the metadata says they are now', async () => {
  const [before, after] = [testKey('ES256', 'before'), testKey('ES256', 'after')]
  const server = await startKeyServer({ keys: [before.jwk] })
  const moving = new FakeIssuer({ id: server.url, keys: [after] })
  const found = issuer(server.url, { algorithms: ['ES256'], allowInsecureLoopback: true })
  const set = defineTokens({ access: accessToken({ ...common, issuer: found }) }, { clock: moving.clock })
  await found.ready()
  server.respond = (request, response) => {
    const metadata = { issuer: server.url, jwks_uri: `${server.url}/moved` }
    const body = request.url === '/moved' ? moving.jwks : request.url === '/jwks' ? { keys: [before.jwk] } : metadata
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
  }
  moving.clock.advance(601)
  expect(await outcome(set.access.verify(moving.accessToken()))).toBe('accepted')
  await server.close()
})

test('unknown issuers do not push known ones out', async () => {
  let asked = 0
  const known = new FakeIssuer()
  const resolve = (iss: string) => {
    if (iss !== known.id) return undefined
    asked++
    return known.issuer
  }
  const set = defineTokens(
    { access: accessToken({ ...common, issuer: core.issuers(resolve) }) },
    { clock: known.clock },
  )
  await set.access.verify(known.accessToken())
  for (let number = 0; number < 1100; number++) {
    await outcome(set.access.verify(known.accessToken({ claims: { iss: `https://unknown.test/${number}` } })))
  }
  await set.access.verify(known.accessToken())
  expect(asked).toBe(1)
})

test('a token that expires while its request lives is refused from then on', async () => {
  const { IncomingMessage } = await import('node:http')
  const { Socket } = await import('node:net')
  const living = new FakeIssuer()
  const { access } = defineTokens(
    { access: accessToken({ ...common, issuer: living.issuer }) },
    { clock: living.clock },
  )
  const request = new IncomingMessage(new Socket())
  request.rawHeaders.push('Authorization', `Bearer ${living.accessToken()}`)
  const guard = createGuard(access)
  expect(await guard.check(request)).toMatchObject({ verdict: 'accepted' })
  living.clock.advance(3600)
  expect(await guard.check(request)).toMatchObject({ verdict: 'refused', status: 401 })
})

test('a hole in a list of scopes or claims is no way to demand nothing', () => {
  const { access } = defineTokens({ access: accessToken(common) })
  // oxlint-disable-next-line no-sparse-arrays -- the hole is what is tested
  expect(mistake(() => createGuard(access, { scope: [,] as never }))).toBe('ERR_OPTION_INVALID')
  // oxlint-disable-next-line no-sparse-arrays -- the hole is what is tested
  expect(mistake(() => customToken({ ...own, forbidden: [,] as never }))).toBe('ERR_OPTION_INVALID')
})

test('a JWK that is wrapped in a list or in a string is no HMAC secret', () => {
  const jwk = JSON.stringify(rsa)
  for (const utf8 of [`[${jwk}]`, JSON.stringify(jwk)]) {
    expect(mistake(() => hmacSecret({ utf8 }, 'HS256'))).toBe('ERR_SECRET_INVALID')
  }
})
