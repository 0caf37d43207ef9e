import { expect, test } from 'vitest'
import { secondsOf } from '../../src/encoding/duration.js'

test.each([
  ['1s', 1],
  ['15m', 900],
  ['12h', 43_200],
  ['7d', 604_800],
  ['0s', 0],
  ['015m', 900],
  [0, 0],
  [0.5, 0.5],
  [900, 900],
])('%j is %d seconds', (duration, seconds) => {
  expect(secondsOf(duration)).toBe(seconds)
})

// oxfmt-ignore
const none = [
  '', '15', 'm', '1 m', ' 1m', '1m ', '1m\n', '-1m', '+1m', '1.5h', '1e3s', '0x1s', '1M', '1w', '1y', '15min', '1h30m', '１m', '1m;',
  '9999999999s', 'Infinitys', 'NaN', '100y', NaN, Infinity, -Infinity, -1, -0.1, 1n, true, null, undefined, [], ['15m'], {}, new Date(0),
]
test.each(none)('%s is no duration', (duration) => {
  expect(secondsOf(duration)).toBeUndefined()
})
