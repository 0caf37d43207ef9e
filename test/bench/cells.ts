import type { Spread } from './statistics.js'

/** A ratio and its spread, in two cells. */
export function ratioCells({ low, middle, high }: Spread): readonly [string, string] {
  return [middle.toFixed(2), `${low.toFixed(2)}..${high.toFixed(2)}`]
}

export function atMost(goal: number, value: number): string {
  return `≤ ${shown(goal)}: ${value <= goal ? 'met' : '**not met**'}`
}

export function atLeast(goal: number, value: number): string {
  return `≥ ${shown(goal)}: ${value >= goal ? 'met' : '**not met**'}`
}

function shown(goal: number): string {
  return String(Math.round(goal * 100) / 100)
}

/** Three digits that say something. */
export function microseconds(nanoseconds: number): string {
  const micros = nanoseconds / 1000
  return micros.toFixed(micros < 10 ? 2 : 1)
}

export function differencesOf(
  contestants: readonly { readonly name: string; readonly differs: string }[],
): ReadonlyMap<string, string> {
  return new Map(contestants.map(({ name, differs }) => [name, differs]))
}
