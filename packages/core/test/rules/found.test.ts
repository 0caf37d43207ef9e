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
import { FakeIssuer, testSecret } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { mistake, outcome } from '../tokens/outcome.ts'

const fake = new FakeIssuer({ keys: [testSecret()] })
const { clock } = fake
const common = { issuer: fake.issuer, audience: 'https://api.test' }
const own = { typ: 'a+jwt', ...common, maxLifetime: 900 }
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }) as core.Jwk

test('B1 CFG-01 an undefined algorithm in a list is refused', () => {
  for (const algorithms of [[undefined], ['RS256', undefined]] as never[]) {
    expect(mistake(() => remoteKeySet('https://a.test/jwks', { algorithms }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => issuer('https://a.test', { algorithms }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => keySet({ keys: [rsa] }, { algorithms }))).toBe('ERR_OPTION_INVALID')
  }
})
test('B2 CLM-35 an iat in the future is named, where there is no nbf', async () => {
  const { access } = defineTokens({ access: accessToken(common) }, { clock })
  const text = fake.accessToken({ claims: { iat: clock.now() + 3600, exp: clock.now() + 4000 } })
  expect(await outcome(access.verify(text))).toBe('ERR_TOKEN_NOT_YET_VALID iat')
})
test('B3 CLM-43 a schema does not bring a prototype in', async () => {
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const value = JSON.parse(`{"${name}":{"admin":true}}`) as object
    for (const output of [value, { nested: value }]) {
      const claims: ClaimsSchema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: output }) } }
      const set = defineTokens({ own: customToken({ ...own, claims }) }, { clock })
      expect(await outcome(set.own.verify(fake.customToken('a+jwt', {})))).toBe('ERR_CLAIMS_INVALID')
    }
  }
})
test('B4 fixed that is no plain object is refused', () => {
  for (const fixed of [new Map([['use', 'a']]), new Set(['use']), new Date(0)]) {
    expect(mistake(() => customToken({ ...own, fixed: fixed as never }))).toBe('ERR_OPTION_INVALID')
  }
})
test('B5 the claim of scopes has its form, whatever its name', async () => {
  for (const scopeClaim of ['toString', 'valueOf', 'hasOwnProperty']) {
    const { access } = defineTokens({ access: accessToken({ ...common, scopeClaim }) }, { clock })
    const text = fake.accessToken({ claims: { [scopeClaim]: 42 } })
    expect(await outcome(access.verify(text))).toBe(`ERR_CLAIM_INVALID ${scopeClaim}`)
  }
})
test('B6 CFG-18 a sibling with a private member is refused', () => {
  for (const member of ['p', 'q', 'dp', 'dq', 'qi', 'oth']) {
    const sibling = { ...rsa, [member]: 'AQ', use: 'enc' } as core.Jwk
    expect(mistake(() => keySet({ keys: [{ ...rsa, alg: 'RS256' }, sibling] }, { algorithms: ['RS256'] }))).toBe(
      'ERR_KEY_INVALID',
    )
  }
})
test('B7 a schema does not add what the kind forbids', async () => {
  for (const name of ['events', 'nonce', 'cnf']) {
    const claims: ClaimsSchema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { [name]: 'x' } }) },
    }
    const set = defineTokens({ own: customToken({ ...own, forbidden: ['nonce'], claims }) }, { clock })
    expect(await outcome(set.own.verify(fake.customToken('a+jwt', {})))).toBe('ERR_CLAIMS_INVALID')
  }
})
test('B8 options with getters of a class, or hidden members, are not silently skipped', () => {
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
test('B9 CFG-10 an SSH blob alone', () => {
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
test('B10 an Ed25519 point off the curve', () => {
  const x = Buffer.concat([Buffer.from([2]), Buffer.alloc(31)]).toString('base64url')
  expect(mistake(() => publicKey({ kty: 'OKP', crv: 'Ed25519', x }, 'Ed25519'))).toBe('ERR_KEY_INVALID')
})
test('B11 heirs', () => {
  const { access } = defineTokens({ access: accessToken(common) })
  expect(mistake(() => createGuard(Object.create(access) as typeof access))).toBe('ERR_TYPE_UNNAMED')
})
test('B12 a list of issuers with a hole', () => {
  // oxlint-disable-next-line no-sparse-arrays
  expect(mistake(() => accessToken({ ...common, issuer: [, fake.issuer] as never }))).toBe('ERR_OPTION_INVALID')
})
test('B13 URL as a list', () => {
  expect(mistake(() => remoteKeySet(['https://a.test/j'] as never, { algorithms: ['RS256'] }))).not.toBe('accepted')
})
test('B14 rules are frozen at run time', () => {
  const { access } = defineTokens({ access: accessToken(common) })
  const { rules } = access as unknown as {
    readonly rules: {
      readonly issuers: Map<string, unknown>
      readonly forms: Map<string, unknown>
      readonly fixed: Map<string, unknown>
    }
  }
  for (const map of [rules.issuers, rules.forms, rules.fixed]) expect(() => map.set('x', 'y')).toThrow()
})
test('B15 two clocks of one resolver', () => {
  const type = accessToken({ ...common, issuer: core.issuers(() => undefined) })
  defineTokens({ type }, { clock })
  expect(mistake(() => defineTokens({ type }, { clock: new FakeIssuer().clock }))).toBe('ERR_OPTIONS_CONTRADICT')
})
test('B16 tokenOf reads own options', async () => {
  const { IncomingMessage } = await import('node:http')
  const { Socket } = await import('node:net')
  const { access } = defineTokens({ access: accessToken(common) }, { clock })
  const request = new IncomingMessage(new Socket())
  const guard = createGuard(access, { optional: true })
  await guard.check(request)
  Object.defineProperty(Object.prototype, 'optional', { value: true, configurable: true })
  try {
    expect(mistake(() => core.tokenOf(request, access))).toBe('ERR_GUARD_NOT_PASSED')
    expect(mistake(() => core.tokenOf(request, access, {} as never))).toBe('ERR_GUARD_NOT_PASSED')
  } finally {
    delete (Object.prototype as Record<string, unknown>)['optional']
  }
})
test('B17 the resolver is asked only for an iss of the form of one', async () => {
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
