import { accessToken, defineTokens } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { expect, onTestFinished, test } from 'vitest'
import { thawed } from '../../src/rules/thawed.js'
import { RuledType } from '../../src/tokens/token-type.js'

const fake = new FakeIssuer()
const type = accessToken({ issuer: fake.issuer, audience: 'https://api.test' })
const { access } = defineTokens({ access: type }, { clock: fake.clock })

function rulesOf(given: unknown) {
  if (given instanceof RuledType) return given.rules
  throw new TypeError('no type')
}

test('rules that are thawed say what they said', () => {
  expect(thawed(rulesOf(type))).toEqual(rulesOf(type))
})

test.each(['typ', 'required', 'forbidden', 'fixed', 'checks'] as const)(
  'whoever has a type cannot change its list of %s',
  (list) => {
    expect(Object.isFrozen(rulesOf(type)[list])).toBe(true)
  },
)

test('nor its audiences', () => {
  expect(Object.isFrozen(rulesOf(type).audience?.anyOf)).toBe(true)
})

// V8 goes through frozen lists slowly. They are counted by what they are asked to be gone through by.
test('a token that was seen before is verified without a frozen list', async () => {
  const text = fake.accessToken()
  await access.verify(text)
  await access.verify(text)
  const gone: (readonly unknown[])[] = []
  const { prototype } = Array
  for (const name of [Symbol.iterator, 'includes', 'some', 'every'] as const) {
    const method = Object.getOwnPropertyDescriptor(prototype, name)
    if (method === undefined) throw new TypeError('no such method')
    const walk: unknown = method.value
    if (typeof walk !== 'function') throw new TypeError('no such method')
    onTestFinished(() => void Object.defineProperty(prototype, name, method))
    Object.defineProperty(prototype, name, {
      ...method,
      value: function recorded(this: readonly unknown[], ...given: readonly unknown[]): unknown {
        gone[gone.length] = this
        return Reflect.apply(walk, this, given)
      },
    })
  }
  await access.verify(text)
  expect(gone.length).toBeGreaterThan(3)
  expect(gone.filter((list) => Object.isFrozen(list))).toEqual([])
})
