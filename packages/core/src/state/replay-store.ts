import { createHash } from 'node:crypto'
import { answerInTime } from '../encoding/deadline.js'
import type { Json } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import { storeFailure } from './state-events.js'

/**
 * Remembers what was used, for `singleUse`. `singleProcessStore` is one for a single process. One of your own has to add
 * atomically: of any number of calls with one key, in any number of processes, exactly one is answered true.
 */
export interface ReplayStore {
  /**
   * Adds a key, and answers whether it was not there. It has to stay for `seconds`, and no live key may go to make room:
   * a store that is full throws. A throw, an answer that is no boolean, and 5 seconds without one make the verification
   * unavailable.
   */
  readonly add: (key: string, seconds: number) => boolean | Promise<boolean>
}

/** Who issued a token, by the issuer's id, and what he calls it: never its text, since one token can be written in several ways. */
export interface TokenIdentity {
  readonly issuer: Json | undefined
  readonly jti: Json | undefined
}

function keyOf({ issuer, jti }: TokenIdentity): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer ?? null, jti ?? null]))
    .digest('base64url')
}

/** Uses a token up: undefined for the first time, a refusal for every other. `seconds`: how long it could still be accepted. */
export async function spend(store: ReplayStore, token: TokenIdentity, seconds: number): Promise<Refusal | undefined> {
  const isFirst: unknown = await answerInTime(() => store.add(keyOf(token), Math.ceil(seconds))).catch(
    (cause: unknown) => {
      throw storeFailure('add', cause)
    },
  )
  if (typeof isFirst !== 'boolean') throw storeFailure('add')
  return isFirst ? undefined : new Refusal('ERR_TOKEN_REPLAYED', 'jti')
}
