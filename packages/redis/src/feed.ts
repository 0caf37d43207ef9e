import { setTimeout as wait } from 'node:timers/promises'
import { connected, disconnect, type RedisClient } from './client.js'
import { Commands, inTime, type Send } from './commands.js'

/** Pauses between two connections, in milliseconds. */
const pauses = { first: 50, longest: 1000 } as const

/**
 * A connection of our own that is followed for as long as it serves, then the next one, until it is closed. A connection
 * that answers too late is given up: what it waits for cannot be taken back.
 */
export class Feed {
  readonly #connect: () => RedisClient
  readonly #timeout: number
  readonly #closing = new AbortController()
  #connection: RedisClient | undefined
  #running: Promise<void> | undefined
  #pause: number = pauses.first

  constructor(connect: () => RedisClient, timeout: number) {
    this.#connect = connect
    this.#timeout = timeout
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /** Starts once. `follow` is called with every new connection and throws when that serves no more; `failed` hears why, and of the end. */
  start(follow: (send: Send) => Promise<never>, failed: (error: unknown) => void): void {
    this.#running ??= this.#run(follow, failed)
  }

  /** The connection serves: if it breaks, the next one need not wait long. */
  serves(): void {
    this.#pause = pauses.first
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#drop()
    await this.#running
  }

  async #run(follow: (send: Send) => Promise<never>, failed: (error: unknown) => void): Promise<void> {
    while (!this.isClosed) {
      await this.#open(follow).catch(failed)
      this.#drop()
      // By chance, so that not every process comes back at the same moment.
      await wait(this.#pause * (0.5 + Math.random() / 2), undefined, { signal: this.#closing.signal }).catch(() => {})
      this.#pause = Math.min(2 * this.#pause, pauses.longest)
    }
    // For who began to wait between two connections.
    failed(new Error('the connection is closed'))
  }

  async #open(follow: (send: Send) => Promise<never>): Promise<void> {
    const connection = this.#connect()
    this.#connection = connection
    // Without a listener an error of a connection ends the process. Commands fail by themselves.
    connection.on('error', () => {})
    const closing = this.#closing.signal
    await inTime(async () => connected(connection), this.#timeout, closing)
    await follow(new Commands(connection, this.#timeout, closing).send)
  }

  #drop(): void {
    const connection = this.#connection
    this.#connection = undefined
    if (connection !== undefined) disconnect(connection)
  }
}
