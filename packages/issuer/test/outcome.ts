import { ConfigurationError, TokenRejectedError } from '@jwt-guard/core'
import { TokenNotIssuedError } from '@jwt-guard/issuer'

/** `done`, or the code with which it was refused and the claim that is named. Any other error fails the test. */
export async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof ConfigurationError) return error.code
    if (!(error instanceof TokenNotIssuedError) && !(error instanceof TokenRejectedError)) throw error
    return error.claim === undefined ? error.code : `${error.code} ${error.claim}`
  }
}

/** The code of the mistake in how something is made, or `done`. */
export function mistake(make: () => unknown): string {
  try {
    make()
    return 'done'
  } catch (error) {
    if (error instanceof ConfigurationError) return error.code
    throw error
  }
}

type Part = Readonly<Record<string, unknown>>
/** What is written in a token, unverified: for tests alone. */
export function read(text: string): { readonly header: Part; readonly claims: Part } {
  return { header: part(text, 0), claims: part(text, 1) }
}

/** The header alone, which an encrypted token has, too. */
export function headerOf(text: string): Part {
  return part(text, 0)
}

function part(text: string, index: number): Part {
  return JSON.parse(Buffer.from(text.split('.')[index] ?? '', 'base64url').toString())
}
