import { hasRedis, RedisServer } from '#faults/redis-server.js'
import type { FakeIssuer } from '@jwt-guard/testing'
import { atLeast, differencesOf, microseconds, ratioCells } from './cells.js'
import { assertCorrect } from './correct.js'
import { FreshTokens } from './fresh-tokens.js'
import { coldRequests, indexOf, measure, perSecond, warmRequests, warmTokens, type Measured } from './http-measure.js'
import type { Level, Run, Section } from './level.js'
import { asynchronous, type Contestant } from './measure.js'
import { Ring } from './ring.js'
import { inTurns, type Rounds } from './rounds.js'
import {
  liveRevocations,
  noState,
  noStateAgain,
  replicated,
  withRevocations,
  withSingleUse,
  type Opened,
  type Stateful,
} from './stateful.js'
import { median, quantile, spreadOfRatio } from './statistics.js'
import { issuerOf, keyFor, tampered, tokenOf, tokensOf } from './tokens.js'
import { trustIn, type Trust } from './trust.js'

/** The share of the throughput without state that replicated revocation is to leave. */
const replicatedGoal = 0.95
const algorithm = 'RS256'

export async function state(run: Run): Promise<Level> {
  if (!hasRedis) console.error('THERE IS NO redis-server HERE: the stores on Redis do not run')
  const redis = hasRedis ? await RedisServer.start() : undefined
  try {
    return {
      title: 'Level "state": revocation and single use',
      sections: [await verificationSection(run, redis?.url), await httpSection(run, redis?.url)],
      charts: [],
    }
  } finally {
    await redis?.stop()
  }
}

/** Loud, where a part of the level is missing. */
function didNotRun(redis: string | undefined): string {
  return redis === undefined ? ' **There is no `redis-server` on this machine: nothing on Redis ran.**' : ''
}

type Open = (trust: Trust, redis: string | undefined) => Promise<Opened>

interface MeasuredState {
  readonly what: string
  readonly contestants: readonly Stateful[]
  readonly figures: readonly (readonly number[])[]
}

async function verificationSection({ quick }: Run, redis: string | undefined): Promise<Section> {
  console.error('state, verification …')
  // Before anything counts, everybody has seen all the tokens that come again.
  const plan = quick ? { rounds: 8, warmUp: 5, batch: 100 } : { rounds: 60, warmUp: 10, batch: 100 }
  const all = [
    await measureState('revocations, warm', withRevocations, seenBefore, plan, redis),
    await measureState('single use, cold', withSingleUse, neverSeen, plan, redis),
  ]
  return {
    title: 'Verification',
    about: `${plan.rounds} rounds, RS256, one verification after another: a store that is asked over a connection is waited for each time. Revocations with ${warmTokens} tokens of each contestant in turn, each seen before, while ${liveRevocations} others are revoked; single use with tokens that nobody has seen.${didNotRun(redis)}`,
    head: ['state', 'contestant', 'µs/op', 'more than without, µs', '÷ without', 'p10..p90'],
    rows: all.flatMap(({ what, contestants, figures }) =>
      contestants.map(({ name }, index): readonly string[] => {
        const values = figures[index] ?? []
        const without = figures[0] ?? []
        const more = median(values.map((value, round) => value - (without[round] ?? NaN)))
        const [middle, spread] = ratioCells(spreadOfRatio(values, without))
        return [what, toldAs(name), microseconds(median(values)), (more / 1000).toFixed(1), middle, spread]
      }),
    ),
    differs: differencesOf(all.flatMap(({ contestants }) => contestants)),
  }
}

/** Gives each contestant, by its place, the tokens of its next turn. */
type Supply = (index: number) => readonly string[]
type Supplier = (issuer: FakeIssuer, contestants: number, batch: number) => Supply

function seenBefore(issuer: FakeIssuer, contestants: number, batch: number): Supply {
  const rings = Array.from({ length: contestants }, () => new Ring(tokensOf(issuer, algorithm, warmTokens)))
  return (index) => rings[index]?.next(batch) ?? []
}

function neverSeen(issuer: FakeIssuer, contestants: number, batch: number): Supply {
  const algs = Array.from({ length: contestants }, () => algorithm)
  const fresh = new FreshTokens(issuer, algs, batch)
  return (index) => fresh.take(index)
}

interface Plan extends Rounds {
  readonly batch: number
}

async function measureState(
  what: string,
  open: Open,
  supplier: Supplier,
  plan: Plan,
  redis: string | undefined,
): Promise<MeasuredState> {
  const issuer = issuerOf(algorithm)
  const { contestants, close } = await open(trustIn(issuer, algorithm), redis)
  try {
    const timed = contestants.map(timedOf)
    const stranger = keyFor(algorithm)
    for (const one of timed) await assertCorrect(one, tokenOf(issuer, algorithm), tampered(issuer, algorithm, stranger))
    const supply = supplier(issuer, timed.length, plan.batch)
    const figures = await inTurns(timed, plan, async ({ time }, index) => time(supply(index)))
    return { what, contestants, figures }
  } finally {
    await close()
  }
}

function timedOf({ name, tokens }: Stateful): Contestant {
  return asynchronous({ name, alg: algorithm, differs: '' }, tokens.access.verify)
}

async function httpSection({ quick }: Run, redis: string | undefined): Promise<Section> {
  const plan = quick
    ? { rounds: 3, warmUp: 2, requests: 500, processes: 1 }
    : { rounds: 8, warmUp: 3, requests: 2000, processes: 2 }
  const all = [
    await measure('Express, revocations', algorithm, plan, warmRequests, redis),
    await measure('Express, single use', algorithm, plan, coldRequests, redis),
  ]
  return {
    title: 'HTTP',
    about: `${plan.rounds * plan.processes} rounds of ${plan.requests} requests for each contestant over 16 connections, on Express, RS256: throughput beside the same guard without state. Revocations with ${warmTokens} tokens of each contestant in turn, each seen before; single use with tokens that nobody has seen. Redis and the sender of the requests share this machine with the server.${didNotRun(redis)}`,
    head: ['state', 'contestant', 'requests/s', 'share of stateless', 'p10..p90', 'p50 ms', 'p99 ms', 'goal'],
    rows: all.flatMap(httpRows),
  }
}

function httpRows({ framework, served, figures, latencies }: Measured): readonly (readonly string[])[] {
  const without = figures[indexOf(served, noState)] ?? []
  return served.map(({ name }, index) => {
    const values = figures[index] ?? []
    const share = spreadOfRatio(without, values)
    const [middle, spread] = ratioCells(share)
    const [p50 = '', p99 = ''] = [0.5, 0.99].map((part) => quantile(latencies[index] ?? [], part).toFixed(2))
    const goal = name === replicated ? atLeast(replicatedGoal, share.middle) : ''
    return [framework, toldAs(name), perSecond(values), middle, spread, p50, p99, goal]
  })
}

function toldAs(name: string): string {
  return name === noStateAgain ? `${name} (A/A)` : name
}
