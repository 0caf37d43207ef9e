import { accessToken, anyOf, authorizationGrant, clientAssertion, createGuard, customToken, defineTokens, describe, hmacSecret, identityAssertionGrant, idToken, introspectionResponse, issuer, issuers, keySet, logoutToken, notChecked, publicKey, remoteKeySet, requestObject, securityEventToken, separation, tokenOf, transactionToken, userInfoResponse, verifyCompactJws } from '@jwt-guard/core'
import type { AccessTokenClaims, AnyOf, ClaimsOf, Clock, Explanation, From, IdTokenClaims, Issuer, LogoutTokenClaims, UserInfoClaims, Verified, VerifiedBy } from '@jwt-guard/core'
import type { IncomingMessage } from 'node:http'
import type { KeyObject } from 'node:crypto'
import * as z from 'zod'
import * as v from 'valibot'
import { type } from 'arktype'
import type { Expect, IsAny, Same } from './expect.ts'

declare const bytes: Uint8Array, buffer: Buffer, pem: string, keyObject: KeyObject, req: IncomingMessage, clock: Clock

// ── keys
hmacSecret(bytes, 'HS256'); hmacSecret(buffer, 'HS512', { kid: 'a' }); hmacSecret({ base64url: 'x' }, 'HS256'); hmacSecret({ utf8: 'x' }, 'HS256')
hmacSecret({ base64url: process.env['RESET_SECRET'] }, 'HS256') // undefined is refused when the key is made
// @ts-expect-error a public-key algorithm
hmacSecret(bytes, 'RS256')
// @ts-expect-error a bare string
hmacSecret('secret', 'HS256')
// @ts-expect-error an environment variable, bare
hmacSecret(process.env['SECRET'], 'HS256')
// @ts-expect-error two encodings
hmacSecret({ utf8: 'x', hex: '00' }, 'HS256')
// @ts-expect-error no encoding
hmacSecret({}, 'HS256')
// @ts-expect-error no algorithm
hmacSecret(bytes)
// @ts-expect-error a key object is for public keys
hmacSecret(keyObject, 'HS256')
publicKey(pem, 'RS256'); publicKey({ kty: 'RSA', n: '', e: '' }, 'PS256'); publicKey(keyObject, 'Ed25519', { kid: 'b' })
// @ts-expect-error an HMAC algorithm
publicKey(pem, 'HS256')
// @ts-expect-error none
publicKey(pem, 'none')
// @ts-expect-error an unknown option
publicKey(pem, 'RS256', { kidd: 'x' })
keySet({ keys: [] }, { algorithms: ['RS256'] })
// @ts-expect-error symmetric
keySet({ keys: [] }, { algorithms: ['HS256'] })
// @ts-expect-error no algorithms
remoteKeySet('https://x', {})
verifyCompactJws('', hmacSecret(bytes, 'HS256')); verifyCompactJws('', [publicKey(pem, 'RS256')])
// @ts-expect-error a raw key
verifyCompactJws('', bytes)

// ── issuers
const auth = issuer('https://auth.example.com', { algorithms: ['RS256'] })
const self = issuer('https://api.example.com', { keys: hmacSecret(bytes, 'HS256') })
issuer('x', { keys: publicKey(pem, 'RS256') }); issuer('x', { keys: [publicKey(pem, 'RS256'), keySet({ keys: [] }, { algorithms: ['ES256'] })], aliases: ['y'] })
issuer('x', { keys: [hmacSecret(bytes, 'HS256'), hmacSecret(bytes, 'HS256')] })
issuer('x', { algorithms: ['RS256'], cooldown: '30s', aliases: ['accounts.google.com'], keyHosts: ['k'] })
const many = issuers(async (iss) => iss === 'a' ? auth : undefined)
type _issuer = [Expect<Same<typeof auth, Issuer>>, Expect<Same<typeof self, Issuer>>]
// @ts-expect-error neither
issuer('x', {})
// @ts-expect-error both
issuer('x', { algorithms: ['RS256'], keys: publicKey(pem, 'RS256') })
// @ts-expect-error discovery of secrets
issuer('x', { algorithms: ['HS256'] })
// @ts-expect-error secret and public under one issuer
issuer('x', { keys: [publicKey(pem, 'RS256'), hmacSecret(bytes, 'HS256')] })
// @ts-expect-error a raw key
issuer('x', { keys: bytes })
// @ts-expect-error an unknown option
issuer('x', { algorithms: ['RS256'], alg: 'RS256' })
// @ts-expect-error an unknown option
issuer('x', { keys: publicKey(pem, 'RS256'), kid: 'x' })
// @ts-expect-error an option of the other form
issuer('x', { keys: publicKey(pem, 'RS256'), cooldown: '30s' })
// @ts-expect-error not an issuer
issuers((iss) => iss)

// ── access token
const access = accessToken({ issuer: auth, audience: 'https://api.example.com' })
accessToken({ issuer: [auth, self], audience: ['a', 'b'], maxLifetime: '15m', clockTolerance: 30 }); accessToken({ issuer: many, audience: notChecked })
// @ts-expect-error no audience
accessToken({ issuer: auth })
// @ts-expect-error no issuer
accessToken({ audience: 'x' })
// @ts-expect-error an unknown option
accessToken({ issuer: auth, audience: 'x', audiense: 'y' })
// @ts-expect-error undefined is not silence
accessToken({ issuer: auth, audience: 'x', maxLifetime: undefined })
// @ts-expect-error undefined is no audience, exactOptionalPropertyTypes or not
accessToken({ issuer: auth, audience: undefined })
// @ts-expect-error the off switch is one symbol
accessToken({ issuer: auth, audience: Symbol('notChecked') })
// @ts-expect-error what cannot be switched off
accessToken({ issuer: notChecked, audience: 'x' })
// @ts-expect-error not a duration
accessToken({ issuer: auth, audience: 'x', maxLifetime: '15 minutes' })
// @ts-expect-error an issuer id is not an issuer
accessToken({ issuer: 'https://auth.example.com', audience: 'x' })
// @ts-expect-error an unknown option beside a schema
accessToken({ issuer: auth, audience: 'x', claims: z.object({ tenant: z.string() }), audiense: 'y' })
// @ts-expect-error a schema of something that is no object
accessToken({ issuer: auth, audience: 'x', claims: z.string() })

// ── the set, claims by any Standard Schema
const tokens = defineTokens({
  access,
  byZod: accessToken({ issuer: auth, audience: 'x', claims: z.object({ tenant: z.string(), roles: z.array(z.string()) }) }),
  byValibot: accessToken({ issuer: auth, audience: 'x', claims: v.object({ tenant: v.string() }) }),
  byArktype: accessToken({ issuer: auth, audience: 'x', claims: type({ tenant: 'string', 'plan?': "'free' | 'paid'" }) }),
  id: idToken({ issuer: auth, clientId: 'web' }),
  userInfo: userInfoResponse({ issuer: auth, clientId: 'web' }),
  logout: logoutToken({ issuer: auth, clientId: 'web' }),
  reset: customToken({ typ: 'password-reset+jwt', issuer: self, audience: 'x', maxLifetime: '15m', required: ['sub'], claims: z.object({ email: z.email() }) }),
  partner: customToken({ typ: 'p+jwt', issuer: self, audience: 'x', maxLifetime: 900, required: ['tenant', 'sub'], forbidden: ['nonce'], fixed: { use: 'p', level: [1, 2] } }),
}, { clock })
async function claims() {
  const t = await tokens.access.verify('')
  type _0 = [Expect<Same<typeof t, Verified<'access', AccessTokenClaims>>>, Expect<Same<typeof t.type, 'access'>>, Expect<Same<typeof t.claims.sub, string>>, Expect<Same<typeof t.claims.scope, string | undefined>>, Expect<Same<typeof t.expiresAt, number>>]
  // @ts-expect-error a claim that the type does not have
  t.claims.tenant
  // @ts-expect-error frozen
  t.claims.sub = 'x'
  // @ts-expect-error frozen
  t.type = 'x'
  const zod = (await tokens.byZod.verify('')).claims
  type _1 = [Expect<Same<typeof zod.tenant, string>>, Expect<Same<typeof zod.sub, string>>, Expect<Same<typeof zod.roles, readonly string[]>>]
  // @ts-expect-error frozen, deeply
  zod.roles.push('admin')
  // @ts-expect-error a claim that the schema does not have
  zod.plan
  const val = (await tokens.byValibot.verify('')).claims
  type _2 = [Expect<Same<typeof val.tenant, string>>, Expect<Same<typeof val.jti, string>>]
  const ark = (await tokens.byArktype.verify('')).claims
  type _3 = [Expect<Same<typeof ark.tenant, string>>, Expect<Same<typeof ark.plan, 'free' | 'paid' | undefined>>]
  const reset = await tokens.reset.verify('')
  type _4 = [Expect<Same<typeof reset.type, 'reset'>>, Expect<Same<typeof reset.claims.email, string>>, Expect<Same<typeof reset.claims.sub, string>>, Expect<Same<typeof reset.claims.jti, string | undefined>>]
  const p = (await tokens.partner.verify('')).claims
  type _5 = [Expect<Same<typeof p.tenant, {}>>, Expect<Same<typeof p.sub, string>>, Expect<Same<typeof p.use, 'p'>>, Expect<Same<typeof p.level, 1 | 2>>, Expect<Same<typeof p.nonce, undefined>>, Expect<Same<typeof p.aud, string | readonly string[]>>]
  if (typeof p.tenant === 'string') p.tenant.length
  // @ts-expect-error a claim that nothing says is there
  p.other
}
// ── a factory inside defineTokens: its literals survive the contextual return type, and silence adds nothing
const inside = defineTokens({
  bare: customToken({ typ: 'a+jwt', issuer: self, audience: 'x', maxLifetime: 1 }),
  req: customToken({ typ: 'b+jwt', issuer: self, audience: 'x', maxLifetime: 1, required: ['tenant'] }),
  forb: customToken({ typ: 'c+jwt', issuer: self, audience: 'x', maxLifetime: 1, forbidden: ['nonce'] }),
  fix: customToken({ typ: 'd+jwt', issuer: self, audience: ['x', 'y'], maxLifetime: 1, fixed: { use: 'p' } }),
  open: customToken({ typ: 'e+jwt', issuer: self, audience: notChecked, maxLifetime: 1 }),
  both: customToken({ typ: 'f+jwt', issuer: self, audience: 'x', maxLifetime: 1, required: ['tenant'], claims: z.object({ tenant: z.string() }) }),
  acc: accessToken({ issuer: self, audience: 'x' }),
})
declare const cb: ClaimsOf<typeof inside.bare>, cr: ClaimsOf<typeof inside.req>, cf: ClaimsOf<typeof inside.forb>, cx: ClaimsOf<typeof inside.fix>, co: ClaimsOf<typeof inside.open>, c2: ClaimsOf<typeof inside.both>, ca: ClaimsOf<typeof inside.acc>
type _inside = [
  Expect<Same<typeof cr.tenant, {}>>, Expect<Same<typeof cf.nonce, undefined>>, Expect<Same<typeof cx.use, 'p'>>, Expect<Same<typeof c2.tenant, string>>,
  Expect<Same<typeof cb.aud, string | readonly string[]>>, Expect<Same<typeof cx.aud, string | readonly string[]>>, Expect<Same<typeof co.aud, string | readonly string[] | undefined>>, Expect<Same<typeof ca, AccessTokenClaims & From<'acc'>>>,
]
// @ts-expect-error
cb.other
// @ts-expect-error
cr.other
// @ts-expect-error
cf.other
// @ts-expect-error
cx.other
// @ts-expect-error
ca.other
// @ts-expect-error no maxLifetime
customToken({ typ: 'p+jwt', issuer: self, audience: 'x' })
// @ts-expect-error no audience
customToken({ typ: 'p+jwt', issuer: self, maxLifetime: 1 })
// @ts-expect-error an unknown option
customToken({ typ: 'p+jwt', issuer: self, audience: 'x', maxLifetime: 1, require: ['x'] })
// @ts-expect-error a claim name that is no string
customToken({ typ: 'p+jwt', issuer: self, audience: 'x', maxLifetime: 1, required: [1] })
// @ts-expect-error a fixed value that is an object
customToken({ typ: 'p+jwt', issuer: self, audience: 'x', maxLifetime: 1, fixed: { use: {} } })
// @ts-expect-error null is not a value to fix
customToken({ typ: 'p+jwt', issuer: self, audience: 'x', maxLifetime: 1, fixed: { use: null } })
// @ts-expect-error the audience has a rule of its own
customToken({ typ: 'p+jwt', issuer: self, audience: 'x', maxLifetime: 1, fixed: { aud: 'y' } })

// ── names
type _names = [
  Expect<Same<typeof tokens.access.name, 'access'>>, Expect<Same<typeof tokens.id.name, 'id'>>, Expect<Same<keyof typeof tokens, 'access' | 'byZod' | 'byValibot' | 'byArktype' | 'id' | 'userInfo' | 'logout' | 'reset' | 'partner'>>,
  Expect<Same<ClaimsOf<typeof tokens.access>, AccessTokenClaims & From<'access'>>>,
  Expect<Same<VerifiedBy<typeof tokens.id>, Verified<'id', IdTokenClaims>>>,
  Expect<Same<IsAny<ClaimsOf<typeof tokens.partner>>, false>>,
]
// @ts-expect-error only a named type verifies
access.verify('')
// @ts-expect-error not in the set
tokens.nope
// @ts-expect-error frozen
tokens.access = tokens.access
// @ts-expect-error not a token type
defineTokens({ access: {} })
// @ts-expect-error it has a name, and a set, already
defineTokens({ again: tokens.access })
// @ts-expect-error an unknown option
defineTokens({ access }, { clocks: clock })
const matrix = separation(tokens); type _pair = Expect<Same<(typeof matrix)[number]['pair'][0], keyof typeof tokens>>
// claims of one kind are not claims of another, though their shapes agree
declare function useId(claims: ClaimsOf<typeof tokens.id>): void
declare function useAccess(claims: ClaimsOf<typeof tokens.access>): void
declare function useSub(claims: { readonly sub: string }): void
declare const a: ClaimsOf<typeof tokens.access>, i: ClaimsOf<typeof tokens.id>
useAccess(a); useSub(a); useId(i); useSub(i)
// @ts-expect-error
useId(a)
useAccess({ iss: '', aud: '', sub: '', client_id: '', exp: 0, iat: 0, jti: '' }) // a fixture needs no cast

// ── context
tokens.access.verify('t'); tokens.id.verify('t', { nonce: 'n' }); tokens.id.verify('t', { nonce: null, accessToken: 'a' }); tokens.id.explain('t', { nonce: 'n' }); tokens.userInfo.verify('t', { subject: 's' }); tokens.logout.verify('t')
// @ts-expect-error an access token takes no context
tokens.access.verify('t', {})
// @ts-expect-error an ID token verified without saying its nonce
tokens.id.verify('t')
// @ts-expect-error an ID token verified without saying its nonce
tokens.id.verify('t', { accessToken: 'a' })
// @ts-expect-error undefined is not an answer
tokens.id.verify('t', { nonce: undefined })
// @ts-expect-error unknown member of the context
tokens.id.verify('t', { nonce: null, nonse: 'n' })
// @ts-expect-error the subject is needed
tokens.userInfo.verify('t')
// @ts-expect-error the subject is needed
tokens.userInfo.explain('t', {})

// ── anyOf
const either = anyOf(tokens.access, tokens.partner)
async function union() {
  const t = await either.verify('')
  type _ = Expect<Same<typeof t.type, 'access' | 'partner'>>
  t.claims.iss
  // @ts-expect-error only one of them has it
  t.claims.client_id
  switch (t.type) {
    case 'access': t.claims.client_id; break
    case 'partner': { const use: 'p' = t.claims.use; void use; break }
    // @ts-expect-error no such type
    case 'id': break
    default: { const never: never = t; void never }
  }
}
// @ts-expect-error not from a named set
anyOf(tokens.access, access)
// @ts-expect-error one is not several
anyOf(tokens.access)
// @ts-expect-error needs a context
anyOf(tokens.access, tokens.userInfo)
// NOT CAUGHT: members of two sets
anyOf(tokens.access, inside.bare)

// ── guards and tokenOf
createGuard(tokens.access, { scope: 'read' }); createGuard(tokens.access, { optional: true, as: 'caller' }); createGuard(either, { optional: false })
createGuard(tokens.id, { context: (r) => ({ nonce: r.headers.cookie ?? null }) }); createGuard(tokens.userInfo, { context: async () => ({ subject: 's' }), scope: 'x' })
createGuard(tokens.access, { authorize: (t, r) => t.claims.client_id === r.headers.host })
// @ts-expect-error not from a named set
createGuard(access)
// @ts-expect-error needs a context
createGuard(tokens.id)
// @ts-expect-error needs a context
createGuard(tokens.id, { scope: 'x' })
// @ts-expect-error another context
createGuard(tokens.id, { context: () => ({ subject: 's' }) })
// @ts-expect-error takes no context
createGuard(tokens.access, { context: () => ({ nonce: null }) })
// @ts-expect-error an unknown option
createGuard(tokens.access, { scopes: 'read' })
// @ts-expect-error undefined is not silence
createGuard(tokens.access, { scope: undefined })
const t1 = tokenOf(req, tokens.access), t2 = tokenOf(req, either), t3 = tokenOf(req, tokens.access, { optional: true }), t4 = tokenOf(req, tokens.id)
type _tokenOf = [Expect<Same<typeof t1, Verified<'access', AccessTokenClaims>>>, Expect<Same<typeof t2.type, 'access' | 'partner'>>, Expect<Same<typeof t3, Verified<'access', AccessTokenClaims> | undefined>>, Expect<Same<typeof t4, Verified<'id', IdTokenClaims>>>]
// @ts-expect-error not from a named set
tokenOf(req, access)
// @ts-expect-error not a request
tokenOf({}, tokens.access)

// ── the kinds of an authorization server, of a resource server, of a receiver
const kinds = defineTokens({
  client: clientAssertion({ issuer: many, audience: 'https://as', typ: 'required' }),
  grant: authorizationGrant({ issuer: auth, audience: ['https://as', 'https://as/token'], profile: 'p+jwt', untypedUntil: '2027-06-30' }),
  jag: identityAssertionGrant({ issuer: auth, audience: 'https://as' }),
  event: securityEventToken({ issuer: auth, audience: notChecked, claims: z.object({ stream: z.string() }) }),
  request: requestObject({ issuer: many, audience: 'https://as', notBefore: 'required' }),
  introspection: introspectionResponse({ issuer: auth, audience: 'x' }),
  transaction: transactionToken({ issuer: auth, audience: 'https://domain', untypedUntil: '2027-06-30' }),
  logout: logoutToken({ issuer: auth, clientId: 'web', typ: 'required' }),
  userInfo: userInfoResponse({ issuer: auth, clientId: 'web', trustedAudiences: ['api'] }),
  id: idToken({ issuer: auth, clientId: 'web', nonce: 'required' }),
})
declare const kc: ClaimsOf<typeof kinds.client>, kg: ClaimsOf<typeof kinds.grant>, kj: ClaimsOf<typeof kinds.jag>, ke: ClaimsOf<typeof kinds.event>, kr: ClaimsOf<typeof kinds.request>, ki: ClaimsOf<typeof kinds.introspection>, kt: ClaimsOf<typeof kinds.transaction>
type _kinds = [
  Expect<Same<ClaimsOf<typeof kinds.logout>, LogoutTokenClaims & From<'logout'>>>, Expect<Same<ClaimsOf<typeof kinds.userInfo>, UserInfoClaims & From<'userInfo'>>>,
  Expect<Same<ClaimsOf<typeof kinds.logout>['exp'], number | undefined>>, Expect<Same<ClaimsOf<typeof kinds.logout>['nonce'], undefined>>, Expect<Same<ClaimsOf<typeof kinds.userInfo>['exp'], number | undefined>>,
  Expect<Same<typeof kc.aud, string | readonly [string]>>, Expect<Same<typeof kc.jti, string>>, Expect<Same<typeof kc.iat, number | undefined>>, Expect<Same<typeof kg.sub, string>>, Expect<Same<typeof kg.jti, string | undefined>>,
  Expect<Same<typeof kj.client_id, string>>, Expect<Same<typeof kj.resource, string | readonly string[] | undefined>>, Expect<Same<typeof ke.sub, undefined>>, Expect<Same<typeof ke.exp, undefined>>, Expect<Same<typeof ke.stream, string>>,
  Expect<Same<typeof kr.request, undefined>>, Expect<Same<typeof kr.client_id, string>>, Expect<Same<typeof ki.token_introspection.active, boolean>>, Expect<Same<typeof ki.token_introspection.scope, unknown>>, Expect<Same<typeof ki.exp, undefined>>,
  Expect<Same<typeof kt.iss, string | undefined>>, Expect<Same<typeof kt.txn, string>>, Expect<Same<typeof kt.exp, number>>,
]
// @ts-expect-error a logout token has no nonce
kinds.logout.verify('t', { nonce: null })
kinds.client.verify('t'); kinds.grant.verify('t'); kinds.event.verify('t'); kinds.introspection.verify('t'); kinds.transaction.verify('t'); kinds.jag.verify('t', { clientId: 'c' }); kinds.request.verify('t', { clientId: 'c' })
// @ts-expect-error the client is needed
kinds.jag.verify('t')
// @ts-expect-error the client is needed
kinds.request.verify('t', {})
// @ts-expect-error the context of another kind
kinds.request.verify('t', { subject: 's' })
// @ts-expect-error takes no context
kinds.client.verify('t', { clientId: 'c' })
// @ts-expect-error a client, not an audience
logoutToken({ issuer: auth, audience: 'web' })
// @ts-expect-error an audience, not a client
requestObject({ issuer: many, clientId: 'web' })
// @ts-expect-error one alone
clientAssertion({ issuer: many, audience: ['https://as', 'https://as/token'] })
// @ts-expect-error it cannot be switched off where it has to be a sole one
identityAssertionGrant({ issuer: auth, audience: notChecked })
// @ts-expect-error only the word
logoutToken({ issuer: auth, clientId: 'web', typ: 'logout+jwt' })
// @ts-expect-error its typ is required anyway
securityEventToken({ issuer: auth, audience: 'x', typ: 'required' })
// @ts-expect-error it has no typ of its own
idToken({ issuer: auth, clientId: 'web', untypedUntil: '2027-06-30' })
// @ts-expect-error it has no typ of its own
userInfoResponse({ issuer: auth, clientId: 'web', typ: 'required' })
// @ts-expect-error a date is text
accessToken({ issuer: auth, audience: 'x', untypedUntil: new Date(0) })
// @ts-expect-error the nonce that was sent belongs to the context
idToken({ issuer: auth, clientId: 'web', nonce: 'n' })
// @ts-expect-error only the word
requestObject({ issuer: many, audience: 'x', notBefore: true })
// NOT CAUGHT: an ID token whose nonce is required, verified with null; refused at run time
kinds.id.verify('t', { nonce: null })

// ── explanations and descriptions
async function explained() {
  const e = await either.explain('t')
  type _ = [Expect<Same<typeof e, Explanation>>, Expect<Same<typeof either, AnyOf<VerifiedBy<typeof tokens.access> | VerifiedBy<typeof tokens.partner>>>>]
  // @ts-expect-error frozen
  e.steps.length = 0
  // @ts-expect-error three outcomes
  e.steps[0]?.outcome === 'skipped'
}
const table: string = describe(access) + describe(tokens.userInfo)
// @ts-expect-error not a type
describe({})
// @ts-expect-error takes no context
either.explain('t', { nonce: null })
