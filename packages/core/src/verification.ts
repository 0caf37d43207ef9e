import type { Clock } from './encoding/clock.js'
import type { JsonObject } from './encoding/strict-json.js'
import type { TrustedIssuer } from './issuers/issuer.js'
import type { UnverifiedPayload } from './jwt/claims.js'
import type { UnverifiedHeader } from './jwt/compact-jws.js'
import type { SchemaIssues } from './rules/claims-schema.js'
import type { Expected, TokenRules } from './rules/token-rules.js'

/** A type as a verification asks for it: by its name in its set, with that set's clock. */
export interface AskedType {
  readonly name: string
  readonly rules: TokenRules
  readonly clock: Clock
}

/** The steps of every verification. */
const always = ['format', 'header', 'typ', 'payload', 'issuer', 'key', 'signature', 'claims'] as const
/** Those of some types, beside their checks. The last is outside of the pipeline: only an accepted token is used up. */
export const someSteps = {
  encryption: 'encryption',
  extensions: 'extensions',
  schema: 'schema',
  revocation: 'revocation',
  singleUse: 'single use',
} as const

/** The pipeline's steps for one type, by their names, in the order in which `verify` takes them. */
export function stepsOf(rules: TokenRules): readonly string[] {
  return [
    ...(rules.decryption === undefined ? [] : [someSteps.encryption]),
    ...always,
    ...(rules.extensions.length === 0 ? [] : [someSteps.extensions]),
    ...rules.checks.map(({ name }) => name),
    ...(rules.claims === undefined ? [] : [someSteps.schema]),
    ...(rules.revocations === undefined ? [] : [someSteps.revocation]),
    ...(rules.singleUse === undefined ? [] : [someSteps.singleUse]),
  ]
}

/**
 * One verification: what it was asked, the step that it is at, and what it has read until there. Nothing in it is
 * verified. Explanations are made of it, once it is over.
 */
export class Verification {
  at = ''
  /** The claims that the header of the encryption repeats. */
  replicated: JsonObject | undefined
  header: UnverifiedHeader | undefined
  payload: UnverifiedPayload | undefined
  claims: JsonObject | undefined
  issuer: TrustedIssuer | undefined
  now: number | undefined
  /** What the schema said of the claims. */
  issues: SchemaIssues | undefined

  constructor(
    readonly asked: AskedType,
    readonly expected: Expected,
    /** Whether other requests may be waiting meanwhile. */
    readonly amongOthers = false,
  ) {}
}
