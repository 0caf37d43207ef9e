// Schemas and sets that are unusual but will be met.
import { accessToken, createGuard, customToken, defineTokens, idToken, issuer, type ClaimsOf, type NotPlainData, type Verified } from '@jwt-guard/core'
import { jwtGuard } from '@jwt-guard/express'
import * as z from 'zod'
import * as v from 'valibot'
import { type } from 'arktype'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Expect, IsAny, Same } from './expect.ts'

const auth = issuer('https://auth.example.com', { algorithms: ['RS256'] })
const at = { issuer: auth, audience: 'x' } as const
interface Declared { readonly tenant: string; roles: string[] }
declare const handMade: StandardSchemaV1<unknown, Declared>
declare const untyped: { readonly '~standard': { readonly version: 1, readonly vendor: 'x', readonly validate: (value: unknown) => Promise<StandardSchemaV1.Result<{ a: number }>> } }
interface Tree { name: string; children: Tree[] }
const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(tree) }))

const set = defineTokens({
  loose: accessToken({ ...at, claims: z.looseObject({ tenant: z.string() }) }),
  strict: accessToken({ ...at, claims: z.strictObject({ tenant: z.string() }) }),
  record: accessToken({ ...at, claims: z.record(z.string(), z.number()) }),
  union: accessToken({ ...at, claims: z.discriminatedUnion('kind', [z.object({ kind: z.literal('user'), name: z.string() }), z.object({ kind: z.literal('robot'), serial: z.number() })]) }),
  branded: accessToken({ ...at, claims: z.object({ tenant: z.string().brand<'Tenant'>() }) }),
  lively: accessToken({ ...at, claims: z.object({ seen: z.coerce.date(), ids: z.array(z.string()).transform(a => new Set(a)), n: z.string().transform(Number) }) }),
  tree: accessToken({ ...at, claims: z.object({ tree }) }),
  tuple: accessToken({ ...at, claims: z.object({ pair: z.tuple([z.string(), z.number()]), many: z.tuple([z.string()], z.number()), maybe: z.string().optional() }) }),
  any: accessToken({ ...at, claims: z.object({ x: z.any(), y: z.unknown() }) }),
  hand: accessToken({ ...at, claims: handMade }),
  untyped: accessToken({ ...at, claims: untyped }),
  pipe: accessToken({ ...at, claims: v.pipe(v.object({ t: v.string() }), v.transform(o => ({ ...o, n: 1 }))) }),
  ark: accessToken({ ...at, claims: type({ 'scope?': 'string', n: 'string.numeric.parse' }) }),
  narrowed: accessToken({ ...at, claims: z.object({ sub: z.templateLiteral(['user-', z.number()]), scope: z.string() }) }),
  fixed: customToken({ typ: 'o+jwt', issuer: auth, audience: 'x', maxLifetime: 1, fixed: { flag: true, n: [1, 2], s: ['a', 'b'] } }),
  forbids: customToken({ typ: 'f+jwt', issuer: auth, audience: 'x', maxLifetime: 1, forbidden: ['sub', 'scope'] }),
})
type C<K extends keyof typeof set> = ClaimsOf<(typeof set)[K]>
type _ = [
  Expect<Same<C<'loose'>['tenant'], string>>, Expect<Same<C<'loose'>['sub'], string>>, Expect<Same<C<'loose'>['anything'], unknown>>,
  Expect<Same<C<'strict'>['tenant'], string>>,
  Expect<Same<C<'record'>['anything'], number>>, Expect<Same<C<'record'>['sub'], string>>,
  Expect<Same<C<'branded'>['tenant'], string & z.$brand<'Tenant'>>>,
  Expect<Same<C<'lively'>['seen'], NotPlainData<Date>>>, Expect<Same<C<'lively'>['ids'], NotPlainData<Set<string>>>>, Expect<Same<C<'lively'>['n'], number>>,
  Expect<Same<C<'tree'>['tree']['children'][0]['name'], string>>,
  Expect<Same<C<'tuple'>['pair'], readonly [string, number]>>, Expect<Same<C<'tuple'>['many'], readonly [string, ...number[]]>>, Expect<Same<C<'tuple'>['maybe'], string | undefined>>,
  Expect<IsAny<C<'any'>['x']>>, Expect<Same<C<'any'>['y'], unknown>>, Expect<Same<C<'any'>['sub'], string>>,
  Expect<Same<C<'hand'>['tenant'], string>>, Expect<Same<C<'hand'>['roles'], readonly string[]>>,
  Expect<Same<C<'untyped'>['a'], number>>,
  Expect<Same<C<'pipe'>['n'], number>>,
  Expect<Same<C<'ark'>['n'], number>>,
  Expect<Same<C<'narrowed'>['sub'], `user-${number}`>>, Expect<Same<C<'narrowed'>['scope'], string>>,
  Expect<Same<C<'fixed'>['flag'], true>>, Expect<Same<C<'fixed'>['n'], 1 | 2>>, Expect<Same<C<'fixed'>['s'], 'a' | 'b'>>,
  Expect<Same<C<'forbids'>['sub'], undefined>>,
]
declare const u: C<'union'>, l: C<'lively'>
if (u.kind === 'robot') { const n: number = u.serial; void n } else { const n: string = u.name; void n }
// @ts-expect-error a Date is not plain data: the compiler says so where it is read
l.seen.getTime()
// NOT CAUGHT by types: a schema that changes a registered claim. `exp` becomes `number & Date`; refused at run time
accessToken({ ...at, claims: z.object({ exp: z.number().transform(n => new Date(n)) }) })
// sets built from parts
const parts = { a: accessToken(at), b: idToken({ issuer: auth, clientId: 'x' }) }
const merged = defineTokens({ ...parts, c: customToken({ typ: 'c+jwt', issuer: auth, audience: 'x', maxLifetime: 1 }) })
type _merged = [Expect<Same<keyof typeof merged, 'a' | 'b' | 'c'>>, Expect<Same<typeof merged.a.name, 'a'>>]
// options from a variable
const names = ['tenant', 'region'] as const
const fromVariable = defineTokens({ x: customToken({ typ: 'c+jwt', issuer: auth, audience: 'x', maxLifetime: 1, required: names }) })
type _variable = Expect<Same<keyof ClaimsOf<typeof fromVariable.x> & ('tenant' | 'region'), 'tenant' | 'region'>>
const mutable: string[] = ['tenant']
const fromMutable = defineTokens({ x: customToken({ typ: 'c+jwt', issuer: auth, audience: 'x', maxLifetime: 1, required: mutable }) })
type _mutable = Expect<Same<ClaimsOf<typeof fromMutable.x>['iss'], string>>
// @ts-expect-error of a string[] the compiler knows no name
const unknownName = (c: ClaimsOf<typeof fromMutable.x>) => c.tenant
// a function over every token
function audit(token: Verified) { return `${token.type} ${token.expiresAt}` }
async function f() { audit(await merged.a.verify('')); audit(await set.union.verify('')) }
// a factory of one's own, generic
function tenantToken<S extends StandardSchemaV1<unknown, object>>(claims: S) { return accessToken({ ...at, claims }) }
const mine = defineTokens({ mine: tenantToken(z.object({ tenant: z.string() })) })
type _mine = Expect<Same<ClaimsOf<typeof mine.mine>['tenant'], string>>
jwtGuard(mine.mine); createGuard(set.loose)
