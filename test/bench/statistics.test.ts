import { expect, it } from 'vitest'
import { noiseOfMedian, quantile, ratios, spreadOf } from './statistics.js'

it('lies between two values where no value is at the share', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
  expect(quantile([10, 0], 0.1)).toBe(1)
})

it('finds the ends and the middle, whatever the order', () => {
  const values = Array.from({ length: 11 }, (_, at) => 10 - at)
  expect(spreadOf(values)).toEqual({ low: 1, middle: 5, high: 9 })
})

it('knows the median of more values, and of values that lie nearer, better', () => {
  expect(noiseOfMedian([1, 2, 3, 4, 5])).toBeCloseTo((1.57 * 2) / Math.sqrt(5))
  expect(noiseOfMedian([7, 7, 7])).toBe(0)
})

it('compares round with round', () => {
  expect(ratios([2, 9], [1, 3])).toEqual([2, 3])
})
