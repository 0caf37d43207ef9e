import { codes, type OutageCode, type RefusalCode } from '../errors/codes.js'
import { DependencyError, Refusal } from '../errors/errors.js'
import type { Explanation } from '../explain.js'
import type { Verifier } from '../tokens/named-type.js'

/** Why a request was not let in, for whoever develops the client or the service. It quotes the token. */
export interface Reason {
  readonly code: RefusalCode | OutageCode
  readonly claim?: string
  readonly meaning: string
  /** The step that failed, and what was expected and found there. */
  readonly step?: string
  readonly detail?: string
  /** What the token looks like instead. */
  readonly looksLike?: string
}

/** A refusal that was looked into, because a guard's user asked for it. */
class ExplainedRefusal extends Refusal {
  constructor(
    { code, claim }: Refusal,
    readonly explanation: Explanation,
  ) {
    super(code, claim)
  }
}

/** Whether reasons may be answered at all. Looked up when a guard is made: no request changes it. */
export function isDevelopment(): boolean {
  return ['development', 'test'].includes(process.env['NODE_ENV'] ?? '')
}

export async function explained(refusal: Refusal, asked: Verifier, text: string, context: unknown): Promise<Refusal> {
  return new ExplainedRefusal(refusal, await asked.explain(text, context))
}

export function reasonOf(why: Refusal | DependencyError): Reason {
  const { code } = why
  if (why instanceof DependencyError) return Object.freeze({ code, meaning: why.message })
  const { claim } = why
  const about = { code, ...(claim === undefined ? {} : { claim }), meaning: codes.refusals[why.code].meaning }
  return Object.freeze(why instanceof ExplainedRefusal ? { ...about, ...failure(why.explanation) } : about)
}

function failure({ steps, looksLike }: Explanation) {
  const { step, detail } = steps.find(({ outcome }) => outcome === 'failed') ?? {}
  return { ...(step && { step }), ...(detail && { detail }), ...(looksLike && { looksLike }) }
}
