import { systemClock, type Clock } from '../encoding/clock.js'
import { readOptions, Wrong, type Reader } from '../encoding/options.js'
import { ConfigurationError } from '../errors/errors.js'
import type { TrustedIssuer } from '../issuers/issuer.js'
import { usedForTwo } from '../issuers/decryption-key.js'
import { haveKeyInCommon } from '../issuers/key.js'
import { ResolvedIssuers } from '../issuers/issuers.js'
import { SingleProcessStore } from '../state/single-process-store.js'
import type { AnyTokenType, Tokens } from './named-token.js'
import { NamedType } from './named-type.js'
import { remedyFor } from './remedies.js'
import { pairsOf, witnessFor } from './separation.js'
import { RuledType } from './token-type.js'

/**
 * The kinds of token that a service accepts, each by its name. Only a named type verifies and can be guarded.
 *
 * Checked: that for every pair of types something in their rules proves that no text satisfies both (RFC 8725 §3.12;
 * `separation` shows what), that no given key and no key URL belongs to two issuers of the set, and that no decryption
 * key has two algorithms or is a given key of an issuer. Not checked: other sets of the same process. Have one.
 *
 * @throws ConfigurationError `ERR_TOKENS_NOT_EXCLUSIVE` (names the pair, and what would separate it), `ERR_KEY_SHARED`,
 * `ERR_OPTION_INVALID`, `ERR_OPTION_UNKNOWN`
 */
export function defineTokens<Types extends Readonly<Record<string, AnyTokenType>>>(
  types: Types,
  options: { readonly clock?: Clock } = {},
): Tokens<Types> {
  const { clock = systemClock } = readOptions('defineTokens', options, { clock: aClock })
  const named: NamedType[] = []
  const set = Object.freeze({ clock, types: named })
  for (const [name, type] of Object.entries(ownEntries(types))) {
    refuseBadName(name)
    if (!(type instanceof RuledType)) throw new ConfigurationError('ERR_OPTION_INVALID', `${name} is not a token type.`)
    named.push(new NamedType(name, type, set))
  }
  Object.freeze(named)
  refuseSharedKeys(named)
  refuseDecryptionByOtherKeys(named)
  refuseUnseparated(named)
  for (const source of named.flatMap(issuersOf)) source.adopt(clock)
  for (const { rules } of named) if (rules.singleUse instanceof SingleProcessStore) rules.singleUse.adopt(clock)
  for (const { rules } of named) if (rules.revocations instanceof SingleProcessStore) rules.revocations.adopt(clock)
  const tokens: Record<string, NamedType> = Object.create(null)
  for (const type of named) tokens[type.name] = type
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the compiler knows what a type's claims are
  return Object.freeze(tokens) as unknown as Tokens<Types>
}

function ownEntries(types: unknown): Readonly<Record<string, unknown>> {
  if (typeof types !== 'object' || types === null || Object.keys(types).length === 0) {
    throw new ConfigurationError('ERR_OPTION_INVALID', 'defineTokens takes an object of token types by their names.')
  }
  return Object.assign(Object.create(null), types)
}

const aClock: Reader<Clock> = (value) => {
  if (isClock(value)) return value
  throw new Wrong('has to have now() in seconds and monotonic() in milliseconds')
}

function isClock(value: unknown): value is Clock {
  if (typeof value !== 'object' || value === null || !('now' in value) || !('monotonic' in value)) return false
  return typeof value.now === 'function' && typeof value.monotonic === 'function'
}

function refuseBadName(name: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) || ['then', 'constructor', 'prototype'].includes(name)) {
    throw new ConfigurationError(
      'ERR_OPTION_INVALID',
      `"${name}" cannot name a token type: use letters and digits, such as access.`,
    )
  }
}

function issuersOf({ rules }: NamedType): readonly (TrustedIssuer | ResolvedIssuers)[] {
  return rules.issuers instanceof ResolvedIssuers ? [rules.issuers] : rules.issuers.issuers
}

function refuseSharedKeys(types: readonly NamedType[]): void {
  const owners = new Map<string, string>()
  for (const issuer of new Set(types.flatMap(issuersOf))) {
    if (issuer instanceof ResolvedIssuers) continue
    for (const key of keysOf(issuer)) {
      const owner = owners.get(key) ?? issuer.id
      if (owner !== issuer.id) {
        throw new ConfigurationError(
          'ERR_KEY_SHARED',
          `The issuers ${owner} and ${issuer.id} share a key. A key is one issuer's; for one issuer under two names there is aliases.`,
        )
      }
      owners.set(key, owner)
    }
  }
}

/** The fingerprints of its keys, and where the rest is fetched, which is never written like one. */
function keysOf({ keys }: TrustedIssuer): readonly string[] {
  return [...keys.local.keys.flatMap(({ identities }) => identities), ...keys.remotes.map(({ source }) => source)]
}

/**
 * RFC 8725 §3.1: what an attacker has decrypted for him with a key may be what he wants to have signed with it. Keys that
 * are fetched, or of an issuer that is looked up, are not known yet.
 */
function refuseDecryptionByOtherKeys(types: readonly NamedType[]): void {
  const two = usedForTwo(types.flatMap(({ rules }) => rules.decryption?.keys ?? []))
  if (two !== undefined) {
    throw new ConfigurationError(
      'ERR_KEY_SHARED',
      `A decryption key is for ${two.algorithm} and for another algorithm.`,
    )
  }
  const issuers = types.flatMap(issuersOf).filter((issuer) => !(issuer instanceof ResolvedIssuers))
  for (const { name, rules } of types) {
    if (rules.decryption === undefined) continue
    const opening = rules.decryption.keys
    const shared = issuers.find(({ keys }) => haveKeyInCommon(opening, keys.local.keys))
    if (shared === undefined) continue
    throw new ConfigurationError(
      'ERR_KEY_SHARED',
      `A decryption key of ${name} is also a key of the issuer ${shared.id}: a key has one job.`,
    )
  }
}

function refuseUnseparated(types: readonly NamedType[]): void {
  for (const [a, b] of pairsOf(types)) {
    if (witnessFor(a.rules, b.rules) === undefined) {
      throw new ConfigurationError(
        'ERR_TOKENS_NOT_EXCLUSIVE',
        `One token could be both ${a.name} (${a.rules.kind}) and ${b.name} (${b.rules.kind}). ${remedyFor(a, b)}`,
      )
    }
  }
}
