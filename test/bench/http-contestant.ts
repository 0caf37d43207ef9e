import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A service with one route, `/`, which answers `{"ok":true}` to whoever gets there. */
export interface HttpContestant {
  readonly name: string
  /** The algorithm's name in the headers of the tokens that it takes. */
  readonly alg: string
  readonly differs: string
  /** Listens on a port of its own, and answers which. */
  readonly listen: () => Promise<number>
}

export const unguarded = 'no guard'
/** What the framework takes for calling any guard. */
export const empty = 'a guard that asks nothing'
export const plain = { ok: true } as const

export const differsFrom = {
  unguarded: 'the same route and the same requests, the tokens unread',
  empty: 'lets everybody in, at once: no guard can leave more',
  jsonwebtoken:
    'on jsonwebtoken: no check of typ, crit, required claims or an iat to come; maxAge (since iat) for our longest ' +
    'lifetime; one key object, kid not looked at, though its types ask for a text, which would be parsed each time',
  jose: 'a middleware of six lines: jwtVerify with every check of ours that it has; one imported key, kid not looked at',
} as const

/** The port of a server that listens on this machine alone. */
export async function portOf(server: Server): Promise<number> {
  if (!server.listening) await new Promise<void>((resolve) => server.once('listening', resolve))
  return (server.address() as AddressInfo).port
}

/** Whoever has read a bearer token by hand has written this. */
export function bearerOf(header: string | undefined): string {
  const [scheme, token] = header?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined) throw new Error('no bearer token')
  return token
}
