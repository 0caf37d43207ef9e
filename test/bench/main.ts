import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Level, Run } from './level.js'
import { verification } from './level-1-verification.js'
import { http } from './level-2-http.js'
import { growth } from './level-3-growth.js'
import { start } from './level-4-start.js'
import { profile } from './level-profile.js'
import { state } from './level-state.js'
import { header } from './machine.js'
import { picture } from './picture.js'
import { markdown } from './report.js'

const levels: Readonly<Record<string, (run: Run) => Promise<Level>>> = {
  '1': verification,
  '2': http,
  '3': growth,
  '4': start,
  profile,
  state,
}

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, level: { type: 'string' } } })
const run: Run = { quick: values.quick }
const asked = values.level === undefined ? Object.keys(levels) : [values.level]
const command = ['pnpm bench', ...process.argv.slice(2)].join(' ')

const results: Level[] = []
for (const name of asked) {
  const level = levels[name]
  if (level === undefined) throw new RangeError(`there is no level ${name}: ${Object.keys(levels).join(', ')}`)
  const began = performance.now()
  results.push(await level(run))
  console.error(`level ${name}: ${((performance.now() - began) / 1000).toFixed(0)} s`)
}

const report = markdown(header(run, command), results)
console.log(report)
// Only what a whole run has found is kept.
if (!run.quick && values.level === undefined) {
  const folder = new URL('../results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('bench.md', folder), report)
  writeFileSync(new URL('bench.svg', folder), picture(results.flatMap(({ charts }) => charts)))
}
