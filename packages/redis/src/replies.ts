/** A list in an answer of Redis. */
export function listIn(reply: unknown): readonly unknown[] {
  if (Array.isArray(reply)) return reply
  throw unexpected()
}

/** A text or a number in an answer of Redis. A client may be set to answer with bytes. */
export function textIn(reply: unknown): string {
  if (typeof reply === 'string') return reply
  if (typeof reply === 'number' || Buffer.isBuffer(reply)) return reply.toString()
  throw unexpected()
}

/** A finite number in an answer of Redis. */
export function numberIn(reply: unknown): number {
  const text = textIn(reply)
  const number = Number(text)
  if (text !== '' && Number.isFinite(number)) return number
  throw unexpected()
}

/** A field's name and value, one after the other. */
export function pairsIn(reply: unknown): readonly (readonly [name: unknown, value: unknown])[] {
  const list = listIn(reply)
  return Array.from({ length: list.length / 2 }, (_, index) => [list[2 * index], list[2 * index + 1]] as const)
}

/** What a key of ours or an answer has to be, and is not: another program writes here. */
export function unexpected(): Error {
  return new Error('Redis answered something else than expected')
}
