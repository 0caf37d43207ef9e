// The process that serves: every contestant of one framework, each on a port of its own.
import type { HttpContestant } from './http-contestant.js'
import type { Framework, Served, Setup } from './server-process.js'
import type { Trust } from './trust.js'

type Serve = (trust: Trust, redis: string | undefined) => Promise<readonly HttpContestant[]>

/** Only what is served is loaded. */
const frameworks: Readonly<Record<Framework, Serve>> = {
  Express: async (trust) => (await import('./http-express.js')).expressContestants(trust),
  Koa: async (trust) => (await import('./http-koa.js')).koaContestants(trust),
  'Nest on Express': async (trust) => (await import('./http-nest.js')).nestOnExpress(trust),
  'Nest on Fastify': async (trust) => (await import('./http-nest.js')).nestOnFastify(trust),
  'Express, revocations': async (trust, redis) => (await import('./http-state.js')).revocationContestants(trust, redis),
  'Express, single use': async (trust, redis) => (await import('./http-state.js')).singleUseContestants(trust, redis),
}

const { framework, trust, redis } = JSON.parse(process.argv[2] ?? '') as Setup
const served: Served[] = []
for (const { name, alg, differs, listen } of await frameworks[framework](trust, redis)) {
  served.push({ name, alg, differs, port: await listen() })
}
process.send?.(served)
