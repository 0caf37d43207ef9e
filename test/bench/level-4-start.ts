import { testKey } from '@jwt-guard/testing'
import { ratioCells } from './cells.js'
import { answerOf } from './child.js'
import type { Level, Run, Section } from './level.js'
import { inTurns } from './rounds.js'
import { starts, type StartTrust } from './starts.js'
import { median, spreadOf, spreadOfRatio } from './statistics.js'
import { audience } from './tokens.js'

/** What one process says of its start. */
export interface Started {
  readonly milliseconds: number
  readonly bytes: number
}

const manyTypes = 50
/** Milliseconds. */
const manyTypesGoal = 20
const core = '@jwt-guard/core'

export async function start(run: Run): Promise<Level> {
  const trust = { issuer: 'https://issuer.test', audience, jwk: testKey('ES256').jwk }
  return {
    title: 'Level 4: start',
    sections: [await startSection(run, trust), await typesSection(run, trust)],
    charts: [],
  }
}

async function startSection({ quick }: Run, trust: StartTrust): Promise<Section> {
  console.error('starts …')
  const rounds = quick ? 2 : 30
  const names = Object.keys(starts)
  const bytes = names.map((): number[] => [])
  const times = await inTurns(names, { rounds, warmUp: 1 }, async (name, index) => {
    const started = await answerOf<Started>('start-child.js', [name, JSON.stringify(trust)])
    bytes[index]?.push(started.bytes)
    return started.milliseconds
  })
  const ours = times[names.indexOf(core)] ?? []
  return {
    title: 'Import and construction',
    about: `${rounds} starts of each, in turn, each in a new process: from before the import until the guard, verifier or middleware is there, with an ES256 key that is given. Files are in the machine's cache. The heap is what a collection leaves of it, beside what was there before.`,
    head: ['package', 'what is made', 'ms', 'p10..p90', 'heap MiB', '÷ core', 'p10..p90'],
    rows: names.map((name, index) => {
      const values = times[index] ?? []
      const { low, middle, high } = spreadOf(values)
      const [ratio, spread] = ratioCells(spreadOfRatio(values, ours))
      const heap = (median(bytes[index] ?? []) / 2 ** 20).toFixed(2)
      const made = starts[name]?.made ?? ''
      return [name, made, middle.toFixed(1), `${low.toFixed(1)}..${high.toFixed(1)}`, heap, ratio, spread]
    }),
  }
}

async function typesSection({ quick }: Run, trust: StartTrust): Promise<Section> {
  console.error('types …')
  const rounds = quick ? 4 : 30
  const counts = [1, manyTypes, manyTypes]
  const figures = await inTurns(counts, { rounds, warmUp: 1 }, async (count) => {
    const { milliseconds } = await answerOf<Started>('types-child.js', [String(count), JSON.stringify(trust)])
    return milliseconds
  })
  const [, many = []] = figures
  return {
    title: 'Many types',
    about: `${rounds} new processes of each, in turn: \`customToken\` so many times, each with a \`typ\` of its own, and one \`defineTokens\`, the first of its process. The import is not counted.`,
    head: ['types', 'ms', 'p10..p90', '÷ the first 50', 'p10..p90', 'goal'],
    rows: counts.map((count, index) => {
      const values = figures[index] ?? []
      const { low, middle, high } = spreadOf(values)
      const [ratio, spread] = ratioCells(spreadOfRatio(values, many))
      const goal = index === 1 ? `< ${manyTypesGoal} ms: ${middle < manyTypesGoal ? 'met' : '**not met**'}` : ''
      const told = index === 2 ? `${count} again (A/A)` : String(count)
      return [told, middle.toFixed(1), `${low.toFixed(1)}..${high.toFixed(1)}`, ratio, spread, goal]
    }),
  }
}
