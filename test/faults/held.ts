import { createHash } from 'node:crypto'

/** How many revocations are held. */
export const count = 1_000_000

/** How long each stays, in seconds: longer than all of this takes. */
export const seconds = 3600

/** What a process is started with that holds them. */
export interface Holding {
  readonly kind: 'replicated' | 'in one process'
  readonly url: string
}

export interface Held {
  /** How much larger the heap is. */
  readonly bytes: number
  /** How many are known. */
  readonly known: number
  /** What became of one revocation more. */
  readonly verdict: string
}

/** A key as core makes them. */
export function keyOf(index: number): string {
  return createHash('sha256').update(String(index)).digest('base64url')
}
