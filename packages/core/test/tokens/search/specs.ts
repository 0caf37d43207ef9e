import {
  accessToken,
  authorizationGrant,
  clientAssertion,
  customToken,
  hmacSecret,
  identityAssertionGrant,
  idToken,
  introspectionResponse,
  issuer,
  issuers,
  logoutToken,
  notChecked,
  requestObject,
  securityEventToken,
  transactionToken,
  userInfoResponse,
  type AnyTokenType,
  type Issuer,
} from '@jwt-guard/core'
import * as fc from 'fast-check'
import { day, ids, secretNames, secrets, type SecretName } from './universe.ts'

const makers = {
  accessToken,
  idToken,
  logoutToken,
  clientAssertion,
  authorizationGrant,
  identityAssertionGrant,
  securityEventToken,
  requestObject,
  introspectionResponse,
  userInfoResponse,
  transactionToken,
  customToken,
} satisfies Readonly<Record<string, (options: never) => AnyTokenType>>
export type Maker = keyof typeof makers
export const kinds = Object.keys(makers) as readonly Maker[]

type Values = readonly (string | number | boolean)[]
export interface IssuerSpec {
  readonly id: string
  readonly aliases: readonly string[]
  /** Those that are usual for this id, where none is named. */
  readonly secrets: readonly (SecretName | Uint8Array)[]
}

/** A kind and everything that its user could say of it; what the kind does not take is not said. */
export interface Spec {
  readonly kind: Maker
  readonly typ: string
  readonly typRequired: boolean
  readonly migrating: boolean
  readonly profile: string | undefined
  readonly nonceRequired: boolean
  readonly notBefore: boolean
  readonly issuers: readonly IssuerSpec[]
  readonly resolved: boolean
  readonly audience: readonly string[] | undefined
  readonly trusted: readonly string[]
  readonly required: readonly string[]
  readonly forbidden: readonly string[]
  readonly fixed: Readonly<Record<string, Values>>
  /** Verified seconds after midnight, and not seconds before it. */
  readonly late: boolean
}

/** A description that says as little as it can, so that a second one differs from it by little. */
const plain: Spec = {
  kind: 'customToken',
  typ: 'a+jwt',
  typRequired: false,
  migrating: false,
  profile: undefined,
  nonceRequired: false,
  notBefore: false,
  issuers: [{ id: 'i1', aliases: [], secrets: ['k1'] }],
  resolved: false,
  audience: ['u'],
  trusted: [],
  required: [],
  forbidden: [],
  fixed: {},
  late: false,
}

/** The plain description with something else said. */
export function specOf(change: Partial<Spec>): Spec {
  return { ...plain, ...change }
}

const someOf = <T>(values: readonly T[], maxLength: number, minLength = 0) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength, maxLength })
const mostly = <T>(value: T, otherwise: fc.Arbitrary<T>, weight = 2) =>
  fc.oneof({ weight, arbitrary: fc.constant(value) }, otherwise)
const claimNames = ['p', 'q', 'sub', 'nonce', 'jti', 'client_id', 'nbf', 'at_hash', 'txn', 'scope', 'sid', 'request']
const typs = ['a+jwt', 'A+JWT', 'application/a+jwt', 'JWT', 'jwt', 'application/JWT', 'b+jwt', 'at+jwt', 'txntoken+jwt']

export const specs: fc.Arbitrary<Spec> = fc.record({
  kind: fc.constantFrom<Maker[]>('customToken', 'customToken', 'customToken', ...kinds),
  typ: fc.constantFrom(...typs),
  typRequired: mostly(false, fc.constant(true)),
  migrating: fc.boolean(),
  profile: mostly<string | undefined>(undefined, fc.constantFrom('p+jwt', 'a+jwt')),
  nonceRequired: fc.boolean(),
  notBefore: fc.boolean(),
  issuers: fc.uniqueArray(
    fc.record({
      id: mostly<string>('i1', fc.constantFrom(...ids)),
      aliases: mostly<readonly string[]>([], someOf(ids, 1)),
      secrets: mostly<IssuerSpec['secrets']>([], someOf(secretNames, 2, 1)),
    }),
    { minLength: 1, maxLength: 2, selector: ({ id }) => id },
  ),
  resolved: mostly(false, fc.constant(true), 5),
  audience: fc.constantFrom<readonly string[] | undefined>(['u'], ['u'], ['v'], ['u', 'v'], undefined),
  trusted: mostly<readonly string[]>([], someOf(['v', 'w'], 2)),
  required: mostly<readonly string[]>([], someOf(claimNames, 2)),
  forbidden: mostly<readonly string[]>([], someOf(claimNames, 2)),
  fixed: mostly<Spec['fixed']>(
    {},
    fc.dictionary(fc.constantFrom('p', 'q', 'sub'), someOf(['x', 'y', 's', 1, true], 2, 1), { maxKeys: 2 }),
  ),
  late: fc.boolean(),
})

/** Two kinds, every other time such that the second is the first but for what it takes from a third. */
export const pairsOfSpecs = fc
  .tuple(specs, specs, fc.option(someOf(Object.keys(plain) as readonly (keyof Spec)[], 4, 1)))
  .map(([a, c, taken]): readonly [Spec, Spec] => {
    if (taken === null) return [a, c]
    return [a, { ...a, ...Object.fromEntries(taken.map((name) => [name, c[name]])) }]
  })

/** The kind that a description is of. */
export function typeOf(spec: Spec): AnyTokenType {
  const make: (options: never) => AnyTokenType = makers[spec.kind]
  return make(optionsOf(spec) as never)
}

export function optionsOf(spec: Spec): object {
  const migration = spec.migrating ? { untypedUntil: day } : {}
  const typ = spec.typRequired ? ({ typ: 'required' } as const) : {}
  const trusting = spec.trusted.length > 0 ? { trustedAudiences: spec.trusted } : {}
  const issuing = { issuer: issuersOf(spec) }
  const forMany = { ...issuing, audience: spec.audience ?? notChecked }
  const sole = { ...issuing, audience: spec.audience?.[0] ?? 'u' }
  const client = { ...issuing, clientId: spec.audience?.[0] ?? 'u', ...trusting }
  const { required, forbidden, fixed } = spec
  const options: Readonly<Record<Maker, object>> = {
    accessToken: { ...forMany, ...migration },
    idToken: { ...client, ...(spec.nonceRequired && { nonce: 'required' }) },
    logoutToken: { ...client, ...typ, ...migration },
    clientAssertion: { ...sole, ...typ, ...migration },
    authorizationGrant: { ...forMany, ...typ, ...migration, ...(spec.profile && { profile: spec.profile }) },
    identityAssertionGrant: { ...sole, ...migration },
    securityEventToken: { ...forMany, ...migration },
    requestObject: { ...forMany, ...migration, ...(spec.notBefore && { notBefore: 'required' }) },
    introspectionResponse: { ...forMany, ...migration },
    userInfoResponse: client,
    transactionToken: { ...forMany, ...migration },
    customToken: { ...forMany, ...migration, typ: spec.typ, maxLifetime: 900, required, forbidden, fixed },
  }
  return options[spec.kind]
}

/** Whose secret is whose, where a description names none. */
const usual: Readonly<Record<string, SecretName>> = { i1: 'k1', i2: 'k2', i3: 'long' }
const given = Object.fromEntries(
  secretNames.map((name) => {
    const [bytes, algorithm] = secrets[name]
    return [name, hmacSecret(bytes, algorithm)] as const
  }),
)

function issuersOf({ issuers: listed, resolved }: Spec) {
  const all = listed.map((spec): readonly [IssuerSpec, Issuer] => [spec, issuerOf(spec)])
  if (!resolved) return all.map(([, made]) => made)
  return issuers((iss) => all.find(([{ id, aliases }]) => id === iss || aliases.includes(iss))?.[1])
}

function issuerOf({ id, aliases, secrets: named }: IssuerSpec): Issuer {
  const names = named.length > 0 ? named : [usual[id] ?? 'k1']
  const keys = names.map(
    (name) => (typeof name === 'string' ? given[name] : undefined) ?? hmacSecret(name as Uint8Array, 'HS256'),
  )
  return issuer(id, { keys, ...(aliases.length > 0 && { aliases }) })
}
