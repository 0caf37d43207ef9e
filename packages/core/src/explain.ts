import { codes, type OutageCode, type RefusalCode } from './errors/codes.js'
import { isJsonObject, type Json } from './encoding/strict-json.js'
import { DependencyError, Refusal } from './errors/errors.js'
import {
  audienceInWords,
  durationInWords,
  encryptionInWords,
  issuersInWords,
  timeInWords,
  typInWords,
  valuesInWords,
} from './rules/in-words.js'
import type { Expected } from './rules/token-rules.js'
import { someSteps, stepsOf, Verification, type AskedType } from './verification.js'
import { verify } from './verify.js'

/** One step of a verification, for people. */
export interface ExplainedStep {
  readonly step: string
  readonly outcome: 'passed' | 'failed' | 'not reached'
  /** What was read, and where the step failed what was expected. It quotes the token: never for a client, nor for a log. */
  readonly detail?: string
}

/** What became of one text, step by step. Frozen. */
export interface Explanation {
  readonly accepted: boolean
  readonly code?: RefusalCode | OutageCode
  readonly claim?: string
  readonly steps: readonly ExplainedStep[]
  /** What the text looks like instead, where it is not what it should be. */
  readonly looksLike?: string
}

/** The pipeline itself, run once and told in full: no second one, so it says what `verify` would have said. */
export async function explain(asked: AskedType, text: unknown, expected: Expected): Promise<Explanation> {
  const run = new Verification(asked, expected)
  const failure = await failureOf(run, text)
  const claim = failure instanceof Refusal && failure.claim !== undefined ? { claim: failure.claim } : {}
  const steps = explainedSteps(run, failure)
  return Object.freeze({ accepted: failure === undefined, ...(failure && { code: failure.code }), ...claim, steps })
}

async function failureOf(run: Verification, text: unknown): Promise<Refusal | DependencyError | undefined> {
  try {
    const outcome = await verify(run, text)
    return outcome instanceof Refusal ? outcome : undefined
  } catch (error) {
    if (error instanceof DependencyError) return error
    throw error
  }
}

function explainedSteps(run: Verification, failure: Refusal | DependencyError | undefined): readonly ExplainedStep[] {
  const names = stepsOf(run.asked.rules)
  const reached = failure === undefined ? names.length : names.indexOf(run.at)
  const steps = names.map((step, index): ExplainedStep => {
    if (step === someSteps.singleUse)
      return { step, outcome: 'not reached', detail: 'to explain a token does not use it up' }
    if (index > reached) return { step, outcome: 'not reached' }
    if (index < reached || failure === undefined) return passed(step, run)
    return { step, outcome: 'failed', detail: whatFailed(failure, run) }
  })
  return Object.freeze(steps.map((step) => Object.freeze(step)))
}

function passed(step: string, { header, issuer }: Verification): ExplainedStep {
  if (step === 'header') return { step, outcome: 'passed', detail: keyInWords(header) }
  if (step === 'typ') return { step, outcome: 'passed', detail: header?.shown.typ ?? 'none' }
  if (step === 'issuer' && issuer !== undefined) return { step, outcome: 'passed', detail: issuer.id }
  return { step, outcome: 'passed' }
}

function whatFailed(failure: Refusal | DependencyError, run: Verification): string {
  if (failure instanceof DependencyError) return failure.message
  const { code, claim, detail } = failure
  const wanted = expectations[code]?.(run, claim ?? '')
  const there = actual(code, claim, run)
  const hint = differsByASlash(wanted, claim, run) ? 'they differ by the slash at the end alone' : ''
  return [codes.refusals[code].meaning, detail, wanted && `expected: ${wanted}`, there && `found: ${there}`, hint]
    .filter(Boolean)
    .join('; ')
}

/** The most frequent difference, and the one that is seen last. */
function differsByASlash(wanted = '', claim: string | undefined, run: Verification): boolean {
  const found = claim === 'iss' || claim === 'aud' ? [valueOf(claim, run)].flat() : []
  const names = wanted.split(' ')
  return found.some(
    (one) => typeof one === 'string' && !names.includes(one) && names.map(withSlash).includes(withSlash(one)),
  )
}

function withSlash(text: string): string {
  return text.endsWith('/') ? text : `${text}/`
}

/** What a type wanted, by the code of the refusal, where its meaning does not say it. */
const expectations: Readonly<Partial<Record<RefusalCode, (run: Verification, claim: string) => string | undefined>>> = {
  ERR_TOKEN_TOO_LONG: ({ asked: { rules } }) => `at most ${rules.maxTokenLength} characters`,
  ERR_TYP_MISMATCH: ({ asked: { rules } }) => typInWords(rules),
  ERR_ISSUER_UNKNOWN: ({ asked: { rules } }) => issuersInWords(rules),
  ERR_ALGORITHM_MISMATCH: ({ asked, issuer }) => issuer?.keys.algorithms.join(' or ') ?? encryptionInWords(asked.rules),
  ERR_KEY_UNKNOWN: ({ issuer }) => issuer && `a key of ${issuer.id}`,
  ERR_CLAIM_INVALID: ({ asked: { rules } }, claim) => rules.forms[claim]?.name,
  ERR_CLAIM_MISMATCH: wantedValue,
  ERR_AUDIENCE_MISMATCH: ({ asked: { rules } }) => audienceInWords(rules),
  ERR_TOKEN_EXPIRED: (run) => `an end after ${nowInWords(run)}`,
  ERR_TOKEN_NOT_YET_VALID: (run) => `a time before ${nowInWords(run)}`,
  ERR_LIFETIME_EXCEEDED: ({ asked: { rules } }) => `at most ${durationInWords(rules.maxLifetime)}`,
  ERR_AUTHENTICATION_TOO_OLD: ({ expected }) => `at most ${durationInWords(expected.maxAge ?? 0)} ago`,
}

function wantedValue({ asked: { rules }, expected }: Verification, claim: string): string | undefined {
  const fixed = rules.fixed.find(([name]) => name === claim)?.[1]
  if (fixed !== undefined) return valuesInWords(fixed)
  if (claim === 'azp') return rules.audience?.anyOf.join(' or ')
  const { nonce, subject, clientId, acrValues } = expected
  const byContext: Readonly<Record<string, unknown>> = { nonce, sub: subject, client_id: clientId, acr: acrValues }
  const value = byContext[claim]
  return value === undefined ? undefined : value === null ? 'none' : JSON.stringify(value)
}

function nowInWords({ asked: { rules }, now }: Verification): string {
  return `${timeInWords(now ?? Number.NaN)}, give or take ${durationInWords(rules.clockTolerance)}`
}

function actual(code: RefusalCode, claim: string | undefined, run: Verification): string {
  const { header, issues } = run
  if (code === 'ERR_TYP_MISMATCH') return header?.shown.typ ?? 'none'
  if (code === 'ERR_CLAIMS_INVALID') return Array.isArray(issues) ? Array.from(issues, issueInWords).join('; ') : ''
  if (claim !== undefined) return `${claim} ${claimInWords(valueOf(claim, run))}`
  return code.startsWith('ERR_ALGORITHM') || code.startsWith('ERR_KEY') ? keyInWords(header) : ''
}

/** Until the signature is checked, `iss` alone has been read. */
function valueOf(claim: string, { claims, payload }: Verification): Json | undefined {
  return claims === undefined && claim === 'iss' ? payload?.iss : claims?.[claim]
}

function keyInWords(header: Verification['header']): string {
  return header === undefined ? '' : `alg ${header.alg}, kid ${header.kid ?? 'none'}`
}

function claimInWords(value: unknown): string {
  if (value === undefined) return 'is not there'
  const text = JSON.stringify(value)
  const cut = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return typeof value === 'number' ? `${cut} (${timeInWords(value)})` : cut
}

/** A schema is not ours: whatever it calls an issue has to be readable, and nothing here throws. */
function issueInWords(issue: unknown): string {
  if (!isJsonObject(issue)) return 'refused'
  const { path, message } = issue
  const parts = Array.isArray(path)
    ? Array.from<unknown, unknown>(path, (part) => (isJsonObject(part) ? part['key'] : part))
    : []
  return `${parts.map(String).join('.')}: ${typeof message === 'string' ? message : 'refused'}`
}
