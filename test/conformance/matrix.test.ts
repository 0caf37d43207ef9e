import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { namedAlike, namedApart, together, worlds } from '../matrix/worlds.js'
import type { Running } from './driver.js'
import { drivers } from './drivers/all.js'
import { matrixRoutes, matrixService } from './matrix-service.js'
import { sendByFetch } from './wire.js'

/** The one answer to every token that is not of a route's kinds. */
const refusal = {
  status: 401,
  challenge: 'Bearer realm="api", error="invalid_token", error_description="The token is not valid for this resource."',
  body: '{"error":"invalid_token","error_description":"The token is not valid for this resource."}',
  handled: [],
}

const services = [
  { name: 'one issuer, one name', world: worlds.one, nameOf: namedAlike },
  { name: 'several issuers, one name', world: worlds.several, nameOf: namedAlike },
  { name: 'resolved issuers, names of their own', world: worlds.resolved, nameOf: namedApart },
].map(({ name, world, nameOf }) => ({ name, service: matrixService({ world, nameOf, saying: together }) }))

const cells = { all: 0, ofAKind: 0 }
afterAll(() => {
  process.stdout.write(
    `matrix over HTTP: ${cells.all} requests, ${cells.ofAKind} let in, each to a route of its kind\n`,
  )
})

describe.each(drivers)('$framework', ({ start }) => {
  describe.each(services)('twelve kinds, $name', ({ service }) => {
    let running: Running
    beforeAll(async () => {
      running = await start(service)
    })
    afterAll(() => running.close())

    test.each(matrixRoutes)('$path lets in tokens of its own, and none else', async ({ path, kinds }) => {
      for (const { kind, text } of service.samples) {
        running.handled.length = 0
        const answer = await sendByFetch(running.port, 'GET', path, { authorization: `Bearer ${text}` })
        const ofKind = kinds.includes(kind)
        cells.all += 1
        if (ofKind) cells.ofAKind += 1
        const good = { status: 200, challenge: undefined, body: JSON.stringify({ type: kind }), handled: [path] }
        expect({
          kind,
          status: answer.status,
          challenge: answer.headers.get('www-authenticate'),
          body: answer.body,
          handled: [...running.handled],
        }).toEqual({ kind, ...(ofKind ? good : refusal) })
      }
    })
  })
})
