import { ConfigurationError, TokenRejectedError } from '@jwt-guard/core'

/** `accepted`, or the code of the refusal and the claim that it names. Any other error fails the test. */
export async function outcome(verification: Promise<unknown>): Promise<string> {
  try {
    await verification
    return 'accepted'
  } catch (error) {
    if (!(error instanceof TokenRejectedError)) throw error
    return error.claim === undefined ? error.code : `${error.code} ${error.claim}`
  }
}

/** The code with which something is refused when it is constructed, or `accepted`. Any other error fails the test. */
export function mistake(make: () => unknown): string {
  try {
    make()
    return 'accepted'
  } catch (error) {
    if (error instanceof ConfigurationError) return error.code
    throw error
  }
}
