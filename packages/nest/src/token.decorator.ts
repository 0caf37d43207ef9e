import type { Guardable, Verified } from '@jwt-guard/core'
import { checkedParameter, type CheckedParameter } from './checked-parameter.js'
import { tokenOf } from './token-of.js'

/**
 * The whole verified token, with its header and end: `list(@Token(tokens.access) token: VerifiedBy<typeof
 * tokens.access>)`. An annotation that cannot hold it does not compile.
 *
 * It guards nothing: where no guard of this type let the request in, it throws `ERR_GUARD_NOT_PASSED` (a 500). With
 * `{ optional: true }` it is undefined where an optional guard let nobody in.
 */
export function Token<V extends Verified>(type: Guardable<V, never>): CheckedParameter<V>
export function Token<V extends Verified>(
  type: Guardable<V, never>,
  options: { readonly optional: true },
): CheckedParameter<V | undefined>
export function Token<V extends Verified>(type: Guardable<V, never>, options?: { readonly optional: true }) {
  return checkedParameter((context) => tokenOf(context, type, options))
}
