// The process that serves: every contestant of one framework, each on a port of its own.
import { expressContestants } from './http-express.js'
import type { HttpContestant } from './http-contestant.js'
import { koaContestants } from './http-koa.js'
import { nestOnExpress, nestOnFastify } from './http-nest.js'
import type { Framework, Served, Setup } from './server-process.js'
import type { Trust } from './trust.js'

const frameworks: Readonly<Record<Framework, (trust: Trust) => Promise<readonly HttpContestant[]>>> = {
  Express: expressContestants,
  Koa: koaContestants,
  'Nest on Express': nestOnExpress,
  'Nest on Fastify': nestOnFastify,
}

const { framework, trust } = JSON.parse(process.argv[2] ?? '') as Setup
const served: Served[] = []
for (const { name, alg, differs, listen } of await frameworks[framework](trust)) {
  served.push({ name, alg, differs, port: await listen() })
}
process.send?.(served)
