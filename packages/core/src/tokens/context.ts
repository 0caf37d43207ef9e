import { readOptions, Wrong, type Reader } from '../encoding/options.js'
import { ConfigurationError } from '../errors/errors.js'
import type { Expected } from '../rules/token-rules.js'
import type { ReadContext } from './token-type.js'

type ContextReaders = Readonly<Partial<{ [Name in keyof Expected]: Reader<Expected[Name]> }>>

/** The context of a kind's verifications: read anew each time, since each token is expected to say something else. */
export function contextOf<const R extends ContextReaders>(
  what: string,
  readers: R,
  needed: readonly (keyof R & keyof Expected)[],
): ReadContext {
  return (context) => {
    try {
      return readOptions('Its context', context, { ...readers }, needed)
    } catch (error) {
      const why = error instanceof Error ? error.message : 'it cannot be read'
      throw new ConfigurationError(
        'ERR_CONTEXT_INVALID',
        `${what} is verified with { ${needed.join(', ')}, … }. ${why}`,
      )
    }
  }
}

/** What the claim of the token has to be equal to. */
export const anExpectedName: Reader<string> = (value) => {
  if (typeof value === 'string' && value !== '') return value
  throw new Wrong('has to be a string that is not empty')
}
