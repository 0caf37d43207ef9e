import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { accessToken, createGuard, defineTokens, type Guard } from '@jwt-guard/core'
import { atMost, ratioCells } from './cells.js'
import type { Run, Section } from './level.js'
import { freshly } from './measure.js'
import { goodTokenOfLength, refusedTokens } from './refusals.js'
import { inTurns, type Rounds } from './rounds.js'
import { median, quantile, spreadOfRatio, type Spread } from './statistics.js'
import { algorithms, audience, issuerOf, keyFor, type BenchedAlgorithm } from './tokens.js'

/** Node's own, which is there where it was asked for. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
}

type Verify = (token: string) => Promise<unknown>

interface Refused {
  readonly algorithm: BenchedAlgorithm
  readonly defect: string
  readonly length: number
  /** Medians of a refusal by medians of a good verification, round by round. */
  readonly ratio: Spread
  readonly noise: Spread
  readonly tail: number
  readonly tailNoise: number
}

export async function refusalSection({ quick }: Run): Promise<Section> {
  const plan = { rounds: quick ? 4 : 25, warmUp: 2 }
  const all: Refused[] = []
  for (const algorithm of algorithms) {
    console.error(`refusals, ${algorithm} …`)
    all.push(...(await measureRefusals(algorithm, plan, quick ? 12 : 40)))
  }
  const kinds = [...new Set(all.map(({ defect }) => defect))]
  return {
    title: 'A refusal beside a good verification',
    about: `${plan.rounds} rounds for each of ${kinds.length} kinds of refused tokens, beside good tokens of the same algorithm and length (at most 8,190 characters), none seen before. Here are the dearest of each algorithm: the ratio is of medians, and of p99 the smaller of those of the two halves of the rounds, since what is not noise is in both. Timed is a guard's whole verdict, the answer to a refused request included. The goal is the noise: of the medians the 90th percentile of a good verification beside another one, of p99 the largest of that for any kind. The kinds: ${kinds.join('; ')}.`,
    head: ['algorithm', 'refused for', 'characters', '÷ good', 'p10..p90', 'goal', 'p99 ÷ p99', 'goal'],
    rows: algorithms.flatMap((algorithm) => dearest(all.filter((one) => one.algorithm === algorithm))),
  }
}

function dearest(refused: readonly Refused[]): readonly (readonly string[])[] {
  const tails = refused.map(({ tailNoise }) => tailNoise)
  const tailNoise = Math.max(1, ...tails)
  const byMedian = refused.toSorted((one, other) => other.ratio.middle - one.ratio.middle).slice(0, 4)
  const byTail = refused.toSorted((one, other) => other.tail - one.tail).slice(0, 2)
  return [...new Set([...byMedian, ...byTail])].map(
    ({ algorithm, defect, length, ratio, noise, tail }): readonly string[] => {
      const [middle, spread] = ratioCells(ratio)
      const goal = atMost(Math.max(1, noise.high), ratio.middle)
      return [algorithm, defect, String(length), middle, spread, goal, tail.toFixed(2), atMost(tailNoise, tail)]
    },
  )
}

async function measureRefusals(algorithm: BenchedAlgorithm, plan: Rounds, batch: number): Promise<readonly Refused[]> {
  const fake = issuerOf(algorithm)
  const { access } = defineTokens({ access: accessToken({ issuer: fake.issuer, audience }) })
  const guard = createGuard(access)
  const kinds = refusedTokens(fake, algorithm, keyFor(algorithm))
  const found: Refused[] = []
  for (const [defect, make] of Object.entries(kinds)) {
    const { length } = make()
    const makeGood = () => goodTokenOfLength(fake, algorithm, length)
    await assertRefused(access.verify, defect, make(), makeGood())
    const turns = plan.warmUp + plan.rounds
    const stocks = [makeGood, makeGood, make].map((maker) => requestsFor(maker, turns, batch))
    collectGarbage()
    found.push({ algorithm, defect, length, ...(await beside(guard, stocks, plan)) })
  }
  return found
}

type Batch = readonly IncomingMessage[]

/** Made before anything is timed, since what is left of their making is dear to collect. */
function requestsFor(make: () => string, turns: number, batch: number): readonly Batch[] {
  return Array.from({ length: turns }, () => Array.from({ length: batch }, () => requestWith(make())))
}

/** Requests with good tokens, with good ones again, and with bad ones: of each as many batches as there are turns. */
async function beside(guard: Guard, stocks: readonly (readonly Batch[])[], plan: Rounds) {
  const times = stocks.map((): number[][] => [])
  let turns = 0
  const figures = await inTurns(stocks, plan, async (stock, index) => {
    const round = Math.floor(turns++ / stocks.length)
    const timed = await timesOf(guard, stock[round] ?? [])
    if (round >= plan.warmUp) times[index]?.push(timed)
    return median(timed)
  })
  const [good = [], again = [], refused = []] = figures
  const [goodTimes = [], timesAgain = [], refusedTimes = []] = times
  return {
    ratio: spreadOfRatio(refused, good),
    noise: spreadOfRatio(again, good),
    tail: tailRatio(refusedTimes, goodTimes),
    tailNoise: tailRatio(timesAgain, goodTimes),
  }
}

/** Of the 99th percentiles; of both halves of the rounds the smaller, since what is not noise is in both. */
function tailRatio(ones: readonly (readonly number[])[], others: readonly (readonly number[])[]): number {
  const middle = Math.floor(ones.length / 2)
  const tail = (rounds: readonly (readonly number[])[]) => quantile(rounds.flat(), 0.99)
  return Math.min(
    tail(ones.slice(0, middle)) / tail(others.slice(0, middle)),
    tail(ones.slice(middle)) / tail(others.slice(middle)),
  )
}

async function assertRefused(verify: Verify, defect: string, bad: string, good: string): Promise<void> {
  await verify(good)
  const accepted = await verify(bad).then(
    () => true,
    () => false,
  )
  if (accepted) throw new Error(`a token is accepted that should be refused: ${defect}`)
}

/** Milliseconds for the guard's verdict on each request. */
async function timesOf(guard: Guard, requests: Batch): Promise<number[]> {
  const times: number[] = []
  for (const request of requests) {
    const began = performance.now()
    await guard.check(request)
    times.push(performance.now() - began)
  }
  return times
}

/** A request as Node's parser leaves it. */
function requestWith(token: string): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  request.rawHeaders.push('Host', 'api.test', 'Authorization', freshly(`Bearer ${token}`))
  return request
}
