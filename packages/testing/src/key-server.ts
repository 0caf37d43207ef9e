import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { JwkSet } from '@jwt-guard/core'
import type { Handler } from './key-server-defects.js'

/** A key server on loopback. What it serves can be changed while it runs. */
export interface KeyServer {
  /** `http://127.0.0.1:<port>`, which is also the issuer id that its metadata names. */
  readonly url: string
  readonly jwksUrl: string
  /** The paths that were asked for, in their order. */
  readonly requests: string[]
  jwks: JwkSet
  /** Sent with metadata and keys, such as `Cache-Control`. */
  headers: Readonly<Record<string, string>>
  /** Answers instead, where it is set: a defect of the server, one of `keyServerDefects` for example. */
  respond: Handler | undefined
  /** From now on requests wait for their answers, until what is returned is called. */
  hold(): () => void
  close(): Promise<void>
}

/**
 * Serves metadata (RFC 8414) and a JWK Set over plain http on 127.0.0.1: for `issuer` and `remoteKeySet` with
 * `allowInsecureLoopback`. Close it after the test.
 */
export async function startKeyServer(jwks: JwkSet): Promise<KeyServer> {
  const requests: string[] = []
  let waiting: (() => void)[] | undefined
  const server = createServer((request, response) => {
    requests.push(request.url ?? '')
    if (waiting === undefined) answer(request, response)
    else waiting.push(() => answer(request, response))
  })
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (running.respond !== undefined) return running.respond(request, response)
    const metadata = { issuer: running.url, jwks_uri: running.jwksUrl }
    if (request.url === '/.well-known/oauth-authorization-server') return json(response, metadata, running.headers)
    if (request.url === '/jwks') return json(response, running.jwks, running.headers)
    response.writeHead(404).end()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the key server does not listen')
  const url = `http://127.0.0.1:${address.port}`
  const running: KeyServer = {
    url,
    jwksUrl: `${url}/jwks`,
    requests,
    jwks,
    headers: {},
    respond: undefined,
    hold() {
      const held: (() => void)[] = (waiting = [])
      return () => {
        if (waiting === held) waiting = undefined
        for (const release of held.splice(0)) release()
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return running
}

function json(response: ServerResponse, value: object, headers: Readonly<Record<string, string>>): void {
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value))
}
