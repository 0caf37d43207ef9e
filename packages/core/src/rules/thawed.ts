import type { TokenRules } from './token-rules.js'

/**
 * The same rules, as the pipeline goes through them for each token. V8 goes through a frozen list by a call for each of
 * its items, which takes a tenth of what there is to do for a token that was seen before. Not to be handed out: what can
 * be changed is not what was proven.
 */
export function thawed(rules: TokenRules): TokenRules {
  const { audience } = rules
  return Object.freeze({
    ...rules,
    typ: [...rules.typ],
    audience: audience && { ...audience, anyOf: [...audience.anyOf] },
    required: [...rules.required],
    forbidden: [...rules.forbidden],
    fixed: [...rules.fixed],
    checks: [...rules.checks],
  })
}
