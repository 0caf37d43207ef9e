/** Remembers what was revoked. */
export interface RevocationStore {
  /**
   * Tokens with this key whose iat is at or before `before` (seconds since the epoch) are revoked. Kept for `seconds`; a
   * later `before` wins over an earlier one. Resolves once every process sees it within the store's documented bound.
   */
  readonly revoke: (key: string, before: number, seconds: number) => void | Promise<void>
  /** The latest `before` recorded under any of these keys, or undefined. Synchronous where nothing has to be asked. */
  readonly revokedBefore: (keys: readonly string[]) => number | undefined | Promise<number | undefined>
}
