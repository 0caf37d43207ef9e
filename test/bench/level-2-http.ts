import type { FakeIssuer, TestKey } from '@jwt-guard/testing'
import { atLeast, differencesOf, ratioCells } from './cells.js'
import { own, ownAgain } from './contestants.js'
import { assertCorrect } from './correct.js'
import { unguarded } from './http-contestant.js'
import type { Level, Run, Section } from './level.js'
import { drive, requestWith, statusOf } from './load.js'
import type { Group } from './picture.js'
import { Ring } from './ring.js'
import { inTurns, type Rounds } from './rounds.js'
import { startServer, type Framework, type Served } from './server-process.js'
import { median, quantile, spreadOfRatio } from './statistics.js'
import { algorithms, issuerOf, keyFor, tampered, tokenOf, tokensOf, type BenchedAlgorithm } from './tokens.js'
import { trustIn } from './trust.js'

/** The share of the unguarded throughput that is to be left. */
const warmGoal = 0.95
const warmTokens = 500
const frameworks: readonly Framework[] = ['Express', 'Koa', 'Nest on Express', 'Nest on Fastify']

interface Measured {
  readonly framework: Framework
  readonly algorithm: BenchedAlgorithm
  readonly served: readonly Served[]
  /** For each contestant nanoseconds per request, one figure per round. */
  readonly figures: readonly (readonly number[])[]
  /** For each contestant milliseconds, one figure per request. */
  readonly latencies: readonly (readonly number[])[]
  /** For each contestant the share of the time for which the sender was busy, one figure per round. */
  readonly busy: readonly (readonly number[])[]
}

/** How many requests a contestant answers in a round, and how often the whole is begun anew in another process. */
interface Plan extends Rounds {
  readonly requests: number
  readonly processes: number
}

export async function http({ quick }: Run): Promise<Level> {
  const warmPlan = quick
    ? { rounds: 4, warmUp: 3, requests: 500, processes: 1 }
    : { rounds: 7, warmUp: 3, requests: 4000, processes: 3 }
  const coldPlan = quick
    ? { rounds: 3, warmUp: 1, requests: 250, processes: 1 }
    : { rounds: 4, warmUp: 2, requests: 800, processes: 2 }
  const warm: Measured[] = []
  for (const framework of frameworks) warm.push(await measure(framework, 'RS256', warmPlan, warmRequests))
  const cold: Measured[] = []
  for (const framework of quick ? frameworks.slice(0, 1) : frameworks) {
    for (const algorithm of algorithms) cold.push(await measure(framework, algorithm, coldPlan, coldRequests))
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

/** Gives the requests of the next turn of one contestant. */
type Supply = () => readonly Buffer[]
type Supplier = (issuer: FakeIssuer, served: readonly Served[], plan: Plan) => readonly Supply[]

async function measure(
  framework: Framework,
  algorithm: BenchedAlgorithm,
  plan: Plan,
  supplier: Supplier,
): Promise<Measured> {
  console.error(`HTTP, ${framework}, ${algorithm} …`)
  const parts: Measured[] = []
  for (let count = 0; count < plan.processes; count++) {
    parts.push(await measureInOneProcess(framework, algorithm, plan, supplier))
  }
  const [first] = parts as [Measured]
  const joined = (of: (part: Measured) => readonly (readonly number[])[]) =>
    first.served.map((_, index) => parts.flatMap((part) => of(part)[index] ?? []))
  return {
    ...first,
    figures: joined(({ figures }) => figures),
    latencies: joined(({ latencies }) => latencies),
    busy: joined(({ busy }) => busy),
  }
}

async function measureInOneProcess(
  framework: Framework,
  algorithm: BenchedAlgorithm,
  plan: Plan,
  supplier: Supplier,
): Promise<Measured> {
  const issuer = issuerOf(algorithm)
  const server = await startServer({ framework, trust: trustIn(issuer, algorithm) })
  try {
    const { served } = server
    const stranger = keyFor(algorithm)
    for (const contestant of served) await assertGuards(contestant, issuer, stranger)
    const supplies = supplier(issuer, served, plan)
    const latencies = served.map((): number[] => [])
    const busy = served.map((): number[] => [])
    let turns = 0
    const figures = await inTurns(served, plan, async ({ port }, index) => {
      const answered = await drive(port, supplies[index]?.() ?? [])
      if (turns++ >= plan.warmUp * served.length) {
        latencies[index]?.push(...answered.latencies)
        busy[index]?.push(answered.busy)
      }
      return answered.nanoseconds
    })
    return { framework, algorithm, served, figures, latencies, busy }
  } finally {
    await server.stop()
  }
}

/** The unguarded one lets everybody in; the others let in the good token, and nobody without one. */
async function assertGuards({ name, alg, port }: Served, issuer: FakeIssuer, stranger: TestKey) {
  const verify = async (token: string) => {
    const status = await statusOf(port, requestWith(token))
    if (status !== 200) throw new Error(`${name} answers ${status}`)
  }
  const bad = name === unguarded ? {} : tampered(issuer, alg, stranger)
  await assertCorrect({ name, alg, verify }, tokenOf(issuer, alg), bad)
}

/** Everybody sees the same tokens in turn. */
function warmRequests(issuer: FakeIssuer, served: readonly Served[], { requests }: Plan): readonly Supply[] {
  const names = new Set(served.map(({ alg }) => alg))
  const rings = new Map(
    [...names].map((alg) => [alg, new Ring(tokensOf(issuer, alg, warmTokens).map(requestWith))] as const),
  )
  return served.map(
    ({ alg }) =>
      () =>
        rings.get(alg)?.next(requests) ?? [],
  )
}

/** Nobody sees a token that anybody has seen: all are made beforehand. */
function coldRequests(issuer: FakeIssuer, served: readonly Served[], { rounds, warmUp, requests }: Plan) {
  return served.map(({ alg }): Supply => {
    const all = tokensOf(issuer, alg, (warmUp + rounds) * requests).map(requestWith)
    return () => all.splice(0, requests)
  })
}

function warmSection(measured: readonly Measured[], { rounds, requests, processes }: Plan): Section {
  return {
    title: 'Warm: throughput beside an unguarded route',
    about: `${rounds * processes} rounds, ${processes === 1 ? 'one server process' : `a new server process after every ${rounds}`}; ${requests} requests for each contestant and round over 16 connections. RS256; ${warmTokens} tokens in turn, another one with each request, to the unguarded route as well. The server is one process with a port for each contestant; the requests come from another process, which was busy for ${(busiest(measured) * 100).toFixed(0)} % of the time of the contestant that kept it busiest: near 100 it would be the limit. Every contestant let the good token in, and refused another subject, another signature and another key.`,
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

/** The median of the contestant for whom the sender had the most to do. */
function busiest(measured: readonly Measured[]): number {
  return Math.max(...measured.flatMap(({ busy }) => busy.map(median)))
}

function indexOf(served: readonly Served[], wanted: string): number {
  return served.findIndex(({ name }) => name === wanted)
}

function perSecond(nanoseconds: readonly number[]): string {
  return (1e9 / median(nanoseconds)).toFixed(0)
}

function warmGroup({ framework, served, figures }: Measured): Group {
  const bars = served.flatMap(({ name }, index) =>
    name === ownAgain || name === unguarded
      ? []
      : [{ label: name, value: spreadOfRatio(figures[0] ?? [], figures[index] ?? []), own: name === own }],
  )
  return { label: framework, bars }
}
