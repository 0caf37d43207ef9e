import { Refusal } from '../errors/errors.js'
import type { RefusalCode } from '../errors/codes.js'
import type { Expected, FixedValue, TokenRules } from '../rules/token-rules.js'
import { shortTyp } from '../rules/in-words.js'
import type { AnyNamedTokenType } from './named-token.js'
import { namedType } from './named-type.js'

/** Why a type's verifier would refuse a token. Neither the token nor the value of a claim is in it. */
export interface NotIssuable {
  readonly code: RefusalCode
  readonly claim?: string
}

/** What somebody who issues tokens of a type has to know of it. Frozen. Times are in seconds. */
export interface Issuance {
  /** The type's name in its set. */
  readonly name: string
  /** The header's `typ`, as it is written; undefined for kinds that have none of their own. */
  readonly typ: string | undefined
  /** The audience, where the type names exactly one. */
  readonly audience: string | undefined
  /** Claims that can have one value only. */
  readonly fixed: readonly (readonly [claim: string, value: FixedValue])[]
  /** Claims that are never there. */
  readonly forbidden: readonly string[]
  /** How long a token lives where nobody says less, from `iat` on. */
  readonly lifetime: number
  /** After how long from now a token that is accepted now is surely accepted no longer, whatever it says. */
  readonly longestUse: number
  /** Characters of the whole token. */
  readonly maxTokenLength: number
  /** Whether the type opens encrypted tokens. If not, only what is within can be looked at by `refusalOf`. */
  readonly opensEncrypted: boolean
  /**
   * What the type's own verifier would say of a token just issued, with its keys, its clock and its schema: undefined
   * where it would accept it. Where the kind expects something of each token (the nonce, the subject, the client), that
   * is taken from `claims`, which is what was issued. Nothing is spent, and no verdict is published. Rejects with a
   * `DependencyError` where the type's keys or clock are away.
   */
  readonly refusalOf: (text: string, claims: Readonly<Record<string, unknown>>) => Promise<NotIssuable | undefined>
}

/**
 * A type's rules for whoever issues its tokens, such as `@jwt-guard/issuer`, so that what is issued is what is accepted.
 * No claim and no header comes out of it. Not a verifier: it believes its caller what is expected of a token.
 *
 * @throws ConfigurationError `ERR_TYPE_UNNAMED`
 */
export function issuanceOf(type: AnyNamedTokenType): Issuance {
  const named = namedType('issuanceOf', type)
  const { rules } = named
  const [ownTyp] = rules.typ
  const [audience, ...otherAudiences] = rules.audience?.anyOf ?? []
  return Object.freeze({
    name: named.name,
    typ: ownTyp === undefined ? undefined : shortTyp(ownTyp),
    audience: otherAudiences.length === 0 ? audience : undefined,
    fixed: Object.freeze(rules.fixed.flatMap(onlyValue)),
    forbidden: rules.forbidden,
    lifetime: Math.min(rules.maxLifetime, rules.maxAge),
    longestUse: Math.max(rules.maxLifetime, rules.maxAge) + 2 * rules.clockTolerance,
    maxTokenLength: rules.maxTokenLength,
    opensEncrypted: rules.decryption !== undefined,
    refusalOf: async (text, claims) => {
      const outcome = await named.outcome(text, expectedOf(claims))
      return outcome instanceof Refusal ? notIssuable(outcome) : undefined
    },
  } satisfies Issuance)
}

function onlyValue([claim, values]: TokenRules['fixed'][number]): readonly (readonly [string, FixedValue])[] {
  const [value, ...others] = values
  return value === undefined || others.length > 0 ? [] : [Object.freeze([claim, value] as const)]
}

/** As the caller of `verify` would have to say it. An empty text is nothing that can be expected. */
function expectedOf({ nonce, sub, client_id: clientId }: Readonly<Record<string, unknown>>): Expected {
  return { nonce: textOf(nonce) ?? null, subject: textOf(sub), clientId: textOf(clientId) }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function notIssuable({ code, claim }: Refusal): NotIssuable {
  return Object.freeze(claim === undefined ? { code } : { code, claim })
}
