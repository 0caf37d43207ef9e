import {
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
  type KeyObject,
} from 'node:crypto'
import {
  accessToken,
  defineTokens,
  idToken,
  issuer,
  type HmacAlgorithm,
  type PublicKeyAlgorithm,
} from '@jwt-guard/core'
import { createIssuer, jwksHandler, signingKey, signingSecret, type SigningKey } from '@jwt-guard/issuer'
import express from 'express'
import { createLocalJWKSet, jwtVerify, SignJWT } from 'jose'
import jsonwebtoken, { type Algorithm } from 'jsonwebtoken'
import * as oauth from 'openid-client'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serve } from '../../examples/demo/src/serve.ts'

const id = 'https://auth.example.com'
const audience = 'https://api.example.com'
const claims = { sub: 'user-1', client_id: 'web' }

const curves = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const
function privateKey(algorithm: PublicKeyAlgorithm): KeyObject {
  if (algorithm.startsWith('Ed')) return generateKeyPairSync('ed25519').privateKey
  const namedCurve = Object.entries(curves).find(([name]) => name === algorithm)?.[1]
  if (namedCurve !== undefined) return generateKeyPairSync('ec', { namedCurve }).privateKey
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
}

/** An issuer with this key, and the types of its tokens. */
function issuing(key: SigningKey) {
  const mine = createIssuer({ id, keys: key })
  const self = issuer(id, { keys: mine.verificationKeys })
  return { mine, tokens: defineTokens({ access: accessToken({ issuer: self, audience }) }) }
}

const publicKeyAlgorithms = ['RS256', 'RS512', 'PS256', 'PS384', 'ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA'] as const
const hmacAlgorithms = ['HS256', 'HS384', 'HS512'] as const
const ofJsonwebtoken = ['RS256', 'RS512', 'PS256', 'PS384', 'ES256', 'ES384', 'ES512'] as const
const expected = { issuer: id, audience }

describe.each(publicKeyAlgorithms)('a token signed by %s', (algorithm) => {
  const secret = privateKey(algorithm)
  const key = signingKey(secret, algorithm)
  const { mine, tokens } = issuing(key)

  test('is read by jose, with the published keys', async () => {
    const text = await mine.issue(tokens.access, claims)
    const keys = createLocalJWKSet({ keys: [...mine.jwks().keys] })
    const { payload } = await jwtVerify(text, keys, { ...expected, typ: 'at+jwt', algorithms: [algorithm] })
    expect(payload).toMatchObject({ sub: 'user-1', client_id: 'web' })
  })

  test('by jose is accepted', async () => {
    const text = await new SignJWT({ ...claims, jti: randomUUID() })
      .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'at+jwt' })
      .setIssuer(id)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(secret)
    expect((await tokens.access.verify(text)).claims.sub).toBe('user-1')
  })
})

describe.each<PublicKeyAlgorithm & Algorithm>([...ofJsonwebtoken])('jsonwebtoken and %s', (algorithm) => {
  const secret = privateKey(algorithm)
  const { mine, tokens } = issuing(signingKey(secret, algorithm, { kid: 'k' }))
  bothWays(mine, tokens, algorithm, createPublicKey(secret), secret)
})

describe.each<HmacAlgorithm & Algorithm>([...hmacAlgorithms])('jsonwebtoken and %s', (algorithm) => {
  const bytes = randomBytes(64)
  const { mine, tokens } = issuing(signingSecret(bytes, algorithm, { kid: 'k' }))
  bothWays(mine, tokens, algorithm, createSecretKey(bytes), createSecretKey(bytes))
})

type Issuing = ReturnType<typeof issuing>
function bothWays(
  mine: Issuing['mine'],
  tokens: Issuing['tokens'],
  algorithm: Algorithm,
  verifies: KeyObject,
  signs: KeyObject,
): void {
  test('reads what is issued', async () => {
    const text = await mine.issue(tokens.access, claims)
    const { header, payload } = jsonwebtoken.verify(text, verifies, {
      ...expected,
      algorithms: [algorithm],
      complete: true,
    })
    expect(header).toEqual({ alg: algorithm, kid: 'k', typ: 'at+jwt' })
    expect(payload).toMatchObject(claims)
  })

  test('signs what is accepted', async () => {
    const text = jsonwebtoken.sign({ ...claims, jti: randomUUID() }, signs, {
      ...expected,
      algorithm,
      expiresIn: '5m',
      header: { alg: algorithm, typ: 'at+jwt', kid: 'k' },
    })
    expect((await tokens.access.verify(text)).claims.sub).toBe('user-1')
  })
}

describe('openid-client', () => {
  /** An authorization server of one user, who is always logged in: its metadata, its keys and its token endpoint. */
  async function server(nonce: string): Promise<string> {
    const app = express()
    const running = await serve((url) => {
      const mine = createIssuer({ id: url, keys: signingKey(privateKey('ES256'), 'ES256') })
      const self = issuer(url, { keys: mine.verificationKeys })
      const tokens = defineTokens({
        id: idToken({ issuer: self, clientId: 'web' }),
        access: accessToken({ issuer: self, audience }),
      })
      app.get('/.well-known/openid-configuration', (_, res) => {
        res.json({
          issuer: url,
          authorization_endpoint: `${url}/auth`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/jwks`,
          response_types_supported: ['code'],
          id_token_signing_alg_values_supported: ['ES256'],
        })
      })
      app.get('/jwks', jwksHandler(mine))
      app.post('/token', async (_, res) => {
        res.json({
          access_token: await mine.issue(tokens.access, claims),
          id_token: await mine.issue(tokens.id, { sub: 'user-1', nonce }),
          token_type: 'Bearer',
        })
      })
      return app
    })
    onTestFinished(() => running.stop())
    return running.url
  }

  /** A login with this nonce, the signature of the ID token checked with the published keys. */
  async function logIn(url: string, expectedNonce: string) {
    const execute = [oauth.allowInsecureRequests, oauth.enableNonRepudiationChecks]
    const metadata = { id_token_signed_response_alg: 'ES256' }
    const config = await oauth.discovery(new URL(url), 'web', metadata, oauth.None(), { execute })
    const redirected = new URL(`https://app.example.com/callback?code=c&iss=${encodeURIComponent(url)}`)
    return await oauth.authorizationCodeGrant(config, redirected, { expectedNonce, idTokenExpected: true })
  }

  test('takes the ID token that is issued', async () => {
    const answer = await logIn(await server('nonce-1'), 'nonce-1')
    expect(answer.claims()).toMatchObject({ sub: 'user-1', aud: 'web', nonce: 'nonce-1' })
  })

  test('refuses the one of another login', async () => {
    await expect(logIn(await server('nonce-1'), 'nonce-2')).rejects.toThrow(/unexpected JWT claim value/)
  })
})
