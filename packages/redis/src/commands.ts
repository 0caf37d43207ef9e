import { rawCommandOf, type RawCommand, type RedisClient } from './client.js'

/** How many commands may wait for an answer at once: a Redis that is away has to cost no more memory than this. */
const mostUnanswered = 10_000

/** Commands over one connection, each of them answered or given up in time. */
export class Commands {
  readonly #raw: RawCommand
  readonly #timeout: number
  #unanswered = 0

  /** `timeout`: milliseconds for one answer. */
  constructor(client: RedisClient, timeout: number) {
    this.#raw = rawCommandOf(client)
    this.#timeout = timeout
  }

  /**
   * The answer to a command about one key. Rejects where Redis refuses it, and after the timeout, to which `blocking`
   * milliseconds are added. A command that was given up may still be done.
   */
  readonly send = async (key: string, words: string[], blocking = 0): Promise<unknown> => {
    if (this.#unanswered >= mostUnanswered) throw new Error('Redis owes too many answers')
    this.#unanswered++
    return inTime(
      (signal) =>
        this.#raw(key, words, signal).finally(() => {
          this.#unanswered--
        }),
      this.#timeout + blocking,
    )
  }
}

/** How a store sends: the key, the words, and how many milliseconds Redis may hold the answer back. */
export type Send = Commands['send']

/** What `ask` answers, or a rejection and an aborted signal after so many milliseconds. */
export async function inTime<T>(ask: (signal: AbortSignal) => Promise<T>, milliseconds: number): Promise<T> {
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('Redis did not answer in time'))
      late.abort()
    }, milliseconds)
  })
  try {
    return await Promise.race([ask(late.signal), tooLate])
  } finally {
    clearTimeout(timer)
  }
}
