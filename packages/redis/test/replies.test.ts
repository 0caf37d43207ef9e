import { expect, test } from 'vitest'
import { listIn, numberIn, pairsIn, textIn } from '../src/replies.js'

test.each([
  ['a list', listIn, ['text', null, 1, {}]],
  ['pairs', pairsIn, ['text', null, 1]],
  ['a text', textIn, [null, undefined, true, [], {}, new Error('ERR')]],
  ['a number', numberIn, ['', 'one', '1 2', 'Infinity', NaN, null, []]],
])('an answer that is not %s is an error where one is expected', (_, read, answers) => {
  for (const answer of answers) expect(() => read(answer)).toThrow('something else than expected')
})

test('bytes and numbers are text as well', () => {
  expect([textIn('a'), textIn(Buffer.from('a')), textIn(5), numberIn(Buffer.from('1.5'))]).toEqual(['a', 'a', '5', 1.5])
})
