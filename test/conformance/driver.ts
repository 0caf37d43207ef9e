import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Service } from './route.js'
import type { Versions } from './versions.js'

/** A real server of one framework, with the routes of the service. */
export interface Running {
  readonly port: number
  /** The paths whose handler was reached, in their order. */
  readonly handled: string[]
  /** Packages, with their versions, whose code called the last handler. */
  readonly versions: () => Versions
  readonly close: () => Promise<void>
}

export interface Driver {
  readonly framework: string
  /** The packages that prove which version is at work. */
  readonly packages: readonly string[]
  /** A route takes one guard: routes with two are not there. */
  readonly oneGuard?: true
  readonly start: (service: Service) => Promise<Running>
}

/** A server that was told to listen, once it does. */
export async function listening(
  server: Server,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  if (!server.listening) await once(server, 'listening')
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { port: (server.address() as AddressInfo).port, close }
}
