import { expect, test } from 'vitest'
import { checkLogoutEvent } from '../../src/rules/logout-event.js'

const event = 'http://schemas.openid.net/event/backchannel-logout'
const verdict = (claims: Parameters<typeof checkLogoutEvent>[0]) => {
  const refusal = checkLogoutEvent(claims)
  return refusal === undefined ? 'good' : `${refusal.code} ${refusal.claim}`
}

test('without events, or with some that are no object, it is no logout, and nothing throws', () => {
  for (const claims of [{}, { events: null }, { events: event }, { events: [event] }, { events: 1 }]) {
    expect(verdict({ sub: 'a', ...claims })).toBe('ERR_CLAIM_MISMATCH events')
  }
})

test('a name that every object inherits is no event', () => {
  expect(verdict({ sub: 'a', events: Object.create({ [event]: {} }) })).toBe('ERR_CLAIM_MISMATCH events')
})

test('whose it is may be said by sub, by sid or by both', () => {
  const events = { [event]: {} }
  expect([{ sub: 'a' }, { sid: 's' }, { sub: 'a', sid: 's' }].map((who) => verdict({ events, ...who }))).toEqual([
    'good',
    'good',
    'good',
  ])
  expect(verdict({ events })).toBe('ERR_CLAIM_MISSING sub')
})
