import { accessToken, createGuard, defineTokens, issuer, remoteKeySet, type GuardOptions } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { afterEach, expect, test } from 'vitest'
import { received, receivedWith } from './received.js'
import { counted, fake, recordedEvents, tokens } from './service.js'

const events = recordedEvents()
const warnings: string[] = []
process.on('warning', ({ name, message }) => {
  if (name === 'JwtGuardWarning') warnings.push(message)
})

const set = process.env['NODE_ENV']
afterEach(() => {
  process.env['NODE_ENV'] = set
})

const explaining = { explainRefusals: true }
/** The body of the answer to a token, from a guard that was told to explain. */
async function bodyFor(token: string, options: object = {}): Promise<unknown> {
  const guard = createGuard(tokens.access, { ...explaining, ...options } as GuardOptions)
  const verdict = await guard.check(await receivedWith(token))
  return 'body' in verdict ? verdict.body : verdict
}

const fixed = { error: 'invalid_token', error_description: 'The token is not valid for this resource.' }

test('each answer of one guard has its own reason', async () => {
  const guard = createGuard(tokens.access, explaining)
  const reasons = [fake.idToken(), fake.accessToken({ claims: { aud: 'us' } }), fake.idToken()].map(async (token) => {
    const verdict = await guard.check(await receivedWith(token))
    return 'body' in verdict ? verdict.body.reason?.code : verdict
  })
  expect(await Promise.all(reasons)).toEqual(['ERR_TYP_MISMATCH', 'ERR_AUDIENCE_MISMATCH', 'ERR_TYP_MISMATCH'])
})

test('the reason names the step, what was expected and found, and what the token looks like', async () => {
  expect(await bodyFor(fake.idToken())).toEqual({
    ...fixed,
    reason: {
      code: 'ERR_TYP_MISMATCH',
      meaning: 'typ is not that of this kind of token',
      step: 'typ',
      detail: 'typ is not that of this kind of token; expected: at+jwt; found: JWT',
      looksLike: 'id, the ID token (OpenID Connect Core) of this set',
    },
  })
  expect(await bodyFor(fake.accessToken({ claims: { aud: 'https://other.test' } }))).toMatchObject({
    reason: {
      code: 'ERR_AUDIENCE_MISMATCH',
      claim: 'aud',
      step: 'audience',
      detail: expect.stringContaining('other.test'),
    },
  })
})

test('the reason of a 403 is the scope that was asked for and what the token has', async () => {
  const options = { scope: 'reports:delete', anyScope: ['a', 'b'] }
  expect(await bodyFor(fake.accessToken(), options)).toMatchObject({
    error: 'insufficient_scope',
    reason: { detail: 'expected: reports:delete, and a or b; found: scope "reports:read reports:write"' },
  })
  expect(await bodyFor(fake.accessToken({ claims: { scope: undefined } }), { anyScope: ['a'] })).toMatchObject({
    reason: { claim: 'scope', detail: 'expected: a; found: scope is not there' },
  })
  expect(await bodyFor(fake.accessToken(), { authorize: () => false })).toMatchObject({
    reason: { code: 'ERR_AUTHORIZATION_DENIED' },
  })
})

test('the reason of a request without a token, and of keys that cannot be fetched', async () => {
  const verdict = await createGuard(tokens.access, explaining).check(await received())
  expect(verdict).toMatchObject({
    status: 401,
    body: { error: 'token_required', reason: { code: 'ERR_TOKEN_MISSING' } },
  })
  const away = new FakeIssuer({ id: 'https://away.test' })
  const keys = remoteKeySet('http://127.0.0.1:9/jwks', { algorithms: ['ES256'], allowInsecureLoopback: true })
  const service = defineTokens({
    access: accessToken({ issuer: issuer(away.id, { keys }), audience: 'https://api.test' }),
  })
  const outage = await createGuard(service.access, explaining).check(await receivedWith(away.accessToken()))
  expect(outage).toMatchObject({ status: 503, body: { reason: { code: 'ERR_KEYS_UNAVAILABLE' } } })
})

test('the reason of an ID token is found with the context of its request', async () => {
  let asked = 0
  const guard = createGuard(tokens.id, {
    ...explaining,
    context: () => {
      asked++
      return { nonce: 'another' }
    },
  })
  const verdict = await guard.check(await receivedWith(fake.idToken()))
  expect(verdict).toMatchObject({
    body: { reason: { claim: 'nonce', detail: expect.stringMatching(/expected: "another"; found: nonce "nonce-1"/) } },
  })
  expect(asked).toBe(1)
})

test('explaining adds nothing to the event, the challenge or the status', async () => {
  const plain = await createGuard(tokens.access).check(await receivedWith(fake.idToken()))
  const told = await createGuard(tokens.access, explaining).check(await receivedWith(fake.idToken()))
  expect(told).toEqual({ ...plain, body: { ...fixed, reason: expect.anything() } })
  expect(events[0]).toEqual(events[1])
  expect(events).toHaveLength(2)
})

test('no reason unless it is asked for', async () => {
  for (const options of [{}, { explainRefusals: false }]) {
    const verdict = await createGuard(tokens.access, options).check(await receivedWith(fake.idToken()))
    expect(verdict).toMatchObject({ body: fixed })
    expect('body' in verdict && Object.keys(verdict.body)).toEqual(['error', 'error_description'])
  }
})

test.each(['production', '', 'Development', 'staging', undefined])(
  'no reason, whatever is asked for, while NODE_ENV is %j',
  async (environment) => {
    if (environment === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = environment
    expect(await bodyFor(fake.idToken())).toEqual(fixed)
    expect(await bodyFor(fake.accessToken(), { scope: 'x' })).toEqual({
      error: 'insufficient_scope',
      error_description: 'The token does not grant what this request needs.',
    })
  },
)

test('a process is told once that its guards cannot explain, where NODE_ENV was forgotten', async () => {
  delete process.env['NODE_ENV']
  createGuard(tokens.access, explaining)
  createGuard(tokens.access, explaining)
  await new Promise((resolve) => setImmediate(resolve))
  expect(warnings).toEqual(['explainRefusals has no effect: NODE_ENV is neither "development" nor "test".'])
})

test('a guard keeps to what NODE_ENV was when it was made', async () => {
  process.env['NODE_ENV'] = 'production'
  const guard = createGuard(tokens.access, explaining)
  process.env['NODE_ENV'] = 'development'
  expect(await guard.check(await receivedWith(fake.idToken()))).toMatchObject({ body: fixed })
  expect(await bodyFor(counted())).toMatchObject({ reason: { code: 'ERR_TYP_MISMATCH' } })
})
