import type { IncomingMessage } from 'node:http'
import type { kind } from '../issuers/kind.js'
import type { Verified } from '../tokens/named-token.js'
import type { Refused } from './answers.js'

/** What a guard leaves behind. */
export type Guarded<V extends Verified, Optional extends boolean> = [Optional] extends [false] ? V : V | undefined

/** The answer of a guard. */
export type Verdict<V extends Verified> = { readonly verdict: 'accepted'; readonly token: V } | Refused
/** An optional guard, and a request without credentials. */
export type LetInAlone<Optional extends boolean> = [Optional] extends [false]
  ? never
  : { readonly verdict: 'accepted'; readonly token: undefined }

/** A type and its options, ready to be asked. Made by `createGuard`; frozen. */
export interface Guard<
  out V extends Verified = Verified,
  out Optional extends boolean = boolean,
  out Slot extends string = string,
> {
  readonly [kind]: 'guard'
  readonly optional: Optional
  readonly slot: Slot
  readonly onRefusal: 'answer' | 'forward'
  /**
   * The verdict on a request. `seen` is what the functions `authorize` and `context` are given: the request itself,
   * unless an adapter says otherwise. Publishes one event on `jwt-guard:verdict`, unless an earlier guard of this
   * type let the same request in. Rejects only for what is wrong with the program; the request is not let in then.
   */
  readonly check: (request: IncomingMessage, seen?: unknown) => Promise<Verdict<V> | LetInAlone<Optional>>
  /** The same, at hand where nothing has to be waited for. For adapters: whatever `check` rejects with, this may throw. */
  readonly verdictOn: (
    request: IncomingMessage,
    seen?: unknown,
  ) => Verdict<V> | LetInAlone<Optional> | Promise<Verdict<V> | LetInAlone<Optional>>
}
