import type { Send } from './commands.js'
import type { RevocationKeys } from './keyspace.js'
import { recordedIn } from './recorded.js'
import { listIn } from './replies.js'

/**
 * Asks Redis, in one command about one key. Redis drops what has ended when it is written to; until then it is passed over
 * by this machine's clock, by which the tokens in question have ended as well.
 */
export async function askRevokedBefore(
  send: Send,
  { revoked }: RevocationKeys,
  keys: readonly string[],
): Promise<number | undefined> {
  if (keys.length === 0) return undefined
  const found = listIn(await send(revoked, ['HMGET', revoked, ...keys])).filter((value) => value !== null)
  const now = Date.now()
  return found
    .map(recordedIn)
    .filter(({ end }) => end > now)
    .map(({ before }) => before)
    .reduce(latest, undefined)
}

function latest(one: number | undefined, other: number): number {
  return one === undefined ? other : Math.max(one, other)
}
