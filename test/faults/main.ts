import type { Figure } from './figures.js'
import { table } from './figures.js'
import { hasRedis } from './redis-server.js'
import { scenarios } from './scenarios.js'

const figures: Figure[] = []
if (hasRedis) {
  for (const [name, run] of Object.entries(scenarios(process.argv.includes('--quick')))) {
    const began = performance.now()
    figures.push(...(await run()))
    console.error(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  }
  console.log(table(figures))
} else {
  console.error('There is no redis-server here: apt-get install redis-server')
}
if (!hasRedis || figures.some(({ right }) => !right)) process.exitCode = 1
