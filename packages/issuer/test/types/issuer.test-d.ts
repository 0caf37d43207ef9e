import { accessToken, customToken, defineTokens, idToken, introspectionResponse, issuer, logoutToken, notChecked, securityEventToken, transactionToken, anyOf, type HmacSecret, type PublicKey } from '@jwt-guard/core'
import { createIssuer, retiredKey, signingKey, signingSecret, type ClaimsToIssue } from '@jwt-guard/issuer'
import type { KeyObject } from 'node:crypto'
import * as z from 'zod'
import type { Expect, IsAny, Same } from './expect.ts'

declare const pem: string, keyObject: KeyObject, bytes: Uint8Array

// ── keys
const key = signingKey(pem, 'ES256'); signingKey(keyObject, 'RS256', { kid: 'a' }); signingKey({ kty: 'EC', d: '' }, 'ES256')
const secret = signingSecret(bytes, 'HS256'); signingSecret({ base64url: process.env['SECRET'] }, 'HS256', { kid: 'a' })
const old = retiredKey(pem, 'ES256')
// @ts-expect-error an HMAC algorithm
signingKey(pem, 'HS256')
// @ts-expect-error none
signingKey(pem, 'none')
// @ts-expect-error no algorithm
signingKey(pem)
// @ts-expect-error a public-key algorithm
signingSecret(bytes, 'RS256')
// @ts-expect-error a bare string
signingSecret('secret', 'HS256')
const mine = createIssuer({ id: 'https://a', keys: key }); createIssuer({ id: 'x', keys: { current: key, next: key, retired: [old, key] }, clock: { now: () => 0 }, keepRetired: '2d' }); createIssuer({ id: 'x', keys: { current: secret, next: [secret] } })
// @ts-expect-error no keys
createIssuer({ id: 'x' })
// @ts-expect-error a key that cannot sign
createIssuer({ id: 'x', keys: old })
// @ts-expect-error a key that cannot sign
createIssuer({ id: 'x', keys: { current: key, next: old } })
// @ts-expect-error a key without its algorithm
createIssuer({ id: 'x', keys: keyObject })
// @ts-expect-error an unknown option
createIssuer({ id: 'x', keys: key, key })
type _keys = Expect<Same<typeof mine.verificationKeys, readonly PublicKey[] | readonly HmacSecret[]>>

// ── claims
const self = issuer(mine.id, { keys: mine.verificationKeys })
const tokens = defineTokens({
  access: accessToken({ issuer: self, audience: 'x' }),
  tenant: accessToken({ issuer: self, audience: 'y', claims: z.object({ tenant: z.string(), born: z.string().transform(Number), level: z.number().default(1) }) }),
  loose: accessToken({ issuer: self, audience: 'z', claims: z.looseObject({ tenant: z.string() }) }),
  optional: accessToken({ issuer: self, audience: 'o', claims: z.object({ plan: z.enum(['free', 'paid']).optional() }) }),
  id: idToken({ issuer: self, clientId: 'web' }),
  logout: logoutToken({ issuer: self, clientId: 'web' }),
  event: securityEventToken({ issuer: self, audience: notChecked }),
  introspection: introspectionResponse({ issuer: self, audience: 'x' }),
  transaction: transactionToken({ issuer: self, audience: 'x' }),
  bare: customToken({ typ: 'a+jwt', issuer: self, audience: 'x', maxLifetime: 1 }),
  reset: customToken({ typ: 'b+jwt', issuer: self, audience: 'x', maxLifetime: 1, required: ['sub', 'step'], forbidden: ['scope'], fixed: { use: 'reset', level: [1, 2] } }),
  mail: customToken({ typ: 'c+jwt', issuer: self, audience: 'x', maxLifetime: 1, required: ['sub'], fixed: { use: 'mail', level: [1, 2] }, claims: z.object({ email: z.email() }) }),
})
async function issuing() {
  const text = await mine.issue(tokens.access, { sub: 'a', client_id: 'b' })
  type _0 = [Expect<Same<typeof text, string>>, Expect<Same<IsAny<ClaimsToIssue<{ a: 1 }, object>>, false>>]
  mine.issue(tokens.access, { sub: 'a', client_id: 'b', iss: 'https://a', aud: ['x'], iat: 1, exp: 2, jti: 'c', scope: 'read' }, { expiresIn: '5m' })
  // @ts-expect-error a claim that the kind demands
  mine.issue(tokens.access, { sub: 'a' })
  // @ts-expect-error a claim of the wrong type
  mine.issue(tokens.access, { sub: 1, client_id: 'b' })
  // @ts-expect-error a claim that the type does not have
  mine.issue(tokens.access, { sub: 'a', client_id: 'b', tenant: 'c' })
  // @ts-expect-error an unknown option
  mine.issue(tokens.access, { sub: 'a', client_id: 'b' }, { expires: '5m' })
  // @ts-expect-error no duration
  mine.issue(tokens.access, { sub: 'a', client_id: 'b' }, { expiresIn: '5 minutes' })

  // the schema's input, not its output
  mine.issue(tokens.tenant, { sub: 'a', client_id: 'b', tenant: 'c', born: '1999' })
  mine.issue(tokens.tenant, { sub: 'a', client_id: 'b', tenant: 'c', born: '1999', level: 2, jti: 'd' })
  // @ts-expect-error a claim of the schema
  mine.issue(tokens.tenant, { sub: 'a', client_id: 'b', born: '1999' })
  // @ts-expect-error its output
  mine.issue(tokens.tenant, { sub: 'a', client_id: 'b', tenant: 'c', born: 1999 })
  // @ts-expect-error a claim of the kind, beside the schema
  mine.issue(tokens.tenant, { client_id: 'b', tenant: 'c', born: '1999' })
  // @ts-expect-error a claim that neither has
  mine.issue(tokens.tenant, { sub: 'a', client_id: 'b', tenant: 'c', born: '1999', tennant: 'd' })
  mine.issue(tokens.loose, { sub: 'a', client_id: 'b', tenant: 'c', other: 'd' })
  // @ts-expect-error a claim of the kind, beside a loose schema
  mine.issue(tokens.loose, { client_id: 'b', tenant: 'c' })
  mine.issue(tokens.optional, { sub: 'a', client_id: 'b' }); mine.issue(tokens.optional, { sub: 'a', client_id: 'b', plan: 'paid' })
  // @ts-expect-error a schema of optional members is a schema
  mine.issue(tokens.optional, { sub: 'a', client_id: 'b', plan: 'gold' })
  // @ts-expect-error a claim of the kind, beside it
  mine.issue(tokens.optional, { sub: 'a', plan: 'paid' })

  mine.issue(tokens.id, { sub: 'a', nonce: 'n', name: 'A', address: { country: 'b' } })
  mine.issue(tokens.logout, { sub: 'a', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } })
  // @ts-expect-error no event
  mine.issue(tokens.logout, { sub: 'a' })
  // @ts-expect-error a claim that the kind forbids
  mine.issue(tokens.logout, { sub: 'a', events: {}, nonce: 'n' })
  mine.issue(tokens.event, { events: { 'urn:a': {} }, sub_id: { format: 'opaque', id: 'a' } })
  // @ts-expect-error a claim that the kind forbids
  mine.issue(tokens.event, { events: { 'urn:a': {} }, exp: 1 })
  mine.issue(tokens.introspection, { token_introspection: { active: true, scope: 'a' } })
  mine.issue(tokens.transaction, { sub: 'a', txn: 'b', scope: 'c', req_wl: 'd' })

  mine.issue(tokens.bare, {})
  mine.issue(tokens.reset, { sub: 'a', step: 1, level: 2 }); mine.issue(tokens.reset, { sub: 'a', step: 1, level: 2, use: 'reset' })
  // @ts-expect-error a required claim
  mine.issue(tokens.reset, { sub: 'a', level: 2 })
  // @ts-expect-error a claim of which there are two values
  mine.issue(tokens.reset, { sub: 'a', step: 1 })
  // @ts-expect-error neither of its values
  mine.issue(tokens.reset, { sub: 'a', step: 1, level: 3 })
  // @ts-expect-error another value than the fixed one
  mine.issue(tokens.reset, { sub: 'a', step: 1, level: 2, use: 'access' })
  // @ts-expect-error a forbidden claim
  mine.issue(tokens.reset, { sub: 'a', step: 1, level: 2, scope: 'a' })
  mine.issue(tokens.mail, { sub: 'a', email: 'b', level: 1 }); mine.issue(tokens.mail, { sub: 'a', email: 'b', level: 1, use: 'mail' })
  // @ts-expect-error a claim of the schema
  mine.issue(tokens.mail, { sub: 'a', level: 1 })
  // @ts-expect-error several types
  mine.issue(anyOf(tokens.access, tokens.bare), {})
  // @ts-expect-error a type without a name
  mine.issue(accessToken({ issuer: self, audience: 'x' }), { sub: 'a', client_id: 'b' })
}

// ── encryption
mine.issue(tokens.bare, {}, { encryptFor: { key: pem, algorithm: 'RSA-OAEP-256', encryption: 'A256GCM' } })
mine.issue(tokens.bare, {}, { encryptFor: { key: { kty: 'EC' }, algorithm: 'ECDH-ES+A128KW', encryption: 'A128CBC-HS256', kid: 'a' } })
// @ts-expect-error not offered
mine.issue(tokens.bare, {}, { encryptFor: { key: pem, algorithm: 'RSA1_5', encryption: 'A256GCM' } })
// @ts-expect-error a secret of two
mine.issue(tokens.bare, {}, { encryptFor: { key: pem, algorithm: 'A128KW', encryption: 'A256GCM' } })
// @ts-expect-error no content encryption
mine.issue(tokens.bare, {}, { encryptFor: { key: pem, algorithm: 'RSA-OAEP-256' } })
