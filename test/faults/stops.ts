import { FakeIssuer, fixedClock } from '@jwt-guard/testing'
import type { Figure } from './figures.js'
import { RedisServer } from './redis-server.js'
import { issuerId } from './tokens.js'
import { Worker } from './workers.js'

/** What has become of Redis when the processes are told to stop. */
const situations = {
  serves: () => {},
  'stands still': (server: RedisServer) => server.pause(),
  'is gone': async (server: RedisServer) => server.kill(),
}

/** Processes that replicate are told to stop (SIGTERM), and close what they opened: each has to end by itself. */
export async function stops(): Promise<readonly Figure[]> {
  return Promise.all(
    Object.entries(situations).map(async ([situation, bring]) => {
      const { ended, processes } = await toldToStop(bring)
      return {
        scenario: `replicated: ${processes} processes get SIGTERM while Redis ${situation}`,
        measured: `${ended} ended by themselves after close()`,
        mustBe: 'all',
        right: ended === processes,
      }
    }),
  )
}

async function toldToStop(bring: (server: RedisServer) => void | Promise<void>) {
  const server = await RedisServer.start()
  const { jwks } = new FakeIssuer({ id: issuerId, clock: fixedClock(Math.floor(Date.now() / 1000)) })
  const workers = await Worker.startMany(4, { url: server.url, mode: 'replicated', maxLag: 2, timeout: 4, jwks })
  try {
    await Promise.all(workers.map((worker) => worker.ask({ task: 'ready' })))
    await bring(server)
    const ended = await Promise.all(workers.map((worker) => worker.terminate()))
    return { ended: ended.filter(Boolean).length, processes: workers.length }
  } finally {
    for (const worker of workers) worker.stop()
    await server.stop()
  }
}
