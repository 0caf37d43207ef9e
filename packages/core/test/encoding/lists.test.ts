import { accessToken, defineTokens } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { areAll, isAmong, isAny, itemAt } from '../../src/encoding/lists.js'
import { RuledType } from '../../src/tokens/token-type.js'

describe('a list that is gone through by index', () => {
  const list = Object.freeze(['a', 'b', undefined])

  test('has its items, and nothing where nothing stands', () => {
    expect(itemAt(list, 1)).toBe('b')
    for (const at of [2, 3, -1]) expect(() => itemAt(list, at)).toThrow(RangeError)
  })

  test('is asked as every, some and includes would ask', () => {
    for (const some of [[], ['a'], ['a', 'b'], ['b', 'a', 'c']]) {
      expect(areAll(some, (item) => item === 'a')).toBe(some.every((item) => item === 'a'))
      expect(isAny(some, (item) => item === 'a')).toBe(some.includes('a'))
      expect(isAmong('b', some)).toBe(some.includes('b'))
    }
    expect([isAmong(undefined, list), isAmong(undefined, [])]).toEqual([true, false])
  })
})

const fake = new FakeIssuer()
const type = accessToken({ issuer: fake.issuer, audience: 'https://api.test' })
const { access } = defineTokens({ access: type }, { clock: fake.clock })

test.each(['typ', 'required', 'forbidden', 'fixed', 'checks'] as const)(
  'whoever has a type cannot change its list of %s',
  (name) => {
    if (!(type instanceof RuledType)) throw new TypeError('no type')
    const { [name]: list, audience = { anyOf: [] } } = type.rules
    // Whatever is no list counts as frozen.
    expect([Array.isArray(list), Object.isFrozen(list)]).toEqual([true, true])
    expect([audience.anyOf.length, Object.isFrozen(audience.anyOf)]).toEqual([1, true])
  },
)

// V8 goes through a frozen list by a call for each item, and whoever replaces a method of `Array` is handed the list.
test('a token that was seen before is verified, and no frozen list is handed to a method of Array', async () => {
  const text = fake.accessToken()
  await access.verify(text)
  await access.verify(text)
  const handed: unknown[] = []
  for (const name of ['some', 'every', 'includes', 'find', 'map', Symbol.iterator] as const) record(name, handed)
  expect([1, 2].includes(2)).toBe(true)
  await access.verify(text)
  expect(handed).toContainEqual([1, 2])
  expect(handed.filter((list) => Object.isFrozen(list))).toEqual([])
})

/** Until the test is over, every list that this method is asked of. */
function record(name: keyof typeof Array.prototype, handed: unknown[]): void {
  const { prototype } = Array
  const method = Object.getOwnPropertyDescriptor(prototype, name)
  const walk: unknown = method?.value
  if (method === undefined || typeof walk !== 'function') throw new TypeError('no such method')
  onTestFinished(() => void Object.defineProperty(prototype, name, method))
  Object.defineProperty(prototype, name, {
    ...method,
    value: function recorded(this: unknown, ...given: readonly unknown[]): unknown {
      handed[handed.length] = this
      return Reflect.apply(walk, this, given)
    },
  })
}
