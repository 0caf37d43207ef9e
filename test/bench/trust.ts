import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { accessToken, defineTokens, hmacSecret, issuer, publicKey, type Issuer, type Jwk } from '@jwt-guard/core'
import type { FakeIssuer } from '@jwt-guard/testing'
import { importJWK, jwtVerify, type JWTVerifyOptions } from 'jose'
import { audience, type BenchedAlgorithm } from './tokens.js'

/** Whose tokens a server takes, as it is sent to another process. */
export interface Trust {
  readonly algorithm: BenchedAlgorithm
  readonly issuerId: string
  /** For HMAC `secret`, otherwise `jwk`. */
  readonly jwk: Jwk | undefined
  readonly secret: string | undefined
}

/** What ours demands without being told: the claims of RFC 9068, and in seconds. */
export const required = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id']
export const tolerance = 30
export const day = 86_400

export function trustIn({ id, key }: FakeIssuer, algorithm: BenchedAlgorithm): Trust {
  const secret = key.secret instanceof Uint8Array ? Buffer.from(key.secret).toString('latin1') : undefined
  return { algorithm, issuerId: id, jwk: key.jwk, secret }
}

/** The same issuer once more: nothing of it is shared with another. */
export function issuerOfTrust({ algorithm, issuerId, jwk, secret }: Trust): Issuer {
  if (jwk !== undefined && algorithm !== 'HS256') return issuer(issuerId, { keys: publicKey(jwk, algorithm) })
  return issuer(issuerId, { keys: hmacSecret(Buffer.from(secret ?? '', 'latin1'), 'HS256', { kid: 'test' }) })
}

export function ourTokens(trust: Trust) {
  return defineTokens({ access: accessToken({ issuer: issuerOfTrust(trust), audience }) })
}

/** The key that verifies, ready for use. */
export function keyObjectOf({ jwk, secret }: Trust): KeyObject {
  if (jwk === undefined) return createSecretKey(secret ?? '', 'latin1')
  return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
}

/** What most write by hand: `jose` with every check of ours that it has. */
export async function joseVerifierOf(trust: Trust): Promise<(token: string) => Promise<unknown>> {
  const { algorithm, issuerId, jwk, secret } = trust
  const key = jwk === undefined ? await hmacKey(secret ?? '') : await importJWK(jwk, algorithm)
  const options: JWTVerifyOptions = {
    algorithms: [algorithm],
    issuer: issuerId,
    audience,
    typ: 'at+jwt',
    requiredClaims: required,
    clockTolerance: tolerance,
    maxTokenAge: day,
  }
  return (token) => jwtVerify(token, key, options)
}

async function hmacKey(secret: string) {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', Buffer.from(secret, 'latin1'), algorithm, false, ['verify'])
}

/** The options of `jsonwebtoken`, which several peers stand on. It knows no Ed25519. */
export function jsonwebtokenOptions({ algorithm, issuerId }: Trust) {
  if (algorithm === 'Ed25519') return undefined
  return { algorithms: [algorithm], issuer: issuerId, audience, clockTolerance: tolerance, maxAge: day }
}
