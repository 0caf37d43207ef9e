import type { JwkSet } from '@jwt-guard/core'

/** What a process is started with. */
export interface Setup {
  readonly url: string
  readonly library: 'redis' | 'ioredis'
  readonly mode: 'strict' | 'replicated'
  /** Seconds. */
  readonly maxLag: number
  /** Seconds for an answer of Redis. */
  readonly timeout: number
  readonly jwks: JwkSet
}

export type Order =
  | { readonly task: 'ready' | 'stop' }
  | { readonly task: 'watch'; readonly tokens: readonly string[] }
  /** `pause`: milliseconds between two tokens. */
  | { readonly task: 'present'; readonly tokens: readonly string[]; readonly times: number; readonly pause: number }

/** How often a token was what. */
export interface Outcomes {
  accepted: number
  refused: number
  unavailable: number
}

/** What one process saw of one token, in milliseconds since the epoch. */
export interface Watched {
  /** When the last verification began that accepted it. */
  lastAccepted?: number
  /** When the first verification had ended that refused it. */
  firstRefused?: number
  unavailable: number
}
