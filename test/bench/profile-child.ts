// A process that verifies tokens under V8's profiler.
import { Session, type Profiler } from 'node:inspector/promises'
import { accessToken, defineTokens } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import type { Place, Profiled } from './level-profile.js'
import { freshly } from './measure.js'
import { audience, issuerOf, TalkativeIssuer, tokensOf } from './tokens.js'

const { algorithm, claims, state, count } = JSON.parse(process.argv[2] ?? '') as Profiled
const batch = 500
const issuer = issuerOf(algorithm, 'https://issuer.test', claims === 8 ? FakeIssuer : TalkativeIssuer)
const { access } = defineTokens({ access: accessToken({ issuer: issuer.issuer, audience }) })
/** Those that come again are 500, in turn. */
const all = tokensOf(issuer, algorithm, state === 'warm' ? batch : 2 * count)

/** In batches, so that each string is as near as if it had just come off a socket. */
async function verifySome(from: number): Promise<void> {
  for (let at = from; at < from + count; at += batch) {
    const tokens = newlyMade(at)
    for (const token of tokens) await access.verify(token)
  }
}

function newlyMade(from: number): readonly string[] {
  return Array.from({ length: batch }, (_, at) => freshly(all[(from + at) % all.length] ?? ''))
}

async function profiled(): Promise<Profiler.Profile> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 50 })
  await session.post('Profiler.start')
  await verifySome(count)
  return (await session.post('Profiler.stop')).profile
}

/** Functions with whatever they call. */
const notOurs = new Set(['dispatch', 'post', '(idle)', 'newlyMade'])

/** Samples by the function that was running, without the profiler's own and those of making strings. */
function placesIn({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly Place[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const left = new Set<number>()
  const leave = (id: number) => {
    left.add(id)
    byId.get(id)?.children?.forEach(leave)
  }
  for (const { id, callFrame } of nodes) if (notOurs.has(callFrame.functionName)) leave(id)
  const places = new Map<string, Place>()
  samples.forEach((id, at) => {
    const node = byId.get(id)
    if (node === undefined || left.has(id)) return
    const { functionName, url } = node.callFrame
    const of = url.includes('/core/') ? 'jwt-guard' : url.startsWith('file:') ? 'the benchmark' : 'Node and V8'
    const key = `${of} ${functionName}`
    const nanoseconds = (places.get(key)?.nanoseconds ?? 0) + ((timeDeltas[at] ?? 0) * 1000) / count
    places.set(key, { name: functionName, of, nanoseconds })
  })
  return [...places.values()]
}

await verifySome(0)
globalThis.gc?.()
process.send?.(placesIn(await profiled()))
