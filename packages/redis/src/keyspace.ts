/** The layout's version: another one would be another name, so that two releases can run side by side. */
const version = 'v1'

/**
 * Everything is kept a minute longer than was asked, so that processes whose clocks differ by up to a minute accept no
 * token after its key is gone.
 */
const margin = 60_000

/** Milliseconds for which something is kept that has to stay for so many seconds. */
export function keptFor(seconds: number): number {
  if (!Number.isFinite(seconds)) throw new RangeError('the seconds have to be a finite number')
  return Math.max(0, Math.ceil(seconds * 1000)) + margin
}

/** One key for each token that was used. Not in one slot: in a cluster they spread over every node. */
export function usedKey(prefix: string, key: string): string {
  return `${prefix}:${version}:used:${key}`
}

/** The keys of the revocations, in one slot of a cluster by their common hash tag. */
export interface RevocationKeys {
  /** A hash: a key to `before`, a space, and its end in milliseconds of Redis's clock. */
  readonly revoked: string
  /** A sorted set: the same keys by their ends, to find those that have ended. */
  readonly ends: string
  /** A stream: what was written in the last minute, and at least the last two entries. */
  readonly log: string
}

export function revocationKeys(prefix: string): RevocationKeys {
  const name = (part: string) => `{${prefix}:${version}}:${part}`
  return { revoked: name('revoked'), ends: name('ends'), log: name('log') }
}
