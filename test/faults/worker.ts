// One process of a service, told by its parent what to do.
import { setTimeout as wait } from 'node:timers/promises'
import { DependencyError, TokenRejectedError } from '@jwt-guard/core'
import { connectedClient, disconnect } from './connected-client.js'
import type { Order, Outcomes, Setup, Watched } from './orders.js'
import { tokensOf } from './tokens.js'

const setup = JSON.parse(process.argv[2] ?? '') as Setup
const client = await connectedClient(setup)
const { tokens, revocations } = tokensOf(client, setup)

async function outcomeOf(verify: () => Promise<unknown>): Promise<keyof Outcomes> {
  try {
    await verify()
    return 'accepted'
  } catch (error) {
    if (error instanceof DependencyError) return 'unavailable'
    if (error instanceof TokenRejectedError) return 'refused'
    throw error
  }
}

/** Presents each token so many times at once, one token after the other. */
async function present(texts: readonly string[], times: number, pause: number): Promise<readonly Outcomes[]> {
  const all: Outcomes[] = []
  for (const text of texts) {
    const outcomes = { accepted: 0, refused: 0, unavailable: 0 }
    const presentations = Array.from({ length: times }, () => outcomeOf(() => tokens.reset.verify(text)))
    for (const outcome of await Promise.all(presentations)) outcomes[outcome]++
    all.push(outcomes)
    if (pause > 0) await wait(pause)
  }
  return all
}

const told = new AbortController()
let toldAt = Infinity

/** How long a busy machine may take to refuse what was revoked before the stop, in milliseconds. */
const patience = 20_000

/**
 * Verifies all tokens again and again until told to stop, and then until all were refused; remembers when which was
 * accepted and refused.
 */
async function watch(texts: readonly string[]): Promise<readonly Watched[]> {
  const watched: Watched[] = texts.map(() => ({ unavailable: 0 }))
  const isDone = () => watched.every(({ firstRefused }) => firstRefused !== undefined) || Date.now() > toldAt + patience
  while (!told.signal.aborted || !isDone()) {
    for (const [index, seen] of watched.entries()) {
      const began = Date.now()
      const outcome = await outcomeOf(() => tokens.access.verify(texts[index] ?? ''))
      if (outcome === 'accepted') seen.lastAccepted = began
      if (outcome === 'refused') seen.firstRefused ??= Date.now()
      if (outcome === 'unavailable') seen.unavailable++
    }
    await wait(10)
  }
  return watched
}

async function obey(order: Order): Promise<unknown> {
  if (order.task === 'present') return present(order.tokens, order.times, order.pause)
  if (order.task === 'ready') return revocations.ready()
  if (order.task === 'watch') return watch(order.tokens)
  toldAt = Date.now()
  return told.abort()
}

process.on('message', (message) => {
  const order = message as Order
  void obey(order).then((answer) => process.send?.({ task: order.task, answer }))
})
// Nothing else ends it: where anything of the store stayed open, the process would stay too.
process.once('SIGTERM', () => {
  void revocations.close().then(() => {
    disconnect(client)
    process.disconnect()
  })
})
process.send?.({ task: 'start' })
