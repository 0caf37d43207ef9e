import { isDeepStrictEqual } from 'node:util'
import { metrics } from '@opentelemetry/api'
import { startAuthority } from './authority.js'
import { measureJwtGuard } from './bridge.js'
import { startMetrics, type Reading } from './readings.js'
import { startService } from './service.js'
import { storyOf, type Expected } from './story.js'

const authority = await startAuthority()
const measured = startMetrics()
const stopMeasuring = measureJwtGuard(metrics.getMeter('jwt-guard'), () => authority.clock.monotonic())
const service = await startService(authority.url, authority.clock)

const sent: string[] = []
async function ask(method: string, path: string, token?: string): Promise<number> {
  if (token !== undefined) sent.push(token)
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const answer = await fetch(service.url + path, { method, headers })
  await answer.arrayBuffer()
  return answer.status
}

/** The attributes that are expected, `source` apart, which is the issuer's in all that is about keys. */
function isShown(readings: readonly Reading[], { metric, attributes = {}, value }: Expected): boolean {
  const source = metric.startsWith('jwt_guard.keys.') ? { source: authority.url } : {}
  const wanted = { ...attributes, ...source }
  const same = readings.filter((reading) => reading.metric === metric && isDeepStrictEqual(reading.attributes, wanted))
  return same.length === 1 && same[0]?.value === value
}

let wrong = 0
function tell(isRight: boolean, what: string): void {
  if (!isRight) wrong++
  console.log(`${isRight ? 'ok    ' : 'NOT ok'}  ${what}`)
}

const shown = new Set<string>()
for (const { happens, act, status, shows } of storyOf(authority, ask)) {
  const answer = await act()
  const readings = await measured.read()
  tell(answer === status, `${answer} ${happens}`)
  for (const expected of shows) {
    shown.add(expected.metric)
    const words = Object.entries(expected.attributes ?? {}).map(([name, value]) => `${name}=${value} `)
    tell(isShown(readings, expected), `    ${expected.metric} ${words.join('')}= ${expected.value}`)
  }
}

const readings = await measured.read()
const unseen = new Set(readings.map(({ metric }) => metric).filter((metric) => !shown.has(metric)))
tell(unseen.size === 0, `every metric was looked at: ${shown.size}`)
const text = JSON.stringify(readings)
const parts = sent.flatMap((token) => token.split('.'))
const values = ['alice', 'm-300', 'k-300', 'key-1', 'key-2', 'key-3']
tell(
  ![...parts, ...values].some((secret) => text.includes(secret)),
  `no token and no claim's value is in any attribute`,
)
tell(readings.length <= 25, `${sent.length} tokens of ${new Set(sent).size} texts are ${readings.length} series`)
if (wrong > 0) process.exitCode = 1

stopMeasuring()
service.stop()
await measured.stop()
await authority.stop()
