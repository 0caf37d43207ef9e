import { defineTokens } from '@jwt-guard/core'
import { mistake } from '../outcome.ts'
import { doublyAccepted, verifierOf } from './search.ts'
import { typeOf, type Spec } from './specs.ts'
import { universe, type Universe } from './universe.ts'

export const unseparated = 'ERR_TOKENS_NOT_EXCLUSIVE'

/** Whether a kind can be made at all, by itself. */
export function stands(spec: Spec): boolean {
  return mistake(() => defineTokens({ type: typeOf(spec) })) === 'accepted'
}

/** What `defineTokens` says of a pair: `accepted`, or its code. It says the same of the pair the other way round. */
export function verdictOn(a: Spec, b: Spec): string {
  const code = mistake(() => defineTokens({ a: typeOf(a), b: typeOf(b) }))
  if (mistake(() => defineTokens({ b: typeOf(b), a: typeOf(a) })) !== code) throw new Error('the order counts')
  return code
}

/** What `defineTokens` says of a pair, and what a search finds; undefined where one of them cannot be made. */
export async function judged(a: Spec, b: Spec, search = doublyAccepted, within: Universe = universe) {
  if (![a, b].every(stands)) return undefined
  const verifiers = [a, b].map((spec) => verifierOf(typeOf(spec), spec))
  return { code: verdictOn(a, b), found: await search(verifiers, within) }
}
