import { ConfigurationError, type Duration, type RevocationStore } from '@jwt-guard/core'
import type { RedisClient } from './client.js'
import { Commands } from './commands.js'
import { Feed } from './feed.js'
import { keptFor, revocationKeys, type RevocationKeys } from './keyspace.js'
import { aCapacity, aDuration, aPrefix, aTimeout, readClient, readOptions } from './options.js'
import { Replica } from './replicated.js'

import { askRevokedBefore } from './strict.js'
import { writer } from './write.js'

interface CommonOptions {
  /** What every key begins with; default `jwt-guard`. The same in every process. */
  readonly prefix?: string
  /** How long Redis has for an answer, at most 4 s; default 1 s. */
  readonly timeout?: Duration
  /** How many live revocations there may be; default 100,000. Above it `revoke` rejects. The same in every process. */
  readonly capacity?: number
}

/** Every lookup asks Redis. */
export interface StrictOptions extends CommonOptions {
  readonly mode: 'strict'
}

/** Every process holds the live revocations in its memory, and follows what is written. */
export interface ReplicatedOptions extends CommonOptions {
  readonly mode: 'replicated'
  /** How old what is known here may be, from 1 to 60 s; default 5 s. A lookup by something older throws. */
  readonly maxLag?: Duration
  /** Makes the connection that is followed, which is closed here; default `client.duplicate()`. */
  readonly duplicate?: () => RedisClient
}

export type RedisRevocationsOptions = StrictOptions | ReplicatedOptions

/** A revocation store that can be waited for and closed. */
export interface RedisRevocations extends RevocationStore {
  readonly revoke: (key: string, before: number, seconds: number) => Promise<void>
  /** Resolves when lookups can be answered, rejects where Redis cannot be read. For the start of a service. */
  readonly ready: () => Promise<void>
  /** Ends the connection that is followed, and its timers. Lookups throw from then on. The client stays open. */
  readonly close: () => Promise<void>
}

const what = 'redisRevocations'
const common = {
  mode: {
    read: (value: unknown) => (value === 'strict' || value === 'replicated' ? value : undefined),
    has: 'strict or replicated',
  },
  prefix: aPrefix,
  timeout: aTimeout,
  capacity: aCapacity,
}
const followed = {
  ...common,
  maxLag: aDuration(1, 60),
  duplicate: {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it makes is looked at when it is called
    read: (value: unknown) => (typeof value === 'function' ? (value as () => unknown) : undefined),
    has: 'a function that makes a client',
  },
}

/**
 * A revocation store for any number of processes.
 *
 * - `mode: 'strict'`: every lookup asks Redis (one `HMGET` on one key). What was revoked is refused everywhere as soon as
 *   `revoke` has resolved. Without Redis lookups reject.
 * - `mode: 'replicated'`: lookups are answered from memory, at once. What was revoked is refused everywhere no later than
 *   `maxLag` after `revoke` has resolved; a process that has not heard Redis for that long throws instead of answering.
 *   The first lookup, or `ready()`, opens one more connection; `close()` ends it.
 *
 * Both write the same keys, and may be mixed. Rejections and throws are answered with 503 by core. **Not covered**: what
 * Redis itself loses, by a replica that takes over too early, by a restart without persistence, or by an eviction policy
 * other than `noeviction`. Lookups have to ask a master, not a replica.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
export function redisRevocations(client: RedisClient, options: RedisRevocationsOptions): RedisRevocations {
  const checked = readClient(what, client)
  if (options?.mode === 'strict') return strict(given(checked, readOptions(what, options, common)))
  const read = readOptions(what, options, followed)
  if (read.mode === undefined) throw new ConfigurationError('ERR_OPTION_MISSING', `${what} needs mode.`)
  return replicated(given(checked, read), read)
}

interface Given {
  readonly client: RedisClient
  readonly keys: RevocationKeys
  readonly timeout: number
  readonly capacity: number
}

function given(
  client: RedisClient,
  read: Partial<Omit<Given, 'client' | 'keys'>> & { readonly prefix?: string },
): Given {
  const { timeout = 1000, capacity = 100_000 } = read
  return { client, keys: revocationKeys(read.prefix ?? 'jwt-guard'), timeout, capacity }
}

function strict({ client, keys, timeout, capacity }: Given): RedisRevocations {
  const { send } = new Commands(client, timeout)
  const revokedBefore = async (asked: readonly string[]) => askRevokedBefore(send, keys, asked)
  return {
    revoke: writer(send, keys, capacity),
    revokedBefore,
    ready: async () => void (await revokedBefore(['ready'])),
    close: async () => {},
  }
}

interface Following {
  readonly maxLag?: number
  readonly duplicate?: () => unknown
}

function replicated({ client, keys, timeout, capacity }: Given, following: Following): RedisRevocations {
  const { maxLag = 5000, duplicate = () => client.duplicate() } = following
  const feed = new Feed(() => readClient('duplicate', duplicate()), timeout)
  const replica = new Replica(feed, keys, maxLag, capacity)
  const write = writer(new Commands(client, timeout).send, keys, capacity)
  return {
    async revoke(key, before, seconds) {
      await write(key, before, seconds)
      replica.put(key, before, keptFor(seconds))
    },
    revokedBefore: (asked) => replica.revokedBefore(asked),
    ready: async () => replica.ready(),
    close: async () => feed.close(),
  }
}
