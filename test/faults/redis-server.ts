import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'

/** Whether this machine has a `redis-server`. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0

/** What was answered is on the disk: a Redis that loses what it said is another story. */
export const durable = ['--appendonly', 'yes', '--appendfsync', 'always'] as const

/** A Redis of our own, on a free port of this machine, that can be paused, killed and started again. */
export class RedisServer {
  #process: ChildProcess | undefined
  readonly #folder = mkdtempSync(join(tmpdir(), 'jwt-guard-redis-'))

  private constructor(
    readonly port: number,
    readonly settings: readonly string[],
  ) {}

  /** Starts one, with settings as on its command line. */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    for (;;) {
      const server = new RedisServer(await freePort(), settings)
      try {
        await server.start()
        return server
      } catch (error) {
        await server.stop()
        // The port may be another's by now. Where the settings are wrong no port is right.
        if (!(await isTaken(server.port))) throw error
      }
    }
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Starts it, again with what it had written to its disk. */
  async start(): Promise<void> {
    const words = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder, '--save', '']
    this.#process = spawn('redis-server', [...words, ...this.settings], { stdio: 'ignore' })
    while (!(await this.#serves(this.#process))) {
      if (this.#process.exitCode !== null) throw new Error(`redis-server ended with ${this.#process.exitCode}`)
      await wait(10)
    }
  }

  /** It answers nothing, and its connections stay open. */
  pause(): void {
    this.#process?.kill('SIGSTOP')
  }

  resume(): void {
    this.#process?.kill('SIGCONT')
  }

  async kill(): Promise<void> {
    const process = this.#process
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return
    const gone = once(process, 'exit')
    process.kill('SIGKILL')
    await gone
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Whether it is this very process that answers on the port, and has read its disk. */
  async #serves({ pid }: ChildProcess): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1')
    try {
      socket.write('INFO server\r\nINFO persistence\r\nQUIT\r\n')
      const answer = await text(socket)
      return answer.includes(`process_id:${pid}\r\n`) && answer.includes('loading:0\r\n')
    } catch {
      return false
    } finally {
      socket.destroy()
    }
  }
}

/** Below the ports that systems give to outgoing connections: what is killed finds its port free when it comes back. */
const ports = { first: 12_000, last: 31_999 } as const

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = ports.first + Math.floor(Math.random() * (ports.last - ports.first + 1))
    if (!(await isTaken(port))) return port
  }
}

async function isTaken(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return false
  } catch {
    return true
  } finally {
    server.close()
  }
}
