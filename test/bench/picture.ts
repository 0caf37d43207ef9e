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

/** Groups of bars. `mark`: where the goal or the limit is. */
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
const colours = { text: '#808890', peer: '#80889099', own: '#2f81f7', mark: '#db6d28' }

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

const head = 44

function heightOf({ groups }: Chart): number {
  return head + groups.reduce((sum, group) => sum + groupHeight(group), 0)
}

function groupHeight({ bars }: Group): number {
  return (bars.length + 2) * line
}

function chartOf({ title, mark, groups }: Chart): string {
  const above = (index: number) => groups.slice(0, index).reduce((sum, group) => sum + groupHeight(group), head)
  return [
    text(12, 24, title, `fill="${colours.text}" font-size="15"`),
    ...groups.map((group, index) => groupOf(group, mark, above(index))),
  ].join('\n')
}

/** Each group has a scale of its own: what is far off in one would hide the rest. */
function groupOf({ label, bars }: Group, mark: number, y: number): string {
  const longest = Math.max(mark, ...bars.map(({ value }) => value.high))
  const scale = (value: number) => left + (value / longest) * (width - left - right)
  const [x, top, bottom] = [scale(mark).toFixed(1), y + line - 4, y + (bars.length + 1) * line + 2]
  return [
    text(12, y + line - 6, label, `fill="${colours.text}" font-weight="bold"`),
    ...bars.map((bar, index) => barOf(bar, y + (index + 1) * line, scale)),
    `<line x1="${x}" y1="${top}" x2="${x}" y2="${bottom}" stroke="${colours.mark}" stroke-dasharray="3 3"/>`,
    text(Number(x), top - 3, String(mark), `fill="${colours.mark}" text-anchor="middle"`),
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
