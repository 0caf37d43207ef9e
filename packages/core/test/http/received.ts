import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type AddressInfo } from 'node:net'

/**
 * A request as Node's own server has received it: the lines of its head, Latin-1, as they were written. It is answered
 * and over; what it carried is still there.
 */
export async function received(...lines: readonly string[]): Promise<IncomingMessage> {
  const server = createServer((request, response) => {
    response.end()
    server.emit('received', request)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').resume()
  const head = ['GET / HTTP/1.1', 'Host: api.test', 'Connection: close', ...lines].join('\r\n')
  socket.write(Buffer.from(`${head}\r\n\r\n`, 'latin1'))
  const [request] = (await once(server, 'received')) as [IncomingMessage]
  await once(socket, 'close')
  server.close()
  return request
}

export function receivedWith(token: string): Promise<IncomingMessage> {
  return received(`Authorization: Bearer ${token}`)
}
