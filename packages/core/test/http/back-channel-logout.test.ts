import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import {
  accessToken,
  createBackChannelLogout,
  defineTokens,
  issuer,
  issuers,
  logoutToken,
  presets,
  remoteKeySet,
  revocationsOf,
  singleProcessStore,
  type BackChannelLogoutOptions,
  type LogoutAnswer,
} from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { describe, expect, test } from 'vitest'
import { mistake, outcome } from '../tokens/outcome.js'

const fake = new FakeIssuer()
const { clock } = fake
const now = clock.now()
const audience = 'https://api.test'

function service(options: object = {}) {
  const store = singleProcessStore()
  const tokens = defineTokens(
    {
      access: accessToken({ issuer: fake.issuer, audience, revocations: store }),
      logout: logoutToken({ issuer: fake.issuer, clientId: 'web', ...options }),
    },
    { clock },
  )
  return { tokens, revocations: revocationsOf(tokens) }
}

/** What is answered to a POST of this form, as Node's own server receives it; `before` runs first. */
async function posted(
  options: BackChannelLogoutOptions,
  body: string,
  before: (request: IncomingMessage) => unknown = () => undefined,
  chunked = false,
): Promise<LogoutAnswer> {
  const logout = createBackChannelLogout(options)
  const server = createServer((request, response) => {
    const answered = Promise.resolve(before(request)).then((parsed) => logout.answer(request, parsed))
    answered.then(
      (answer) => server.emit('answered', answer),
      (error: unknown) => server.emit('error', error),
    )
    void answered.finally(() => response.end()).catch(() => undefined)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume()
  const head = [
    'POST / HTTP/1.1',
    'Host: rp.test',
    'Connection: close',
    'Content-Type: application/x-www-form-urlencoded',
  ]
  socket.write([...head, ...framed(body, chunked)].join('\r\n'))
  try {
    const [answer] = (await once(server, 'answered')) as [LogoutAnswer]
    return answer
  } finally {
    socket.destroy()
    server.close()
  }
}
function framed(body: string, chunked: boolean): readonly string[] {
  if (!chunked) return [`Content-Length: ${body.length}`, '', body]
  const chunks = body.match(/.{1,4096}/g) ?? []
  const lines = chunks.flatMap((chunk) => [chunk.length.toString(16), chunk])
  return ['Transfer-Encoding: chunked', '', ...lines, '0', '', '']
}
const formOf = (claims: object) => `logout_token=${fake.logoutToken({ claims: { ...claims } })}`

describe('what a logout token revokes', () => {
  async function after(claims: object, bySubject?: boolean) {
    const { tokens, revocations } = service()
    const options = { token: tokens.logout, revocations, ...(bySubject !== undefined && { bySubject }) }
    expect(await posted(options, formOf(claims))).toMatchObject({ status: 200, body: undefined })
    return (access: object) => outcome(tokens.access.verify(fake.accessToken({ claims: { ...access } })))
  }

  test('is its session, and nothing else of its subject', async () => {
    const verdict = await after({ sub: 'user-1', sid: 's1' })
    expect(await verdict({ sub: 'user-1', sid: 's1' })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sub: 'user-1', sid: 's1', iat: now + 20 })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sub: 'user-1', sid: 's2' })).toBe('accepted')
    expect(await verdict({ sub: 'user-1' })).toBe('accepted')
  })

  test('§2.7 without sid is what was issued about its subject until its iat', async () => {
    const verdict = await after({ sub: 'user-1', iat: now - 10 })
    expect(await verdict({ sub: 'user-1', sid: 's1', iat: now - 10 })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sub: 'user-1', iat: now - 60 })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sub: 'user-1', iat: now - 9 })).toBe('accepted')
    expect(await verdict({ sub: 'user-2' })).toBe('accepted')
  })

  test('with bySubject is both', async () => {
    const verdict = await after({ sub: 'user-1', sid: 's1' }, true)
    expect(await verdict({ sub: 'user-1', sid: 's1', iat: now + 1 })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sub: 'user-1', sid: 's2' })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sub: 'user-1', sid: 's2', iat: now + 1 })).toBe('accepted')
  })

  test('with bySubject, of a token without sub, is its session', async () => {
    const verdict = await after({ sub: undefined, sid: 's1' }, true)
    expect(await verdict({ sid: 's1' })).toBe('ERR_TOKEN_REVOKED')
    expect(await verdict({ sid: 's2' })).toBe('accepted')
  })
})

test('a logout is idempotent; with singleUse a repeated token is refused', async () => {
  const twice = async (options: object) => {
    const { tokens, revocations } = service(options)
    const body = formOf({})
    const first = await posted({ token: tokens.logout, revocations }, body)
    const second = await posted({ token: tokens.logout, revocations }, body)
    return [first.status, second.status]
  }
  expect(await twice({})).toEqual([200, 200])
  expect(await twice({ singleUse: singleProcessStore() })).toEqual([200, 400])
})

test('a token of an issuer that was looked up, and has nothing to revoke here, is refused', async () => {
  const other = new FakeIssuer({ id: 'https://other.test', clock })
  const tokens = defineTokens(
    {
      access: accessToken({ issuer: fake.issuer, audience, revocations: singleProcessStore() }),
      logout: logoutToken({
        issuer: issuers((iss) => [fake, other].find(({ id }) => id === iss)?.issuer),
        clientId: 'web',
      }),
    },
    { clock },
  )
  const options = { token: tokens.logout, revocations: revocationsOf(tokens) }
  const statusOf = async (form: string) => (await posted(options, form)).status
  expect(await statusOf(formOf({}))).toBe(200)
  expect(await statusOf(`logout_token=${other.logoutToken()}`)).toBe(400)
})

test('keys that are away are a 503', async () => {
  const gone = issuer('https://gone.test', {
    keys: remoteKeySet('http://127.0.0.1:1/jwks', { algorithms: ['ES256'], allowInsecureLoopback: true }),
  })
  const tokens = defineTokens(
    {
      access: accessToken({ issuer: gone, audience, revocations: singleProcessStore() }),
      logout: logoutToken({ issuer: gone, clientId: 'web' }),
    },
    { clock },
  )
  const options = { token: tokens.logout, revocations: revocationsOf(tokens) }
  const answer = await posted(options, formOf({ iss: 'https://gone.test' }))
  expect(answer).toMatchObject({ status: 503, headers: { 'Cache-Control': 'no-store' } })
  expect(Number(answer.headers['Retry-After'])).toBeGreaterThan(0)
})

test('a body that was read, and of which nothing is left, is a mistake and no logout', async () => {
  const { tokens, revocations } = service()
  const swallow = async (request: IncomingMessage) => {
    for await (const _ of request);
  }
  await expect(posted({ token: tokens.logout, revocations }, formOf({}), swallow)).rejects.toMatchObject({
    name: 'ConfigurationError',
    code: 'ERR_BODY_CONSUMED',
  })
})

test('what a parser left is not believed where the body itself is still there', async () => {
  const { tokens, revocations } = service()
  const answer = await posted({ token: tokens.logout, revocations }, 'logout_token=x', () => ({
    logout_token: fake.logoutToken(),
  }))
  expect(answer.status).toBe(400)
})

test('a body whose length nobody said ends at 16 KiB all the same', async () => {
  const { tokens, revocations } = service()
  const padded = (length: number) => `${formOf({})}&a=`.padEnd(length, 'x')
  const statusOf = async (length: number) =>
    (await posted({ token: tokens.logout, revocations }, padded(length), undefined, true)).status
  expect([await statusOf(16 * 1024), await statusOf(16 * 1024 + 1)]).toEqual([200, 400])
})

test('of a body that was parsed the token has at most 16 KiB, whatever its type takes', async () => {
  const { tokens, revocations } = service({ maxTokenLength: 64 * 1024 })
  const parsedWith = (pad: number) => async (request: IncomingMessage) => {
    for await (const _ of request);
    return { logout_token: fake.logoutToken({ claims: { pad: 'x'.repeat(pad) } }) }
  }
  const statusOf = async (pad: number) =>
    (await posted({ token: tokens.logout, revocations }, 'a=1', parsedWith(pad))).status
  expect([await statusOf(8 * 1024), await statusOf(16 * 1024)]).toEqual([200, 400])
})

test('a parsed body holds its token itself', async () => {
  const { tokens, revocations } = service()
  const inherited = async (request: IncomingMessage) => {
    for await (const _ of request);
    return Object.create({ logout_token: fake.logoutToken() }) as object
  }
  expect((await posted({ token: tokens.logout, revocations }, 'a=1', inherited)).status).toBe(400)
})

describe('the endpoint is not made', () => {
  const { tokens, revocations } = service()
  const make = (options: object) => mistake(() => createBackChannelLogout(options as BackChannelLogoutOptions))

  test('of anything but a type of logout tokens and revocationsOf(tokens)', () => {
    expect(make({ token: tokens.logout, revocations })).toBe('accepted')
    expect(make({ token: tokens.access, revocations })).toBe('ERR_OPTION_INVALID')
    expect(make({ token: logoutToken({ issuer: fake.issuer, clientId: 'web' }), revocations })).toBe('ERR_TYPE_UNNAMED')
    for (const other of [{}, null, singleProcessStore(), { ...revocations }]) {
      expect(make({ token: tokens.logout, revocations: other })).toBe('ERR_OPTION_INVALID')
    }
  })

  test('without its options, or with others', () => {
    expect(make({ revocations })).toBe('ERR_OPTION_MISSING')
    expect(make({ token: tokens.logout })).toBe('ERR_OPTION_MISSING')
    expect(make({ token: tokens.logout, revocations, bySubject: 'yes' })).toBe('ERR_OPTION_INVALID')
    expect(make({ token: tokens.logout, revocations, subject: true })).toBe('ERR_OPTION_UNKNOWN')
  })

  test('where nothing of the issuer of its tokens can be revoked', () => {
    const other = new FakeIssuer({ id: 'https://other.test', clock })
    const set = defineTokens(
      {
        access: accessToken({ issuer: other.issuer, audience, revocations: singleProcessStore() }),
        logout: logoutToken({ issuer: fake.issuer, clientId: 'web' }),
      },
      { clock },
    )
    expect(make({ token: set.logout, revocations: revocationsOf(set) })).toBe('ERR_OPTION_INVALID')
    const resolved = defineTokens({
      access: accessToken({ issuer: issuers(() => fake.issuer), audience, revocations: singleProcessStore() }),
    })
    expect(make({ token: tokens.logout, revocations: revocationsOf(resolved) })).toBe('accepted')
  })

  test('but of the preset of a provider it is', () => {
    const set = defineTokens(
      {
        access: accessToken({ issuer: fake.issuer, audience, revocations: singleProcessStore() }),
        logout: presets.auth0.logoutToken({ issuer: fake.issuer, clientId: 'web' }),
      },
      { clock },
    )
    expect(make({ token: set.logout, revocations: revocationsOf(set) })).toBe('accepted')
  })
})
