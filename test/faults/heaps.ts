import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { redisRevocations } from '@jwt-guard/redis'
import { connectedClient, disconnect } from './connected-client.js'
import type { Figure } from './figures.js'
import { count, keyOf, seconds, type Held, type Holding } from './held.js'
import { RedisServer } from './redis-server.js'

/** How many are written at once. */
const batch = 1000
/** Bytes. The documents say about 150; a map that has just grown takes more. */
const most = 250

/** How much memory a million revocations take, and what becomes of one more. */
export async function heaps(): Promise<readonly Figure[]> {
  const server = await RedisServer.start()
  try {
    const [alone] = await Promise.all([heldBy({ kind: 'in one process', url: server.url }), fill(server.url)])
    const replicated = await heldBy({ kind: 'replicated', url: server.url })
    return [figure('a process that replicates', replicated), figure('singleProcessStore', alone)]
  } finally {
    await server.stop()
  }
}

async function fill(url: string): Promise<void> {
  const client = await connectedClient({ url, library: 'redis' })
  const store = redisRevocations(client, { mode: 'strict', capacity: count, timeout: 4 })
  for (let from = 0; from < count; from += batch) {
    await Promise.all(Array.from({ length: batch }, async (_, at) => store.revoke(keyOf(from + at), 1000, seconds)))
  }
  disconnect(client)
}

async function heldBy(holding: Holding): Promise<Held> {
  const script = fileURLToPath(new URL('holder.js', import.meta.url))
  const holder = fork(script, [JSON.stringify(holding)], { execArgv: ['--expose-gc'] })
  const [held] = (await once(holder, 'message')) as [Held]
  return held
}

function figure(holder: string, { bytes, known, verdict }: Held): Figure {
  const each = Math.round(bytes / count)
  return {
    scenario: `${holder} holds ${count} revocations, its capacity`,
    measured: `${Math.round(bytes / 2 ** 20)} MiB of heap, ${each} bytes each; ${known} known; one more: ${verdict}`,
    mustBe: `all known, at most ${most} bytes each, one more refused`,
    right: known === count && each <= most && verdict.startsWith('refused'),
  }
}
