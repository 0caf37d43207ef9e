import { ConfigurationError, tokenOf as tokenOfRequest, type Guardable, type Verified } from '@jwt-guard/core'
import { nodeRequestOf, type Holder } from './node-request.js'

/**
 * `tokenOf` of `@jwt-guard/core`, of an execution context (interceptors, filters, other guards), an Express request or
 * a Fastify request. Nothing is verified here: it answers what the guard of this type found out.
 *
 * @throws ConfigurationError `ERR_GUARD_NOT_PASSED` where no guard of this type let the request in, or where there is
 * no HTTP request; `ERR_TYPE_UNNAMED`
 */
export function tokenOf<V extends Verified>(request: Holder, type: Guardable<V, never>): V
export function tokenOf<V extends Verified>(
  request: Holder,
  type: Guardable<V, never>,
  options: { readonly optional: true } | undefined,
): V | undefined
export function tokenOf<V extends Verified>(
  request: Holder,
  type: Guardable<V, never>,
  options?: { readonly optional: true },
) {
  const found = nodeRequestOf(request)
  if (found === undefined) {
    throw new ConfigurationError(
      'ERR_GUARD_NOT_PASSED',
      `There is no HTTP request here, so no guard of ${type.name} let one in.`,
    )
  }
  return tokenOfRequest(found, type, options)
}
