import { ConfigurationError, defineTokens, TokenRejectedError } from '@jwt-guard/core'
import { afterAll, describe, expect, test } from 'vitest'
import { cannotStart, cannotStartApart } from './cannot-start.js'
import { kindNames, orderedPairs, type KindName } from './kinds.js'
import {
  contextFor,
  fake,
  namedAlike,
  namedApart,
  samplesOf,
  setOf,
  together,
  typeOf,
  worlds,
  type AnySet,
  type Setting,
  type World,
} from './worlds.js'

const tally = { cells: 0, accepted: 0, strangers: 0 }
afterAll(() => {
  process.stdout.write(
    `matrix: ${tally.cells} cells, ${tally.accepted} on the diagonal accepted, ${tally.strangers} elsewhere\n`,
  )
})

async function accepts(set: AnySet, kind: KindName, text: string, context: object | undefined): Promise<boolean> {
  try {
    const verified = await set[kind]?.verify(text, context)
    return verified?.type === kind
  } catch (error) {
    if (error instanceof TokenRejectedError) return false
    throw error
  }
}

/**
 * Every valid token of these kinds, at every type of the set, with the context that fits it best: the cells that are not
 * as they should be, which is accepted on the diagonal and refused elsewhere.
 */
async function wrongCells(names: readonly KindName[], setting: Setting): Promise<readonly string[]> {
  const set = setOf(names, setting) as unknown as AnySet
  const wrong: string[] = []
  for (const { kind, text } of names.flatMap((name) => samplesOf(name, setting))) {
    for (const asked of names) {
      const accepted = await accepts(set, asked, text, contextFor(asked, text, setting))
      tally.cells += 1
      if (accepted) tally[asked === kind ? 'accepted' : 'strangers'] += 1
      if (accepted !== (asked === kind)) wrong.push(`${kind} at ${asked}: ${accepted ? 'accepted' : 'refused'}`)
    }
  }
  return wrong
}

/** Why these kinds do not start together, or undefined where they do. */
function messageOf(names: readonly KindName[], setting: Setting): string | undefined {
  try {
    setOf(names, setting)
    return undefined
  } catch (error) {
    if (error instanceof ConfigurationError && error.code === 'ERR_TOKENS_NOT_EXCLUSIVE') return error.message
    throw error
  }
}

function remediesIn(message: string | undefined): readonly string[] {
  return /What would separate them: (.*)\.$/.exec(message ?? '')?.[1]?.split('; ') ?? []
}

type Pair = readonly [KindName, KindName]
const inOrder = (pairs: readonly Pair[]) => pairs.map((pair) => pair.join(' and ')).toSorted()
const bothWays = (pairs: readonly Pair[]) =>
  inOrder(
    pairs.flatMap(([a, b]): readonly Pair[] => [
      [a, b],
      [b, a],
    ]),
  )
const listed = bothWays(cannotStart.map(({ pair }) => pair))
const isListed = ([a, b]: Pair) => listed.includes(`${a} and ${b}`)

const alike = (world: World): Setting => ({ world, nameOf: namedAlike, saying: {} })

describe.each(Object.values(worlds))('with $name', (world) => {
  const setting = alike(world)

  test('the pairs that cannot start are those that are listed', () => {
    const unseparated = orderedPairs.filter((pair) => messageOf(pair, setting) !== undefined)
    expect(inOrder(unseparated)).toEqual(listed)
  })

  test.each(orderedPairs.filter((pair) => !isListed(pair)))(
    '%s and %s refuse the tokens of each other',
    async (...pair) => {
      expect(await wrongCells(pair, setting)).toEqual([])
    },
  )

  test.each([
    ['one name', namedAlike],
    ['names of their own', namedApart],
  ])('all twelve start in one set, under %s', async (_, nameOf) => {
    expect(await wrongCells(kindNames, { world, nameOf, saying: together })).toEqual([])
  })
})

describe('a pair that cannot start', () => {
  const rows = cannotStart.flatMap(({ pair, remedies }) => remedies.map((remedy) => [...pair, ...remedy] as const))

  test.each(cannotStart)('$pair is told its remedies', ({ pair: [a, b], remedies }) => {
    const message = messageOf([a, b], alike(worlds.one))
    expect(message).toMatch(new RegExp(`^One token could be both ${a} \\(.*\\) and ${b} \\(`))
    expect(remediesIn(message)).toEqual(remedies.map(([words]) => words))
    // The other way round it is the same pair; where either of the two may do it, the first one is named.
    expect(remediesIn(messageOf([b, a], alike(worlds.one)))).toHaveLength(remedies.length)
  })

  test.each(rows)('%s and %s: %s, and they start and refuse the tokens of each other', async (a, b, _, saying) => {
    const setting = { world: worlds.one, nameOf: namedAlike, saying }
    expect(await wrongCells([a, b], setting)).toEqual([])
    expect(await wrongCells([b, a], setting)).toEqual([])
  })

  test('has a token that both would accept: the list is no longer than it has to be', async () => {
    const text = fake.sign({}, { aud: namedAlike(), sub: fake.id, jti: '1' })
    for (const kind of new Set(cannotStart.flatMap(({ pair }) => pair))) {
      const set = setOf([kind], alike(worlds.one)) as unknown as AnySet
      expect([kind, await accepts(set, kind, text, contextFor(kind, text, alike(worlds.one)))]).toEqual([kind, true])
    }
  })

  test('is one of two, where client, authorization server and API have names of their own', () => {
    const setting = { world: worlds.one, nameOf: namedApart, saying: {} }
    const unseparated = orderedPairs.filter((pair) => messageOf(pair, setting) !== undefined)
    expect(inOrder(unseparated)).toEqual(bothWays(cannotStartApart))
  })

  test.each(kindNames)('is a kind twice: %s', (kind) => {
    const type = () => typeOf(kind, alike(worlds.one))
    expect(() => defineTokens({ one: type() })).not.toThrow()
    expect(() => defineTokens({ one: type(), other: type() })).toThrow(/One token could be both one \(/)
  })
})

test('nothing was accepted off the diagonal', () => {
  expect(tally.strangers).toBe(0)
  expect(tally.accepted).toBeGreaterThan(1000)
})
