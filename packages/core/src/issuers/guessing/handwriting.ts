import { commonWords } from './common-words.js'
import { isLetter, isPrintable, kindOf, kinds, symbolsOf, type Kind } from './symbols.js'

/** What a symbol costs in bits after another one: `Infinity` unless both are printable ASCII. */
export type Costs = (before: number, symbol: number) => number

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

/** A cost is reckoned when it is first asked for: a key asks for few of the nine thousand. */
function costsOf(turns: Turns, share: number, weightOf: (before: number, symbol: number) => number): Costs {
  const costs = new Float64Array(128 * 128)
  return (before, symbol) => {
    if (!isPrintable(before) || !isPrintable(symbol)) return Infinity
    return (costs[before * 128 + symbol] ||= costOf(before, symbol))
  }

  function costOf(before: number, symbol: number): number {
    const kind = kinds.indexOf(kindOf(symbol))
    const sum = (symbolsOf[kind] ?? []).reduce((total, other) => total + weightOf(before, other), 0)
    const each = (share * (turns[kindOf(before)][kind] ?? 0)) / sum
    return -Math.log2(each * weightOf(before, symbol))
  }
}

function languageWeight(before: number, symbol: number): number {
  if (!isLetter(symbol)) return 1
  const begins = !isLetter(before) || (kindOf(before) === 'lower' && kindOf(symbol) === 'upper')
  return Number((counted ??= successors())[pairOf(begins ? space : before, symbol)])
}

/** A pair of letters, small or capital, or of a space and a letter: five bits say which. */
function pairOf(before: number, symbol: number): number {
  return (before & 31) * 32 + (symbol & 31)
}
const space = 32
let counted: Float64Array | undefined

/** How often each letter follows another one, or begins, in the common words. */
function successors(): Float64Array {
  const counts = new Float64Array(32 * 32).fill(0.4)
  const text = Buffer.from(` ${commonWords.join(' ')}`)
  for (let at = 1; at < text.length; at++) {
    const pair = pairOf(Number(text[at - 1]), Number(text[at]))
    counts[pair] = Number(counts[pair]) + 1
  }
  return counts
}

const rows = ['1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./']
const shifted = ['!@#$%^&*()_+', 'QWERTYUIOP{}', 'ASDFGHJKL:"', 'ZXCVBNM<>?']
const rowWeights = [1.5, 2, 4, 1]

/** Where each symbol's key is: every row begins a little further to the right than the one above it. */
const keys = new Map(
  [rows, shifted].flatMap((hand) =>
    hand.flatMap((symbols, row) =>
      Array.from(symbols, (symbol, at) => [symbol.charCodeAt(0), { row, column: at + row * 0.4 }] as const),
    ),
  ),
)

function keyboardWeight(before: number, symbol: number): number {
  const [from, to] = [keys.get(before), keys.get(symbol)]
  if (to === undefined) return 1
  const weight = rowWeights[to.row] ?? 1
  if (from === undefined) return weight
  const distance = Math.hypot(from.row - to.row, from.column - to.column)
  if (distance === 0) return weight
  return weight * (distance < 1.5 ? 3.5 : distance < 3.2 ? 1.3 : 0.7)
}

/** Language: letters follow one another as in the common words, and kinds change at the ends of words. */
export const written: Costs = costsOf(turnsOfText, shareOfLetters, languageWeight)

/** A hand on a keyboard, typing anything: keys near to the last one, most of them of the middle row. */
export const typed: Costs = costsOf(turnsOfHands, 0.93, keyboardWeight)
