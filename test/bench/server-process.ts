import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Trust } from './trust.js'

export type Framework =
  | 'Express'
  | 'Koa'
  | 'Nest on Express'
  | 'Nest on Fastify'
  | 'Express, revocations'
  | 'Express, single use'

/** What a server is started with. */
export interface Setup {
  readonly framework: Framework
  readonly trust: Trust
  /** The address of one, for what keeps its state there. */
  readonly redis?: string | undefined
}

/** A contestant that listens. */
export interface Served {
  readonly name: string
  readonly alg: string
  readonly differs: string
  readonly port: number
}

export interface ServerProcess {
  readonly served: readonly Served[]
  readonly stop: () => Promise<void>
}

/**
 * All contestants of a framework in one process, as in production. In one, and not in one for each, since two processes
 * of the same program differ by more than a guard costs.
 */
export async function startServer(setup: Setup): Promise<ServerProcess> {
  const script = fileURLToPath(new URL('http-server.js', import.meta.url))
  const child = fork(script, [JSON.stringify(setup)], { env: { ...process.env, NODE_ENV: 'production' } })
  const gone = once(child, 'exit')
  const heard = once(child, 'message') as Promise<[readonly Served[]]>
  const first = await Promise.race([heard, gone.then(([code]) => Number(code))])
  if (typeof first === 'number') throw new Error(`the server ended with ${first}`)
  return {
    served: first[0],
    stop: async () => {
      child.kill()
      await gone
    },
  }
}
