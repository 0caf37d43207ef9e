import type { Guardable, Verified } from '@jwt-guard/core'
import { checkedParameter, type CheckedParameter } from './checked-parameter.js'
import { tokenOf } from './token-of.js'

/**
 * The claims of the verified token: `list(@Claims(tokens.access) claims: ClaimsOf<typeof tokens.access>)`. An
 * annotation that cannot hold them does not compile.
 *
 * It guards nothing: where no guard of this type let the request in, it throws `ERR_GUARD_NOT_PASSED` (a 500). With
 * `{ optional: true }` it is undefined where an optional guard let nobody in.
 */
export function Claims<V extends Verified>(type: Guardable<V, never>): CheckedParameter<V['claims']>
export function Claims<V extends Verified>(
  type: Guardable<V, never>,
  options: { readonly optional: true },
): CheckedParameter<V['claims'] | undefined>
export function Claims<V extends Verified>(type: Guardable<V, never>, options?: { readonly optional: true }) {
  return checkedParameter((context) => tokenOf(context, type, options)?.claims)
}
