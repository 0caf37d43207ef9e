import type { Send } from './commands.js'
import type { RevocationKeys } from './keyspace.js'
import { recordedIn } from './recorded.js'
import { listIn, numberIn, pairsIn, textIn } from './replies.js'

/** The last entry of the log that was read, by its id; undefined where there was no log. */
export type Position = string | undefined

/** A revocation that was read, and how many milliseconds it has left. */
export interface Read {
  readonly key: string
  readonly before: number
  readonly left: number
}

/** How many entries are read at once. */
const page = 1000

/** Where the log ends now. */
export async function positionNow(send: Send, { log }: RevocationKeys): Promise<Position> {
  const [last] = listIn(await send(log, ['XREVRANGE', log, '+', '-', 'COUNT', '1']))
  return last === undefined ? undefined : textIn(listIn(last)[0])
}

/** Everything that is revoked, page by page. What is written meanwhile may be missing: it is in the log. */
export async function* everything(send: Send, { revoked }: RevocationKeys): AsyncGenerator<readonly Read[]> {
  const [seconds, microseconds] = listIn(await send(revoked, ['TIME']))
  const now = numberIn(seconds) * 1000 + numberIn(microseconds) / 1000
  let cursor = '0'
  do {
    const [next, fields] = listIn(await send(revoked, ['HSCAN', revoked, cursor, 'COUNT', String(page)]))
    yield pairsIn(fields).map(([key, value]) => readAt(now, key, value))
    cursor = textIn(next)
  } while (cursor !== '0')
}

/**
 * What was written since a position, at most a page of it, and the position after it. Undefined where the log does not
 * hold that position any more, so that something in between may be missing: it was trimmed, deleted, or Redis lost it.
 */
export async function writtenSince(
  send: Send,
  { log }: RevocationKeys,
  position: Position,
): Promise<{ readonly position: Position; readonly news: readonly Read[]; readonly isAll: boolean } | undefined> {
  const entries = listIn(await send(log, ['XRANGE', log, position ?? '-', '+', 'COUNT', String(page + 1)]))
  const ids = entries.map((entry) => textIn(listIn(entry)[0]))
  if (ids[0] !== position) return undefined
  const news = entries.slice(1).flatMap((entry, index) => {
    const now = Number(ids[index + 1]?.split('-')[0])
    return pairsIn(listIn(entry)[1]).map(([key, value]) => readAt(now, key, value))
  })
  return { position: ids.at(-1), news, isAll: entries.length <= page }
}

/** Waits for so many milliseconds, or until something was written after a position. */
export async function nextWrite(
  send: Send,
  { log }: RevocationKeys,
  position: Position,
  milliseconds: number,
): Promise<void> {
  const block = String(Math.ceil(milliseconds))
  await send(log, ['XREAD', 'COUNT', '1', 'BLOCK', block, 'STREAMS', log, position ?? '0-0'], milliseconds)
}

function readAt(now: number, key: unknown, value: unknown): Read {
  const { before, end } = recordedIn(value)
  return { key: textIn(key), before, left: end - now }
}
