import { AdoptedClock, type Clock } from '../encoding/clock.js'
import { readOptions, Wrong, type Reader } from '../encoding/options.js'
import type { ReplayStore } from './replay-store.js'
import type { RevocationStore } from './revocation-store.js'
import { RevokedKeys } from './revoked-keys.js'

/**
 * Keys with their ends, in whole seconds since the epoch. The wall clock and no other decides whether a token is still
 * good, so it decides this too: where it is set back, a token that is good again is also used again.
 */
export class SingleProcessStore implements ReplayStore, RevocationStore {
  readonly #ends = new Map<string, number>()
  readonly #capacity: number
  readonly #clock = new AdoptedClock()
  readonly #revoked: RevokedKeys
  #lastLook = -Infinity

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#revoked = new RevokedKeys(capacity)
  }

  /** Two sets may use one store only by one clock. */
  adopt(clock: Clock): void {
    this.#clock.adopt(clock)
  }

  readonly add = (key: string, seconds: number): boolean => {
    const now = this.#clock.now()
    if ((this.#ends.get(key) ?? -Infinity) > now) return false
    if (this.#ends.size >= this.#capacity) this.#dropEnded(now)
    if (this.#ends.size >= this.#capacity) throw new Error('the store is full of keys that are still needed')
    this.#ends.set(key, Math.ceil(now + seconds))
    return true
  }

  readonly revoke = (key: string, before: number, seconds: number): void => {
    this.#revoked.add(key, before, seconds, this.#clock.now())
  }

  readonly revokedBefore = (keys: readonly string[]): number | undefined => {
    return this.#revoked.latest(keys, this.#clock.now())
  }

  /** Once a second at most, since all keys have to be looked at. */
  #dropEnded(now: number): void {
    if (Math.abs(now - this.#lastLook) < 1) return
    this.#lastLook = now
    for (const [key, end] of this.#ends) if (end <= now) this.#ends.delete(key)
  }
}

const aCapacity: Reader<number> = (value) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 10_000_000) return value
  throw new Wrong('has to be a whole number from 1 to 10000000')
}

/**
 * A store in memory, for exactly one process: for tests, and for services that will never be two. It holds `capacity`
 * tokens (default 100,000; 90 to 120 bytes each, by measurement) until they could no longer be accepted, and refuses, as
 * unavailable, rather than forget one. **A restart forgets all of them**: a token that was used before it can be used once
 * more. So it can in a second process, such as another worker of a cluster.
 *
 * For `revocations` it holds as many entries again (130 bytes each, by measurement), under the same rule: where it is
 * full, `revoke…` rejects, and nothing that was revoked is forgotten. **A restart forgets these too**: what was revoked is good again for as long as it would
 * have been. So it is in a second process, which never hears of them.
 *
 * @throws ConfigurationError `ERR_OPTION_*`
 */
export function singleProcessStore(options: { readonly capacity?: number } = {}): ReplayStore & RevocationStore {
  const { capacity = 100_000 } = readOptions('singleProcessStore', options, { capacity: aCapacity })
  return new SingleProcessStore(capacity)
}
