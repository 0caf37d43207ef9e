import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import {
  accessToken,
  defineTokens,
  issuer,
  remoteKeySet,
  type KeyEvent,
  type RemoteKeySetOptions,
} from '@jwt-guard/core'
import { FakeIssuer, fixedClock, startKeyServer, testKey, type KeyServer } from '@jwt-guard/testing'
import { afterEach, beforeEach, expect, onTestFinished } from 'vitest'

type Settings = Partial<RemoteKeySetOptions>

export const es256 = { algorithms: ['ES256'], allowInsecureLoopback: true } as const

/** A key server until the test is over. */
export async function keyServer(...args: Parameters<typeof startKeyServer>): Promise<KeyServer> {
  const server = await startKeyServer(...args)
  onTestFinished(() => server.close())
  return server
}

/** An issuer whose keys are behind a URL, a type that takes its tokens, and a clock that is moved by hand. */
export async function remoteWorld(settings: Settings = {}, key = testKey()) {
  const clock = fixedClock()
  const fake = new FakeIssuer({ keys: [key], clock })
  const server = await keyServer(fake.jwks)
  const keys = remoteKeySet(server.jwksUrl, { ...es256, ...settings })
  onTestFinished(() => keys.close())
  const { access } = defineTokens(
    { access: accessToken({ issuer: issuer(fake.id, { keys }), audience: 'https://api.test' }) },
    { clock },
  )
  return { clock, fake, server, keys, access, key, verify: (text = fake.accessToken()) => access.verify(text) }
}

/** An issuer whose keys are found by its metadata; its id is the server's, with a path. */
export async function discoveredWorld(path = '', settings: Settings = {}) {
  const clock = fixedClock()
  const key = testKey()
  const server = await keyServer({ keys: key.jwk === undefined ? [] : [key.jwk] })
  const id = `${server.url}${path}`
  const found = issuer(id, { ...es256, ...settings })
  onTestFinished(() => found.close())
  const fake = new FakeIssuer({ id, keys: [key], clock })
  const { access } = defineTokens({ access: accessToken({ issuer: found, audience: 'https://api.test' }) }, { clock })
  return { clock, fake, server, id, issuer: found, key, verify: (text = fake.accessToken()) => access.verify(text) }
}

/** What is published on `jwt-guard:keys` during one test. */
export function recordedKeyEvents(): KeyEvent[] {
  const events: KeyEvent[] = []
  const record = (event: unknown) => events.push(event as KeyEvent)
  beforeEach(() => {
    events.length = 0
    subscribe('jwt-guard:keys', record)
  })
  afterEach(() => {
    unsubscribe('jwt-guard:keys', record)
  })
  return events
}

/** The next event of this name, when everything that it brings about is done. Ask before causing it. */
export function nextKeyEvent(name: KeyEvent['event']): Promise<KeyEvent> {
  return new Promise((resolve) => {
    const look = (message: unknown) => {
      const event = message as KeyEvent
      if (event.event !== name) return
      unsubscribe('jwt-guard:keys', look)
      setImmediate(() => resolve(event))
    }
    subscribe('jwt-guard:keys', look)
  })
}

/** For `rejects`: nobody can say whether the token is good, and when to ask again. */
export const unavailable = expect.objectContaining({
  name: 'DependencyError',
  code: 'ERR_KEYS_UNAVAILABLE',
  retryAfter: 5,
}) as Error

export function rejected(code: string): Error {
  return expect.objectContaining({ name: 'TokenRejectedError', code }) as Error
}

/** How many of these were kept, and the codes for which the others were not. */
export async function outcomes(attempts: readonly Promise<unknown>[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const result of await Promise.allSettled(attempts)) {
    const code = result.status === 'fulfilled' ? 'accepted' : String((result.reason as { code?: unknown }).code)
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}
