import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { attempts, type Outcome } from './attempts.js'
import { startAuthorizationServer } from './authorization-server.js'
import { takeInHand, type InHand } from './in-hand.js'
import { isAsItMustBe, measure } from './measure.js'
import { api, billingApi } from './names.js'
import { head, legend, row } from './report.js'
import type { Running } from './serve.js'
import { linesToTry } from './try-it.js'

type Apis = ReadonlyMap<string, Running>

const { values: options } = parseArgs({ options: { serve: { type: 'boolean', default: false } } })

const auth = await startAuthorizationServer([api, billingApi])
const partner = await startAuthorizationServer([api])
const resetSecret = randomBytes(32).toString('base64url')
// What a service is told by its environment. `tokens.ts` reads it, and is loaded by the APIs: not before now.
Object.assign(process.env, { AUTH_ISSUER: auth.url, PARTNER_ISSUER: partner.url, RESET_SECRET: resetSecret })
const apis = await startApis()
const inHand = await takeInHand(auth, partner, resetSecret)
await partner.stop()

if (!(await tryAll(apis, inHand))) process.exitCode = 1

if (options.serve) {
  console.log(linesToTry(apis, inHand))
  process.once('SIGINT', () => void stop())
  process.once('SIGTERM', () => void stop())
} else {
  await stop()
}

async function startApis(): Promise<Apis> {
  const { startExpressApi } = await import('./express-api.js')
  const { startKoaApi } = await import('./koa-api.js')
  const { startNestApi } = await import('./nest-api.js')
  return new Map([
    ['Express', await startExpressApi()],
    ['Koa', await startKoaApi()],
    ['Nest', await startNestApi()],
  ])
}

/** Makes every attempt on every API and prints the table. Whether all answers were as they must be. */
async function tryAll(apis: Apis, inHand: InHand): Promise<boolean> {
  let right = 0
  const seen: Outcome[] = []
  console.log(`One service, three frameworks, the same guards. The tokens are from oidc-provider at ${auth.url}.\n`)
  console.log(head([...apis.keys()]))
  for (const [index, attempt] of attempts.entries()) {
    const answers = []
    for (const { url } of apis.values()) answers.push(await measure(attempt, inHand, url))
    right += answers.filter((answer) => isAsItMustBe(answer, attempt)).length
    seen.push(...answers.flatMap(({ outcomes }) => outcomes))
    console.log(row(index + 1, attempt, answers))
  }
  const all = attempts.length * apis.size
  console.log(`Only the status and one fixed text go to the client. The service itself is told:\n\n${legend(seen)}\n`)
  console.log(`${right} of ${all} answers were as they must be`)
  return right === all
}

async function stop(): Promise<void> {
  for (const running of [...apis.values(), auth]) await running.stop()
}
