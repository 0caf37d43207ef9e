import type { IncomingMessage } from 'node:http'
import type { Guardable, TokenSet, Verified } from '@jwt-guard/core'

/** A token type, by its name in a service, and the options of its guard, which every framework spells the same. */
export interface GuardedBy {
  readonly type: string
  readonly options?: object
}

/** What a handler is given: the token by `tokenOf`. */
export type Read = (type: string, optional?: true) => Verified | undefined

type Method = 'get' | 'post' | 'put' | 'delete' | 'options'
/** And HEAD, as a framework gives it. */
export const justGet: readonly Method[] = ['get']

export interface Route {
  readonly path: string
  /** Default: `justGet`. */
  readonly methods?: readonly Method[]
  readonly guards: readonly GuardedBy[]
  readonly handle: (read: Read) => object
}

/** A service, the same in every framework. */
export interface Service {
  readonly tokens: TokenSet
  readonly typeOf: (name: string) => Guardable<Verified, never>
  /** `requestOf` is Node's request behind what that framework hands to `context` and `authorize`. */
  readonly routesFor: <Seen>(requestOf: (seen: Seen) => IncomingMessage) => readonly Route[]
}
