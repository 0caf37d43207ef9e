import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient } from 'redis'

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

export interface Running {
  readonly process: ChildProcess
  readonly url: string
}

/** A Redis that keeps nothing, on a free port. */
export async function startRedis(): Promise<Running> {
  const port = await freePort()
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--maxmemory-policy', 'noeviction']
  const redis = spawn('redis-server', words, { stdio: 'ignore' })
  const url = `redis://127.0.0.1:${port}`
  while (!(await answers(url))) await wait(50)
  return { process: redis, url }
}

/** One more process of the service. */
export async function startService(redis: Running, jwks: object): Promise<Running> {
  const script = fileURLToPath(new URL('service.js', import.meta.url))
  const service = fork(script, [redis.url, JSON.stringify(jwks)])
  const [port] = (await once(service, 'message')) as [number]
  return { process: service, url: `http://127.0.0.1:${port}` }
}

async function answers(url: string): Promise<boolean> {
  const client = createClient({ url, socket: { reconnectStrategy: false } })
  client.on('error', () => {})
  try {
    await client.connect()
    client.destroy()
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
