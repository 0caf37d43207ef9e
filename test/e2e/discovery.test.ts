import { DependencyError } from '@jwt-guard/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../../examples/demo/src/authorization-server.ts'
import { api } from '../../examples/demo/src/names.ts'
import { accessTokenForMachine } from '../../examples/demo/src/real-tokens.ts'
import { tokensOf } from './service.ts'

describe('the keys of oidc-provider', () => {
  let server: AuthorizationServer
  beforeAll(async () => {
    server = await startAuthorizationServer([api])
  })
  afterAll(() => server.stop())

  it('are found and fetched when they are asked for', async () => {
    const { auth } = tokensOf(server.url)
    await expect(auth.ready()).resolves.toBeUndefined()
  })

  it('are not fetched where the metadata names another issuer', async () => {
    const { auth } = tokensOf(server.url.replace('127.0.0.1', 'localhost'))
    const reason = expect.stringContaining('that of another issuer')
    await expect(auth.ready()).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE', message: reason })
  })
})

describe('oidc-provider, stopped', () => {
  it('leaves its tokens unverifiable, and the tokens are not to blame', async () => {
    const server = await startAuthorizationServer([api])
    const { tokens } = tokensOf(server.url)
    const token = await accessTokenForMachine(server, { api, scope: 'reports:read' })
    await server.stop()
    const verified = tokens.access.verify(token)
    await expect(verified).rejects.toBeInstanceOf(DependencyError)
    await expect(verified).rejects.toMatchObject({ code: 'ERR_KEYS_UNAVAILABLE' })
  })

  it('leaves those good whose key was fetched before', async () => {
    const server = await startAuthorizationServer([api])
    const { auth, tokens } = tokensOf(server.url)
    const token = await accessTokenForMachine(server, { api, scope: 'reports:read' })
    await auth.ready()
    await server.stop()
    await expect(tokens.access.verify(token)).resolves.toMatchObject({ type: 'access' })
  })
})
