import { setTimeout as wait } from 'node:timers/promises'
import { DependencyError, revocationsOf } from '@jwt-guard/core'
import { FakeIssuer, fixedClock } from '@jwt-guard/testing'
import { connectedClient, disconnect } from './connected-client.js'
import { quantile, sum, type Figure } from './figures.js'
import type { Setup, Watched } from './orders.js'
import { durable, RedisServer } from './redis-server.js'
import { issuerId, tokensOf } from './tokens.js'
import { Worker } from './workers.js'

type Mode = Setup['mode']
const maxLag = { strict: 0, replicated: 2 }
/** A process is told of a moment later than it was. */
const reading = 5

interface Plan {
  readonly mode: Mode
  readonly processes: number
  /** How many tokens are revoked, one after the other. */
  readonly tokens: number
  /** Milliseconds between two of them. */
  readonly pause: number
}

/** Tokens are revoked one by one, while all processes verify all of them all the time. */
export async function logOuts(plan: Plan): Promise<readonly Figure[]> {
  const { late, lags } = await watched(plan)
  return [
    {
      scenario: `${plan.mode}: ${plan.tokens} tokens are revoked, ${plan.processes} processes verify them`,
      measured: `refused after ${quantile(lags, 0.5)} ms (median), ${quantile(lags, 1)} ms (longest); ${late} accepted too late`,
      mustBe: mustBe(plan.mode),
      right: late === 0 && lags.length === plan.tokens * plan.processes,
    },
  ]
}

/** The same while Redis stands still for longer than may be, dies and comes back. */
export async function logOutsThroughFaults(plan: Plan, rounds: number): Promise<readonly Figure[]> {
  const { late, lags, unavailable } = await watched(plan, async (server) => {
    for (let round = 0; round < rounds; round++) {
      await wait(1000)
      server.pause()
      await wait(3000)
      server.resume()
      await wait(1000)
      await server.kill()
      await wait(1000)
      await server.start()
    }
  })
  return [
    {
      scenario: `${plan.mode}: the same while Redis is stopped for 3 s, killed and started again, ${rounds} times`,
      measured: `${late} accepted too late, ${unavailable} answers 503, all ${lags.length} refused in the end`,
      mustBe: `${mustBe(plan.mode)}, 503 meanwhile`,
      right: late === 0 && unavailable > 0 && lags.length === plan.tokens * plan.processes,
    },
  ]
}

function mustBe(mode: Mode): string {
  return mode === 'strict'
    ? 'none accepted once it was revoked'
    : `none accepted ${maxLag[mode]} s after it was revoked`
}

async function watched(plan: Plan, disturb?: (server: RedisServer) => Promise<void>) {
  const server = await RedisServer.start(...(disturb === undefined ? [] : durable))
  const fake = new FakeIssuer({ id: issuerId, clock: fixedClock(Math.floor(Date.now() / 1000)) })
  const setup = { url: server.url, mode: plan.mode, maxLag: maxLag.replicated, timeout: 0.5, jwks: fake.jwks }
  const workers = await Worker.startMany(plan.processes, setup)
  const client = await connectedClient({ url: server.url, library: 'ioredis' })
  try {
    await Promise.all(workers.map((worker) => worker.ask({ task: 'ready' })))
    const jtis = Array.from({ length: plan.tokens }, (_, index) => `token-${index}`)
    const texts = jtis.map((jti) => fake.accessToken({ claims: { jti } }))
    const reports = Promise.all(workers.map((worker) => worker.ask({ task: 'watch', tokens: texts })))
    const { tokens } = tokensOf(client, { ...setup, mode: 'strict' })
    const [revokedAt] = await Promise.all([revokeAll(revocationsOf(tokens), jtis, plan.pause), disturb?.(server)])
    // For as long as anything wrong could still be seen.
    await wait(maxLag.replicated * 1000 + 1500)
    await Promise.all(workers.map((worker) => worker.ask({ task: 'stop' })))
    return compared(await reports, revokedAt, maxLag[plan.mode] * 1000)
  } finally {
    disconnect(client)
    for (const worker of workers) worker.stop()
    await server.stop()
  }
}

/** When each was revoked: repeated until Redis has it, as an application would. */
async function revokeAll(
  revocations: ReturnType<typeof revocationsOf>,
  jtis: readonly string[],
  pause: number,
): Promise<readonly number[]> {
  const times: number[] = []
  for (const jti of jtis) {
    await wait(pause)
    while (!(await isRevoked(revocations, jti))) await wait(20)
    times.push(Date.now())
  }
  return times
}

async function isRevoked(revocations: ReturnType<typeof revocationsOf>, jti: string): Promise<boolean> {
  try {
    await revocations.revokeToken({ iss: issuerId, jti })
    return true
  } catch (error) {
    if (error instanceof DependencyError) return false
    throw error
  }
}

function compared(reports: readonly (readonly Watched[])[], revokedAt: readonly number[], bound: number) {
  const pairs = reports.flatMap((report) => report.map((seen, index) => ({ seen, at: revokedAt[index] ?? NaN })))
  return {
    late: pairs.filter(({ seen, at }) => (seen.lastAccepted ?? 0) > at + bound + reading).length,
    lags: pairs.flatMap(({ seen, at }) =>
      seen.firstRefused === undefined ? [] : [Math.max(0, seen.firstRefused - at)],
    ),
    unavailable: sum(pairs.map(({ seen }) => seen.unavailable)),
  }
}
