import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { accessToken, customToken, defineTokens, idToken, type ClaimsSchema } from '@jwt-guard/core'
import { FakeIssuer } from '@jwt-guard/testing'
import { afterEach, beforeEach } from 'vitest'

export const fake = new FakeIssuer()

/** How often a token of the type `counted` was verified to its last step. */
export const counter = { verified: 0 }

/** A schema that takes everything, and counts. */
export const counting: ClaimsSchema = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (claims) => {
      counter.verified++
      return { value: claims as object }
    },
  },
}

export const tokens = defineTokens(
  {
    access: accessToken({ issuer: fake.issuer, audience: 'https://api.test' }),
    id: idToken({ issuer: fake.issuer, clientId: 'web', claims: counting }),
    counted: customToken({
      typ: 'counted+jwt',
      issuer: fake.issuer,
      audience: 'https://api.test',
      maxLifetime: '15m',
      claims: counting,
    }),
  },
  { clock: fake.clock },
)

export const counted = (claims: object = {}) => fake.customToken('counted+jwt', { sub: 'user-1', ...claims })

/** What is published on `jwt-guard:verdict` during one test. */
export function recordedEvents(): unknown[] {
  const events: unknown[] = []
  const record = (event: unknown) => events.push(event)
  beforeEach(() => {
    events.length = 0
    subscribe('jwt-guard:verdict', record)
  })
  afterEach(() => {
    unsubscribe('jwt-guard:verdict', record)
  })
  return events
}
