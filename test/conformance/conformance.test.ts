import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import lowest from '../lowest/package.json' with { type: 'json' }
import highest from '../package.json' with { type: 'json' }
import type { Running } from './driver.js'
import { drivers } from './drivers/all.js'
import { service } from './service.js'
import { table, twoGuards, type Row } from './table.js'
import { sendByFetch, sendRaw, type Response } from './wire.js'

const versions: Readonly<Record<string, string>> =
  inject('frameworks') === 'lowest' ? lowest.devDependencies : highest.devDependencies

/** Headers that say nothing of the verdict: the connection's, the framework's name, and its hash of the body. */
const notCompared = new Set([
  'connection',
  'content-length',
  'date',
  'etag',
  'keep-alive',
  'transfer-encoding',
  'x-powered-by',
])
/** What a framework may add to an answer that is the handler's. */
const handlers = new Set(['vary'])

const events: unknown[] = []
const listen = (event: unknown) => events.push(event)

beforeEach(() => {
  events.length = 0
  subscribe('jwt-guard:verdict', listen)
})
afterEach(() => {
  unsubscribe('jwt-guard:verdict', listen)
})

function send(port: number, { method = 'GET', path, headers = {}, raw, target = path, body }: Row): Promise<Response> {
  if (raw === undefined) return sendByFetch(port, method, path, headers)
  return sendRaw(port, [`${method} ${target} HTTP/1.1`, ...raw], body)
}

function compared(response: Response, { expected }: Row) {
  const told = [...response.headers].filter(
    ([name]) => !notCompared.has(name) && !(expected.handled && handlers.has(name)),
  )
  return { status: response.status, headers: Object.fromEntries(told), body: response.body }
}

test('every row of the table has a name of its own', () => {
  const names = [...table, ...twoGuards].map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

describe.each(drivers)('$framework', ({ packages, oneGuard, start }) => {
  let running: Running

  beforeAll(async () => {
    running = await start(service)
  })
  afterAll(() => running.close())

  test.each(packages)('runs the version of %s that this run is for', async (name) => {
    await sendByFetch(running.port, 'GET', '/open', {})
    expect(versions[name]).toMatch(/^\d+\.\d+\.\d+$/)
    expect(running.versions().get(name)).toBe(versions[name])
  })

  const rows = oneGuard ? table : [...table, ...twoGuards]
  test.each(rows.map((row) => [row.name, row] as const))('%s', async (_, row) => {
    running.handled.length = 0
    const { expected, type = 'access', path } = row
    const { status, headers, body } = expected
    expect(compared(await send(running.port, row), row)).toEqual({ status, headers, body })
    expect(events).toEqual(expected.events.map((event) => ({ type, ...event })))
    expect(running.handled).toEqual(expected.handled ? [path.split('?')[0]] : [])
  })
})
