import { ConfigurationError } from '../errors/errors.js'
import { kind } from '../issuers/kind.js'
import type { Expected, TokenRules } from '../rules/token-rules.js'

declare const carries: unique symbol
/**
 * A kind of token as rules, frozen and without a name yet: nothing verifies with it before `defineTokens`.
 * `Context` is the tuple that `verify` will take after the text: `[]` or `[context: C]`.
 * `Wire` is what an issuer has to be given: the input of the claims' schema, not its output.
 */
export interface TokenType<
  out Claims extends object,
  in Context extends readonly unknown[] = [],
  in Wire extends object = object,
> {
  readonly [kind]: 'token type'
  readonly [carries]?: (context: Context, wire: Wire) => Claims
}

/** Reads the context of one verification into what the checks expect; throws `ERR_CONTEXT_INVALID`. */
export type ReadContext = (context: unknown) => Expected

export class RuledType implements TokenType<never> {
  readonly [kind] = 'token type'
  constructor(
    readonly rules: TokenRules,
    readonly readContext: ReadContext,
    readonly needsContext: boolean,
  ) {
    Object.freeze(this)
  }
}

const nothingExpected: Expected = Object.freeze({})

/** For kinds that need nothing but the text. */
export function noContext(context: unknown): Expected {
  if (context !== undefined) throw new ConfigurationError('ERR_CONTEXT_INVALID', 'This kind of token takes no context.')
  return nothingExpected
}
