/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? NaN
  return below + ((sorted[Math.ceil(at)] ?? NaN) - below) * (at % 1)
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The 10th, 50th and 90th percentile. */
export interface Spread {
  readonly low: number
  readonly middle: number
  readonly high: number
}

export function spreadOf(values: readonly number[]): Spread {
  return { low: quantile(values, 0.1), middle: median(values), high: quantile(values, 0.9) }
}

/**
 * How far the median of so many values may be from the true one, as box plots draw it: 1.57 times the distance of the
 * quartiles, over the root of their number (McGill, Tukey and Larsen, 1978).
 */
export function noiseOfMedian(values: readonly number[]): number {
  return (1.57 * (quantile(values, 0.75) - quantile(values, 0.25))) / Math.sqrt(values.length)
}

/** Round by round: what disturbed a round disturbed both. */
export function ratios(some: readonly number[], others: readonly number[]): readonly number[] {
  return some.map((value, round) => value / (others[round] ?? NaN))
}

export function spreadOfRatio(some: readonly number[], others: readonly number[]): Spread {
  return spreadOf(ratios(some, others))
}
