import { anyOf, codes, createGuard, httpError, type Refused } from '@jwt-guard/core'
import { expect, test } from 'vitest'
import { Answers } from '../../src/http/answers.js'
import { DependencyError, Refusal } from '../../src/errors/errors.js'
import { received, receivedWith } from './received.js'
import { fake, tokens } from './service.js'

const nothing = { all: [], any: [] }

test('every refusal of one error is answered with the same bytes, whatever the code and the claim', () => {
  const answers = new Map<string, Set<string>>()
  for (const [code, { error }] of Object.entries(codes.refusals)) {
    const refusal = new Refusal(code as keyof typeof codes.refusals, 'sub')
    const same = answers.get(error) ?? new Set()
    answers.set(error, same.add(JSON.stringify(new Answers('api', nothing).to(refusal))))
  }
  expect([...answers].map(([error, same]) => [error, same.size])).toEqual([
    ['token_required', 1],
    ['invalid_request', 1],
    ['invalid_token', 1],
    ['insufficient_scope', 1],
  ])
})

test('a credential that is no token is malformed, whatever its header says', async () => {
  const spoiled = (token: string) => token.replace('.', '. ')
  const header = (said: object) => Buffer.from(JSON.stringify(said)).toString('base64url')
  const all = [fake.accessToken(), fake.idToken(), `${header({ alg: 'none' })}.e30.AA`, 'AA.AA.AA'].map(spoiled)
  for (const guard of [createGuard(tokens.access), createGuard(anyOf(tokens.access, tokens.counted))]) {
    for (const credential of all) {
      expect(await guard.check(await receivedWith(credential))).toMatchObject({ status: 400 })
    }
  }
})

test('every outage is answered with the same bytes, and nothing of its cause', () => {
  const answers = Object.keys(codes.outages).map((code) => {
    const error = new DependencyError(code as keyof typeof codes.outages, {
      detail: 'secret',
      cause: new Error('secret'),
    })
    return JSON.stringify(new Answers('api', nothing).to(error))
  })
  expect(new Set(answers).size).toBe(1)
  expect(answers[0]).not.toContain('secret')
})

test.each([
  [0, '1'],
  [0.2, '1'],
  [5, '5'],
  [5.1, '6'],
])('Retry-After is whole seconds and at least one: %d becomes %s', (retryAfter, header) => {
  const error = new DependencyError('ERR_KEYS_UNAVAILABLE', { retryAfter })
  const { headers } = new Answers('api', nothing).to(error)
  expect(headers).toMatchObject({ 'Retry-After': header, 'Cache-Control': 'no-store' })
  expect(headers).not.toHaveProperty('WWW-Authenticate')
})

test('an answer cannot be changed by who sends it', async () => {
  const answer = (await createGuard(tokens.access).check(await received())) as Refused
  expect([answer, answer.headers, answer.body].every(Object.isFrozen)).toBe(true)
})

test('an error for the framework has the form that http-errors gives, and the public text alone', async () => {
  const guard = createGuard(tokens.access, { onRefusal: 'forward', scope: 'reports:delete' })
  const answer = (await guard.check(await receivedWith(fake.accessToken()))) as Refused
  const error = httpError(answer)
  expect(error).toBeInstanceOf(Error)
  expect(error.message).toBe('The token does not grant what this request needs.')
  expect({ ...error }).toEqual({
    status: 403,
    statusCode: 403,
    expose: true,
    headers: {
      'Cache-Control': 'no-store',
      'WWW-Authenticate': 'Bearer realm="api", error="insufficient_scope", scope="reports:delete"',
    },
  })
  expect(error.cause).toBeUndefined()
})

test('a challenge names its realm, an error where there were credentials, and scopes where they were not enough', async () => {
  const guard = createGuard(tokens.access, { realm: 'the reports', scope: 'reports:delete', onRefusal: 'answer' })
  const challenge = async (...lines: readonly string[]) =>
    ((await guard.check(await received(...lines))) as Refused).headers['WWW-Authenticate']
  expect(await challenge()).toBe('Bearer realm="the reports"')
  expect(await challenge('Authorization: Bearer x')).toBe(
    'Bearer realm="the reports", error="invalid_token", error_description="The token is not valid for this resource."',
  )
  expect(await challenge(`Authorization: Bearer ${fake.accessToken()}`)).toContain('scope="reports:delete"')
})
