import { commonWords } from './common-words.js'
import { isLetter, kindOf, kinds, lowered, printable, type Kind } from './symbols.js'

/** What a symbol costs in bits after another one. Both are ASCII: at [before * 128 + symbol]. */
export type Costs = Float64Array

/** How often a symbol of each kind comes after one of a kind: lower, upper, digit, gap, mark. */
type Turns = Readonly<Record<Kind, readonly [number, number, number, number, number]>>

const turnsOfText: Turns = {
  lower: [0.75, 0.06, 0.08, 0.09, 0.02],
  upper: [0.46, 0.4, 0.05, 0.07, 0.02],
  digit: [0.24, 0.08, 0.5, 0.16, 0.02],
  gap: [0.52, 0.16, 0.26, 0.04, 0.02],
  mark: [0.3, 0.1, 0.1, 0.1, 0.4],
}
const turnsOfHands: Turns = {
  lower: [0.74, 0.02, 0.2, 0.01, 0.03],
  upper: [0.07, 0.81, 0.08, 0.01, 0.03],
  digit: [0.28, 0.06, 0.62, 0.01, 0.03],
  gap: [0.5, 0.2, 0.2, 0.05, 0.05],
  mark: [0.17, 0.06, 0.12, 0.03, 0.62],
}

/** Of the symbols that are written, most are letters of words that no list has. */
export const shareOfLetters = 0.66

function costsOf(turns: Turns, share: number, weightOf: (before: number, symbol: number) => number): Costs {
  const costs: Costs = new Float64Array(128 * 128).fill(Infinity)
  for (const before of printable) {
    for (const [column, kind] of kinds.entries()) {
      const symbols = printable.filter((symbol) => kindOf(symbol) === kind)
      const sum = symbols.reduce((total, symbol) => total + weightOf(before, symbol), 0)
      const each = (share * (turns[kindOf(before)][column] ?? 0)) / sum
      for (const symbol of symbols) costs[before * 128 + symbol] = -Math.log2(each * weightOf(before, symbol))
    }
  }
  return costs
}

function languageWeight(before: number, symbol: number): number {
  if (!isLetter(symbol)) return 1
  const begins = !isLetter(before) || (kindOf(before) === 'lower' && kindOf(symbol) === 'upper')
  return (
    successors()
      .get(begins ? ' ' : letter(before))
      ?.get(letter(symbol)) ?? 0.4
  )
}

function letter(symbol: number): string {
  return String.fromCharCode(lowered(symbol))
}

let counted: Map<string, Map<string, number>> | undefined

/** How often each letter follows another one, or begins, in the common words. */
function successors(): Map<string, Map<string, number>> {
  if (counted !== undefined) return counted
  counted = new Map()
  for (const word of commonWords) {
    let before = ' '
    for (const next of word) {
      const after = counted.get(before) ?? new Map<string, number>()
      counted.set(before, after.set(next, (after.get(next) ?? 0.4) + 1))
      before = next
    }
  }
  return counted
}

const rows = ['1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./']
const shifted = ['!@#$%^&*()_+', 'QWERTYUIOP{}', 'ASDFGHJKL:"', 'ZXCVBNM<>?']
const rowWeights = [1.5, 2, 4, 1]

function keyboardWeight(before: number, symbol: number): number {
  const [from, to] = [keyOf(before), keyOf(symbol)]
  if (to === undefined) return 1
  const weight = rowWeights[to.row] ?? 1
  if (from === undefined) return weight
  const distance = Math.hypot(from.row - to.row, from.column - to.column)
  if (distance === 0) return weight
  return weight * (distance < 1.5 ? 3.5 : distance < 3.2 ? 1.3 : 0.7)
}

/** Where a symbol's key is: every row begins a little further to the right than the one above it. */
function keyOf(symbol: number) {
  const text = String.fromCharCode(symbol)
  for (const keys of [rows, shifted]) {
    const row = keys.findIndex((key) => key.includes(text))
    if (row >= 0) return { row, column: (keys[row] ?? '').indexOf(text) + row * 0.4 }
  }
  return undefined
}

/** Language: letters follow one another as in the common words, and kinds change at the ends of words. */
export const written: Costs = costsOf(turnsOfText, shareOfLetters, languageWeight)

/** A hand on a keyboard, typing anything: keys near to the last one, most of them of the middle row. */
export const typed: Costs = costsOf(turnsOfHands, 0.93, keyboardWeight)
