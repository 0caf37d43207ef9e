import { expect, test } from 'vitest'
import { freshSeconds } from '../../src/issuers/cache-control.js'

test.each<[string | undefined, string | undefined, number | undefined]>([
  [undefined, undefined, undefined],
  ['', undefined, undefined],
  ['public, must-revalidate', '3', undefined],
  ['s-maxage=60, x-max-age=60, xmax-age=1', undefined, undefined],
  ['max-age=300', undefined, 300],
  ['public , Max-Age=300 , immutable', undefined, 300],
  ['max-age="300"', undefined, 300],
  ['max-age=0', undefined, 0],
  ['max-age=300, max-age=600', undefined, 300],
  ['max-age=300', '100', 200],
  ['max-age=300', '301', 0],
  ['max-age=300', 'soon', 300],
  ['max-age=300', '-1', 300],
  ['max-age', undefined, 0],
  ['max-age=', undefined, 0],
  ['max-age=-1', undefined, 0],
  ['max-age=1.5', undefined, 0],
  ['max-age=1e9', undefined, 0],
  ['max-age=soon', undefined, 0],
  [`max-age=${'9'.repeat(400)}`, undefined, 2 ** 31],
  [`max-age=${'9'.repeat(400)}`, '9'.repeat(400), 0],
  ['no-store', undefined, 0],
  ['no-cache, max-age=300', undefined, 0],
  ['max-age=300, No-Store', undefined, 0],
  ['no-cache="set-cookie", max-age=300', undefined, 0],
  ['no-cachet, max-age=300', undefined, 300],
])('Cache-Control "%s" with Age "%s" says %s seconds', (control, age, expected) => {
  const headers = {
    ...(control === undefined ? {} : { 'cache-control': control }),
    ...(age === undefined ? {} : { age }),
  }
  expect(freshSeconds(headers)).toBe(expected)
})
