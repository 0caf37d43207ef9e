import type { IncomingMessage, ServerResponse } from 'node:http'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** A text in the place of an answer. */
function text(body: string, type = 'application/json', status = 200): Handler {
  return (_, response) => void response.writeHead(status, { 'Content-Type': type }).end(body)
}

/** Writes again and again until the other side has had enough. */
function endless(piece: string, pause: number): Handler {
  return (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).on('error', () => undefined)
    const more = () => void (response.destroyed || response.write(piece))
    const writing = setInterval(more, pause)
    response.on('close', () => clearInterval(writing))
  }
}

/**
 * What goes wrong with key servers, for `respond` of a key server: `server.respond = keyServerDefects['status 500']`. Of
 * none of these answers can a guard use anything.
 */
export const keyServerDefects = {
  'status 404': text('', 'text/plain', 404),
  'status 500': text('', 'text/plain', 500),
  'an empty body': text(''),
  'broken JSON': text('{"keys":['),
  'an HTML page': text('<!doctype html><title>Sign in</title>', 'text/html'),
  'a foreign document': text('{"issuer":"https://other.test"}'),
  'a set without keys': text('{"keys":[]}'),
  'half a body': (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '999' })
    response.write('{"keys":', () => response.socket?.destroy())
  },
  'a connection that is cut': (request) => request.socket.destroy(),
  'a redirect to itself': (request, response) => response.writeHead(302, { Location: request.url }).end(),
  'a body without an end': endless(' '.repeat(65_536), 0),
  /** These two last until the deadline of the fetch. */
  'a body that drips': endless(' ', 20),
  silence: () => undefined,
} as const satisfies Readonly<Record<string, Handler>>

export type KeyServerDefect = keyof typeof keyServerDefects
