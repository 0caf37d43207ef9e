import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Jwk } from '@jwt-guard/core'
import { createIssuer, retiredKey, signingKey } from '@jwt-guard/issuer'
import { expect, test } from 'vitest'
import { aKey, hmacAlgorithms, privateKey, publicKeyAlgorithms } from './keys.ts'

const id = 'https://issuer.test'
const secretMembers = /"(d|p|q|dp|dq|qi|oth|k|priv)":/

const forms: readonly [string, (key: KeyObject) => KeyObject | string | Jwk][] = [
  ['a KeyObject', (key) => key],
  ['PEM', (key) => key.export({ format: 'pem', type: 'pkcs8' }) as string],
  ['a JWK', (key) => key.export({ format: 'jwk' }) as Jwk],
  // What no key has, and a careless copy would publish.
  ['a JWK with more', (key) => ({ ...(key.export({ format: 'jwk' }) as Jwk), priv: 'x', k: 'x', note: 'x' })],
]
const cases = publicKeyAlgorithms.flatMap((algorithm) => forms.map(([form, make]) => ({ algorithm, form, make })))

test.each(cases)(
  'of a key for $algorithm, given as $form, public members are published and no other',
  ({ algorithm, make }) => {
    const secret = privateKey(algorithm)
    const key = signingKey(make(secret), algorithm)
    const mine = createIssuer({ id, keys: { current: key, next: aKey('ES256') } })
    const [jwk] = mine.jwks().keys
    const { kty, n, e, crv, x, y } = createPublicKey(secret).export({ format: 'jwk' })
    const half = Object.fromEntries(Object.entries({ kty, n, e, crv, x, y }).filter(([, value]) => value !== undefined))
    expect(jwk).toEqual({ ...half, kid: key.kid, alg: algorithm, use: 'sig' })
    const bytes = JSON.stringify(mine.jwks())
    expect(bytes).not.toMatch(secretMembers)
    const { d } = secret.export({ format: 'jwk' })
    expect(bytes).not.toContain(d)
  },
)

test.each(hmacAlgorithms)('a secret for %s is never published', (algorithm) => {
  const mine = createIssuer({
    id,
    keys: { current: aKey(algorithm), next: [aKey(algorithm)], retired: [aKey(algorithm)] },
  })
  expect(mine.jwks()).toEqual({ keys: [] })
})

test('current, next and retired keys are published, in this order', () => {
  const [current, next, after] = [aKey(), aKey('RS256'), aKey('Ed25519')]
  const old = retiredKey(createPublicKey(privateKey('ES384')), 'ES384')
  const mine = createIssuer({ id, keys: { current, next: [next, after], retired: [old] } })
  expect(mine.jwks().keys.map(({ kid }) => kid)).toEqual([current, next, after, old].map(({ kid }) => kid))
})

test('nobody can change what is published', () => {
  const mine = createIssuer({ id, keys: aKey() })
  const { keys } = mine.jwks()
  expect(() => Object.assign(keys[0] ?? {}, { kid: 'other' })).toThrow(TypeError)
  expect(() => Object.assign(keys, { length: 0 })).toThrow(TypeError)
  expect(mine.jwks().keys).toHaveLength(1)
})
