import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { outcome } from '../../packages/core/test/tokens/outcome.js'
import { fake, logoutService } from './logout/service.js'
import { path, servers } from './logout/servers.js'
import { sendRaw } from './wire.js'

const form = 'application/x-www-form-urlencoded'
const logoutToken = (claims: object = {}) => fake.logoutToken({ claims: { sid: 'session-1', ...claims } })
const formOf = (...tokens: readonly string[]) => tokens.map((token) => `logout_token=${token}`).join('&')
const invalid = { error: 'invalid_request', error_description: 'The logout request is not valid.' }

describe.each(servers)('back-channel logout on %s', (_, start) => {
  const service = logoutService()
  let server: Awaited<ReturnType<typeof start>>
  const events: unknown[] = []
  const record = (event: unknown) => events.push(event)

  beforeAll(async () => {
    server = await start(service)
  })
  afterAll(() => server.close())
  beforeEach(() => {
    events.length = 0
    service.away.is = false
    subscribe('jwt-guard:verdict', record)
  })
  afterEach(() => {
    unsubscribe('jwt-guard:verdict', record)
  })

  function send(
    body: string,
    { method = 'POST', type = form, headers = [] as readonly string[], chunked = false } = {},
  ) {
    const typed = type === '' ? [] : [`Content-Type: ${type}`]
    const framing = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`
    const framed = chunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body
    return sendRaw(server.port, [`${method} ${path} HTTP/1.1`, ...typed, framing, ...headers], framed)
  }

  const verdict = (claims: Readonly<Record<string, unknown>>) =>
    outcome(service.tokens.access.verify(fake.accessToken({ claims })))

  test('LO-9 a logout token in a form ends its session, and is answered 200 without a body', async () => {
    expect(await verdict({ sid: 'session-1' })).toBe('accepted')
    events.length = 0
    const answer = await send(formOf(logoutToken()))
    expect([answer.status, answer.body]).toEqual([200, ''])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.has('www-authenticate')).toBe(false)
    expect(events).toEqual([{ verdict: 'accepted', type: 'logout' }])
    expect(await verdict({ sid: 'session-1' })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sid: 'session-2' })).toBe('accepted')
  })

  test('a token that was used is refused; another for the same session is not', async () => {
    const text = logoutToken()
    expect((await send(formOf(text))).status).toBe(200)
    expect((await send(formOf(text))).status).toBe(400)
    expect((await send(formOf(logoutToken()))).status).toBe(200)
  })

  test.each([
    ['other parameters beside it', () => send(`a=1&${formOf(logoutToken())}&b=2&a=3`)],
    ['a parameter of the media type', () => send(formOf(logoutToken()), { type: `${form}; charset=UTF-8` })],
    ['the media type in capitals', () => send(formOf(logoutToken()), { type: form.toUpperCase() })],
    ['a chunked body', () => send(formOf(logoutToken()), { chunked: true })],
    ['a token with percent signs', () => send(formOf(logoutToken().replaceAll('.', '%2E')))],
  ])('§2.5 taken is %s', async (__, sent) => {
    expect((await sent()).status).toBe(200)
  })

  test.each([
    ['no token', () => send('')],
    ['an empty token', () => send('logout_token=')],
    ['another parameter', () => send(`token=${logoutToken()}`)],
    ['two tokens', () => send(formOf(logoutToken(), logoutToken()))],
    ['one token twice', () => send(formOf('x', 'x'))],
    ['a token in a list', () => send(`logout_token[]=${logoutToken()}`)],
    ['a token in an object', () => send(`logout_token[a]=${logoutToken()}`)],
    ['a token in an unencoded file', () => send(logoutToken())],
    ['no media type', () => send(formOf(logoutToken()), { type: '' })],
    ['text', () => send(formOf(logoutToken()), { type: 'text/plain' })],
    ['another media type with that in it', () => send(formOf(logoutToken()), { type: `text/plain; a=${form}` })],
    ['a form in parts', () => send(formOf(logoutToken()), { type: 'multipart/form-data; boundary=x' })],
    ['JSON', () => send(JSON.stringify({ logout_token: logoutToken() }), { type: 'application/json' })],
    ['a body that is compressed', () => send(formOf(logoutToken()), { headers: ['Content-Encoding: identity'] })],
    ['a body that is too long', () => send(`${formOf(logoutToken())}&a=${'x'.repeat(16 * 1024)}`)],
    ['a token that is too long', () => send(formOf('x'.repeat(16 * 1024)), { chunked: true })],
  ])('§2.8 refused with 400, and once told, is %s', async (__, sent) => {
    const { status, headers, body } = await sent()
    expect([status, JSON.parse(body)]).toEqual([400, invalid])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      verdict: 'refused',
      type: 'logout',
      code: expect.stringMatching(/REQUEST|TOKEN/) as string,
    })
  })

  test.each([
    ['a forged token', () => logoutToken().replace(/.{8}$/, 'AAAAAAAA')],
    ['an access token', () => fake.accessToken()],
    ['an ID token', () => fake.idToken()],
    ['an expired one', () => logoutToken({ iat: fake.clock.now() - 300, exp: fake.clock.now() - 31 })],
    ['one of another client', () => logoutToken({ aud: 'app' })],
    ['one with neither sub nor sid', () => logoutToken({ sub: undefined, sid: undefined })],
  ])('§2.6 refused with the same answer is %s', async (__, token) => {
    const { status, body } = await send(formOf(token()))
    expect([status, JSON.parse(body)]).toEqual([400, invalid])
    expect(events).toHaveLength(1)
  })

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is no logout', async (method) => {
    const { status, headers, body } = await send(formOf(logoutToken()), { method })
    expect([status, JSON.parse(body)]).toEqual([405, invalid])
    expect([headers.get('allow'), headers.get('cache-control')]).toEqual(['POST', 'no-store'])
    expect(events).toEqual([{ verdict: 'refused', type: 'logout', code: 'ERR_REQUEST_MALFORMED' }])
  })

  test('a store that is away is a 503, and the same token is taken once it is back', async () => {
    service.away.is = true
    const text = logoutToken({ sid: 'session-3' })
    const { status, headers, body } = await send(formOf(text))
    expect([status, headers.get('retry-after'), headers.get('cache-control')]).toEqual([503, '5', 'no-store'])
    expect(JSON.parse(body)).toMatchObject({ error: 'temporarily_unavailable' })
    expect(body).not.toContain('foreign')
    expect(events).toEqual([{ verdict: 'unavailable', type: 'logout', code: 'ERR_STORE_UNAVAILABLE' }])
    service.away.is = false
    expect((await send(formOf(text))).status).toBe(200)
    expect(await verdict({ sid: 'session-3' })).toBe('ERR_TOKEN_REVOKED')
  })
})
