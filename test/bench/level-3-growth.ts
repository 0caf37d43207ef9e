import { atMost, microseconds, ratioCells } from './cells.js'
import { growths, type Grown } from './growth.js'
import type { Level, Run, Section } from './level.js'
import { refusalSection } from './level-3-refusals.js'
import { MemoryProcess } from './memory-process.js'
import { inTurns, type Rounds } from './rounds.js'
import { median, spreadOfRatio } from './statistics.js'

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
  rows.push(...(await memoryRows({ rounds: quick ? 8 : 30, warmUp: 8 })))
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
    const once = ((heaps.get(6000) ?? NaN) - (heaps.get(1000) ?? NaN)) / 5000
    // Whatever is remembered by then goes, as these come.
    await one.ask('fill twice', 10_000)
    const twice = once + ((await one.ask('heap')) - (heaps.get(last) ?? NaN)) / 10_000
    return {
      title: 'Memory',
      about: `Heap and external memory after a collection, in a process that verified so many distinct valid HS256 tokens of ${length} characters and kept none of them.${quick ? ' **Reduced: a full run goes to 1,000,000.**' : ''}`,
      head: ['after', 'bytes'],
      rows: [
        ...[...heaps].map(([count, bytes]): Row => [`${count.toLocaleString('en')} tokens`, megabytes(bytes)]),
        ['remembered of each token that came once, from the 1,000th to the 6,000th', `${once.toFixed(0)} bytes`],
        ['of each that came again', `${twice.toFixed(0)} bytes`],
      ],
    }
  } finally {
    await one.stop()
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
