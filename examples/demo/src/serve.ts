import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server on a free port of 127.0.0.1. */
export interface Running {
  readonly url: string
  stop(): Promise<void>
}

/** Starts one. The handler is made when the address is known. */
export async function serve(handlerAt: (url: string) => RequestListener): Promise<Running> {
  const server = createServer()
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('request', handlerAt(url))
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
