import { accessToken, defineTokens } from '@jwt-guard/core'
import { atMost, microseconds, ratioCells } from './cells.js'
import { growths, type Grown } from './growth.js'
import type { Level, Run, Section } from './level.js'
import { freshly } from './measure.js'
import { MemoryProcess } from './memory-process.js'
import { goodTokenOfLength, refusedTokens } from './refusals.js'
import { inTurns, type Rounds } from './rounds.js'
import { median, quantile, spreadOfRatio, type Spread } from './statistics.js'
import { algorithms, audience, issuerOf, keyFor, type BenchedAlgorithm } from './tokens.js'

/** How much dearer a verification may be where there is much. */
const growthGoal = 1.3

export async function growth(run: Run): Promise<Level> {
  return {
    title: 'Level 3: growth and memory',
    sections: [await growthSection(run), await heapSection(run), await refusalSection(run)],
    charts: [],
  }
}

type Row = readonly string[]

async function growthSection({ quick }: Run): Promise<Section> {
  const plan = { rounds: quick ? 8 : 60, warmUp: 4 }
  const rows: Row[] = []
  for (const [what, { to, of }] of Object.entries(growths)) {
    console.error(`growth, ${what} …`)
    const figures = await measureGrown([of(1), of(1), of(to)], plan)
    rows.push(...growthRows(`${what}: 1 and ${to}, warm`, figures))
  }
  console.error('growth, memory …')
  rows.push(...(await memoryRows({ rounds: quick ? 8 : 30, warmUp: 2 })))
  return {
    title: 'The same verification where there is much',
    about: `${plan.rounds} rounds (for the memory fewer). 500 ES256 tokens in turn, each seen before, spread over all issuers, keys or types; for the memory HS256, in processes of their own, one of which had verified 30,000 distinct tokens before, and the others 3,000.`,
    head: ['what grows', 'few µs/op', 'many µs/op', 'many ÷ few', 'p10..p90', 'A/A', 'goal'],
    rows,
  }
}

async function measureGrown(all: readonly Grown[], plan: Rounds) {
  return inTurns(all, plan, async ({ contestant, tokens }) => contestant.time(tokens))
}

/** Figures of few, of few again, and of many. */
function growthRows(what: string, [few = [], again = [], many = []]: readonly (readonly number[])[]): readonly Row[] {
  const ratio = spreadOfRatio(many, few)
  const [, noise] = ratioCells(spreadOfRatio(again, few))
  const times = [microseconds(median(few)), microseconds(median(many))]
  return [[what, ...times, ...ratioCells(ratio), noise, atMost(growthGoal, ratio.middle)]]
}

async function memoryRows(plan: Rounds): Promise<readonly Row[]> {
  const processes = await Promise.all([MemoryProcess.start(), MemoryProcess.start(), MemoryProcess.start()])
  try {
    for (const [index, one] of processes.entries()) await one.ask('fill', index === 2 ? 30_000 : 3000)
    // Those that stay remembered are the last seen.
    for (const one of processes) await one.ask('warm')
    const warm = await inTurns(processes, plan, async (one) => one.ask('warm'))
    const cold = await inTurns(processes, plan, async (one) => one.ask('cold', 100))
    return [
      ...growthRows('distinct tokens seen: 3,000 and 30,000, warm', warm),
      ...growthRows('distinct tokens seen: 3,000 and 30,000, cold', cold),
    ]
  } finally {
    await Promise.all(processes.map(async (one) => one.stop()))
  }
}

async function heapSection({ quick }: Run): Promise<Section> {
  console.error('memory …')
  const last = quick ? 60_000 : 1_000_000
  const one = await MemoryProcess.start()
  try {
    const length = await one.ask('length')
    const heaps = new Map<number, number>()
    let seen = 0
    for (const count of [1000, 6000, 20_000, last]) {
      await one.ask('fill', count - seen)
      seen = count
      heaps.set(count, await one.ask('heap'))
    }
    const each = ((heaps.get(6000) ?? NaN) - (heaps.get(1000) ?? NaN)) / 5000
    return {
      title: 'Memory',
      about: `Heap and external memory after a collection, in a process that verified so many distinct valid HS256 tokens of ${length} characters and kept none of them.${quick ? ' **Reduced: a full run goes to 1,000,000.**' : ''}`,
      head: ['after', 'bytes'],
      rows: [
        ...[...heaps].map(([count, bytes]): Row => [`${count.toLocaleString('en')} tokens`, megabytes(bytes)]),
        ['for each token from the 1,000th to the 6,000th', `${each.toFixed(0)} bytes`],
      ],
    }
  } finally {
    await one.stop()
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

interface Refused {
  readonly algorithm: BenchedAlgorithm
  readonly defect: string
  readonly length: number
  /** Medians of a refusal by medians of a good verification, round by round. */
  readonly ratio: Spread
  readonly noise: Spread
  /** The 99th percentiles of all rounds together. */
  readonly tail: number
  readonly tailNoise: number
}

async function refusalSection({ quick }: Run): Promise<Section> {
  const plan = { rounds: quick ? 4 : 25, warmUp: 2 }
  const all: Refused[] = []
  for (const algorithm of algorithms) {
    console.error(`refusals, ${algorithm} …`)
    all.push(...(await measureRefusals(algorithm, plan, quick ? 12 : 40)))
  }
  const kinds = [...new Set(all.map(({ defect }) => defect))]
  return {
    title: 'A refusal beside a good verification',
    about: `${plan.rounds} rounds for each of ${kinds.length} kinds of refused tokens, beside good tokens of the same algorithm and length (at most 8,190 characters), none seen before. Here are the dearest of each algorithm: the ratio is of medians, p99 of all rounds together. The goal is the noise: the 90th percentile of a good verification beside another one. The kinds: ${kinds.join('; ')}.`,
    head: ['algorithm', 'refused for', 'characters', '÷ good', 'p10..p90', 'goal', 'p99 ÷ p99', 'goal'],
    rows: algorithms.flatMap((algorithm) => dearest(all.filter((one) => one.algorithm === algorithm))),
  }
}

function dearest(refused: readonly Refused[]): readonly Row[] {
  const tailNoise = Math.max(
    1,
    quantile(
      refused.map((one) => one.tailNoise),
      0.9,
    ),
  )
  const byMedian = refused.toSorted((one, other) => other.ratio.middle - one.ratio.middle).slice(0, 4)
  const byTail = refused.toSorted((one, other) => other.tail - one.tail).slice(0, 2)
  return [...new Set([...byMedian, ...byTail])].map(({ algorithm, defect, length, ratio, noise, tail }): Row => {
    const [middle, spread] = ratioCells(ratio)
    const goal = atMost(Math.max(1, noise.high), ratio.middle)
    return [algorithm, defect, String(length), middle, spread, goal, tail.toFixed(2), atMost(tailNoise, tail)]
  })
}

async function measureRefusals(algorithm: BenchedAlgorithm, plan: Rounds, batch: number): Promise<readonly Refused[]> {
  const fake = issuerOf(algorithm)
  const { verify } = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) }).access
  const kinds = refusedTokens(fake, algorithm, keyFor(algorithm))
  const found: Refused[] = []
  for (const [defect, make] of Object.entries(kinds)) {
    const { length } = make()
    const makeGood = () => goodTokenOfLength(fake, algorithm, length)
    await assertRefused(verify, defect, make(), makeGood())
    const ops = [makeGood, makeGood, make].map((): number[] => [])
    const figures = await inTurns([makeGood, makeGood, make], plan, async (maker, index) => {
      const times = await timesOf(verify, Array.from({ length: batch }, maker))
      ops[index]?.push(...times)
      return median(times)
    })
    const [good = [], again = [], refused = []] = figures
    const [tail = NaN, tailAgain = NaN, tailRefused = NaN] = ops.map((times) => quantile(times, 0.99))
    found.push({
      algorithm,
      defect,
      length,
      ratio: spreadOfRatio(refused, good),
      noise: spreadOfRatio(again, good),
      tail: tailRefused / tail,
      tailNoise: tailAgain / tail,
    })
  }
  return found
}

async function assertRefused(
  verify: (token: string) => Promise<unknown>,
  defect: string,
  bad: string,
  good: string,
): Promise<void> {
  await verify(good)
  const accepted = await verify(bad).then(
    () => true,
    () => false,
  )
  if (accepted) throw new Error(`a token is accepted that should be refused: ${defect}`)
}

/** Milliseconds for each token, whatever becomes of it. */
async function timesOf(verify: (token: string) => Promise<unknown>, tokens: readonly string[]): Promise<number[]> {
  const times: number[] = []
  for (const token of tokens.map(freshly)) {
    const began = performance.now()
    try {
      await verify(token)
    } catch {
      // That is what it is for.
    }
    times.push(performance.now() - began)
  }
  return times
}
