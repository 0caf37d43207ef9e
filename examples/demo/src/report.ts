import { codes } from '@jwt-guard/core'
import type { Attempt, Outcome } from './attempts.js'
import { isAsItMustBe, type Answer } from './measure.js'

const margin = ' '.repeat(5)
const width = 28

/** The head of the table: a column for each framework. */
export function head(frameworks: readonly string[]): string {
  return columns(frameworks)
}

/** A row of it: what is tried, and below, what each framework answered. */
export function row(number: number, attempt: Attempt, answers: readonly Answer[]): string {
  const lines = [`${String(number).padStart(3)}  ${attempt.tries}`, columns(answers.map(cell))]
  if (!answers.every((answer) => isAsItMustBe(answer, attempt)))
    lines.push(`${margin}WRONG: each of them must be ${attempt.mustBe.join(' ')}`)
  return `${lines.join('\n')}\n`
}

/** What the codes in the table mean, in their words. */
export function legend(outcomes: Iterable<Outcome>): string {
  return [...new Set(outcomes)]
    .filter((outcome) => outcome !== 'accepted')
    .map((code) => `${margin}${code.padEnd(width)}${meaningOf(code)}`)
    .join('\n')
}

function cell({ status, outcomes }: Answer): string {
  return `${status ?? 'no answer'} ${outcomes.join(' and ') || 'not looked at'}`
}

function columns(cells: readonly string[]): string {
  return `${margin}${cells.map((text) => text.padEnd(width)).join('')}`.trimEnd()
}

function meaningOf(code: Exclude<Outcome, 'accepted'>): string {
  return code in codes.refusals
    ? codes.refusals[code as keyof typeof codes.refusals].meaning
    : codes.outages[code as keyof typeof codes.outages]
}
