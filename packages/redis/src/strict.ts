import type { Send } from './commands.js'
import type { RevocationKeys } from './keyspace.js'
import { recordedIn } from './recorded.js'
import { listIn } from './replies.js'

/** Asks Redis, in one command about one key. What has ended may still be answered: no token of that age is good any more. */
export async function askRevokedBefore(
  send: Send,
  { revoked }: RevocationKeys,
  keys: readonly string[],
): Promise<number | undefined> {
  if (keys.length === 0) return undefined
  const found = listIn(await send(revoked, ['HMGET', revoked, ...keys])).filter((value) => value !== null)
  return found.map((value) => recordedIn(value).before).reduce(latest, undefined)
}

function latest(one: number | undefined, other: number): number {
  return one === undefined ? other : Math.max(one, other)
}
