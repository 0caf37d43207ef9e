/** What is used of a client of `ioredis`, or of its `Cluster`. */
export interface IoredisClient {
  readonly status: string
  call(command: string, ...words: string[]): Promise<unknown>
  connect(): Promise<unknown>
  duplicate(): IoredisClient
  disconnect(): void
  on(event: string, listener: () => void): unknown
}

interface NodeRedis {
  readonly isOpen: boolean
  connect(): Promise<unknown>
  destroy(): void
  on(event: string, listener: () => void): unknown
}

interface CommandOptions {
  readonly abortSignal: AbortSignal
}

/** What is used of a client of `redis`. */
export interface NodeRedisClient extends NodeRedis {
  sendCommand(words: readonly string[], options: CommandOptions): Promise<unknown>
  duplicate(): NodeRedisClient
}

/** What is used of a cluster of `redis`, whose raw commands need to be told where they go. */
export interface NodeRedisCluster extends NodeRedis {
  readonly slots: unknown
  sendCommand(key: string, isReadonly: boolean, words: string[], options: CommandOptions): Promise<unknown>
  duplicate(): NodeRedisCluster
}

/** What is used of a client of `redis` that asks Sentinels for the master. */
export interface NodeRedisSentinel extends NodeRedis {
  getMasterNode(): unknown
  sendCommand(isReadonly: boolean | undefined, words: string[], options: CommandOptions): Promise<unknown>
  duplicate(): NodeRedisSentinel
}

/** A client that the application made, and that it closes. */
export type RedisClient = IoredisClient | NodeRedisClient | NodeRedisCluster | NodeRedisSentinel

/** Sends a command about one key. What the client has not yet written is taken back by the signal, where it can. */
export type RawCommand = (key: string, words: string[], abortSignal: AbortSignal) => Promise<unknown>

/** The one way into every client: a raw command. */
export function rawCommandOf(client: RedisClient): RawCommand {
  if (isIoredis(client)) return async (_, [command = '', ...words]) => client.call(command, ...words)
  if ('slots' in client) {
    return async (key, words, abortSignal) => client.sendCommand(key, false, words, { abortSignal })
  }
  if ('getMasterNode' in client) {
    return async (_, words, abortSignal) => client.sendCommand(false, words, { abortSignal })
  }
  return async (_, words, abortSignal) => client.sendCommand(words, { abortSignal })
}

/** Waits until a connection of our own can take commands. */
export async function connected(client: RedisClient): Promise<void> {
  if (!isIoredis(client)) return client.isOpen ? undefined : void (await client.connect())
  if (client.status === 'ready') return undefined
  const ready = new Promise<void>((resolve) => {
    client.on('ready', resolve)
  })
  // Every other client of ioredis is on its way already, and a second call would be an error.
  if (client.status === 'wait') await client.connect()
  return ready
}

/** Ends a connection of our own at once, with whatever it waits for. */
export function disconnect(client: RedisClient): void {
  if (isIoredis(client)) client.disconnect()
  else if (client.isOpen) client.destroy()
}

function isIoredis(client: RedisClient): client is IoredisClient {
  return 'call' in client
}

/** Whether this may be a client at all, for programs without types. */
export function isClient(value: unknown): value is RedisClient {
  if (typeof value !== 'object' || value === null) return false
  return hasMethod(value, 'duplicate') && (hasMethod(value, 'call') || hasMethod(value, 'sendCommand'))
}

function hasMethod(value: object, name: string): boolean {
  return typeof Reflect.get(value, name) === 'function'
}
