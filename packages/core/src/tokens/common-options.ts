import type { Duration } from '../encoding/duration.js'
import { isLate } from '../encoding/in-time.js'
import { aDuration, aFunction, aName, anything, oneOrMore, Wrong, type Reader } from '../encoding/options.js'
import { isHarmfulName, isPlainObject } from '../encoding/plain-object.js'
import { isJsonObject } from '../encoding/strict-json.js'
import { OwnDecryptionKey, type DecryptionKey } from '../issuers/decryption-key.js'
import { type Issuer } from '../issuers/issuer.js'
import { type IssuerResolver } from '../issuers/issuers.js'
import { isRegisteredParameter } from '../jwt/header.js'
import type { ClaimsSchema, TokenRules } from '../rules/token-rules.js'
import type { ReplayStore } from '../state/replay-store.js'
import type { RevocationStore } from '../state/revocation-store.js'
import { type TypRead } from './typ.js'

/** What every kind can be told. */
export interface CommonOptions<Schema extends ClaimsSchema> {
  /** Who may issue it. Several issuers keep their keys apart. */
  readonly issuer: Issuer | readonly Issuer[] | IssuerResolver
  /** Any Standard Schema for claims of one's own. It runs after everything else, and cannot rewrite a registered claim. */
  readonly claims?: Schema
  /** How far clocks may differ. Default 30 s, at most 300 s. */
  readonly clockTolerance?: Duration
  /** Characters of a whole token. Default 8192. However long, its claims have 256 members and 1024 values at most. */
  readonly maxTokenLength?: number
  /** The longest time from `iat` to `exp`; how old a token may be that has no `exp`. A default for each kind. */
  readonly maxLifetime?: Duration
  /**
   * Header parameters that this type understands when `crit` names them (RFC 7515 §4.1.11), each with its check of the
   * value, which is signed when it is asked. Anything but true, a throw included, refuses the token; so does any other
   * name in `crit`. Not checked: that the parameter is there at all, or good where `crit` does not name it.
   */
  readonly extensions?: Readonly<Record<string, (value: unknown) => boolean>>
  /**
   * Keys of one's own: tokens have to come encrypted for one of them, around a signed token that passes every rule.
   * Several, each with its `kid`, while one takes the place of another.
   */
  readonly decryption?: DecryptionKey | readonly DecryptionKey[]
  /** With `decryption`: a token that is only signed is taken, too. */
  readonly unencrypted?: 'accepted'
  /**
   * Every token is accepted once: of any number of presentations one. It is spent last, when everything else holds, the
   * guard's `authorize` included, and once for all guards of one request: what a later guard of it refuses is spent.
   * `jti` then has to be there, and `iat` where `exp` need not. `singleProcessStore()` is for one process alone.
   */
  readonly singleUse?: ReplayStore
  /**
   * Every verification, after the claims and before a guard's authorisation, asks whether the token, its session, its
   * subject or its client was revoked (`jti`, `sid`, `sub`, `client_id` or `azp`, each of this issuer; where they are there
   * they then have to be texts). `revocationsOf(tokens)` revokes. `singleProcessStore()` is for one process alone.
   */
  readonly revocations?: RevocationStore
  /** The claim that `scope` and `anyScope` of a guard read. Default `scope`; by another name it may also be a list. */
  readonly scopeClaim?: string
}

const aSchema: Reader<ClaimsSchema> = (value) => {
  if (isStandardSchema(value)) return value
  throw new Wrong('has to be a Standard Schema, such as z.object({ … })')
}

function isStandardSchema(value: unknown): value is ClaimsSchema {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || !('~standard' in value))
    return false
  const standard: unknown = value['~standard']
  return isJsonObject(standard) && typeof standard['validate'] === 'function'
}

const aTokenLength: Reader<number> = (value) => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 256 && value <= 1024 * 1024) return value
  throw new Wrong('has to be a whole number from 256 to 1048576')
}

const someExtensions: Reader<TokenRules['extensions']> = (value) => {
  if (!isPlainObject(value)) throw new Wrong('has to be an object of header parameters and their checks')
  return Object.entries(value).map(([name, check]) => [anExtension(name), neverThrowing(aFunction(check))] as const)
}

function anExtension(name: string): string {
  if (isRegisteredParameter(name) || isHarmfulName(name))
    throw new Wrong(`cannot hold ${name}, which has rules of its own`)
  return aName(name)
}

function neverThrowing(check: (value: unknown) => unknown): (value: unknown) => boolean {
  return (value) => {
    try {
      const answer = check(value)
      // Promised is not answered; without a listener its rejection would end the process.
      if (isLate(answer)) answer.then(undefined, () => undefined)
      return answer === true
    } catch {
      return false
    }
  }
}

const aDecryptionKey: Reader<OwnDecryptionKey> = (value) => {
  if (OwnDecryptionKey.is(value)) return value
  throw new Wrong('has to be what decryptionKey returned, or a list of such')
}

const aPermission: Reader<'accepted'> = (value) => {
  if (value === 'accepted') return value
  throw new Wrong('has to be "accepted", or left out')
}

const aReplayStore: Reader<ReplayStore> = (value) => {
  if (isReplayStore(value)) return value
  throw new Wrong('has to be a store, such as singleProcessStore()')
}

function isReplayStore(value: unknown): value is ReplayStore {
  return typeof value === 'object' && value !== null && 'add' in value && typeof value.add === 'function'
}

const aRevocationStore: Reader<RevocationStore> = (value) => {
  if (isRevocationStore(value)) return value
  throw new Wrong('has to be a store with revoke and revokedBefore, such as singleProcessStore()')
}

function isRevocationStore(value: unknown): value is RevocationStore {
  if (typeof value !== 'object' || value === null || !('revoke' in value) || !('revokedBefore' in value)) return false
  return typeof value.revoke === 'function' && typeof value.revokedBefore === 'function'
}

export const aClaimName: Reader<string> = (value) => {
  const name = aName(value)
  if (isHarmfulName(name)) throw new Wrong('names a claim that no token may have')
  return name
}

const longestTolerance = 300
const longestLifetime = 10 * 365 * 86400

export const commonOptions = {
  issuer: anything,
  claims: aSchema,
  clockTolerance: aDuration(0, longestTolerance),
  maxTokenLength: aTokenLength,
  maxLifetime: aDuration(1, longestLifetime),
  extensions: someExtensions,
  decryption: oneOrMore(aDecryptionKey),
  unencrypted: aPermission,
  singleUse: aReplayStore,
  revocations: aRevocationStore,
  scopeClaim: aClaimName,
} as const

/** The common options as they were read. */
export interface CommonRead extends TypRead {
  readonly issuer: unknown
  readonly claims: ClaimsSchema | undefined
  readonly clockTolerance: number | undefined
  readonly maxTokenLength: number | undefined
  readonly maxLifetime: number | undefined
  readonly extensions: TokenRules['extensions'] | undefined
  readonly decryption: readonly OwnDecryptionKey[] | undefined
  readonly unencrypted: 'accepted' | undefined
  readonly singleUse: ReplayStore | undefined
  readonly revocations: RevocationStore | undefined
  readonly scopeClaim: string | undefined
}
