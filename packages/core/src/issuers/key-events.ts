import { channel } from 'node:diagnostics_channel'
import { isSameKey } from './key.js'
import type { KeyRing } from './key-ring.js'

interface AnyKeyEvent<Name extends string> {
  readonly event: Name
  /** What the operator wrote: an issuer id or a URL. */
  readonly source: string
}
/** A fetch brought a set: how many of its keys are used, and for how many seconds it is good. */
export interface KeysFetched extends AnyKeyEvent<'fetched'> {
  readonly keys: number
  readonly goodFor: number
}
/** A fetch brought other keys than the one before. A `kid` with new material is in both lists; a key without is `''`. */
export interface KeysRotated extends AnyKeyEvent<'rotated'> {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}
/** A fetch failed: for how many times in succession, and how many seconds pass before a token causes another. */
export interface KeysFailed extends AnyKeyEvent<'failed'> {
  readonly reason: string
  readonly failures: number
  readonly pause: number
}
/** A set, or a chain of certificates, serves past its age, because fetching fails. Once per failed fetch. */
export type KeysStale = AnyKeyEvent<'stale'>
/** A key of a set is not used: which one, where it has a usable `kid`, and why. */
export interface KeyDropped extends AnyKeyEvent<'dropped'> {
  readonly reason: string
  readonly kid?: string
}

/** What is published on the channel `jwt-guard:keys`. Nothing in it comes from a token. */
export type KeyEvent = KeysFetched | KeysRotated | KeysFailed | KeysStale | KeyDropped

const keys = channel('jwt-guard:keys')

export function publishKeyEvent(event: KeyEvent): void {
  if (keys.hasSubscribers) keys.publish(event)
}

/** Which keys one set has and the other has not, or undefined where they are the same. */
export function rotation(before: KeyRing, after: KeyRing): Pick<KeysRotated, 'added' | 'removed'> | undefined {
  const added = kidsOnlyIn(after, before)
  const removed = kidsOnlyIn(before, after)
  return added.length + removed.length === 0 ? undefined : { added, removed }
}

function kidsOnlyIn(ring: KeyRing, other: KeyRing): readonly string[] {
  return ring.keys.filter((key) => !other.keys.some((one) => isSameKey(one, key))).map(({ kid = '' }) => kid)
}
