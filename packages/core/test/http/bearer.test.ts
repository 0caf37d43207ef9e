import { createGuard } from '@jwt-guard/core'
import { expect, test } from 'vitest'
import { received } from './received.js'
import { fake, recordedEvents, tokens } from './service.js'

const events = recordedEvents()
const guard = createGuard(tokens.access)
const good = fake.accessToken()
const shown = (lines: readonly string[]) => JSON.stringify(lines.map((line) => line.replaceAll(good, 'good')))

test.each(
  [
    [`Authorization: Bearer ${good}`],
    [`authorization: bearer ${good}`],
    [`AUTHORIZATION:   BEARER    ${good}  `],
    ['X-Authorization: Bearer x', `Authorization: Bearer ${good}`],
    ['Proxy-Authorization: Bearer x', `Authorization: Bearer ${good}`],
    ['X-Any: authorization', `Authorization: Bearer ${good}`],
    ['Connection: x-authorization', `Authorization: Bearer ${good}`],
    ['Connection: authorizations, keep-alive', `Authorization: Bearer ${good}`],
    ['Connection: keep-alive', 'Connection: x-authorization', `Authorization: Bearer ${good}`],
    ['Proxy-Connection: authorization', 'X-Connection: authorization', `Authorization: Bearer ${good}`],
    [`aUTHORIZATION: bEARER ${good}`],
  ].map((lines) => [shown(lines), lines] as const),
)('one bearer token in the Authorization header is read: %s', async (_, lines) => {
  await expect(guard.check(await received(...lines))).resolves.toMatchObject({ verdict: 'accepted' })
  expect(events).toEqual([{ verdict: 'accepted', type: 'access' }])
})

test.each(
  [
    [],
    ['Authorization: Basic dXNlcjpwYXNz'],
    [`Authorization: DPoP ${good}`],
    [`Authorization: ${good}`],
    [`Authorization: Bearer:${good}`],
    [`Authorization: Bearer=${good}`],
    [`Authorization: Bearer-${good}`],
    [`Authorization: xBearer ${good}`],
    ['Authorization: "Bearer"'],
    [`Proxy-Authorization: Bearer ${good}`],
    [`X-Authorization: Bearer ${good}`],
    [`Cookie: access_token=${good}`],
    ['Connection: authorization', `Authorization: Bearer ${good}`],
    ['Connection: AUTHORIZATION', `Authorization: Bearer ${good}`],
    ['Connection: keep-alive,authorization', `Authorization: Bearer ${good}`],
    ['Connection: x , Authorization , y', `Authorization: Bearer ${good}`],
    ['Connection: keep-alive', 'Connection: authorization', `Authorization: Bearer ${good}`],
    ['CONNECTION: authorization', 'Connection: keep-alive', `Authorization: Bearer ${good}`],
    [`aUthorization: Bearer ${good}`, 'cOnnection: x', 'conNection: \taUTHORIZATION', 'connection: y'],
    ['Connection: authorization', `Authorization: Bearer ${good}`, `Authorization: Bearer ${good}`],
  ].map((lines) => [shown(lines), lines] as const),
)('a request without a bearer token for us is one without credentials: %s', async (_, lines) => {
  await expect(guard.check(await received(...lines))).resolves.toMatchObject({ verdict: 'missing', status: 401 })
  expect(events).toEqual([{ verdict: 'missing', type: 'access', code: 'ERR_TOKEN_MISSING' }])
})

test.each(
  [
    ['Authorization:'],
    ['Authorization: Bearer'],
    ['Authorization: bearer   '],
    ['Authorization: Bearer \t'],
    [`Authorization: Bearer\t${good}`],
    [`Authorization: Bearer \t${good}`],
    [`Authorization: Bearer ${good} ${good}`],
    [`Authorization: Bearer ${good}, Bearer ${good}`],
    [`Authorization: Bearer ${good},Basic x`],
    [`Authorization: Bearer realm="x", token="${good}"`],
    [`Authorization: Bearer "${good}"`],
    [`Authorization: Bearer <${good}>`],
    [`Authorization: Bearer =`],
    [`Authorization: Bearer ${good}=x`],
    [`Authorization: Bearer ${good}\xa0`],
    [`Authorization: Bearer\xa0${good}`],
    [`Authorization: Bearer\x85${good}`],
    [`Authorization: Bearer ${good}%20`],
    [`Authorization: Bearer ${good};x`],
  ].map((lines) => [shown(lines), lines] as const),
)('Bearer with anything but one token behind it is malformed: %s', async (_, lines) => {
  await expect(guard.check(await received(...lines))).resolves.toMatchObject({
    verdict: 'refused',
    status: 400,
    body: { error: 'invalid_request' },
  })
  expect(events).toEqual([{ verdict: 'refused', type: 'access', code: 'ERR_REQUEST_MALFORMED' }])
})

test.each(
  [
    [`Authorization: Bearer ${good}`, `Authorization: Bearer ${good}`],
    [`Authorization: Bearer ${good}`, `authorization: Bearer x`],
    ['Authorization: Basic x', `AUTHORIZATION: Bearer ${good}`],
    [`Authorization: Bearer ${good}`, 'X-Between: 1', 'Authorization:'],
    ['Authorization: Basic x', 'Authorization: Basic y'],
    [`Authorization: Bearer ${good}`, 'Authorization: Basic x', 'Authorization: DPoP y'],
  ].map((lines) => [shown(lines), lines] as const),
)('more than one Authorization header is ambiguous, whichever Node would keep: %s', async (_, lines) => {
  await expect(guard.check(await received(...lines))).resolves.toMatchObject({ verdict: 'refused', status: 400 })
  expect(events).toEqual([{ verdict: 'refused', type: 'access', code: 'ERR_REQUEST_AMBIGUOUS' }])
})

test('every byte beyond ASCII makes a header malformed', async () => {
  for (let byte = 0x80; byte <= 0xff; byte++) {
    const request = await received(`Authorization: Bearer ${good}${String.fromCharCode(byte)}`)
    expect(await guard.check(request)).toMatchObject({ status: 400 })
  }
  expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(1)
})
