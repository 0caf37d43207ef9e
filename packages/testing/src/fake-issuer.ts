import { randomUUID } from 'node:crypto'
import { issuer, type HmacSecret, type Issuer, type JwkSet, type PublicKey } from '@jwt-guard/core'
import { fixedClock, type FixedClock } from './clock.js'
import { forge } from './forge.js'
import { testKey, type TestKey } from './test-key.js'

export type Claims = Readonly<Record<string, unknown>>
/** Members to set. `undefined` takes a member out. */
export interface Changes {
  readonly claims?: Claims
  readonly header?: Claims
  /** Another key than the issuer's, to sign with; the header stays the issuer's. */
  readonly key?: TestKey
}

export interface FakeIssuerOptions {
  /** Default `https://issuer.test`. */
  readonly id?: string
  /** Default: one fresh ES256 key. The first one signs. */
  readonly keys?:
    | readonly [TestKey<PublicKey>, ...TestKey<PublicKey>[]]
    | readonly [TestKey<HmacSecret>, ...TestKey<HmacSecret>[]]
  /** Default: a clock that stands still. Give it to `defineTokens` as well. */
  readonly clock?: FixedClock
}

/**
 * An issuer for tests. Its tokens are valid as they come, from now on the clock for five minutes, for the API
 * `https://api.test`, the client `web` or the authorization server `https://as.test`; `Changes` make them otherwise, and
 * they are signed all the same.
 */
export class FakeIssuer {
  readonly id: string
  readonly key: TestKey
  readonly clock: FixedClock
  /** For a token type: the issuer with its keys given. */
  readonly issuer: Issuer
  /** The public keys as they would be published. */
  readonly jwks: JwkSet

  constructor(options: FakeIssuerOptions = {}) {
    const keys = options.keys ?? [testKey()]
    this.id = options.id ?? 'https://issuer.test'
    this.key = keys[0]
    this.clock = options.clock ?? fixedClock()
    this.issuer = issuer(this.id, { keys: sourcesOf(keys) })
    this.jwks = { keys: keys.flatMap(({ jwk }) => (jwk === undefined ? [] : [jwk])) }
  }

  /** An access token (RFC 9068) with the scopes `reports:read reports:write`. */
  accessToken(changes: Changes = {}): string {
    const claims = {
      aud: 'https://api.test',
      sub: 'user-1',
      client_id: 'web',
      jti: randomUUID(),
      scope: 'reports:read reports:write',
    }
    return this.sign({ typ: 'at+jwt' }, claims, changes)
  }

  /** An ID token for the client `web` with the nonce `nonce-1`. */
  idToken(changes: Changes = {}): string {
    return this.sign(
      { typ: 'JWT' },
      { aud: 'web', sub: 'user-1', nonce: 'nonce-1', auth_time: this.clock.now() },
      changes,
    )
  }

  /** A logout token for the client `web`, of the subject `user-1`. */
  logoutToken(changes: Changes = {}): string {
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
    return this.sign({ typ: 'logout+jwt' }, { aud: 'web', sub: 'user-1', jti: randomUUID(), events }, changes)
  }

  /** A client assertion: this issuer is the client, and `https://as.test` the authorization server. */
  clientAssertion(changes: Changes = {}): string {
    const claims = { aud: 'https://as.test', sub: this.id, jti: randomUUID() }
    return this.sign({ typ: 'client-authentication+jwt' }, claims, changes)
  }

  /** An authorization grant (RFC 7523) for `user-1`, without a profile, for the authorization server `https://as.test`. */
  authorizationGrant(changes: Changes = {}): string {
    return this.sign({}, { aud: 'https://as.test', sub: 'user-1', jti: randomUUID() }, changes)
  }

  /** An ID-JAG for `user-1`, which the client `web` presents to `https://as.test`. */
  identityAssertionGrant(changes: Changes = {}): string {
    const claims = { aud: 'https://as.test', sub: 'user-1', client_id: 'web', jti: randomUUID() }
    return this.sign({ typ: 'oauth-id-jag+jwt' }, claims, changes)
  }

  /** A security event token for `https://api.test`: the session of `user-1` was revoked. */
  securityEventToken(changes: Changes = {}): string {
    const claims = {
      aud: 'https://api.test',
      exp: undefined,
      jti: randomUUID(),
      sub_id: { format: 'iss_sub', iss: this.id, sub: 'user-1' },
      events: { 'https://schemas.openid.net/secevent/caep/event-type/session-revoked': {} },
    }
    return this.sign({ typ: 'secevent+jwt' }, claims, changes)
  }

  /** A request object: this issuer is the client, and `https://as.test` the authorization server. */
  requestObject(changes: Changes = {}): string {
    const claims = { aud: 'https://as.test', client_id: this.id, response_type: 'code', scope: 'openid' }
    return this.sign({ typ: 'oauth-authz-req+jwt' }, claims, changes)
  }

  /** An introspection response for `https://api.test`: the token is active. */
  introspectionResponse(changes: Changes = {}): string {
    const claims = { aud: 'https://api.test', exp: undefined, token_introspection: { active: true, sub: 'user-1' } }
    return this.sign({ typ: 'token-introspection+jwt' }, claims, changes)
  }

  /** A signed UserInfo response for the client `web`, about `user-1`. */
  userInfoResponse(changes: Changes = {}): string {
    return this.sign({}, { aud: 'web', sub: 'user-1', name: 'User One' }, changes)
  }

  /** A transaction token of the trust domain `https://api.test`. */
  transactionToken(changes: Changes = {}): string {
    const claims = { aud: 'https://api.test', sub: 'user-1', txn: randomUUID(), scope: 'read', req_wl: 'gateway' }
    return this.sign({ typ: 'txntoken+jwt' }, claims, changes)
  }

  /** A token of a kind of one's own: its `typ` and whatever claims its type demands. */
  customToken(typ: string, claims: Claims, changes: Changes = {}): string {
    return this.sign({ typ }, { aud: 'https://api.test', jti: randomUUID(), ...claims }, changes)
  }

  /** Any token of this issuer: `iss`, `iat` and `exp` are set unless changed. */
  sign(header: Claims, claims: Claims, changes: Changes = {}): string {
    const now = this.clock.now()
    const { key = this.key } = changes
    return forge({
      header: { alg: this.key.algorithm, kid: this.key.kid, ...header, ...changes.header },
      payload: { iss: this.id, iat: now, exp: now + 300, ...claims, ...changes.claims },
      key,
    })
  }
}

function sourcesOf(keys: readonly TestKey[]): readonly PublicKey[] | readonly HmacSecret[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the option's type says: all public, or all secret
  return keys.map(({ source }) => source) as readonly PublicKey[] | readonly HmacSecret[]
}
