import { anyOf, TokenRejectedError } from '@jwt-guard/core'
import { describe, expect, test } from 'vitest'
import { kindNames, withoutContext, type KindName } from './kinds.js'
import { namedAlike, samplesOf, setOf, together, worlds } from './worlds.js'

const setting = { world: worlds.several, nameOf: namedAlike, saying: together }
const set = setOf(kindNames, setting) as unknown as Readonly<Record<string, Parameters<typeof anyOf>[0]>>
const samples = kindNames.flatMap((kind) => samplesOf(kind, setting))

const twos = withoutContext.flatMap((a, index) => withoutContext.slice(index + 1).map((b) => [a, b]))
const threes = twos.flatMap(([a = '', b = '']) =>
  withoutContext.slice(withoutContext.findIndex((name) => name === b) + 1).map((c) => [a, b, c]),
)

describe.each([
  ['two', twos, 28],
  ['three', threes, 56],
] as const)('anyOf %s of a set of all twelve', (_, all, count) => {
  test.each(all)('%s, %s, %s: tokens of these alone, each by its own type', async (...names) => {
    const [a, b, c] = names.map((name) => set[name])
    if (a === undefined || b === undefined) throw new Error('no such kind')
    const any = c === undefined ? anyOf(a, b) : anyOf(a, b, c)
    for (const { kind, text } of samples) {
      const type = await any.verify(text).then(
        (verified: { readonly type: string }) => verified.type,
        (error: unknown) => (error instanceof TokenRejectedError ? undefined : error),
      )
      expect([kind, type]).toEqual([kind, names.includes(kind satisfies KindName) ? kind : undefined])
    }
  })

  test('are all that there are', () => {
    expect(all).toHaveLength(count)
  })
})
