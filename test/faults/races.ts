import { setTimeout as wait } from 'node:timers/promises'
import { FakeIssuer, fixedClock } from '@jwt-guard/testing'
import { sum, type Figure } from './figures.js'
import type { Outcomes } from './orders.js'
import { durable, RedisServer } from './redis-server.js'
import { issuerId } from './tokens.js'
import { Worker } from './workers.js'

const tokens = 100
const times = 100

/** Processes that present the same tokens at once: each may be accepted once. */
export async function race(processes: number): Promise<readonly Figure[]> {
  const { outcomes, milliseconds } = await presented(processes)
  const accepted = outcomes.map((outcome) => outcome.accepted)
  const exact = accepted.filter((count) => count === 1).length
  const unavailable = sum(outcomes.map((outcome) => outcome.unavailable))
  const rate = Math.round((tokens * times * 1000) / milliseconds)
  return [
    {
      scenario: `${processes} processes present ${tokens} tokens ${Math.ceil(times / processes) * processes} times each`,
      measured: `${sum(accepted)} accepted, ${exact} tokens exactly once, ${unavailable} answers 503; ${rate} a second`,
      mustBe: `${tokens} accepted, each once`,
      right: exact === tokens && unavailable === 0,
    },
  ]
}

/** The same while Redis stands still, dies and comes back. */
export async function raceThroughFaults(processes: number, rounds: number): Promise<readonly Figure[]> {
  const { outcomes } = await presented(processes, {
    pause: 30 * rounds,
    disturb: async (server) => {
      for (let round = 0; round < rounds; round++) {
        await wait(700)
        server.pause()
        await wait(900)
        server.resume()
        await wait(700)
        await server.kill()
        await wait(400)
        await server.start()
      }
    },
  })
  const most = Math.max(...outcomes.map((outcome) => outcome.accepted))
  const [accepted, unavailable] = [
    sum(outcomes.map((each) => each.accepted)),
    sum(outcomes.map((each) => each.unavailable)),
  ]
  return [
    {
      scenario: `the same by ${processes}, while Redis is stopped, killed and started again, ${rounds} times`,
      measured: `${accepted} accepted, none more than ${most} times, ${unavailable} answers 503`,
      mustBe: 'no token accepted twice',
      right: most === 1 && accepted > 0 && unavailable > 0,
    },
  ]
}

interface Storm {
  /** Milliseconds between two tokens. */
  readonly pause: number
  readonly disturb: (server: RedisServer) => Promise<void>
}

async function presented(processes: number, storm?: Storm) {
  const server = await RedisServer.start(...(storm === undefined ? [] : durable))
  const fake = new FakeIssuer({ id: issuerId, clock: fixedClock(Math.floor(Date.now() / 1000)) })
  const timeout = storm === undefined ? 4 : 0.5
  const workers = await Worker.startMany(processes, {
    url: server.url,
    mode: 'strict',
    maxLag: 5,
    timeout,
    jwks: fake.jwks,
  })
  try {
    const texts = Array.from({ length: tokens }, () => fake.customToken('password-reset+jwt', { sub: 'user-1' }))
    const began = performance.now()
    const order = {
      task: 'present',
      tokens: texts,
      times: Math.ceil(times / processes),
      pause: storm?.pause ?? 0,
    } as const
    const [all] = await Promise.all([Promise.all(workers.map((worker) => worker.ask(order))), storm?.disturb(server)])
    return {
      outcomes: texts.map((_, index) => together(all.map((each) => each[index]))),
      milliseconds: performance.now() - began,
    }
  } finally {
    for (const worker of workers) worker.stop()
    await server.stop()
  }
}

function together(each: readonly (Outcomes | undefined)[]): Outcomes {
  const total = { accepted: 0, refused: 0, unavailable: 0 }
  for (const outcomes of each) {
    total.accepted += outcomes?.accepted ?? 0
    total.refused += outcomes?.refused ?? 0
    total.unavailable += outcomes?.unavailable ?? 0
  }
  return total
}
