import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createIssuer, jwksHandler, koaJwksHandler, type JwksOptions } from '@jwt-guard/issuer'
import { expect, onTestFinished, test } from 'vitest'
import { aKey } from './keys.ts'
import { mistake } from './outcome.ts'

const id = 'https://issuer.test'

/** A handler on a port of loopback, until the test is over. */
async function served(handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
}

test('the keys are answered with their media type, for a time, and with a tag', async () => {
  const mine = createIssuer({ id, keys: { current: aKey(), next: aKey('RS256') } })
  const answer = await fetch(await served(jwksHandler(mine)))
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/jwk-set+json')
  expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
  expect(answer.headers.get('etag')).toMatch(/^"[\w-]{43}"$/)
  expect(await answer.json()).toEqual(mine.jwks())
})

test('HEAD is answered as GET is, without a body', async () => {
  const url = await served(jwksHandler(createIssuer({ id, keys: aKey() })))
  const [get, head] = [await fetch(url), await fetch(url, { method: 'HEAD' })]
  expect(head.status).toBe(200)
  for (const name of ['content-type', 'content-length', 'cache-control', 'etag']) {
    expect(head.headers.get(name)).toBe(get.headers.get(name))
  }
  expect(head.headers.get('content-length')).toBe(String((await get.text()).length))
  expect(await head.text()).toBe('')
})

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not allowed', async (method) => {
  const url = await served(jwksHandler(createIssuer({ id, keys: aKey() })))
  const answer = await fetch(url, { method })
  expect([answer.status, answer.headers.get('allow'), await answer.text()]).toEqual([405, 'GET, HEAD', ''])
})

test('who has the keys already is told so, until they change', async () => {
  const mine = createIssuer({ id, keys: aKey() })
  const url = await served(jwksHandler(mine))
  const etag = (await fetch(url)).headers.get('etag') ?? ''
  const again = (tag: string) => fetch(url, { headers: { 'if-none-match': tag } })
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await again(tag)
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([304, etag, ''])
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300')
  }
  expect((await again('"other"')).status).toBe(200)
  mine.announce(aKey())
  expect((await again(etag)).status).toBe(200)
})

test('for how long they may be kept is an option', async () => {
  const mine = createIssuer({ id, keys: aKey() })
  const kept = async (maxAge: JwksOptions['maxAge'] & {}) =>
    (await fetch(await served(jwksHandler(mine, { maxAge })))).headers.get('cache-control')
  expect(await kept('1h')).toBe('public, max-age=3600')
  expect(await kept(0)).toBe('public, max-age=0')
})

test('while the clock is away the answer is a 503 that nobody keeps', async () => {
  let away = false
  const clock = { now: () => (away ? NaN : 1) }
  const url = await served(jwksHandler(createIssuer({ id, keys: aKey(), clock })))
  away = true
  const answer = await fetch(url)
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([503, 'no-store'])
  expect(answer.headers.get('retry-after')).toBe('5')
})

test.each([jwksHandler, koaJwksHandler])(
  '%o refuses secrets, which are not for others, and options that cannot be',
  (make) => {
    const mine = createIssuer({ id, keys: aKey() })
    expect(mistake(() => make(createIssuer({ id, keys: aKey('HS256') })))).toBe('ERR_OPTIONS_CONTRADICT')
    expect(mistake(() => make(mine, { maxAge: '2d' }))).toBe('ERR_OPTION_INVALID')
    expect(mistake(() => make(mine, { maxage: 1 } as {}))).toBe('ERR_OPTION_UNKNOWN')
  },
)
