import { forge, segment, testKey } from '@jwt-guard/testing'
import {
  denied,
  explainedToken,
  handled,
  insufficientScope,
  invalidRequest,
  invalidToken,
  missing,
  unavailable,
  type Expected,
} from './expected.js'
import { away, fake, self, type TypeName } from './service.js'

export interface Row {
  readonly name: string
  readonly method?: string
  readonly path: string
  /** Sent by `fetch`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent over a socket: the lines after the first, as they are. */
  readonly raw?: readonly string[]
  /** Over a socket: another request target than the path. */
  readonly target?: string
  /** Over a socket: what follows the head. */
  readonly body?: string
  /** The type whose guard speaks. Default `access`. */
  readonly type?: TypeName
  readonly expected: Expected
}

const now = fake.clock.now()
const good = fake.accessToken()
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
/** The valid access token, with one thing spoiled. */
const claims = (changed: object) => bearer(fake.accessToken({ claims: { ...changed } }))
const header = (changed: object) => bearer(fake.accessToken({ header: { ...changed } }))
const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.')
const idToken = fake.idToken()
const invitation = self.customToken('invitation+jwt', { sub: 'guest-1' })
/** The header alone is looked at before the signature; this one is of the right form. */
const forged = (changed: object) =>
  forge({ header: { alg: 'ES256', kid: 'test', typ: 'at+jwt', ...changed }, payload: { iss: fake.id }, key: fake.key })

/** The reason in the answer: this runs with NODE_ENV=test. */
const explained: readonly Row[] = [
  {
    name: 'a guard that is told to explain answers with the reason',
    path: '/explained',
    headers: bearer(idToken),
    expected: explainedToken('ERR_TYP_MISMATCH', {
      meaning: 'typ is not that of this kind of token',
      step: 'typ',
      detail: 'typ is not that of this kind of token; expected: at+jwt; found: JWT',
      looksLike: 'id, the ID token (OpenID Connect Core) of this set',
    }),
  },
  { name: 'and lets in whom it would let in', path: '/explained', headers: bearer(good), expected: handled() },
]

/** Where the token is, and how it stands there. */
const location: readonly Row[] = [
  { name: 'no credentials: a challenge without an error', path: '/plain', expected: missing() },
  { name: 'a valid token reaches the handler', path: '/plain', headers: bearer(good), expected: handled() },
  ...['bearer', 'BEARER', 'bEaReR'].map((scheme) => ({
    name: `the scheme is compared without its case: ${scheme}`,
    path: '/plain',
    headers: { authorization: `${scheme} ${good}` },
    expected: handled(),
  })),
  {
    name: 'several spaces may stand before the token',
    path: '/plain',
    headers: { authorization: `Bearer   ${good}` },
    expected: handled(),
  },
  ...['Bearer', 'Bearer ', 'Bearer \t ', ''].map((value) => ({
    name: `an Authorization header without a token is malformed: ${JSON.stringify(value)}`,
    path: '/plain',
    raw: [`Authorization: ${value}`],
    expected: invalidRequest('ERR_REQUEST_MALFORMED'),
  })),
  ...[
    `Bearer\t${good}`,
    `Bearer ${good} x`,
    `Bearer ${good},`,
    `Bearer "${good}"`,
    `Bearer ${good}, Bearer ${good}`,
    `Bearer ${good}\xe9`,
    `Bearer\xa0${good}`,
    `Bearer \xff`,
  ].map((value) => ({
    name: `Bearer and anything but one token is malformed: ${JSON.stringify(value.replaceAll(good, '…'))}`,
    path: '/plain',
    raw: [`Authorization: ${value}`],
    expected: invalidRequest('ERR_REQUEST_MALFORMED'),
  })),
  ...[
    'Basic dXNlcjpwYXNz',
    `Token ${good}`,
    `JWT ${good}`,
    `BearerX ${good}`,
    `Bearer: ${good}`,
    `DPoP ${good}`,
    good,
  ].map((value) => ({
    name: `another scheme carries no bearer token: ${value.replaceAll(good, '…')}`,
    path: '/plain',
    headers: { authorization: value },
    expected: missing(),
  })),
  ...(
    [
      ['both good', `Authorization: Bearer ${good}`, `Authorization: Bearer ${good}`],
      ['good, bad', `Authorization: Bearer ${good}`, 'Authorization: Bearer x'],
      ['bad, good', 'Authorization: Bearer x', `Authorization: Bearer ${good}`],
      ['of two spellings', `authorization: Bearer ${good}`, `AUTHORIZATION: Bearer ${good}`],
      ['of two schemes', `Authorization: Bearer ${good}`, 'Authorization: Basic dXNlcjpwYXNz'],
      ['of two schemes, the other way round', 'Authorization: Basic dXNlcjpwYXNz', `Authorization: Bearer ${good}`],
      ['one of them empty', 'Authorization: ', `Authorization: Bearer ${good}`],
    ] as const
  ).map(([name, ...raw]) => ({
    name: `two Authorization headers are refused: ${name}`,
    path: '/plain',
    raw,
    expected: invalidRequest('ERR_REQUEST_AMBIGUOUS'),
  })),
  ...['Connection: authorization', 'Connection: keep-alive, Authorization'].map((line) => ({
    name: `a header for this hop alone does not count: ${line}`,
    path: '/plain',
    raw: [line, `Authorization: Bearer ${good}`],
    expected: missing(),
  })),
  {
    name: 'a trailer is no header',
    method: 'POST',
    path: '/plain',
    raw: ['Content-Type: text/plain', 'Transfer-Encoding: chunked', 'Trailer: Authorization'],
    body: `1\r\nx\r\n0\r\nAuthorization: Bearer ${good}\r\n\r\n`,
    expected: missing(),
  },
  ...[
    { 'proxy-authorization': `Bearer ${good}` },
    { 'x-authorization': `Bearer ${good}` },
    { authorization_: `Bearer ${good}` },
    { 'x-forwarded-authorization': `Bearer ${good}` },
    { cookie: `access_token=${good}; authorization=Bearer%20${good}` },
  ].map((headers) => ({
    name: `a token anywhere else is not looked for: ${Object.keys(headers).join()}`,
    path: '/plain',
    headers: headers as Readonly<Record<string, string>>,
    expected: missing(),
  })),
  {
    name: 'a token in the query is not looked for',
    path: `/plain?access_token=${good}`,
    expected: missing(),
  },
  {
    name: 'a token in a form is not looked for',
    method: 'POST',
    path: '/plain',
    raw: ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${`access_token=${good}`.length}`],
    body: `access_token=${good}`,
    expected: missing(),
  },
  {
    name: 'a request target in absolute form: guarded as the path is',
    path: '/plain',
    target: 'http://api.test/plain',
    raw: [],
    expected: missing(),
  },
  {
    name: 'a request target in absolute form: let in as the path is',
    path: '/plain',
    target: 'http://api.test/plain',
    raw: [`Authorization: Bearer ${good}`],
    expected: handled(),
  },
]

const withoutBody = (expected: Expected): Expected => ({ ...expected, body: '' })

const methods: readonly Row[] = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].flatMap((method) => {
  const seen = method === 'HEAD' ? withoutBody : (expected: Expected) => expected
  const preflight = {
    origin: 'https://evil.test',
    'access-control-request-method': 'GET',
    'access-control-request-headers': 'authorization',
  }
  return [
    { name: `${method} without credentials`, method, path: '/plain', expected: seen(missing()) },
    {
      name: `${method} with a bad token`,
      method,
      path: '/plain',
      headers: bearer('x'),
      expected: seen(invalidToken('ERR_TOKEN_MALFORMED')),
    },
    { name: `${method} with a good token`, method, path: '/plain', headers: bearer(good), expected: seen(handled()) },
    {
      name: `${method} that looks like a preflight`,
      method,
      path: '/plain',
      headers: preflight,
      expected: seen(missing()),
    },
    {
      name: `${method} that asks for another method`,
      method,
      path: '/plain',
      headers: { 'x-http-method-override': 'OPTIONS', 'x-method-override': 'HEAD' },
      expected: seen(missing()),
    },
  ]
})

/** One representative of every reason: the client's answer is the same, the operator's is not. */
const reasons: readonly Row[] = (
  [
    ['not three segments', bearer('x'), 'ERR_TOKEN_MALFORMED'],
    ['padding', bearer(`${good}=`), 'ERR_TOKEN_MALFORMED'],
    ['no signature', bearer(`${goodHeader}.${goodPayload}.`), 'ERR_TOKEN_MALFORMED'],
    ['too long', bearer('x'.repeat(8193)), 'ERR_TOKEN_TOO_LONG'],
    ['encrypted', bearer('eyJhbGciOiJkaXIifQ..YQ.YQ.YQ'), 'ERR_TOKEN_ENCRYPTED'],
    ['a header that is no object', bearer(`${segment('[]')}.${goodPayload}.${goodSignature}`), 'ERR_HEADER_MALFORMED'],
    ['crit with a line break', header({ crit: ['x\r\nSet-Cookie: a=b'] }), 'ERR_HEADER_INVALID'],
    ['its own key', header({ jwk: testKey().jwk }), 'ERR_HEADER_INVALID'],
    ['alg none', header({ alg: 'none' }), 'ERR_ALGORITHM_INVALID'],
    ['alg with quotes and an emoji', header({ alg: 'x"; 🔑' }), 'ERR_ALGORITHM_INVALID'],
    ['an ID token', bearer(idToken), 'ERR_TYP_MISMATCH'],
    ['a token of a kind of our own', bearer(invitation), 'ERR_TYP_MISMATCH'],
    [
      'claims that are no object',
      bearer(forge({ header: { alg: 'ES256', kid: 'test', typ: 'at+jwt' }, payload: '[]', key: fake.key })),
      'ERR_CLAIMS_MALFORMED',
    ],
    [
      'a claim that stands twice',
      bearer(
        forge({
          header: { alg: 'ES256', kid: 'test', typ: 'at+jwt' },
          payload: '{"iss":"https://issuer.test","sub":"a","sub":"b"}',
          key: fake.key,
        }),
      ),
      'ERR_CLAIMS_MALFORMED',
    ],
    ['an issuer that is not one of ours', claims({ iss: 'https://evil.test' }), 'ERR_ISSUER_UNKNOWN', 'iss'],
    ['an issuer of another kind', claims({ iss: 'https://self.test' }), 'ERR_ISSUER_UNKNOWN', 'iss'],
    ['an algorithm that no key has', bearer(forged({ alg: 'RS256' })), 'ERR_ALGORITHM_MISMATCH'],
    ['HMAC with a public key', bearer(forged({ alg: 'HS256' })), 'ERR_ALGORITHM_MISMATCH'],
    ['another signature', bearer(fake.accessToken({ key: testKey() })), 'ERR_SIGNATURE_INVALID'],
    [
      'another payload',
      bearer(`${goodHeader}.${segment({ iss: fake.id, sub: 'admin' })}.${goodSignature}`),
      'ERR_SIGNATURE_INVALID',
    ],
    ['no sub', claims({ sub: undefined }), 'ERR_CLAIM_MISSING', 'sub'],
    ['a sub of null', claims({ sub: null }), 'ERR_CLAIM_MISSING', 'sub'],
    ['events', claims({ events: {} }), 'ERR_CLAIM_FORBIDDEN', 'events'],
    ['an exp that is no number', claims({ exp: '1' }), 'ERR_CLAIM_INVALID', 'exp'],
    ['another audience', claims({ aud: 'https://other.test' }), 'ERR_AUDIENCE_MISMATCH', 'aud'],
    ['expired', claims({ iat: now - 400, exp: now - 31 }), 'ERR_TOKEN_EXPIRED', 'exp'],
    ['not yet valid', claims({ nbf: now + 31 }), 'ERR_TOKEN_NOT_YET_VALID', 'nbf'],
    ['issued in the future', claims({ nbf: now, iat: now + 31 }), 'ERR_TOKEN_NOT_YET_VALID', 'iat'],
    ['too long a life', claims({ exp: now + 86_401 }), 'ERR_LIFETIME_EXCEEDED', 'exp'],
    ['bound to a key', claims({ cnf: { jkt: 'x' } }), 'ERR_TOKEN_BOUND', 'cnf'],
  ] as const
).map(([name, headers, code, claim]) => ({
  name: `a bad token gets the one answer: ${name}`,
  path: '/plain',
  headers,
  expected: invalidToken(code, claim),
}))

const authorisation: readonly Row[] = [
  { name: 'a scope that is there', path: '/scope', headers: bearer(good), expected: handled() },
  {
    name: 'a scope that is not there',
    path: '/scope',
    headers: claims({ scope: 'reports:write' }),
    expected: insufficientScope('reports:read'),
  },
  {
    name: 'no scope claim',
    path: '/scope',
    headers: claims({ scope: undefined }),
    expected: insufficientScope('reports:read'),
  },
  {
    name: 'part of a scope is none',
    path: '/scope',
    headers: claims({ scope: 'reports reports:readonly reports:read:own' }),
    expected: insufficientScope('reports:read'),
  },
  {
    name: 'a scope does not excuse a bad token',
    path: '/scope',
    headers: bearer('x'),
    expected: invalidToken('ERR_TOKEN_MALFORMED'),
  },
  {
    name: 'an expired token without the scope is an expired token',
    path: '/scope',
    headers: claims({ scope: 'x', iat: now - 400, exp: now - 31 }),
    expected: invalidToken('ERR_TOKEN_EXPIRED', 'exp'),
  },
  { name: 'no credentials: the scope is not named', path: '/scope', expected: missing() },
  {
    name: 'one of two scopes is not all of them',
    path: '/scopes',
    headers: bearer(good),
    expected: insufficientScope('reports:read reports:delete'),
  },
  {
    name: 'all of two scopes',
    path: '/scopes',
    headers: claims({ scope: 'reports:delete reports:read' }),
    expected: handled(),
  },
  { name: 'any of two scopes', path: '/any-scope', headers: bearer(good), expected: handled() },
  {
    name: 'none of two scopes: the challenge names all',
    path: '/no-such-scope',
    headers: bearer(good),
    expected: insufficientScope('reports:delete reports:own'),
  },
  {
    name: 'scope and anyScope are both demanded',
    path: '/scope-and-any',
    headers: bearer(good),
    expected: insufficientScope('reports:read reports:own reports:delete'),
  },
  {
    name: 'scope and anyScope both met',
    path: '/scope-and-any',
    headers: claims({ scope: 'reports:read reports:own' }),
    expected: handled(),
  },
  {
    name: 'authorize says yes, from the request',
    path: '/authorize',
    headers: { ...bearer(good), 'x-allow': 'yes' },
    expected: handled(),
  },
  { name: 'authorize says no', path: '/authorize', headers: { ...bearer(good), 'x-allow': 'no' }, expected: denied() },
  {
    name: 'authorize says no, from the token',
    path: '/authorize',
    headers: { ...claims({ sub: 'user-2' }), 'x-allow': 'yes' },
    expected: denied(),
  },
  {
    name: 'authorize is not asked about a bad token',
    path: '/authorize-throws',
    headers: bearer('x'),
    expected: invalidToken('ERR_TOKEN_MALFORMED'),
  },
  {
    name: 'authorize may answer later: yes',
    path: '/authorize-later',
    headers: { ...bearer(good), 'x-allow': 'yes' },
    expected: handled(),
  },
  { name: 'authorize may answer later: no', path: '/authorize-later', headers: bearer(good), expected: denied() },
  ...['throws', 'rejects', 'nonsense'].map((how) => ({
    name: `authorize that is broken lets nobody in: ${how}`,
    path: `/authorize-${how}`,
    headers: bearer(good),
    expected: unavailable('ERR_AUTHORIZE_UNAVAILABLE'),
  })),
  {
    name: 'scope comes before authorize',
    path: '/authorize-and-scope',
    headers: bearer(good),
    expected: insufficientScope('reports:delete'),
  },
]

const optional: readonly Row[] = [
  { name: 'optional: without any credentials, nobody', path: '/optional', expected: handled(null) },
  { name: 'optional: a good token', path: '/optional', headers: bearer(good), expected: handled() },
  {
    name: 'optional: a bad token is not nobody',
    path: '/optional',
    headers: bearer('x'),
    expected: invalidToken('ERR_TOKEN_MALFORMED'),
  },
  {
    name: 'optional: an expired token is not nobody',
    path: '/optional',
    headers: claims({ iat: now - 400, exp: now - 31 }),
    expected: invalidToken('ERR_TOKEN_EXPIRED', 'exp'),
  },
  {
    name: 'optional: credentials of another scheme are not nobody',
    path: '/optional',
    headers: { authorization: 'Basic dXNlcjpwYXNz' },
    expected: missing(),
  },
  {
    name: 'optional: an empty header is not nobody',
    path: '/optional',
    raw: ['Authorization: '],
    expected: invalidRequest('ERR_REQUEST_MALFORMED'),
  },
  {
    name: 'optional: two headers are not nobody',
    path: '/optional',
    raw: ['Authorization: Basic x', `Authorization: Bearer ${good}`],
    expected: invalidRequest('ERR_REQUEST_AMBIGUOUS'),
  },
  {
    name: 'optional: a header for this hop alone is not nobody',
    path: '/optional',
    raw: ['Connection: authorization', `Authorization: Bearer ${good}`],
    expected: missing(),
  },
  {
    name: 'optional: a token in the query does not count',
    path: `/optional?access_token=${good}`,
    expected: handled(null),
  },
  { name: 'optional, with a scope: nobody passes', path: '/optional-scope', expected: handled(null) },
  {
    name: 'optional, with a scope: somebody needs it',
    path: '/optional-scope',
    headers: bearer(good),
    expected: insufficientScope('reports:delete'),
  },
]

const kinds: readonly Row[] = [
  {
    name: 'a route without a guard is open, and nothing is told',
    path: '/open',
    expected: { ...handled(null), events: [] },
  },
  ...['/id', '/id-later'].map((path) => ({
    name: `an ID token and its nonce, ${path}`,
    type: 'id' as const,
    path,
    headers: { ...bearer(idToken), 'x-nonce': 'nonce-1' },
    expected: handled(),
  })),
  {
    name: 'an ID token and another nonce',
    type: 'id',
    path: '/id',
    headers: { ...bearer(idToken), 'x-nonce': 'nonce-2' },
    expected: invalidToken('ERR_CLAIM_MISMATCH', 'nonce'),
  },
  {
    name: 'an ID token with a nonce where none was sent',
    type: 'id',
    path: '/id',
    headers: bearer(idToken),
    expected: invalidToken('ERR_CLAIM_MISMATCH', 'nonce'),
  },
  {
    name: 'an access token is no ID token',
    type: 'id',
    path: '/id',
    headers: { ...bearer(good), 'x-nonce': 'nonce-1' },
    expected: invalidToken('ERR_TYP_MISMATCH'),
  },
  ...['throws', 'nonsense', 'nothing'].map((how) => ({
    name: `a context that is broken lets nobody in: ${how}`,
    type: 'id' as const,
    path: `/id-context-${how}`,
    headers: bearer(idToken),
    expected: unavailable('ERR_CONTEXT_UNAVAILABLE'),
  })),
  {
    name: 'a context is not asked for without credentials',
    type: 'id',
    path: '/id-context-throws',
    expected: missing(),
  },
  {
    name: 'a kind of our own',
    type: 'invitation',
    path: '/invitation',
    headers: bearer(invitation),
    expected: handled('guest-1'),
  },
  {
    name: 'an access token is not of a kind of our own',
    type: 'invitation',
    path: '/invitation',
    headers: bearer(good),
    expected: invalidToken('ERR_TYP_MISMATCH'),
  },
  { name: 'a realm of our own: no credentials', path: '/realm', expected: missing('the reports, today') },
  {
    name: 'a realm of our own: a bad token',
    path: '/realm',
    headers: bearer('x'),
    expected: invalidToken('ERR_TOKEN_MALFORMED', undefined, 'the reports, today'),
  },
]

const keysAway: readonly Row[] = [
  {
    name: 'keys that cannot be fetched: 503, and when to come back',
    type: 'unreachable',
    path: '/unreachable',
    headers: bearer(away.accessToken()),
    expected: unavailable('ERR_KEYS_UNAVAILABLE'),
  },
  {
    name: 'keys that cannot be fetched, a second time',
    type: 'unreachable',
    path: '/unreachable',
    headers: bearer(away.accessToken()),
    expected: unavailable('ERR_KEYS_UNAVAILABLE'),
  },
  {
    name: 'keys that cannot be fetched: not asked for without credentials',
    type: 'unreachable',
    path: '/unreachable',
    expected: missing(),
  },
  {
    name: 'keys that cannot be fetched: not asked for by garbage',
    type: 'unreachable',
    path: '/unreachable',
    headers: bearer('x'),
    expected: invalidToken('ERR_TOKEN_MALFORMED'),
  },
  {
    name: 'keys that cannot be fetched: not asked for by another issuer',
    type: 'unreachable',
    path: '/unreachable',
    headers: bearer(good),
    expected: invalidToken('ERR_ISSUER_UNKNOWN', 'iss'),
  },
]

const both = (expected: Expected, first: Expected): Expected => ({
  ...expected,
  events: [...first.events, ...expected.events],
})

/** Two guards speak twice: each event is one guard's. */
export const twoGuards: readonly Row[] = [
  { name: 'two guards: the first refuses, the second is not asked', path: '/twice', expected: missing() },
  {
    name: 'two guards: the second refuses',
    path: '/twice',
    headers: bearer(good),
    expected: both(insufficientScope('reports:delete'), handled()),
  },
  {
    name: 'two guards: both let in',
    path: '/twice',
    headers: claims({ scope: 'reports:delete' }),
    expected: handled(),
  },
]

export const table: readonly Row[] = [
  ...location,
  ...methods,
  ...reasons,
  ...explained,
  ...authorisation,
  ...optional,
  ...kinds,
  ...keysAway,
]
