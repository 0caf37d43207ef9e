import {
  defineTokens,
  issuers,
  type AnyTokenType,
  type IssuerResolver,
  type Issuer,
  type Verified,
} from '@jwt-guard/core'
import { FakeIssuer, type Claims } from '@jwt-guard/testing'
import { kindOf, kinds, type KindName } from './kinds.js'

/** What is said of a kind, and of its tokens, beyond what the list of kinds says. */
export interface Said {
  readonly options?: object
  readonly typs?: readonly (string | undefined)[]
  /** For whom its tokens are, where that is another name than the others have. */
  readonly name?: string
  /** Who issues it and signs it, where that is somebody of its own. */
  readonly by?: FakeIssuer
}
export type Saying = Readonly<Partial<Record<KindName, Said>>>

/** Where the issuers of kinds come from. All sign with the same keys under the same names. */
export interface World {
  readonly name: string
  readonly signers: readonly FakeIssuer[]
  readonly issuerOf: (kind: KindName) => Issuer | readonly Issuer[] | IssuerResolver
}

export const fake = new FakeIssuer()
const { clock } = fake
const partner = new FakeIssuer({ id: 'https://partner.test', clock })
const both = [fake, partner]
const known = issuers(async (iss) => both.find(({ id }) => id === iss)?.issuer)

export const worlds = {
  one: { name: 'one issuer', signers: [fake], issuerOf: () => fake.issuer },
  several: { name: 'several issuers', signers: both, issuerOf: () => both.map(({ issuer }) => issuer) },
  resolved: {
    name: 'issuers found by a function, for kinds that have many',
    signers: both,
    issuerOf: (kind) => ('resolved' in kinds[kind] ? known : both.map(({ issuer }) => issuer)),
  },
} as const satisfies Readonly<Record<string, World>>

/** The one name that is for all: client, authorization server and API. */
const everybody = 'https://service.test'
export const namedAlike = (): string => everybody
export const namedApart = (kind: KindName): string => kindOf(kind).own

/** A way to name, and to issue: what a whole matrix is made in. */
export interface Setting {
  readonly world: World
  readonly nameOf: (kind: KindName) => string
  readonly saying: Saying
}

export function typeOf(kind: KindName, { world, nameOf, saying }: Setting): AnyTokenType {
  const { make, for: option, options } = kindOf(kind)
  const { by, name = nameOf(kind), options: more } = saying[kind] ?? {}
  const issuer = by?.issuer ?? world.issuerOf(kind)
  return make({ issuer, [option]: name, ...options, ...more } as never)
}

/** One valid token of a kind. */
export interface Sample {
  readonly kind: KindName
  readonly text: string
}

/** Valid tokens of a kind: of every signer, with every `typ`. */
export function samplesOf(kind: KindName, { world, nameOf, saying }: Setting): readonly Sample[] {
  const { token, typs: usual } = kindOf(kind)
  const { by, name = nameOf(kind), typs = usual } = saying[kind] ?? {}
  return (by === undefined ? world.signers : [by]).flatMap((signer) =>
    typs.map((typ) => ({ kind, text: token(signer, { claims: { aud: name }, header: { typ } }) })),
  )
}

/** What a kind is given to verify this text with: it never refuses for want of a better one. */
export function contextFor(kind: KindName, text: string, { saying }: Setting): object | undefined {
  const claims = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()) as Claims
  return kindOf(kind).context?.(claims, { ...saying[kind]?.options })
}

/** A type of a set, whatever it is the type of. */
export interface AnyVerifier {
  readonly verify: (text: string, context?: object) => Promise<Verified>
}
export type AnySet = Readonly<Record<string, AnyVerifier>>

/** A set of these kinds, each under its own name. */
export function setOf(names: readonly KindName[], setting: Setting) {
  return defineTokens(Object.fromEntries(names.map((name) => [name, typeOf(name, setting)])), { clock })
}

/** Said of all twelve, and they start together, whatever they are named. */
export const together: Saying = {
  idToken: { options: { nonce: 'required' } },
  clientAssertion: { options: { typ: 'required' }, typs: ['client-authentication+jwt'] },
  authorizationGrant: { options: { typ: 'required', profile: 'vouching+jwt' }, typs: ['vouching+jwt'] },
}
