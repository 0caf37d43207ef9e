import { randomBytes } from 'node:crypto'
import { hmacSecret } from '@jwt-guard/core'
import { FakeIssuer, fixedClock, testKey, type Changes, type TestKey } from '@jwt-guard/testing'

export const algorithms = ['HS256', 'RS256', 'ES256', 'Ed25519'] as const
export type BenchedAlgorithm = (typeof algorithms)[number]
export const audience = 'https://api.test'

/** A fresh key. A secret is of bytes that are also a text, since some peers take nothing else. */
export function keyFor(algorithm: BenchedAlgorithm): TestKey {
  return algorithm === 'HS256' ? secretKey() : testKey(algorithm)
}

function secretKey(kid = 'test') {
  const secret = Buffer.from(randomBytes(32).toString('hex'), 'latin1')
  return { algorithm: 'HS256', kid, secret, source: hmacSecret(secret, 'HS256', { kid }), jwk: undefined } as const
}

/** An issuer with one fresh key. Its tokens are of now: the peers have no other clock than the system's. */
export function issuerOf(algorithm: BenchedAlgorithm, id = 'https://issuer.test', Kind = FakeIssuer): FakeIssuer {
  const clock = fixedClock(Math.floor(Date.now() / 1000))
  return algorithm === 'HS256'
    ? new Kind({ id, keys: [secretKey()], clock })
    : new Kind({ id, keys: [testKey(algorithm)], clock })
}

/** Its access tokens say as much as those of Keycloak do: 22 claims, of which three are objects and lists. */
export class TalkativeIssuer extends FakeIssuer {
  override accessToken(changes: Changes = {}): string {
    return super.accessToken({ ...changes, claims: { ...keycloaks(this.clock.now()), ...changes.claims } })
  }
}

function keycloaks(now: number) {
  return {
    auth_time: now - 60,
    azp: 'web',
    session_state: '52a438d8-a66d-463f-99be-485882fbb626',
    acr: '1',
    'allowed-origins': ['https://web.test'],
    realm_access: { roles: ['offline_access', 'uma_authorization', 'default-roles-test'] },
    resource_access: { account: { roles: ['manage-account', 'manage-account-links', 'view-profile'] } },
    sid: '52a438d8-a66d-463f-99be-485882fbb626',
    email_verified: true,
    name: 'Test User',
    preferred_username: 'test',
    given_name: 'Test',
    family_name: 'User',
    email: 'test@example.test',
  }
}

/**
 * An access token (RFC 9068) of two hours: `iss`, `iat`, `exp`, `aud`, `sub`, `client_id`, `scope`, and a `jti` of its
 * own, so that no two are the same text. `alg` is the algorithm's name in the header.
 */
export function tokenOf(issuer: FakeIssuer, alg: string, key: TestKey = issuer.key): string {
  return issuer.accessToken({ header: { alg }, claims: { exp: issuer.clock.now() + 7200 }, key })
}

/** So many of them, no two the same. */
export function tokensOf(issuer: FakeIssuer, alg: string, count: number): readonly string[] {
  return Array.from({ length: count }, () => tokenOf(issuer, alg))
}

/** A good token with one thing spoiled, by what it is. */
export function tampered(issuer: FakeIssuer, alg: string, stranger: TestKey): Readonly<Record<string, string>> {
  const [header, payload, signature] = tokenOf(issuer, alg).split('.') as [string, string, string]
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const other = Buffer.from(JSON.stringify({ ...claims, sub: 'user-2' })).toString('base64url')
  return {
    'another subject': `${header}.${other}.${signature}`,
    'another signature': `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'another key under the same kid': tokenOf(issuer, alg, stranger),
  }
}
