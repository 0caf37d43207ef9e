import type { Spread } from './statistics.js'

/** A horizontal bar: the median, and a whisker for the rest. */
export interface Bar {
  readonly label: string
  readonly value: Spread
  readonly own: boolean
}

export interface Group {
  readonly label: string
  readonly bars: readonly Bar[]
}

/** Bars side by side. `mark`: where the goal or the limit is. */
export interface Chart {
  readonly title: string
  readonly mark: number
  readonly groups: readonly Group[]
}

const width = 860
const left = 210
const right = 90
const line = 20
const font = 'font-family="ui-sans-serif, system-ui, sans-serif"'
/** Grey of the middle and two colours of middle lightness: they are seen on white and on black. */
const colours = { text: '#808890', rule: '#80889066', peer: '#80889099', own: '#2f81f7', mark: '#db6d28' }

/** All charts, one below the other. */
export function picture(charts: readonly Chart[]): string {
  const heights = charts.map(heightOf)
  const height = heights.reduce((sum, one) => sum + one, 0)
  const parts = charts.map((chart, index) => {
    const above = heights.slice(0, index).reduce((sum, one) => sum + one, 0)
    return `<g transform="translate(0 ${above})">\n${chartOf(chart)}\n</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${font} font-size="12">
${parts.join('\n')}
</svg>
`
}

function heightOf({ groups }: Chart): number {
  return 60 + groups.reduce((sum, { bars }) => sum + (bars.length + 1.5) * line, 0)
}

function chartOf({ title, mark, groups }: Chart): string {
  const longest = Math.max(mark, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value.high)))
  const scale = (value: number) => left + (value / longest) * (width - left - right)
  let at = 36
  const lines = groups.flatMap(({ label, bars }) => {
    at += line * 1.5
    const head = text(12, at - line * 0.4, label, `fill="${colours.text}" font-weight="bold"`)
    const drawn = bars.map((bar) => {
      at += line
      return barOf(bar, at - line, scale)
    })
    return [head, ...drawn]
  })
  const x = scale(mark).toFixed(1)
  return [
    text(12, 24, title, `fill="${colours.text}" font-size="15"`),
    ...lines,
    `<line x1="${x}" y1="40" x2="${x}" y2="${at + 4}" stroke="${colours.mark}" stroke-dasharray="3 3"/>`,
    text(Number(x) + 4, at + 14, String(mark), `fill="${colours.mark}"`),
  ].join('\n')
}

function barOf({ label, value, own }: Bar, y: number, scale: (value: number) => number): string {
  const [from, low, middle, high] = [0, value.low, value.middle, value.high].map((one) => scale(one).toFixed(1))
  const centre = y + line / 2
  return [
    text(left - 8, centre + 4, label, `fill="${own ? colours.own : colours.text}" text-anchor="end"`),
    `<rect x="${from}" y="${y + 3}" width="${(Number(middle) - Number(from)).toFixed(1)}" height="${line - 6}" fill="${own ? colours.own : colours.peer}"/>`,
    `<path d="M${low} ${centre}H${high}M${low} ${centre - 3}v6M${high} ${centre - 3}v6" stroke="${colours.text}" fill="none"/>`,
    text(Number(high) + 6, centre + 4, value.middle.toFixed(2), `fill="${colours.text}"`),
  ].join('\n')
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
