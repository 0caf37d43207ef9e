import { inspect } from 'node:util'
import { createGuard, httpError, tokenOf, type Guard } from '@jwt-guard/core'
import { forge, segment, testKey } from '@jwt-guard/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { received, receivedWith } from './received.js'
import { fake, recordedEvents, tokens } from './service.js'

/** In every token, in one place after the other; it may come out nowhere. */
const marker = 'marker-5e1ec7ed'
const events = recordedEvents()

let written = ''
const real = { out: process.stdout.write.bind(process.stdout), err: process.stderr.write.bind(process.stderr) }
beforeEach(() => {
  written = ''
  const record = (chunk: string | Uint8Array) => {
    written += String(chunk)
    return true
  }
  process.stdout.write = record
  process.stderr.write = record
})
afterEach(() => {
  process.stdout.write = real.out
  process.stderr.write = real.err
})

const [header = '', payload = '', signature = ''] = fake.accessToken({ claims: { sub: marker } }).split('.')
const claims = (changed: object) => fake.accessToken({ claims: { sub: marker, ...changed } })
const of = (changed: object) =>
  forge({ header: { alg: 'ES256', kid: 'test', typ: 'at+jwt', ...changed }, payload: { iss: marker }, key: fake.key })

const spoiled: readonly (readonly [string, string])[] = [
  ['good', claims({})],
  ['no token', marker],
  ['two segments', `${header}.${payload}`],
  ['another payload', `${header}.${segment({ iss: fake.id, sub: marker })}.${signature}`],
  ['another signature', fake.accessToken({ claims: { sub: marker }, key: testKey() })],
  ['an algorithm', of({ alg: marker })],
  ['a kid', of({ kid: marker })],
  ['a typ', of({ typ: marker })],
  ['a critical name', of({ crit: [marker] })],
  ['an issuer', of({})],
  ['an audience', claims({ aud: marker })],
  ['a client', claims({ client_id: `${marker}\n` })],
  ['a scope', claims({ scope: marker })],
  ['an expiry', claims({ exp: marker })],
  ['events', claims({ events: { [marker]: marker } })],
  ['a confirmation', claims({ cnf: { [marker]: marker } })],
]

/** Whatever stands in a text, plain or as a segment of a token. */
function leaks(text: string, token: string): boolean {
  const pieces = token.split('.').filter((piece) => piece.length >= 16)
  return text.includes(marker) || pieces.some((piece) => text.includes(piece.slice(0, 16)))
}

/** The header is the same for every token of this issuer, and its start for every token at all: not a secret. */
const told = (token: string) => token.slice(token.indexOf('.') + 1)

test.each(spoiled)('nothing of the token is told, written or published: %s', async (_, token) => {
  const guards: readonly Guard[] = [
    createGuard(tokens.access, { scope: 'reports:delete' }),
    createGuard(tokens.access, { authorize: (verified) => Promise.reject(new Error(verified.claims.sub)) }),
    createGuard(tokens.access, { onRefusal: 'forward', anyScope: ['reports:delete'] }),
  ]
  for (const guard of guards) {
    const verdict = await guard.check(await receivedWith(token))
    expect(verdict.verdict).not.toBe('accepted')
    const error = verdict.verdict === 'accepted' ? undefined : httpError(verdict)
    const everything = inspect([verdict, error, error?.stack, error?.cause, events], {
      depth: Infinity,
      showHidden: true,
    })
    expect(leaks(everything + written, told(token))).toBe(false)
  }
  expect(events.length).toBe(guards.length)
})

test('a mistake of the program does not quote the request either', async () => {
  const request = await received(`Authorization: Bearer ${claims({})}`)
  await createGuard(tokens.access, { scope: 'reports:delete' }).check(request)
  const mistakes = inspect([
    await createGuard(tokens.counted)
      .check(request)
      .catch((error: unknown) => error),
    trying(() => tokenOf(request, tokens.access)),
  ])
  expect(mistakes).toMatch(/ERR_SLOT_TAKEN[^]*ERR_GUARD_NOT_PASSED/)
  expect(leaks(mistakes + written, told(claims({})))).toBe(false)
})

function trying(attempt: () => unknown): unknown {
  try {
    return attempt()
  } catch (error) {
    return error
  }
}
