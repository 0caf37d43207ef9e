import { expect, it } from 'vitest'
import { picture } from './picture.js'

const bar = (label: string, middle: number) => ({ label, value: { low: middle, middle, high: middle }, own: false })

it('draws a bar as long as its value, and escapes what is written beside it', () => {
  const drawn = picture([
    { title: 'a < b', mark: 1, groups: [{ label: 'HS256', bars: [bar('one', 1), bar('two', 2)] }] },
  ])
  const [one, two] = [...drawn.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width))
  expect(two).toBeCloseTo(2 * Number(one), 0)
  expect(drawn).toContain('a &lt; b')
})

it('makes room for every chart', () => {
  const chart = { title: 'x', mark: 1, groups: [{ label: 'y', bars: [bar('z', 1)] }] }
  const heightOf = (drawn: string) => Number(/height="(\d+)"/.exec(drawn)?.[1])
  expect(heightOf(picture([chart, chart]))).toBe(2 * heightOf(picture([chart])))
})
