import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/**
 * `fill`, `fill twice`, `cold`: with so many tokens never seen before, each once or twice. `cold` and `warm` answer in
 * nanoseconds for one, `heap` in bytes.
 */
export interface MemoryOrder {
  readonly task: 'fill' | 'fill twice' | 'cold' | 'warm' | 'heap' | 'length'
  readonly count: number
}

/** A process that verifies HS256 tokens of its own. */
export class MemoryProcess {
  readonly #child: ChildProcess
  readonly #gone: Promise<unknown[]>

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#gone = once(child, 'exit')
  }

  static async start(): Promise<MemoryProcess> {
    const script = fileURLToPath(new URL('memory-child.js', import.meta.url))
    const child = fork(script, { execArgv: ['--expose-gc'] })
    await once(child, 'message')
    return new MemoryProcess(child)
  }

  async ask(task: MemoryOrder['task'], count = 0): Promise<number> {
    const heard = once(this.#child, 'message') as Promise<[number]>
    this.#child.send({ task, count } satisfies MemoryOrder)
    const first = await Promise.race([heard, this.#gone.then(([code]) => String(code))])
    if (typeof first === 'string') throw new Error(`a process ended with ${first}`)
    return first[0]
  }

  async stop(): Promise<void> {
    this.#child.kill()
    await this.#gone
  }
}
