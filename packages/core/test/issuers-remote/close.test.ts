import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { DependencyError, type KeyEvent } from '@jwt-guard/core'
import { keyServerDefects, type KeyServer } from '@jwt-guard/testing'
import { expect, onTestFinished, test } from 'vitest'
import { discoveredWorld, outcomes, recordedKeyEvents, remoteWorld, unavailable } from './world.js'

const events = recordedKeyEvents()

/** The connection of the next request, which gets no answer. */
function nextConnection(server: KeyServer): Promise<Socket> {
  return new Promise((resolve) => {
    server.respond = (request) => resolve(request.socket)
  })
}

test('close ends the fetch that is running, with its connection, and whoever waits is told', async () => {
  const { server, keys, verify } = await remoteWorld({ timeout: '60s' })
  const connection = nextConnection(server)
  const waiting = [verify(), verify(), keys.ready()].map((attempt) => expect(attempt).rejects.toThrow('closed'))
  const socket = await connection
  keys.close()
  await Promise.all([...waiting, once(socket, 'close')])
  expect(events).toEqual([])
})

test('close of a discovered issuer ends the look at its metadata', async () => {
  const { server, issuer, verify } = await discoveredWorld('', { timeout: '60s' })
  const connection = nextConnection(server)
  const waiting = outcomes([verify()])
  const socket = await connection
  issuer.close()
  await once(socket, 'close')
  expect(await waiting).toEqual({ ERR_KEYS_UNAVAILABLE: 1 })
  expect(server.requests.length).toBe(1)
})

test('close while a set is fetched in the background', async () => {
  const { server, clock, keys, verify } = await remoteWorld({ timeout: '60s' })
  await verify()
  const connection = nextConnection(server)
  clock.advance(480)
  await verify()
  const socket = await connection
  keys.close()
  await once(socket, 'close')
  await expect(verify()).rejects.toThrow(unavailable)
  expect(events.map(({ event }) => event)).toEqual(['fetched'])
})

test('close twice, and before anything was fetched, is nothing', async () => {
  const { server, keys, verify } = await remoteWorld()
  keys.close()
  keys.close()
  await expect(verify()).rejects.toThrow(unavailable)
  expect(server.requests).toEqual([])
})

test.each(['a body without an end', 'a redirect to itself', 'an HTML page', 'status 500'] as const)(
  'a connection is not kept after an answer that is refused: %s',
  async (name) => {
    const { server, keys } = await remoteWorld()
    const closed = new Promise<void>((resolve) => {
      server.respond = (request, response) => {
        request.socket.on('close', () => resolve())
        keyServerDefects[name](request, response)
      }
    })
    await expect(keys.ready()).rejects.toThrow(unavailable)
    await closed
  },
)

test('close between an answer and its keys: they are not kept', async () => {
  const { server, keys, verify } = await remoteWorld()
  const close = (event: unknown) => {
    if ((event as KeyEvent).event === 'dropped') keys.close()
  }
  subscribe('jwt-guard:keys', close)
  onTestFinished(() => void unsubscribe('jwt-guard:keys', close))
  server.jwks = { keys: [{ kty: 'oct', k: 'AAAA' }, ...server.jwks.keys] }
  await expect(verify()).rejects.toThrow('closed')
  await expect(verify()).rejects.toThrow('closed')
  expect(events.map(({ event }) => event)).toEqual(['dropped'])
})

test('an error after close has no failure for its cause that was over long ago', async () => {
  const { server, keys, verify } = await remoteWorld()
  server.respond = keyServerDefects['status 500']
  await expect(keys.ready()).rejects.toMatchObject({ cause: { message: 'status 500' } })
  server.respond = undefined
  await keys.ready()
  keys.close()
  const error: unknown = await verify().catch((thrown: unknown) => thrown)
  expect([error instanceof DependencyError, (error as Error).cause]).toEqual([true, undefined])
})
