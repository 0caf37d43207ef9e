import { longestHeader, type CompactJws, type UnverifiedHeader } from './compact-jws.js'

interface Known {
  readonly segment: string
  readonly header: UnverifiedHeader
}

const known = new Map<string, Known>()
const mostKnown = 100
let latest: Known | undefined

/**
 * The header that this very segment is, if a token with it was good before. Tokens of one key have one header, so it is
 * looked at and parsed once: what is read of a header, and that its segment is canonical base64url, depends on nothing else.
 */
export function knownHeader(segment: string): UnverifiedHeader | undefined {
  // First the one of the last token: to compare it is quicker than to look it up.
  if (latest?.segment !== segment) latest = known.get(segment) ?? latest
  return latest?.segment === segment ? latest.header : undefined
}

/** To be called when a signature over it was good: nobody else can fill the memory, and the oldest goes first. */
export function rememberHeader(jws: CompactJws, header: UnverifiedHeader): void {
  // What is remembered is frozen, and nothing else is.
  if (jws.headerLength > longestHeader || Object.isFrozen(header)) return
  const [oldest] = known.keys()
  if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest)
  // A copy, since a part of a string keeps the whole token alive.
  const segment = Buffer.from(jws.header, 'latin1').toString('latin1')
  known.set(segment, { segment, header: Object.freeze(header) })
}
