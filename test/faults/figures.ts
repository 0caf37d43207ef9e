/** One line of the table: what was done, what came of it, and whether that is as it must be. */
export interface Figure {
  readonly scenario: string
  readonly measured: string
  readonly mustBe: string
  readonly right: boolean
}

export function table(figures: readonly Figure[]): string {
  const head = ['scenario', 'measured', 'must be', '']
  const rows = figures.map(({ scenario, measured, mustBe, right }) => [
    scenario,
    measured,
    mustBe,
    right ? 'right' : '**WRONG**',
  ])
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN
}
