import { typed, written, type Costs } from './handwriting.js'
import { isLetter, kindOf } from './symbols.js'

/**
 * What each symbol costs in bits for a reader who expects one habit, and has seen the symbols before it. Something
 * unexpected costs more than `width`, the bits of a symbol by chance. The costs are those of a code: 2^-cost of all the
 * symbols that there are comes to 1 at most.
 */
export type Habit = (symbols: Uint8Array, width: number) => Float64Array

const surprise = 4
const bits = (probability: number) => -Math.log2(probability)

function asIn(costs: Costs): Habit {
  return (symbols, width) => {
    const prices = new Float64Array(symbols.length)
    let before = 32
    for (const [at, symbol] of symbols.entries()) {
      prices[at] = Math.min(costs(before, symbol), width + surprise)
      before = symbol
    }
    return prices
  }
}

const again = bits(0.9)

/** What came after the same two symbols the last time, comes again. */
const repeating: Habit = (symbols, width) => {
  const prices = new Float64Array(symbols.length).fill(width + surprise)
  const places = new Int32Array(256)
  for (let at = 2; at < symbols.length; at++) {
    const [one = 0, two = 0] = [symbols[at - 2], symbols[at - 1]]
    const slot = (one * 37 + two) & 255
    const last = Number(places[slot])
    const isSame = last > 1 && symbols[last - 2] === one && symbols[last - 1] === two && symbols[last] === symbols[at]
    if (isSame) prices[at] = again
    places[slot] = at
  }
  return prices
}

const step = { one: bits(0.2), asBefore: bits(0.3) }
/** From one to the next but one, as in a1b2c3, where two count in turn. */
const longSteps = new Map(
  [
    [1, 0.16],
    [3, 0.12],
    [4, 0.04],
    [2, 0.03],
    [5, 0.03],
    [0, 0.03],
    [-1, 0.02],
  ].map(([by = 0, share = 0]) => [by, bits(share)]),
)

/** One more than the last, or as much more as that one was, or one more than the last but one. */
const counting: Habit = (symbols, width) => {
  const prices = new Float64Array(symbols.length)
  let [last, lastStep, lastButOne] = [-1000, 0, -1000]
  for (const [at, symbol] of symbols.entries()) {
    const now = symbol - last
    const short = now === lastStep ? step.asBefore : now === 1 ? step.one : width + surprise
    prices[at] = Math.min(short, longSteps.get(symbol - lastButOne) ?? Infinity)
    ;[lastButOne, last, lastStep] = [last, symbol, now]
  }
  return prices
}

const digit = bits(0.93 / 10)
const hexLetter = bits(0.93 / 6)
const otherLetter = bits(0.93 / 26)

/** A letter, a digit, a letter, a digit: what random text looks like to people. */
const alternating: Habit = (symbols, width) => {
  const prices = new Float64Array(symbols.length)
  const letter = width === 4 ? hexLetter : otherLetter
  let before = 0
  let letters = 'lower'
  for (const [at, symbol] of symbols.entries()) {
    const kind = kindOf(symbol)
    prices[at] = width + surprise
    if (kind === 'digit' && isLetter(before)) prices[at] = digit
    if (kind === letters && kindOf(before) === 'digit') prices[at] = letter
    if (isLetter(symbol)) letters = kind
    before = symbol
  }
  return prices
}

const close = bits(0.9 / 33)

/** Bytes near to the last one: numbers, codes, letters of one alphabet. */
const nearby: Habit = (symbols, width) => {
  const prices = new Float64Array(symbols.length)
  for (let at = 0; at < symbols.length; at++) {
    const isClose = Math.abs(Number(symbols[at]) - (symbols[at - 1] ?? 1000)) <= 16
    prices[at] = isClose ? close : width + surprise
  }
  return prices
}

const language = asIn(written)
const keyboard = asIn(typed)

/** The habits to look for: in bytes, in text, and in figures, where there is no language. Words are of the first habit. */
export function habitsFor(width: number): readonly Habit[] {
  if (width === 8) return [language, repeating, counting, nearby]
  return hasLanguage(width) ? [language, keyboard, repeating, counting, alternating] : [repeating, alternating]
}

/** Hex digits, at 4 bits each, are no letters. */
export function hasLanguage(width: number): boolean {
  return width > 4
}
