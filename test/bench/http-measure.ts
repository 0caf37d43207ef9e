import type { FakeIssuer, TestKey } from '@jwt-guard/testing'
import { ownAgain } from './contestants.js'
import { assertCorrect } from './correct.js'
import { empty, unguarded } from './http-contestant.js'
import { drive, requestWith, statusOf } from './load.js'
import { Ring } from './ring.js'
import { inTurns, type Rounds } from './rounds.js'
import { startServer, type Framework, type Served } from './server-process.js'
import { median } from './statistics.js'
import { issuerOf, keyFor, tampered, tokenOf, tokensOf, type BenchedAlgorithm } from './tokens.js'
import { trustIn } from './trust.js'

/** Tokens that are sent in turn. */
export const warmTokens = 500

export interface Measured {
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
export interface Plan extends Rounds {
  readonly requests: number
  readonly processes: number
}

/** Gives the requests of the next turn of one contestant. */
type Supply = () => readonly Buffer[]
type Supplier = (issuer: FakeIssuer, served: readonly Served[], plan: Plan) => readonly Supply[]

export async function measure(
  framework: Framework,
  algorithm: BenchedAlgorithm,
  plan: Plan,
  supplier: Supplier,
  redis?: string,
): Promise<Measured> {
  console.error(`HTTP, ${framework}, ${algorithm} …`)
  const parts: Measured[] = []
  for (let count = 0; count < plan.processes; count++) {
    parts.push(await measureInOneProcess(framework, algorithm, plan, supplier, redis))
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
  redis?: string,
): Promise<Measured> {
  const issuer = issuerOf(algorithm)
  const server = await startServer({ framework, trust: trustIn(issuer, algorithm), redis })
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

/** The one without a guard, and the one whose guard asks nothing, let everybody in; the others whoever has a good token. */
async function assertGuards({ name, alg, port }: Served, issuer: FakeIssuer, stranger: TestKey) {
  const verify = async (token: string) => {
    const status = await statusOf(port, requestWith(token))
    if (status !== 200) throw new Error(`${name} answers ${status}`)
  }
  const bad = [unguarded, empty].includes(name) ? {} : tampered(issuer, alg, stranger)
  await assertCorrect({ name, alg, verify }, tokenOf(issuer, alg), bad)
}

/** Everybody sees tokens of its own in turn: ours remember for the whole process. */
export function warmRequests(issuer: FakeIssuer, served: readonly Served[], { requests }: Plan): readonly Supply[] {
  return served.map(({ alg }): Supply => {
    const ring = new Ring(tokensOf(issuer, alg, warmTokens).map(requestWith))
    return () => ring.next(requests)
  })
}

/** Nobody sees a token that anybody has seen: all are made beforehand. */
export function coldRequests(issuer: FakeIssuer, served: readonly Served[], plan: Plan): readonly Supply[] {
  return served.map(({ alg }) => inTurn(coldFor(issuer, alg, plan), plan))
}

/** The same where ours is beside peers: they remember nothing, and have the tokens of ours. Ours again has its own. */
export function coldBesidePeers(issuer: FakeIssuer, served: readonly Served[], plan: Plan): readonly Supply[] {
  const shared = new Map<string, readonly Buffer[]>()
  return served.map(({ name, alg }) => {
    if (name === ownAgain) return inTurn(coldFor(issuer, alg, plan), plan)
    const all = shared.get(alg) ?? coldFor(issuer, alg, plan)
    shared.set(alg, all)
    return inTurn(all, plan)
  })
}

function coldFor(issuer: FakeIssuer, alg: string, { rounds, warmUp, requests }: Plan): readonly Buffer[] {
  return tokensOf(issuer, alg, (warmUp + rounds) * requests).map(requestWith)
}

function inTurn(all: readonly Buffer[], { requests }: Plan): Supply {
  let turn = 0
  return () => all.slice(turn * requests, ++turn * requests)
}

/** The median of the contestant for whom the sender had the most to do. */
export function busiest(measured: readonly Measured[]): number {
  return Math.max(...measured.flatMap(({ busy }) => busy.map(median)))
}

export function indexOf(served: readonly Served[], wanted: string): number {
  return served.findIndex(({ name }) => name === wanted)
}

export function perSecond(nanoseconds: readonly number[]): string {
  return (1e9 / median(nanoseconds)).toFixed(0)
}
