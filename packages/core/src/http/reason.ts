import { codes, type OutageCode, type RefusalCode } from '../errors/codes.js'
import { DependencyError, Refusal } from '../errors/errors.js'
import type { ScopeDemand } from '../rules/scope.js'
import type { Verified } from '../tokens/named-token.js'
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

type Told = Pick<Reason, 'step' | 'detail' | 'looksLike'>

/** A refusal that was looked into, because a guard's user asked for it. */
class ExplainedRefusal extends Refusal {
  constructor(
    { code, claim }: Refusal,
    readonly told: Told,
  ) {
    super(code, claim)
  }
}

/** Whether reasons may be answered at all. Looked up when a guard is made: no request changes it. */
export function isDevelopment(): boolean {
  const environment = process.env['NODE_ENV']
  if (environment === undefined && !warned) {
    warned = true
    process.emitWarning(
      'explainRefusals has no effect: NODE_ENV is neither "development" nor "test".',
      'JwtGuardWarning',
    )
  }
  return environment === 'development' || environment === 'test'
}
let warned = false

export async function explained(refusal: Refusal, asked: Verifier, text: string, context: unknown): Promise<Refusal> {
  const { steps, looksLike } = await asked.explain(text, context)
  const { step, detail } = steps.find(({ outcome }) => outcome === 'failed') ?? {}
  return new ExplainedRefusal(refusal, {
    ...(step !== undefined && { step }),
    ...(detail !== undefined && { detail }),
    ...(looksLike !== undefined && { looksLike }),
  })
}

export function explainedScope(refusal: Refusal, { all, any }: ScopeDemand, { claims }: Verified): Refusal {
  const wanted = [...(all.length > 0 ? [all.join(' and ')] : []), ...(any.length > 0 ? [any.join(' or ')] : [])]
  const found = Object.entries(claims).find(([name]) => name === refusal.claim)?.[1]
  return new ExplainedRefusal(refusal, {
    detail: `expected: ${wanted.join(', and ')}; found: ${refusal.claim} ${JSON.stringify(found) ?? 'is not there'}`,
  })
}

export function reasonOf(why: Refusal | DependencyError): Reason {
  if (why instanceof DependencyError) return Object.freeze({ code: why.code, meaning: why.message })
  const { code, claim } = why
  const told = why instanceof ExplainedRefusal ? why.told : {}
  const { meaning } = codes.refusals[code]
  return Object.freeze({ code, ...(claim !== undefined && { claim }), meaning, ...told })
}
