import type { IncomingMessage } from 'node:http'
import { aBoolean, aFunction, aListOf, oneOrMore, readOptions, Wrong, type Reader } from '../encoding/options.js'
import type { Verified } from '../tokens/named-token.js'
import type { Verifier } from '../tokens/named-type.js'

/** What a guard can be told. `Request` is what an adapter's user has in hand: Express's request, Koa's context, Nest's execution context. */
export interface GuardOptions<
  V extends Verified = Verified,
  Optional extends boolean = boolean,
  Slot extends string = string,
  Request = IncomingMessage,
> {
  /** Scopes that the token has to have, all of them. */
  readonly scope?: string | readonly string[]
  /** Scopes of which the token has to have one. */
  readonly anyScope?: readonly string[]
  /** `true`: a request without any Authorization header passes, and there is no token then. A bad token never passes. */
  readonly optional?: Optional
  /** `answer` (default): the refusal is sent. `forward`: it goes to the application's error handling. */
  readonly onRefusal?: 'answer' | 'forward'
  /** The `realm` of the challenge. Default `api`. */
  readonly realm?: string
  /** Where the adapter leaves the token. Default `auth`. */
  readonly as?: Slot
  /**
   * While `NODE_ENV` is `development` or `test`: an answer to a refused request also says why (`reason`), with what was
   * expected and what the token has. Otherwise nothing changes, and a client learns nothing.
   */
  readonly explainRefusals?: boolean
  /** The last word on a good token; false is a 403. A throw makes the verdict `unavailable`. */
  readonly authorize?: (token: V, request: Request) => boolean | Promise<boolean>
}
/** For a type whose `verify` needs a context. */
export interface NeedsContext<Context, Request = IncomingMessage> {
  readonly context: (request: Request) => Context | Promise<Context>
}
const aScope: Reader<string> = (value) => {
  if (typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)) return value
  throw new Wrong("has to name scopes, each without a space: ['reports:read', 'reports:write']")
}

const aSlot: Reader<string> = (value) => {
  if (typeof value === 'string' && /^[A-Za-z_$][\w$]*$/.test(value) && !(value in {})) return value
  throw new Wrong('has to be a name, such as "partner"')
}

const aRealm: Reader<string> = (value) => {
  if (typeof value === 'string' && /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(value)) return value
  throw new Wrong('has to be ASCII text without quotes')
}

const anExit: Reader<'answer' | 'forward'> = (value) => {
  if (value === 'answer' || value === 'forward') return value
  throw new Wrong('has to be "answer" or "forward"')
}

const options = {
  scope: oneOrMore(aScope),
  anyScope: aListOf(aScope),
  optional: aBoolean,
  onRefusal: anExit,
  realm: aRealm,
  as: aSlot,
  explainRefusals: aBoolean,
  authorize: aFunction,
} as const

export type Hook = ReturnType<typeof aFunction>

/** The options as they were read; `context` exactly where the type needs one. */
export function readGuardOptions(type: Verifier, given: unknown) {
  const what = `The guard of ${type.name}`
  if (type.needsContext) return readOptions(what, given, { ...options, context: aFunction }, ['context'])
  // What was read has no prototype, and must not get one: it may be polluted.
  return Object.assign(readOptions(what, given, options), { context: undefined })
}
