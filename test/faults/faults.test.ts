import { beforeAll, describe, expect, test } from 'vitest'
import { build } from '../packaging/build.js'
import { table } from './figures.js'
import { hasRedis } from './redis-server.js'
import { scenarios } from './scenarios.js'

/** `pnpm faults` runs the same for longer, and prints the figures. */
describe.runIf(hasRedis)('many processes on one Redis:', () => {
  beforeAll(async () => build('test/faults'), 120_000)

  test.each(Object.entries(scenarios(true)))('%s', { timeout: 60_000 }, async (_, run) => {
    const figures = await run()
    expect(table(figures.filter(({ right }) => !right))).toBe(table([]))
  })
})
