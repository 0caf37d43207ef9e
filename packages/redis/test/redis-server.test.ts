import { expect, test } from 'vitest'
import { hasRedis } from '../../../test/faults/redis-server.js'

const notice = 'NOT RUN: every test against Redis. There is no redis-server here (apt-get install redis-server)'

if (!hasRedis) process.stderr.write(`\n${notice}\n\n`)

test('there is a redis-server, or the tests against Redis are skipped aloud', ({ skip }) => {
  skip(!hasRedis, notice)
  expect(hasRedis).toBe(true)
})
