import { cpus } from 'node:os'
import { quantile, type Contestant } from './measure.js'
import type { BenchedAlgorithm } from './tokens.js'

/** The most that ours may take, as a multiple of raw OpenSSL. */
const goals: Readonly<Record<BenchedAlgorithm, number>> = { HS256: 5, RS256: 1.6, ES256: 1.3, Ed25519: 1.3 }

export interface Result {
  readonly algorithm: BenchedAlgorithm
  /** Raw first, then ours, then ours again. */
  readonly contestants: readonly Contestant[]
  /** For each contestant nanoseconds per token, one figure per round. */
  readonly figures: readonly (readonly number[])[]
}

export function machine(): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() || 'unknown processor'
  const openssl = process.versions.openssl
  const date = new Date().toISOString().slice(0, 10)
  return `Node ${process.version} (OpenSSL ${openssl}), ${processors.length} cores (${model}), ${date}`
}

export function table(results: readonly Result[]): string {
  const head = ['algorithm', 'contestant', 'µs/op', '÷ raw', 'p10..p90', 'goal']
  const rows = [head, head.map(() => '---'), ...results.flatMap(rowsOf)]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function rowsOf({ algorithm, contestants, figures }: Result): readonly (readonly string[])[] {
  const [raw = [], ours = [], again = []] = figures
  const rows = contestants.map(({ name }, index) => {
    const values = figures[index] ?? []
    const goal = index === 1 ? verdict(algorithm, quantile(ratios(values, raw), 0.5)) : ''
    return [algorithm, name, (quantile(values, 0.5) / 1000).toFixed(1), ...spread(ratios(values, raw)), goal]
  })
  return [...rows, [algorithm, 'jwt-guard again ÷ jwt-guard (A/A)', '', ...spread(ratios(again, ours)), '']]
}

function verdict(algorithm: BenchedAlgorithm, ratio: number): string {
  return `≤ ${goals[algorithm]}: ${ratio <= goals[algorithm] ? 'met' : '**not met**'}`
}

function ratios(some: readonly number[], others: readonly number[]): readonly number[] {
  return some.map((value, round) => value / (others[round] ?? NaN))
}

function spread(values: readonly number[]): readonly [string, string] {
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => quantile(values, share).toFixed(2))
  return [String(middle), `${low}..${high}`]
}

export function differences(results: readonly Result[]): string {
  const all = new Map(results.flatMap(({ contestants }) => contestants.map(({ name, differs }) => [name, differs])))
  return [...all].map(([name, differs]) => `- ${name}: ${differs}.`).join('\n')
}
