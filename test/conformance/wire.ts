import { connect } from 'node:net'

export interface Response {
  readonly status: number
  /** By lower-case name; a header that came twice is joined with a comma. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** A request by `fetch`. */
export async function sendByFetch(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, redirect: 'manual' })
  return { status: response.status, headers: new Map(response.headers), body: await response.text() }
}

/**
 * A request as it is written, for what `fetch` does not send: the lines of the head, and whatever follows the empty
 * line. Bytes are Latin-1. `Host` and `Connection: close` are added.
 */
export async function sendRaw(port: number, lines: readonly string[], body = ''): Promise<Response> {
  const [start = '', ...headers] = lines
  const head = [start, 'Host: api.test', 'Connection: close', ...headers].join('\r\n')
  return parseResponse(await exchange(port, Buffer.from(`${head}\r\n\r\n${body}`, 'latin1')))
}

/** Writes bytes, and reads until the other side has closed. */
export function exchange(port: number, bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(Buffer.concat(chunks)))
  })
}

export function parseResponse(bytes: Buffer): Response {
  const text = bytes.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  const [start = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase()
    const value = line.slice(line.indexOf(':') + 1).trim()
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value)
  }
  const rest = text.slice(end + 4)
  const body = headers.get('transfer-encoding') === 'chunked' ? dechunked(rest) : rest
  return { status: Number(start.split(' ')[1]), headers, body }
}

function dechunked(text: string): string {
  const length = Number.parseInt(text, 16)
  const start = text.indexOf('\r\n') + 2
  return length > 0 ? text.slice(start, start + length) + dechunked(text.slice(start + length + 2)) : ''
}
