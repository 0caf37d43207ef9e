// One process that holds a million revocations, and tells its parent how much memory they take.
import { singleProcessStore, type RevocationStore } from '@jwt-guard/core'
import { redisRevocations } from '@jwt-guard/redis'
import { connectedClient, disconnect } from './connected-client.js'
import { count, keyOf, seconds, type Held, type Holding } from './held.js'

const { kind, url } = JSON.parse(process.argv[2] ?? '') as Holding

function heap(): number {
  if (globalThis.gc === undefined) throw new Error('needs --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

async function knownTo(store: RevocationStore): Promise<number> {
  let known = 0
  for (let index = 0; index < count; index++) if ((await store.revokedBefore([keyOf(index)])) === 1000) known++
  return known
}

/** What a full store says to one revocation more. */
async function verdictOf(store: RevocationStore): Promise<string> {
  try {
    await store.revoke(keyOf(count), 1000, seconds)
    return 'taken'
  } catch (error) {
    return `refused (${error instanceof Error ? error.message : String(error)})`
  }
}

async function held(before: number, store: RevocationStore): Promise<Held> {
  const bytes = heap() - before
  const verdict = await verdictOf(store)
  return { bytes, verdict, known: await knownTo(store) }
}

async function inOneProcess(): Promise<Held> {
  const store = singleProcessStore({ capacity: count })
  const before = heap()
  for (let index = 0; index < count; index++) await store.revoke(keyOf(index), 1000, seconds)
  return held(before, store)
}

async function replicated(): Promise<Held> {
  const client = await connectedClient({ url, library: 'redis' })
  const store = redisRevocations(client, { mode: 'replicated', capacity: count, timeout: 4, maxLag: 60 })
  const before = heap()
  await store.ready()
  const answer = await held(before, store)
  await store.close()
  disconnect(client)
  return answer
}

process.send?.(await (kind === 'replicated' ? replicated() : inOneProcess()))
process.disconnect()
