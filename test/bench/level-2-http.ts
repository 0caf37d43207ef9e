import { atLeast, differencesOf, ratioCells } from './cells.js'
import { own, ownAgain } from './contestants.js'
import { unguarded } from './http-contestant.js'
import {
  busiest,
  coldBesidePeers,
  indexOf,
  measure,
  perSecond,
  warmRequests,
  warmTokens,
  type Measured,
  type Plan,
} from './http-measure.js'
import type { Level, Run, Section } from './level.js'
import type { Group } from './picture.js'
import type { Framework } from './server-process.js'
import { quantile, spreadOfRatio } from './statistics.js'
import { algorithms } from './tokens.js'

/** The share of the unguarded throughput that is to be left. */
const warmGoal = 0.95
const frameworks: readonly Framework[] = ['Express', 'Koa', 'Nest on Express', 'Nest on Fastify']

export async function http({ quick }: Run): Promise<Level> {
  const warmPlan = quick
    ? { rounds: 3, warmUp: 2, requests: 500, processes: 1 }
    : { rounds: 5, warmUp: 8, requests: 3000, processes: 5 }
  const coldPlan = quick
    ? { rounds: 2, warmUp: 1, requests: 200, processes: 1 }
    : { rounds: 6, warmUp: 3, requests: 1000, processes: 2 }
  const warm: Measured[] = []
  for (const framework of frameworks) warm.push(await measure(framework, 'RS256', warmPlan, warmRequests))
  const cold: Measured[] = []
  for (const framework of quick ? frameworks.slice(0, 1) : frameworks) {
    for (const algorithm of algorithms) cold.push(await measure(framework, algorithm, coldPlan, coldBesidePeers))
  }
  return {
    title: 'Level 2: HTTP',
    sections: [warmSection(warm, warmPlan), coldSection(cold, coldPlan, quick)],
    charts: [
      {
        title: 'Throughput beside an unguarded route, tokens seen before (longer is better)',
        mark: 1,
        groups: warm.map(warmGroup),
      },
    ],
  }
}

function warmSection(measured: readonly Measured[], { rounds, requests, processes }: Plan): Section {
  return {
    title: 'Warm: throughput beside an unguarded route',
    about: `${rounds * processes} rounds, ${processes === 1 ? 'one server process' : `a new server process after every ${rounds}`}; ${requests} requests for each contestant and round over 16 connections. RS256. Each contestant has ${warmTokens} tokens of its own, which come in turn, another one with each request, to the unguarded route as well. The server is one process with a port for each contestant; the requests come from another process, which was busy for ${(busiest(measured) * 100).toFixed(0)} % of the time of the contestant that kept it busiest: near 100 it would be the limit. Every contestant let the good token in, and refused another subject, another signature and another key.`,
    head: ['framework', 'contestant', 'requests/s', 'share of unguarded', 'p10..p90', 'goal'],
    rows: measured.flatMap(({ framework, served, figures }) =>
      served.map(({ name }, index): readonly string[] => {
        const values = figures[index] ?? []
        const share = spreadOfRatio(figures[0] ?? [], values)
        const noise = spreadOfRatio(figures[indexOf(served, own)] ?? [], values)
        const isAgain = name === ownAgain
        const [middle, spread] = ratioCells(isAgain ? noise : share)
        const goal = name === own ? atLeast(warmGoal, share.middle) : isAgain ? 'A/A: ÷ ours' : ''
        return [framework, name, perSecond(values), middle, spread, goal]
      }),
    ),
    differs: differencesOf(measured.flatMap(({ served }) => served).filter(({ name }) => name !== ownAgain)),
  }
}

function coldSection(measured: readonly Measured[], { rounds, requests, processes }: Plan, quick: boolean): Section {
  return {
    title: 'Cold: tokens that nobody has seen',
    about: `${rounds * processes} rounds; ${requests} requests for each contestant and round over 16 connections, each with a token that is used once. "ours ÷ it" compares throughput: above 1, ours answers more requests. The times are those of one request among 16.${quick ? ' A quick run measures Express alone.' : ''}`,
    head: ['framework', 'algorithm', 'contestant', 'requests/s', 'ours ÷ it', 'p10..p90', 'p50 ms', 'p99 ms'],
    rows: measured.flatMap(({ framework, algorithm, served, figures, latencies }) =>
      served.map(({ name }, index): readonly string[] => {
        const values = figures[index] ?? []
        const [middle, spread] = ratioCells(spreadOfRatio(values, figures[indexOf(served, own)] ?? []))
        const times = [0.5, 0.99].map((share) => quantile(latencies[index] ?? [], share).toFixed(2))
        const told = name === ownAgain ? `${name} (A/A)` : name
        return [framework, algorithm, told, perSecond(values), middle, spread, ...times]
      }),
    ),
  }
}

function warmGroup({ framework, served, figures }: Measured): Group {
  const bars = served.flatMap(({ name }, index) =>
    name === ownAgain || name === unguarded
      ? []
      : [{ label: name, value: spreadOfRatio(figures[0] ?? [], figures[index] ?? []), own: name === own }],
  )
  return { label: framework, bars }
}
