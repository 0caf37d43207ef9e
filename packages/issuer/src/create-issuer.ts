import {
  issuanceOf,
  issuer,
  type Clock,
  type Duration,
  type HmacSecret,
  type NamedTokenType,
  type PublicKey,
} from '@jwt-guard/core'
import type { ClaimsToIssue } from './claims-to-issue.js'
import { aClock, readNow, systemClock, type WallClock } from './clock.js'
import { filledIn } from './fill-in.js'
import { publishedKeys, type PublishedKeys } from './jwks.js'
import { KeyRoles, type IssuerKeys } from './key-roles.js'
import { TokenNotIssuedError } from './not-issued.js'
import { invalid, needed, readOptions, secondsOf } from './options.js'
import { plainClaims } from './plain-claims.js'
import { readRecipient, type EncryptFor } from './recipient.js'
import { encrypted, signed } from './sign.js'
import type { IssuerKey, SigningKey } from './signing-key.js'

export interface IssuerOptions {
  /** The `iss` of every token: one of the issuers of the types that are issued, exactly. */
  readonly id: string
  /** One key, or several by what they do. All public, or all HMAC secrets. */
  readonly keys: SigningKey | IssuerKeys
  /** The wall clock. Default: the system's. Give that of `defineTokens`, where it has one. */
  readonly clock?: Pick<Clock, 'now'>
  /**
   * For how long after `rotate` the old key is published at least. Default 25 h. The tokens of this process are counted
   * besides; give the longest life of a token where several processes sign.
   */
  readonly keepRetired?: Duration
}

export interface IssueOptions {
  /** From `iat` to `exp`, in whole seconds. Default: the type's `maxLifetime`, and never more. */
  readonly expiresIn?: Duration
  /** Encrypts the signed token for a recipient, who alone can read it. */
  readonly encryptFor?: EncryptFor
}

/** Signs what core verifies. Made by `createIssuer`. */
export interface TokenIssuer {
  readonly id: string
  /**
   * The keys of now, for `issuer(id, { keys })` of core, in the same process: current, next and retired. A list that does
   * not change: a set that was made of it does not know a key that is announced later.
   */
  readonly verificationKeys: readonly PublicKey[] | readonly HmacSecret[]
  /**
   * A token of this type. Filled in, unless the claims say it or the kind forbids it: `iss`, `aud` where the type names
   * one, `iat`, `exp`, `jti`, and claims fixed to one value; the header's `alg`, `kid` and `typ`. What the claims say is
   * used as it is, and never overwritten. Then the type's own verifier looks at the result: what it would refuse is not
   * issued. Nothing is spent by that.
   *
   * Not checked: whether the claims are true; single use and revocation, which are the verifier's; of a token encrypted
   * for somebody else (`encryptFor`, a type without `decryption`) whether the recipient can open it.
   *
   * Rejects with a `TokenNotIssuedError`; with a `DependencyError` where a clock, or fetched keys of the type, are away;
   * with a `ConfigurationError` for options that cannot be, or a type that `defineTokens` did not make.
   */
  issue<C extends object, W extends object>(
    type: NamedTokenType<string, C, never, W>,
    claims: NoInfer<ClaimsToIssue<C, W>>,
    options?: IssueOptions,
  ): Promise<string>
  /** Publishes a key that will sign after those that are next already. */
  announce(key: SigningKey): void
  /**
   * The next key signs from now on. The old one is published until its last token has ended. Throws where no key is next:
   * a key that nobody has seen yet would sign tokens that good verifiers refuse.
   */
  rotate(): void
  /** The public keys, for publication: current, next and retired. HMAC secrets are never among them. */
  jwks(): PublishedKeys
}

/**
 * An issuer of tokens. What it issues is what the token types accept: the same types say what is filled in and what is
 * refused.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_OPTIONS_CONTRADICT` (secrets beside public keys), `ERR_KEY_AMBIGUOUS`
 */
export function createIssuer(options: IssuerOptions): TokenIssuer {
  const what = 'createIssuer'
  const { id, keys, clock, keepRetired = '25h' } = readOptions(what, options, ['id', 'keys', 'clock', 'keepRetired'])
  const seconds = secondsOf(`${what}: keepRetired`, keepRetired, 0, 10 * 365 * 86400)
  const roles = new KeyRoles(needed(what, 'keys', keys), seconds)
  const name = needed(what, 'id', id)
  if (typeof name !== 'string') throw invalid(`${what}: id`, 'has to be a string')
  return new KeyedIssuer(name, roles, clock === undefined ? systemClock : aClock(clock))
}

class KeyedIssuer implements TokenIssuer {
  readonly id: string
  readonly #roles: KeyRoles
  readonly #clock: WallClock

  constructor(id: string, roles: KeyRoles, clock: WallClock) {
    this.id = id
    this.#roles = roles
    this.#clock = clock
    refuseBadKeys(id, roles.all(-Infinity))
    Object.freeze(this)
  }

  get verificationKeys(): readonly PublicKey[] | readonly HmacSecret[] {
    return sourcesOf(this.#keys())
  }

  async issue(type: NamedTokenType<string, object, never, never>, claims: unknown, options: IssueOptions = {}) {
    const issuance = issuanceOf(type)
    const { expiresIn, encryptFor } = readIssueOptions(options)
    const now = readNow(this.#clock)
    const filled = filledIn(issuance, plainClaims(issuance.name, claims), { id: this.id, now, expiresIn })
    const inner = await signed(filled, issuance.typ, this.#roles.signFor(now + issuance.longestUse))
    const text = encryptFor === undefined ? inner : await encrypted(inner, encryptFor)
    const refused =
      (await issuance.refusalOf(issuance.opensEncrypted ? text : inner, filled)) ??
      (text.length > issuance.maxTokenLength ? ({ code: 'ERR_TOKEN_TOO_LONG' } as const) : undefined)
    if (refused !== undefined) throw new TokenNotIssuedError(issuance.name, refused)
    return text
  }

  announce(key: SigningKey): void {
    this.#roles.announce(key, (all) => refuseBadKeys(this.id, all))
  }

  rotate(): void {
    this.#roles.rotate(readNow(this.#clock))
  }

  jwks(): PublishedKeys {
    return publishedKeys(this.#keys())
  }

  #keys(): readonly IssuerKey[] {
    return this.#roles.all(readNow(this.#clock))
  }
}

function readIssueOptions(options: unknown) {
  const { expiresIn, encryptFor } = readOptions('issue', options, ['expiresIn', 'encryptFor'])
  return {
    expiresIn: expiresIn === undefined ? undefined : secondsOf('issue: expiresIn', expiresIn, 1, 10 * 365 * 86400),
    encryptFor: encryptFor === undefined ? undefined : readRecipient(encryptFor),
  }
}

/** Whatever core refuses of an issuer: its id, keys that a header cannot tell apart, secrets beside public keys. */
function refuseBadKeys(id: string, keys: readonly IssuerKey[]): void {
  issuer(id, { keys: sourcesOf(keys) })
}

function sourcesOf(keys: readonly IssuerKey[]): readonly PublicKey[] | readonly HmacSecret[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all public or all secret, or core has refused them
  return Object.freeze(keys.map(({ source }) => source)) as readonly PublicKey[] | readonly HmacSecret[]
}
