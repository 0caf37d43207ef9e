import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, onTestFinished } from 'vitest'
import { freePort, type RedisServer } from '../../../test/faults/redis-server.js'
import { redisServer } from './stores.js'

/** A master and its replica, with a Sentinel that lets the replica take over when the master is away for half a second. */
export async function watchedPair(): Promise<{ readonly master: RedisServer; readonly sentinelPort: number }> {
  const master = await redisServer()
  await redisServer('--replicaof', '127.0.0.1', String(master.port))
  const sentinelPort = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'jwt-guard-sentinel-'))
  const settings = [
    `port ${sentinelPort}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${master.port} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 5000',
  ]
  writeFileSync(join(folder, 'sentinel.conf'), settings.join('\n'))
  const sentinel = spawn('redis-server', [join(folder, 'sentinel.conf'), '--sentinel'], { stdio: 'ignore' })
  onTestFinished(async () => {
    const gone = once(sentinel, 'exit')
    sentinel.kill('SIGKILL')
    await gone
    rmSync(folder, { recursive: true, force: true })
  })
  const admin = new Redis(sentinelPort, '127.0.0.1')
  admin.on('error', () => {})
  onTestFinished(() => admin.disconnect())
  // The replica has to be known, and to follow, before it can take over.
  await expect
    .poll(async () => String(await admin.call('SENTINEL', 'REPLICAS', 'main')))
    .toMatch('master-link-status,ok')
  return { master, sentinelPort }
}
