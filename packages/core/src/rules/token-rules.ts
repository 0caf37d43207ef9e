import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Json, JsonObject } from '../encoding/strict-json.js'
import type { Refusal } from '../errors/errors.js'
import type { ResolvedIssuers } from '../issuers/issuers.js'
import type { ReplayStore } from '../state/replay-store.js'
import type { RevocationStore } from '../state/revocation-store.js'
import type { OwnDecryptionKey } from '../issuers/decryption-key.js'
import type { ListedIssuers } from '../issuers/listed-issuers.js'

/** Any Standard Schema over an object: zod, valibot, arktype, … */
export type ClaimsSchema = StandardSchemaV1<unknown, object>
export type FixedValue = string | number | boolean

/** What a claim's value has to look like, where it is there. `claimForm` says it of each exactly. */
export type ClaimForm =
  | 'identifier'
  | 'subject'
  | 'asciiSubject'
  | 'text'
  | 'texts'
  | 'flag'
  | 'time'
  | 'anyTime'
  | 'audience'
  | 'scope'
  | 'scopeOrList'
  | 'textMembers'
  | 'object'
  | 'objects'
  | 'events'
  | 'identifiers'

/** Whether a value has a form. `plain`: no text among the claims has a control character, so none is looked for. */
export type IsOfForm = (value: unknown, plain: boolean) => boolean

/** What the user of a kind may say to tell it from other kinds: `typ: 'required'`, a `typ` or `profile` of its own, … */
export type Distinction = 'typ required' | 'own typ' | 'profile' | 'nonce required' | 'clientId' | 'claims'

export interface AudienceRule {
  /** At least one of them has to be among the token's audiences. */
  readonly anyOf: readonly string[]
  /** What else may be among them. Nothing: the audience has to be a sole one. */
  readonly beside: 'anybody' | readonly string[]
}

export interface Decryption {
  readonly keys: readonly OwnDecryptionKey[]
  /** Whether a token that is only signed is taken too. */
  readonly unencrypted: boolean
}

/**
 * All that makes a kind of token what it is, as data: what is verified, what is proven separate from other kinds, and
 * what is documented are read from here and from nowhere else. Frozen. Times and durations are in seconds.
 */
export interface TokenRules {
  /** The kind by its name in the specifications, for people. */
  readonly kind: string
  /** What it is for, and what nobody here looks at: for people, too. */
  readonly purpose: string
  readonly notChecked: readonly string[]
  /** What a remedy may ask of its user. */
  readonly distinctions: readonly Distinction[]
  /** The accepted `typ` values, normalised; undefined stands for a header without one. */
  readonly typ: readonly (string | undefined)[]
  /** Seconds since the epoch, from which on a `typ` that says nothing (none, `JWT`) is accepted no longer. */
  readonly untypedUntil: number | undefined
  /** Whose it may be: those that are listed, or whoever a resolver answers with. */
  readonly issuers: ListedIssuers | ResolvedIssuers
  /** Undefined only where the word `notChecked` was written, or `aud` is forbidden. */
  readonly audience: AudienceRule | undefined
  /** Claims that are there and not null. */
  readonly required: readonly string[]
  /** Claims that are not there, not even as null. */
  readonly forbidden: readonly string[]
  /** Claims that have one of these values. */
  readonly fixed: readonly (readonly [claim: string, values: readonly FixedValue[]])[]
  /** The form of a claim, where it is there. Without a prototype: its names are looked up by what a token says. */
  readonly forms: Readonly<Record<string, { readonly name: ClaimForm; readonly isGood: IsOfForm }>>
  readonly scopeClaim: string
  readonly clockTolerance: number
  /** The longest time from `iat` to `exp`, or from now where there is no `iat`. */
  readonly maxLifetime: number
  /** The longest time from `iat` to now, where there is no `exp`. */
  readonly maxAge: number
  /** Characters of the whole token, and of its header. */
  readonly maxTokenLength: number
  readonly maxHeaderLength: number
  /** Whether one of its issuers may take keys that come with a token, by their certificates. */
  readonly takesCertificates: boolean
  /** In their order, each with the name by which it is explained. */
  readonly checks: readonly { readonly name: string; readonly check: Check }[]
  readonly claims: ClaimsSchema | undefined
  /** Header parameters that `crit` may name, each with the question whether a value is good. They do not throw. */
  readonly extensions: readonly (readonly [name: string, isGood: (value: Json) => boolean])[]
  /** How encrypted tokens are opened; undefined for a type that takes none. */
  readonly decryption: Decryption | undefined
  /** Where it is remembered that a token was used, of a type whose tokens are used once. */
  readonly singleUse: ReplayStore | undefined
  /** Where it is looked up whether a token was revoked, of a type whose tokens can be. */
  readonly revocations: RevocationStore | undefined
}

/** What one verification expects of one token; which members count depends on the kind. */
export interface Expected {
  /** `null`: none was sent, and none may be there. */
  readonly nonce?: string | null | undefined
  /** Seconds since the end-user was authenticated. */
  readonly maxAge?: number | undefined
  readonly acrValues?: readonly string[] | undefined
  readonly accessToken?: string | undefined
  readonly code?: string | undefined
  readonly state?: string | undefined
  /** Who the token has to be about, and which client it has to name. */
  readonly subject?: string | undefined
  readonly clientId?: string | undefined
}

/** What a check may know besides the claims: values, never something to ask. */
export interface Facts {
  /** Seconds since the epoch, read once for a verification. */
  readonly now: number
  readonly expected: Expected
  /** The header's `typ`, normalised. */
  readonly typ: string | undefined
  /** Known from the bytes of the claims: no text among them has a control character. False where that is not known. */
  readonly plain: boolean
  /** What `at_hash`, `c_hash` and `s_hash` have to be, where a token, a code and a state are expected. */
  readonly accessTokenHash: string | undefined
  readonly codeHash: string | undefined
  readonly stateHash: string | undefined
  /** The claims that the header of the encryption around it repeats. */
  readonly replicated: JsonObject | undefined
}

/** One rule: pure, synchronous, and never throwing. */
export type Check = (claims: JsonObject, rules: TokenRules, facts: Facts) => Refusal | undefined
