import { hash } from 'node:crypto'
import { answerInTime } from '../encoding/deadline.js'
import { isLate } from '../encoding/in-time.js'
import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { RevocationStore } from './revocation-store.js'
import { publishStateEvent, storeFailure } from './state-events.js'

/** What can be revoked at once, and the claims by which a token falls under it. */
export const revocable = [
  ['token', 'jti'],
  ['session', 'sid'],
  ['subject', 'sub'],
  ['client', 'client_id'],
  ['client', 'azp'],
] as const
export type Revocable = (typeof revocable)[number][0]

/** By whose it is and what it says, never by a token's text: one token can be written in several ways. */
function keyOf(what: Revocable, issuer: string, value: string): string {
  return hash('sha256', JSON.stringify([what, issuer, value]), 'base64url')
}

/** `issuer` is an issuer's own id, whichever of its spellings a token has. */
export interface Entry {
  readonly what: Revocable
  readonly issuer: string
  readonly value: string
  /** Seconds since the epoch: whatever was issued until then. */
  readonly before: number
  /** For how long tokens that were issued until then could still be accepted. */
  readonly seconds: number
}

export async function recordRevocation(store: RevocationStore, entry: Entry): Promise<void> {
  const { what, issuer, value, before, seconds } = entry
  await answerInTime(() => store.revoke(keyOf(what, issuer, value), before, Math.ceil(seconds))).catch(
    (cause: unknown) => {
      throw storeFailure('revoke', cause)
    },
  )
  publishStateEvent({ event: 'revoked', what })
}

/** A refusal where anything that a token falls under was revoked; no promise where the store answers at once. */
export function revocationOf(
  store: RevocationStore,
  issuer: string,
  claims: JsonObject,
): Refusal | undefined | Promise<Refusal | undefined> {
  const keys = keysOf(issuer, claims)
  if (keys.length === 0) return undefined
  const answer = ask(store, keys)
  if (!isLate(answer)) return judged(answer, claims)
  return answerInTime(() => answer)
    .catch(unavailable)
    .then((before) => judged(before, claims))
}

interface Looked {
  readonly issuer: string
  readonly keys: readonly string[]
}

/** To hash what a token falls under takes longer than to verify it again, and its claims are the same object by then. */
const looked = new WeakMap<JsonObject, Looked>()

function keysOf(issuer: string, claims: JsonObject): readonly string[] {
  const known = looked.get(claims)
  if (known?.issuer === issuer) return known.keys
  const keys = revocable.flatMap(([what, claim]) => {
    const value = claims[claim]
    return typeof value === 'string' ? [keyOf(what, issuer, value)] : []
  })
  looked.set(claims, { issuer, keys: Object.freeze(keys) })
  return keys
}

function ask(store: RevocationStore, keys: readonly string[]): unknown {
  try {
    return store.revokedBefore(keys)
  } catch (cause) {
    return unavailable(cause)
  }
}

/** A token that does not say when it was issued may have been issued before anything. */
function judged(before: unknown, { iat }: JsonObject): Refusal | undefined {
  if (before === undefined) return undefined
  if (typeof before !== 'number' || !Number.isFinite(before)) throw storeFailure('revokedBefore')
  return typeof iat === 'number' && iat > before ? undefined : new Refusal('ERR_TOKEN_REVOKED')
}

function unavailable(cause: unknown): never {
  throw storeFailure('revokedBefore', cause)
}
