import { ConfigurationError } from '../errors/errors.js'
import { verifierOf } from '../tokens/any-of.js'
import type { Guardable, Verified } from '../tokens/named-token.js'
import type { Guard } from './guard.js'
import type { GuardOptions, NeedsContext } from './guard-options.js'
import { TokenGuard } from './token-guard.js'

/**
 * The guard of one token type, for any framework: finds the one bearer token of a request, verifies it, asks for
 * scopes, and gives one of four verdicts (accepted; missing; refused; unavailable), the last three with a whole answer.
 * A token that an earlier guard of this type verified on this request is not verified again.
 *
 * @throws ConfigurationError `ERR_TYPE_UNNAMED`, `ERR_OPTION_*`
 */
export function createGuard<
  V extends Verified,
  Context,
  Optional extends boolean = false,
  Slot extends string = 'auth',
>(
  type: Guardable<V, [context: Context]>,
  options: GuardOptions<V, Optional, Slot> & NeedsContext<Context>,
): Guard<V, Optional, NoInfer<Slot>>
export function createGuard<V extends Verified, Optional extends boolean = false, Slot extends string = 'auth'>(
  type: Guardable<V>,
  options?: GuardOptions<V, Optional, Slot>,
): Guard<V, Optional, NoInfer<Slot>>
export function createGuard(type: unknown, options: unknown = {}): Guard {
  return new TokenGuard(verifierOf('createGuard', type), options)
}

/**
 * What an adapter mounts, of whatever its user gave: a guard as it is, or the guard of a type. For adapters, whose own
 * signatures say what may be given.
 *
 * @throws ConfigurationError as `createGuard`, and `ERR_GUARD_NOT_CALLED`
 */
export function guardFor(given: unknown, options?: unknown): Guard {
  if (given instanceof TokenGuard) {
    if (options === undefined) return given
    throw new ConfigurationError('ERR_OPTION_UNKNOWN', 'A guard has its options already: give them to createGuard.')
  }
  // Koa calls what is mounted with its context, which has the request.
  const request = typeof given === 'object' && given !== null && 'req' in given ? given.req : given
  // By its form: to know its class, the whole of `node:http` would be loaded where nobody serves anything.
  if (typeof request === 'object' && request !== null && 'rawHeaders' in request) {
    throw new ConfigurationError('ERR_GUARD_NOT_CALLED', 'Mount what jwtGuard returns: use(jwtGuard(tokens.access)).')
  }
  return new TokenGuard(verifierOf('A guard', given), options === undefined ? {} : options)
}
