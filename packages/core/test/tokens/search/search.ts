import { defineTokens, TokenRejectedError, type AnyTokenType } from '@jwt-guard/core'
import { fixedClock } from '@jwt-guard/testing'
import { midnight, parts, tokenOf, type Choice, type Part, type Universe } from './universe.ts'
import type { Spec } from './specs.ts'

type Refused = Pick<TokenRejectedError, 'code' | 'claim'>
/** One kind by itself: why it refuses a token, or undefined. */
export type Verify = (choice: Choice) => Promise<Refused | undefined>
export type Search = (verifiers: readonly Verify[], within: Universe) => Promise<Choice | undefined>

const early = fixedClock(midnight - 5)
const late = fixedClock(midnight + 5)

/** The context, which is no rule, is the one that fits the token. */
export function verifierOf(type: AnyTokenType, spec: Spec): Verify {
  const { verify } = defineTokens({ type }, { clock: spec.late ? late : early }).type as unknown as {
    readonly verify: (text: string, context?: object) => Promise<unknown>
  }
  return async (choice) =>
    verify(tokenOf(choice), contextFor(spec, choice)).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof TokenRejectedError) return error
        throw error
      },
    )
}

function contextFor({ kind, nonceRequired }: Spec, { nonce, subject, client_id: client }: Choice) {
  if (kind === 'idToken') return { nonce: nonce ?? (nonceRequired ? 'n' : null) }
  if (kind === 'userInfoResponse') return { subject: subject.sub ?? 's' }
  if (kind === 'requestObject' || kind === 'identityAssertionGrant') return { clientId: client ?? 'c' }
  return undefined
}

const partOfCode: Readonly<Record<string, Part>> = {
  ERR_TYP_MISMATCH: 'typ',
  ERR_ALGORITHM_MISMATCH: 'signed',
  ERR_KEY_UNKNOWN: 'signed',
  ERR_KEY_AMBIGUOUS: 'signed',
  ERR_SIGNATURE_INVALID: 'signed',
}
const partOfClaim: Readonly<Record<string, Part>> = {
  iss: 'signed',
  sub: 'subject',
  sid: 'subject',
  exp: 'times',
  iat: 'times',
  nbf: 'times',
}

/** The part of a token that a refusal speaks of: no token that has the same there is accepted either. */
function partAtFault({ code, claim = '' }: Refused): Part {
  const part = partOfCode[code] ?? partOfClaim[claim] ?? parts.find((name) => name === claim)
  if (part === undefined) throw new Error(`a refusal that the universe does not explain: ${code} ${claim}`)
  return part
}

async function firstRefusal(verifiers: readonly Verify[], choice: Choice): Promise<Refused | undefined> {
  for (const verify of verifiers) {
    const refusal = await verify(choice)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** Rules of these compare them with `iss`, so that what is wrong with one `iss` may be right with another. */
const besideIss: readonly Part[] = ['subject', 'client_id']

/**
 * A token that all of these accept, or undefined where the universe holds none. For a given `iss` each rule speaks of
 * one part, so that a refusal rules out every token with the same value there: the rest is searched completely.
 */
export const doublyAccepted: Search = async (verifiers, within) => {
  const left = new Map<Part, readonly unknown[]>(parts.map((part) => [part, within[part]]))
  for (const signed of within.signed) {
    left.set('signed', [signed])
    for (const part of besideIss) left.set(part, within[part])
    while (parts.every((part) => left.get(part)?.length !== 0)) {
      const choice = Object.fromEntries(parts.map((part) => [part, left.get(part)?.[0]])) as Choice
      const refusal = await firstRefusal(verifiers, choice)
      if (refusal === undefined) return choice
      const part = partAtFault(refusal)
      left.set(part, left.get(part)?.slice(1) ?? [])
    }
  }
  return undefined
}

/** The same without leaving anything out. */
export const doublyAcceptedSlowly: Search = async (verifiers, within) => {
  let choices: readonly Partial<Choice>[] = [{}]
  for (const part of parts) {
    choices = choices.flatMap((choice) => within[part].map((value) => Object.assign({}, choice, { [part]: value })))
  }
  for (const choice of choices as readonly Choice[]) {
    if ((await firstRefusal(verifiers, choice)) === undefined) return choice
  }
  return undefined
}
