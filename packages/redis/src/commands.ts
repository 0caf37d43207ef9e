import { rawCommandOf, type RawCommand, type RedisClient } from './client.js'

/** How many commands may wait for an answer at once: a Redis that is away has to cost no more memory than this. */
const mostUnanswered = 10_000

/** Commands over one connection, each of them answered or given up in time. */
export class Commands {
  readonly #raw: RawCommand
  readonly #timeout: number
  readonly #closing: AbortSignal | undefined
  #unanswered = 0

  /** `timeout`: milliseconds for one answer. `closing`: then none is waited for any more. */
  constructor(client: RedisClient, timeout: number, closing?: AbortSignal) {
    this.#raw = rawCommandOf(client)
    this.#timeout = timeout
    this.#closing = closing
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
      this.#closing,
    )
  }
}

/** How a store sends: the key, the words, and how many milliseconds Redis may hold the answer back. */
export type Send = Commands['send']

/** What `ask` answers, or a rejection and an aborted signal after so many milliseconds, or at once when all is closed. */
export async function inTime<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  milliseconds: number,
  closing?: AbortSignal,
): Promise<T> {
  const over = new AbortController()
  const late = () => over.abort(new Error('Redis did not answer in time'))
  const closed = () => over.abort(new Error('the connection is closed'))
  const timer = setTimeout(late, milliseconds)
  closing?.addEventListener('abort', closed)
  const givenUp = new Promise<never>((_, reject) => {
    over.signal.addEventListener('abort', () => reject(over.signal.reason))
  })
  try {
    return await Promise.race([givenUp, ask(over.signal)])
  } finally {
    clearTimeout(timer)
    closing?.removeEventListener('abort', closed)
  }
}
