const seconds = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86400],
])

/** Seconds, or `'15m'`: a whole number and one of `s`, `m`, `h`, `d`. */
export type Duration = number | `${number}${'s' | 'm' | 'h' | 'd'}`

/** A duration in seconds, or undefined where it is none: not finite, negative, or of another form. */
export function secondsOf(duration: unknown): number | undefined {
  if (typeof duration === 'number') return Number.isFinite(duration) && duration >= 0 ? duration : undefined
  const [, count, unit = ''] = (typeof duration === 'string' && /^(\d{1,9})([smhd])$/.exec(duration)) || []
  const factor = seconds.get(unit)
  return factor === undefined ? undefined : Number(count) * factor
}
