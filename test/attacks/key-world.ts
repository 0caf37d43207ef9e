import { accessToken, defineTokens, issuer, remoteKeySet, type Issuer, type RemoteKeySetOptions } from '@jwt-guard/core'
import { FakeIssuer, segment, startKeyServer, testKey, type KeyServer } from '@jwt-guard/testing'
import { onTestFinished } from 'vitest'
import { verdictOf } from './catalogue.js'

export const es256 = { algorithms: ['ES256'], allowInsecureLoopback: true } as const
type Settings = Partial<RemoteKeySetOptions>

export async function keyServer(...jwks: readonly object[]): Promise<KeyServer> {
  const server = await startKeyServer({ keys: jwks as KeyServer['jwks']['keys'] })
  onTestFinished(() => server.close())
  return server
}

/** A guard whose keys are behind a URL, and a clock that is moved by hand. */
export async function fetchingWorld(settings: Settings = {}) {
  const key = testKey()
  const server = await keyServer(key.jwk)
  const fake = new FakeIssuer({ keys: [key] })
  const keys = remoteKeySet(server.jwksUrl, { ...es256, ...settings })
  return { server, keys, key, ...verifying(fake, issuer(fake.id, { keys })) }
}

/** A guard whose keys are found by the metadata of the issuer. */
export async function discoveringWorld(settings: Settings = {}, idOf = (url: string) => url) {
  const key = testKey()
  const server = await keyServer(key.jwk)
  const id = idOf(server.url)
  const found = issuer(id, { ...es256, ...settings })
  return { server, key, id, issuer: found, ...verifying(new FakeIssuer({ id, keys: [key] }), found) }
}

function verifying(fake: FakeIssuer, trusted: Issuer) {
  onTestFinished(() => trusted.close())
  const { clock } = fake
  const { access } = defineTokens({ access: accessToken({ issuer: trusted, audience: 'https://api.test' }) }, { clock })
  const verdict = (text = fake.accessToken()) => verdictOf(() => access.verify(text))
  /** How often each verdict is given on these tokens, all at once. */
  const verdicts = async (texts: readonly string[]) => {
    const counts: Record<string, number> = {}
    for (const one of await Promise.all(texts.map(verdict))) counts[one] = (counts[one] ?? 0) + 1
    return counts
  }
  return { fake, clock, access, verdict, verdicts }
}

export const unavailable = 'DependencyError ERR_KEYS_UNAVAILABLE'

/** A token in everything but its signature, which nobody has to make: for those of which there are ten thousand. */
export function unsigned(fake: FakeIssuer, header: object = {}, claims: object = {}): string {
  const now = fake.clock.now()
  const parts = [
    { alg: 'ES256', typ: 'at+jwt', kid: 'test', ...header },
    { iss: fake.id, aud: 'https://api.test', sub: 'a', client_id: 'a', jti: 'a', iat: now, exp: now + 300, ...claims },
  ]
  return `${parts.map(segment).join('.')}.${'A'.repeat(86)}`
}

export const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))

/** Serves one document at one path, the keys at `/jwks`, and nothing else. */
export function serveMetadata(server: KeyServer, metadata: object, path = '/.well-known/oauth-authorization-server') {
  server.respond = (request, response) => {
    const body = request.url === path ? metadata : request.url === '/jwks' ? server.jwks : undefined
    response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(body))
  }
}

/** Whether something that ran left a rejection behind that nobody handled, which would end the process. */
export async function unhandledOf(run: () => Promise<unknown>): Promise<readonly unknown[]> {
  const unhandled: unknown[] = []
  const record = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', record)
  try {
    await run()
    await new Promise((resolve) => setImmediate(resolve))
  } finally {
    process.off('unhandledRejection', record)
  }
  return unhandled
}
