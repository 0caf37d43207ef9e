import { testKey } from '@jwt-guard/testing'
import { expect, test } from 'vitest'
import { KnownChains } from '../../src/issuers/certificate-memory.js'
import { keyFromJwk } from '../../src/issuers/jwk.js'

const key = keyFromJwk(testKey('ES256').jwk, 'ES256')
const certified = { key, validFrom: 10, validUntil: 20 }

test('a thousand chains are remembered, and the one that was used least recently goes first', () => {
  const known = new KnownChains()
  for (let count = 0; count < 1000; count++) known.keep([`chain ${count}`], certified)
  expect(known.find(['chain 0'], 15)).toBe(key)
  known.keep(['one more'], certified)
  expect(known.find(['chain 0'], 15)).toBe(key)
  expect(known.find(['chain 1'], 15)).toBeUndefined()
  expect(known.find(['chain 2'], 15)).toBe(key)
})

test('a chain is known by all of its texts in their order, between its dates', () => {
  const known = new KnownChains()
  known.keep(['a', 'b'], certified)
  for (const other of [['a'], ['b', 'a'], ['ab'], ['a', 'b', ''], []]) expect(known.find(other, 15)).toBeUndefined()
  expect([9.9, 10, 20, 20.1].map((now) => known.find(['a', 'b'], now))).toEqual([undefined, key, key, undefined])
})
