import { parseStrictObject, type JsonObject } from '../encoding/strict-json.js'
import { normalisedTyp } from '../encoding/media-type.js'
import { Refusal } from '../errors/errors.js'
import { ResolvedIssuers } from '../issuers/issuers.js'
import { readFormat } from '../jwt/format.js'
import { checkAudience } from '../rules/audience.js'
import { checkFixedValues } from '../rules/fixed-values.js'
import { checkPresence } from '../rules/presence.js'
import type { TokenRules } from '../rules/token-rules.js'

interface Named {
  readonly name: string
  readonly rules: TokenRules
}

/** Kinds that are known by their `typ`, whether or not a set takes them. */
const byTyp: Readonly<Record<string, string>> = {
  'application/at+jwt': 'an access token (RFC 9068)',
  'application/logout+jwt': 'a logout token',
  'application/client-authentication+jwt': 'a client assertion',
  'application/oauth-id-jag+jwt': 'an identity assertion grant (ID-JAG)',
  'application/dpop+jwt': 'a DPoP proof',
  'application/secevent+jwt': 'a security event token',
  'application/oauth-authz-req+jwt': 'a request object',
  'application/token-introspection+jwt': 'an introspection response',
  'application/statuslist+jwt': 'a status list token',
  'application/txntoken+jwt': 'a transaction token',
  'application/oauth-client-attestation+jwt': 'a client attestation',
  'application/entity-statement+jwt': 'an entity statement of a federation',
}

/**
 * What a text looks like, for people: a type of this set by its name, or a kind by its `typ`. A guess by what the text
 * says of itself. Nothing is verified, nothing is fetched, and no verdict rests on it.
 */
export function likeness(text: unknown, type: Named, set: readonly Named[]): string | undefined {
  if (typeof text !== 'string') return 'no text at all'
  if (/^bearer\s/i.test(text)) return 'a whole Authorization header: hand over what stands behind "Bearer "'
  if (/^["'<{\s]|["'>}\s]$/.test(text)) return 'a token with something around it: quotes, brackets or white space'
  const token = readToken(text)
  if (token instanceof Refusal) return withoutForm(text, token, type)
  if (token === undefined) return undefined
  const alike = set.find((other) => isAlike(token, other.rules))
  if (alike !== undefined)
    return alike.name === type.name ? undefined : `${alike.name}, the ${alike.rules.kind} of this set`
  return (
    (token.typ !== undefined && !type.rules.typ.includes(token.typ) ? byTyp[token.typ] : undefined) ??
    byClaims(token, type)
  )
}

function withoutForm(text: string, { code }: Refusal, { rules }: Named): string | undefined {
  if (code === 'ERR_TOKEN_ENCRYPTED') return rules.decryption === undefined ? 'an encrypted token (JWE)' : undefined
  if (code === 'ERR_TOKEN_TOO_LONG') return undefined
  return text.split('.', 4).length === 3 ? undefined : 'an opaque token: a JWT has three parts with dots between them'
}

interface Token {
  readonly typ: string | undefined
  readonly claims: JsonObject
}

function readToken(text: string): Token | Refusal | undefined {
  const segments = readFormat(text, 1024 * 1024)
  if (segments instanceof Refusal) return segments
  const header = readObject(segments.header)
  const claims = readObject(segments.payload)
  if (header === undefined || claims === undefined) return undefined
  const { typ } = header
  return { typ: typeof typ === 'string' ? normalisedTyp(typ) : undefined, claims }
}

function readObject(segment: string): JsonObject | undefined {
  return parseStrictObject(Buffer.from(segment, 'base64url'), { depth: 32, members: 1024, values: 4096 })
}

/** By what tells kinds apart, and not by time, form or signature. */
function isAlike({ typ, claims }: Token, rules: TokenRules): boolean {
  const { issuers, required } = rules
  const { iss } = claims
  const known =
    typeof iss === 'string'
      ? issuers instanceof ResolvedIssuers || issuers.ids.includes(iss)
      : !required.includes('iss')
  const refusal = checkPresence(claims, rules) ?? checkFixedValues(claims, rules) ?? checkAudience(claims, rules)
  return known && rules.typ.includes(typ) && refusal === undefined
}

function byClaims({ typ, claims }: Token, { rules }: Named): string | undefined {
  if (typ !== undefined && typ !== 'application/jwt') return undefined
  if (Object.hasOwn(claims, 'nonce') || Object.hasOwn(claims, 'at_hash'))
    return 'an ID token, which is for the client that asked: an API is sent the access token'
  const isAccessToken = Object.hasOwn(claims, 'scope') || Object.hasOwn(claims, 'scp')
  return isAccessToken && rules.typ.every((one) => one === 'application/at+jwt')
    ? 'an access token that is not of RFC 9068: `presets` may have the type for its provider'
    : undefined
}
