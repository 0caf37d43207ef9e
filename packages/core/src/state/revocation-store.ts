/**
 * Remembers what was revoked, for `revocations`. `singleProcessStore` is one for a single process. Keys are hashes, and
 * hold nothing of a token. A throw, an answer that is neither undefined nor a finite number, and 5 seconds without one make
 * the verification unavailable.
 */
export interface RevocationStore {
  /**
   * Tokens with this key whose `iat` is at or before `before` (seconds since the epoch) are revoked. It has to stay for
   * `seconds`, and no live key may go to make room: a store that is full throws. Of several calls with one key the latest
   * `before` holds, and the longest time. Resolves once every process sees it within the store's documented bound.
   */
  readonly revoke: (key: string, before: number, seconds: number) => void | Promise<void>
  /** The latest `before` under any of these keys, or undefined. Synchronous where nothing has to be asked. */
  readonly revokedBefore: (keys: readonly string[]) => number | undefined | Promise<number | undefined>
}
