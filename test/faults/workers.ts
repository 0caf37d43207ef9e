import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Order, Outcomes, Setup, Watched } from './orders.js'

interface Answers {
  readonly ready: undefined
  readonly stop: undefined
  readonly present: readonly Outcomes[]
  readonly watch: readonly Watched[]
}

/** What was built, also where this file itself runs from its source. */
const script = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? 'dist/worker.js' : 'worker.js', import.meta.url))

/** Milliseconds after which a process that was told to end is one that does not. */
const patience = 20_000

interface Waiting {
  readonly resolve: (answer: unknown) => void
  readonly reject: (error: Error) => void
}

/** A process of its own. */
export class Worker {
  readonly #process: ChildProcess
  readonly #waiting = new Map<string, Waiting>()

  private constructor(setup: Setup) {
    this.#process = fork(script, [JSON.stringify(setup)], { execArgv: [] })
    this.#process.on('message', (message) => {
      const { task, answer } = message as { readonly task: string; readonly answer?: unknown }
      this.#waiting.get(task)?.resolve(answer)
    })
    this.#process.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`a process ended with ${code}`))
    })
  }

  /** So many of them, turn by turn on either client. */
  static async startMany(count: number, setup: Omit<Setup, 'library'>): Promise<readonly Worker[]> {
    return Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const worker = new Worker({ ...setup, library: index % 2 === 0 ? 'redis' : 'ioredis' })
        await worker.#heard('start')
        return worker
      }),
    )
  }

  async ask<Task extends Order['task']>(order: Order & { readonly task: Task }): Promise<Answers[Task]> {
    const answer = this.#heard(order.task)
    this.#process.send(order)
    return (await answer) as Answers[Task]
  }

  stop(): void {
    this.#process.kill('SIGKILL')
  }

  /** Tells it to end, as an operator would. Whether it did so by itself, without an error. */
  async terminate(): Promise<boolean> {
    const ended = once(this.#process, 'exit')
    this.#process.kill('SIGTERM')
    const late = setTimeout(() => this.stop(), patience)
    const [code] = (await ended) as [number | null]
    clearTimeout(late)
    return code === 0
  }

  async #heard(task: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(task, { resolve, reject })
    })
  }
}
