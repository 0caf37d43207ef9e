import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { KeyEvent } from '@jwt-guard/core'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../../examples/demo/src/authorization-server.ts'
import { api } from '../../examples/demo/src/names.ts'
import { accessTokenForMachine } from '../../examples/demo/src/real-tokens.ts'
import { tokensOf } from './service.ts'

const wish = { api, scope: 'reports:read' }
let server: AuthorizationServer

beforeAll(async () => {
  server = await startAuthorizationServer([api])
})
afterAll(() => server.stop())

let events: KeyEvent['event'][]
const listen = (event: unknown) => events.push((event as KeyEvent).event)
beforeEach(() => {
  events = []
  subscribe('jwt-guard:keys', listen)
})
afterEach(() => unsubscribe('jwt-guard:keys', listen))

describe('a new key of oidc-provider', () => {
  it('is fetched when its first token comes, and the old one is forgotten', async () => {
    const { tokens } = tokensOf(server.url)
    const before = await accessTokenForMachine(server, wish)
    await tokens.access.verify(before)
    await server.rotateKey()
    const after = await accessTokenForMachine(server, wish)
    await expect(tokens.access.verify(after)).resolves.toMatchObject({ type: 'access' })
    await expect(tokens.access.verify(before)).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
    expect(events).toEqual(['fetched', 'fetched', 'rotated'])
  })

  it('is fetched once the cooldown is over, where somebody asked for an unknown key before', async () => {
    let elapsed = 0
    const clock = { now: () => Date.now() / 1000, monotonic: () => elapsed }
    const { tokens } = tokensOf(server.url, { clock, cooldown: '30s' })
    const before = await accessTokenForMachine(server, wish)
    await tokens.access.verify(before)
    await server.rotateKey()
    await tokens.access.verify(await accessTokenForMachine(server, wish))
    await server.rotateKey()
    const after = await accessTokenForMachine(server, wish)

    elapsed = 29_999
    await expect(tokens.access.verify(after)).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
    elapsed = 30_000
    await expect(tokens.access.verify(after)).resolves.toMatchObject({ type: 'access' })
    expect(events).toEqual(['fetched', 'fetched', 'rotated', 'fetched', 'rotated'])
  })

  it('is fetched when the old ones have served for maxAge', async () => {
    let elapsed = 0
    const clock = { now: () => Date.now() / 1000, monotonic: () => elapsed }
    const { tokens } = tokensOf(server.url, { clock, maxAge: '10m' })
    const before = await accessTokenForMachine(server, wish)
    await tokens.access.verify(before)
    await server.rotateKey()

    elapsed = 599_999
    await expect(tokens.access.verify(before)).resolves.toMatchObject({ type: 'access' })
    elapsed = 600_000
    await expect(tokens.access.verify(before)).rejects.toMatchObject({ code: 'ERR_KEY_UNKNOWN' })
    expect(events).toEqual(['fetched', 'fetched', 'rotated'])
  })
})
