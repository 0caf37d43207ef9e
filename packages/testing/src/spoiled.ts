import { randomUUID } from 'node:crypto'
import type { RefusalCode } from '@jwt-guard/core'
import type { FakeIssuer } from './fake-issuer.js'
import { forge, segment, signatureOf } from './forge.js'
import { testKey, testSecret } from './test-key.js'

/** An access token with one defect, and what a guard has to say of it. */
export interface Spoiled {
  readonly defect: Defect
  readonly text: string
  readonly code: RefusalCode
  readonly claim?: string
}

type Recipe = readonly [code: RefusalCode, make: (fake: FakeIssuer) => string, claim?: string]

/** Each makes an access token of this issuer that is good in everything but the one thing that its name says. */
const recipes = {
  'whitespace at its end': ['ERR_TOKEN_MALFORMED', (fake) => `${fake.accessToken()} `],
  'padding in its header': ['ERR_TOKEN_MALFORMED', (fake) => fake.accessToken().replace('.', '=.')],
  'no signature': ['ERR_TOKEN_MALFORMED', (fake) => `${fake.accessToken().split('.', 2).join('.')}.`],
  'nine thousand characters': ['ERR_TOKEN_TOO_LONG', (fake) => fake.accessToken({ claims: { pad: 'x'.repeat(9000) } })],
  'five segments': ['ERR_TOKEN_ENCRYPTED', (fake) => `${fake.accessToken()}.AAAA.AAAA`],
  'alg none': ['ERR_ALGORITHM_INVALID', (fake) => fake.accessToken({ header: { alg: 'none' } })],
  'alg in lower case': [
    'ERR_ALGORITHM_INVALID',
    (fake) => fake.accessToken({ header: { alg: fake.key.algorithm.toLowerCase() } }),
  ],
  'the public key as an HMAC secret': ['ERR_ALGORITHM_MISMATCH', confused],
  'its own key in the header': ['ERR_HEADER_INVALID', (fake) => withOwnKey(fake)],
  'a critical extension': ['ERR_HEADER_INVALID', (fake) => fake.accessToken({ header: { crit: ['exp'] } })],
  'a header that names alg twice': ['ERR_HEADER_MALFORMED', (fake) => rawHeader(fake, `{"alg":"none",${rest(fake)}`)],
  'a byte order mark': ['ERR_HEADER_MALFORMED', (fake) => rawHeader(fake, `\ufeff{${rest(fake)}`)],
  'no typ': ['ERR_TYP_MISMATCH', (fake) => fake.accessToken({ header: { typ: undefined } })],
  'the typ of another kind': ['ERR_TYP_MISMATCH', (fake) => fake.accessToken({ header: { typ: 'JWT' } })],
  'an unknown kid': ['ERR_KEY_UNKNOWN', (fake) => fake.accessToken({ header: { kid: 'unknown' } })],
  'the signature of another key': ['ERR_SIGNATURE_INVALID', (fake) => fake.accessToken({ key: strangerLike(fake) })],
  'a changed payload': ['ERR_SIGNATURE_INVALID', changedPayload],
  'a claim that stands twice': ['ERR_CLAIMS_MALFORMED', (fake) => rawPayload(fake, '"sub":"user-1","sub":"admin"')],
  'a claim named __proto__': [
    'ERR_CLAIMS_MALFORMED',
    (fake) => rawPayload(fake, '"sub":"user-1","__proto__":{"admin":true}'),
  ],
  'another issuer': ['ERR_ISSUER_UNKNOWN', (fake) => fake.accessToken({ claims: { iss: 'https://evil.test' } }), 'iss'],
  'another audience': [
    'ERR_AUDIENCE_MISMATCH',
    (fake) => fake.accessToken({ claims: { aud: 'https://other.test' } }),
    'aud',
  ],
  'no subject': ['ERR_CLAIM_MISSING', (fake) => fake.accessToken({ claims: { sub: undefined } }), 'sub'],
  'a subject that is an object': [
    'ERR_CLAIM_INVALID',
    (fake) => fake.accessToken({ claims: { sub: { $ne: null } } }),
    'sub',
  ],
  'an exp that is a string': [
    'ERR_CLAIM_INVALID',
    (fake) => fake.accessToken({ claims: { exp: '9999999999' } }),
    'exp',
  ],
  expired: ['ERR_TOKEN_EXPIRED', (fake) => fake.accessToken({ claims: times(fake, -600, -300) }), 'exp'],
  'not yet valid': [
    'ERR_TOKEN_NOT_YET_VALID',
    (fake) => fake.accessToken({ claims: { nbf: fake.clock.now() + 120 } }),
    'nbf',
  ],
  'a lifetime of a year': [
    'ERR_LIFETIME_EXCEEDED',
    (fake) => fake.accessToken({ claims: times(fake, 0, 365 * 86400) }),
    'exp',
  ],
  'a confirmation key': ['ERR_TOKEN_BOUND', (fake) => fake.accessToken({ claims: { cnf: { jkt: 'x' } } }), 'cnf'],
} as const satisfies Readonly<Record<string, Recipe>>

export type Defect = keyof typeof recipes

/** An access token of this issuer, spoiled in the one way that `defect` names. */
export function spoiled(fake: FakeIssuer, defect: Defect): Spoiled {
  const [code, make, claim]: Recipe = recipes[defect]
  return { defect, text: make(fake), code, ...(claim === undefined ? {} : { claim }) }
}

/** Every defect there is, each in a token of its own. */
export function spoiledTokens(fake: FakeIssuer): readonly Spoiled[] {
  return defects.map((defect) => spoiled(fake, defect))
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
export const defects = Object.keys(recipes) as readonly Defect[]

function times({ clock }: FakeIssuer, from: number, to: number) {
  return { iat: clock.now() + from, exp: clock.now() + to }
}

function strangerLike({ key: { algorithm, kid } }: FakeIssuer) {
  return algorithm === 'HS256' || algorithm === 'HS384' || algorithm === 'HS512'
    ? testSecret(algorithm, kid)
    : testKey(algorithm, kid)
}

/** RFC 8725 §2.1: everybody has the public key; whoever takes it for a secret lets everybody sign. */
function confused(fake: FakeIssuer): string {
  const { algorithm } = fake.key
  const other = algorithm === 'HS256' ? 'HS384' : 'HS256'
  const secret = Buffer.from(JSON.stringify(fake.jwks))
  return fake.accessToken({ header: { alg: other }, key: { ...testSecret(other), secret } })
}

/** RFC 8725 §3.10: a key that a token brings along says nothing. */
function withOwnKey(fake: FakeIssuer): string {
  const key = testKey('ES256', fake.key.kid)
  return fake.accessToken({ header: { alg: 'ES256', jwk: key.jwk }, key })
}

/** The claims of one good token under the signature of another. */
function changedPayload(fake: FakeIssuer): string {
  const [header, , signature] = fake.accessToken().split('.')
  const [, payload] = fake.accessToken({ claims: { sub: 'admin' } }).split('.')
  return `${header}.${payload}.${signature}`
}

function rest(fake: FakeIssuer): string {
  return `"alg":"${fake.key.algorithm}","kid":"${fake.key.kid}","typ":"at+jwt"}`
}

function rawHeader(fake: FakeIssuer, header: string): string {
  const signed = `${segment(header)}.${fake.accessToken().split('.')[1]}`
  return `${signed}.${signatureOf(signed, fake.key).toString('base64url')}`
}

function rawPayload(fake: FakeIssuer, members: string): string {
  const { iat, exp } = times(fake, 0, 300)
  const named = `"iss":"${fake.id}","aud":"https://api.test","client_id":"web","jti":"${randomUUID()}","iat":${iat},"exp":${exp}`
  return forge({ header: `{${rest(fake)}`, payload: `{${named},${members}}`, key: fake.key })
}
