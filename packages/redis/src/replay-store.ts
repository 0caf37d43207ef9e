import type { Duration, ReplayStore } from '@jwt-guard/core'
import type { RedisClient } from './client.js'
import { Commands } from './commands.js'
import { textIn, unexpected } from './replies.js'
import { keptFor, usedKey } from './keyspace.js'
import { aPrefix, aTimeout, readClient, readOptions } from './options.js'

export interface RedisReplayStoreOptions {
  /** What every key begins with; default `jwt-guard`. */
  readonly prefix?: string
  /** How long Redis has for an answer, at most 4 s; default 1 s. */
  readonly timeout?: Duration
}

/** A replay store that always has to ask. */
export interface RedisReplayStore extends ReplayStore {
  readonly add: (key: string, seconds: number) => Promise<boolean>
}

/**
 * A replay store for any number of processes: of all presentations of one token exactly one is accepted (`SET … NX PX`
 * on one key, which is atomic). A key is kept for a minute longer than the token could be accepted, so the processes'
 * clocks may differ by a minute.
 *
 * Rejects, which core answers with 503, when Redis refuses, is full, or does not answer in time. Such a token may count
 * as used nevertheless. **Not covered**: what Redis itself loses. A replica that takes over before it has heard of the
 * newest keys, a restart without persistence and an eviction policy other than `noeviction` let used tokens in again.
 *
 * The client is the application's: it connects and closes it, and listens for its errors.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
export function redisReplayStore(client: RedisClient, options: RedisReplayStoreOptions = {}): RedisReplayStore {
  const what = 'redisReplayStore'
  const read = readOptions(what, options, { prefix: aPrefix, timeout: aTimeout })
  const { send } = new Commands(readClient(what, client), read.timeout ?? 1000)

  return {
    async add(key, seconds) {
      const name = usedKey(read.prefix ?? 'jwt-guard', key)
      const reply = await send(name, ['SET', name, '1', 'NX', 'PX', String(keptFor(seconds))])
      if (reply === null) return false
      if (textIn(reply) === 'OK') return true
      throw unexpected()
    },
  }
}
