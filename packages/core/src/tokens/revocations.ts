import { readOptions, Wrong, type Reader } from '../encoding/options.js'
import { ConfigurationError } from '../errors/errors.js'
import { kind } from '../issuers/kind.js'
import { ResolvedIssuers } from '../issuers/issuers.js'
import type { TokenRules } from '../rules/token-rules.js'
import { recordRevocation, revocable, type Revocable } from '../state/revocation.js'
import type { RevocationStore } from '../state/revocation-store.js'
import type { TokenSet } from './named-token.js'
import { namedType, type NamedType } from './named-type.js'

/** By what is revoked, the types of a set. */
export type Coverage<Name extends string> = Readonly<Record<Revocable, readonly Name[]>>

interface IssuedBy {
  /** The issuer, by its id or an alias. */
  readonly iss: string
}
type ByClient = IssuedBy & ({ readonly client_id: string } | { readonly azp: string })
interface Until {
  /** Seconds since the epoch: what was issued until then, this second included. Default now. */
  readonly before?: number
}

/**
 * Revokes tokens of one set, in the stores of its types, for as long as they could still be accepted. Whatever is revoked
 * is refused with `ERR_TOKEN_REVOKED` by every type of the set that has that store and trusts that issuer, and by nobody
 * else. Each resolves once the store has it, and rejects with a `DependencyError` where it could not be recorded:
 * repeating is safe. They read the claims that they need and pass over others, so that claims can be given as they are.
 *
 * @throws ConfigurationError `ERR_OPTION_*`: a claim that is not there, an issuer that no type with `revocations` has
 */
export interface Revocations<Name extends string = string> {
  readonly [kind]: 'revocations'
  /** One token: `revokeToken(token.claims)`. */
  readonly revokeToken: (token: IssuedBy & { readonly jti: string }) => Promise<void>
  /** A session: all tokens with this `sid`, whenever they were issued. */
  readonly revokeSession: (session: IssuedBy & { readonly sid: string }) => Promise<void>
  /**
   * All tokens about this subject that were issued until now. The issuer's clock says when that was: where it is ahead of
   * this one, say `before`. A token that is issued within the same second, after a new login, is refused too.
   */
  readonly revokeSubject: (subject: IssuedBy & { readonly sub: string }, options?: Until) => Promise<void>
  /** The same for all tokens of a client, by `client_id` or `azp`. */
  readonly revokeClient: (client: ByClient, options?: Until) => Promise<void>
  /** The types of which every token can be revoked so: they have `revocations`, and demand the claim and `iat`. */
  readonly covered: Coverage<Name>
  /**
   * All others: without `revocations`, or with tokens that may lack the claim. A token that has the claim all the same is
   * revoked by it; what a schema demands is not known here.
   */
  readonly notCovered: Coverage<Name>
}

/** Later than anything is issued, for what is revoked whenever it was issued: the last second of the year 9999. */
const always = 253_402_300_799
const mostAhead = 300

export class SetRevocations implements Revocations {
  readonly [kind] = 'revocations'
  readonly covered: Coverage<string>
  readonly notCovered: Coverage<string>
  readonly #types: readonly NamedType[]
  readonly #now: () => number

  constructor(types: readonly NamedType[], now: () => number) {
    this.#now = now
    this.#types = types.filter(({ rules }) => rules.revocations !== undefined)
    this.covered = coverage(types, isCovered)
    this.notCovered = coverage(types, (rules, claims) => !isCovered(rules, claims))
    Object.freeze(this)
  }

  static is(given: unknown): given is SetRevocations {
    return typeof given === 'object' && given !== null && #types in given
  }

  readonly revokeToken = (token: object) => this.#revoke('token', token)
  readonly revokeSession = (session: object) => this.#revoke('session', session)
  readonly revokeSubject = (subject: object, until?: object) => this.#revoke('subject', subject, until ?? {})
  readonly revokeClient = (client: object, until?: object) => this.#revoke('client', client, until ?? {})

  /** Whether anything of this issuer can be revoked, as far as issuers are known by their names. */
  trusts(iss: string): boolean {
    return this.#types.some(({ rules: { issuers } }) => issuers instanceof ResolvedIssuers || issuers.find(iss))
  }

  /** The same of any issuer, those included that are looked up. */
  async reaches(iss: string): Promise<boolean> {
    return (await this.#placesFor(iss)).length > 0
  }

  async #revoke(what: Revocable, claims: object, until?: object): Promise<void> {
    const iss = textOf(what, claims, ['iss'])
    const value = textOf(what, claims, claimsOf(what))
    const now = this.#now()
    const before = until === undefined ? always : readBefore(what, until, now)
    const ahead = until === undefined ? 0 : Math.max(0, before - now)
    const places = await this.#placesFor(iss)
    if (places.length === 0) {
      throw new ConfigurationError('ERR_OPTION_INVALID', `${nameOf(what)}: no type with revocations has this issuer.`)
    }
    await Promise.all(
      places.map(({ store, issuer, longest }) =>
        recordRevocation(store, { what, issuer, value, before, seconds: ahead + longest }),
      ),
    )
  }

  /** Each store once for each issuer that goes by that name. */
  async #placesFor(iss: string): Promise<readonly Place[]> {
    const places: Place[] = []
    for (const { rules } of this.#types) {
      const { issuers, revocations: store } = rules
      const issuer = await issuers.find(iss)
      if (issuer === undefined || store === undefined) continue
      if (places.some((place) => place.store === store && place.issuer === issuer.id)) continue
      const sharing = this.#types.filter((type) => type.rules.revocations === store)
      places.push({ store, issuer: issuer.id, longest: Math.max(...sharing.map((type) => longestLife(type.rules))) })
    }
    return places
  }
}

interface Place {
  readonly store: RevocationStore
  readonly issuer: string
  readonly longest: number
}

/** Thrice the tolerance: of the issuer's clock, of the end, and of another process, whose clock is late. */
function longestLife({ maxLifetime, maxAge, clockTolerance }: TokenRules): number {
  return Math.max(maxLifetime, maxAge) + 3 * clockTolerance + 1
}

function claimsOf(what: Revocable): readonly string[] {
  return revocable.flatMap(([one, claim]) => (one === what ? [claim] : []))
}

function nameOf(what: Revocable): string {
  return `revoke${what.charAt(0).toUpperCase()}${what.slice(1)}`
}

function textOf(what: Revocable, claims: object, names: readonly string[]): string {
  const own = new Map<string, unknown>(Object.entries(claims ?? {}))
  const text = names.map((name) => own.get(name)).find((value) => typeof value === 'string' && value !== '')
  if (typeof text === 'string') return text
  throw new ConfigurationError('ERR_OPTION_MISSING', `${nameOf(what)} needs the claim ${names.join(' or ')}, a text.`)
}

function readBefore(what: Revocable, until: object, now: number): number {
  const aTime: Reader<number> = (value) => {
    if (typeof value === 'number' && value >= 0 && value <= now + mostAhead) return value
    throw new Wrong('has to be a time in seconds since the epoch that is not in the future')
  }
  return readOptions(nameOf(what), until, { before: aTime }).before ?? now
}

function coverage(types: readonly NamedType[], holds: (rules: TokenRules, claims: readonly string[]) => boolean) {
  const namesFor = (what: Revocable) =>
    Object.freeze(types.filter(({ rules }) => holds(rules, claimsOf(what))).map(({ name }) => name))
  return Object.freeze({
    token: namesFor('token'),
    session: namesFor('session'),
    subject: namesFor('subject'),
    client: namesFor('client'),
  })
}

/** Without `iat` nothing says how long ago a token was issued, and it may come of age when the entry has gone. */
function isCovered({ revocations, required, fixed }: TokenRules, claims: readonly string[]): boolean {
  const demanded = new Set([...required, ...fixed.map(([claim]) => claim)])
  return revocations !== undefined && demanded.has('iat') && claims.some((claim) => demanded.has(claim))
}

/**
 * How tokens of this set are revoked, made of the types themselves: their issuers, their stores, how long each token could
 * still be accepted, and of which types which claims are demanded. `covered` and `notCovered` are for a look at start-up.
 *
 * @throws ConfigurationError `ERR_OPTION_INVALID` where no type of the set has `revocations`; `ERR_TYPE_UNNAMED`
 */
export function revocationsOf<Set extends TokenSet>(tokens: Set): Revocations<keyof Set & string>
export function revocationsOf(tokens: TokenSet): Revocations {
  const types = Object.values(tokens).map((type) => namedType('revocationsOf', type))
  const [first] = types
  if (first === undefined || !types.every((type) => type.isOfSetOf(first))) {
    throw new ConfigurationError('ERR_OPTION_INVALID', 'revocationsOf takes a set that defineTokens made.')
  }
  if (types.every(({ rules }) => rules.revocations === undefined)) {
    throw new ConfigurationError('ERR_OPTION_INVALID', 'No type of this set has revocations: give one a store.')
  }
  return new SetRevocations(types, () => first.now())
}
