import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What came of a row of requests. */
export interface Answered {
  /** For one request, of all connections together. */
  readonly nanoseconds: number
  /** How long each request took, in milliseconds. */
  readonly latencies: readonly number[]
  /** The share of the time for which this process, which sends them, was not waiting. */
  readonly busy: number
}

const connections = 16

export function requestWith(token: string): Buffer {
  return Buffer.from(`GET / HTTP/1.1\r\nHost: api.test\r\nAuthorization: Bearer ${token}\r\n\r\n`, 'latin1')
}

/**
 * Sends the requests over connections that are kept alive, on each the next one as soon as the last was answered. The
 * requests are made beforehand and the answers hardly read, so that the server is what is measured. Any status but 200
 * ends it.
 */
export async function drive(port: number, requests: readonly Buffer[]): Promise<Answered> {
  const lines = await Promise.all(Array.from({ length: connections }, () => Line.open(port)))
  const latencies: number[] = []
  let next = 0
  const before = performance.eventLoopUtilization()
  const start = process.hrtime.bigint()
  const work = async (line: Line) => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const began = performance.now()
      const status = await line.ask(request)
      latencies.push(performance.now() - began)
      if (status !== 200) throw new Error(`a good token was answered with ${status}`)
    }
  }
  await Promise.all(lines.map(work))
  const nanoseconds = Number(process.hrtime.bigint() - start) / requests.length
  const busy = performance.eventLoopUtilization(before).utilization
  for (const line of lines) line.close()
  return { nanoseconds, latencies, busy }
}

/** The status of one request. */
export async function statusOf(port: number, request: Buffer): Promise<number> {
  const line = await Line.open(port)
  try {
    return await line.ask(request)
  } finally {
    line.close()
  }
}

/** One connection, with one request on its way at a time. */
class Line {
  readonly #socket: Socket
  #heard = ''
  #answer: ((status: number) => void) | undefined
  #fail: ((error: Error) => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#hear(text))
    socket.on('error', (error) => this.#fail?.(error))
    socket.on('close', () => this.#fail?.(new Error('the server closed a connection')))
  }

  static async open(port: number): Promise<Line> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new Line(socket)
  }

  async ask(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#answer = resolve
      this.#fail = reject
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#fail = undefined
    this.#socket.destroy()
  }

  #hear(text: string): void {
    this.#heard += text
    const status = completed(this.#heard)
    if (status === undefined) return
    this.#heard = ''
    this.#answer?.(status)
  }
}

/** The status, once a whole answer is there. All that are asked here tell their length, and have only ASCII in them. */
export function completed(answer: string): number | undefined {
  const end = answer.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(answer)?.[1])
  return answer.length >= end + 4 + length ? Number(answer.slice(9, 12)) : undefined
}
