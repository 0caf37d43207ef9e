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
  const [raw = [], ours = []] = figures
  return contestants.map(({ name }, index) => {
    const values = figures[index] ?? []
    if (index === 2)
      return [algorithm, `${name} ÷ itself (A/A)`, microseconds(values), ...spread(ratios(values, ours)), '']
    const goal = index === 1 ? verdict(algorithm, quantile(ratios(values, raw), 0.5)) : ''
    return [algorithm, name, microseconds(values), ...spread(ratios(values, raw)), goal]
  })
}

function microseconds(nanoseconds: readonly number[]): string {
  return (quantile(nanoseconds, 0.5) / 1000).toFixed(1)
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
  const peers = results.flatMap(({ contestants: [raw, ours, , ...others] }) => [raw, ours, ...others])
  const all = new Map(peers.flatMap((peer) => (peer === undefined ? [] : [[peer.name, peer.differs] as const])))
  return [...all].map(([name, differs]) => `- ${name}: ${differs}.`).join('\n')
}
