// One start of one contestant, the first of its process.
import type { Started } from './level-4-start.js'
import { starts, type StartTrust } from './starts.js'

const [, , name = '', trust = ''] = process.argv
const start = starts[name]
if (start === undefined) throw new RangeError(`nobody is named ${name}`)

function heap(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const given = JSON.parse(trust) as StartTrust
const before = heap()
const began = performance.now()
const made = await start.run(given)
const milliseconds = performance.now() - began
const bytes = heap() - before
process.send?.({ milliseconds, bytes, made: made !== null } satisfies Started & { made: boolean })
