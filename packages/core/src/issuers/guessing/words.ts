import { commonWords } from './common-words.js'
import { shareOfLetters } from './handwriting.js'
import { kindOf, lowered } from './symbols.js'

/** A common word in a text: where it begins and ends, and what it costs in bits to say so. */
export interface Word {
  readonly from: number
  readonly end: number
  readonly cost: number
}

/** To choose one of the words. */
const choice = -Math.log2((0.94 - shareOfLetters) / commonWords.length)
const signs = new Map(
  ['0o', '1i', '3e', '4a', '5s', '7t', '8b', '@a', '$s', '!i'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]),
)
const letters = Uint8Array.from({ length: 256 }, (_, symbol) => signs.get(symbol) ?? lowered(symbol))

/** Every common word in a text: in small letters, in capitals, or both, and with figures and signs for letters. */
export function wordsIn(symbols: Uint8Array): readonly Word[] {
  const text = Buffer.from(symbols.map((symbol) => Number(letters[symbol]))).toString('latin1')
  const words: Word[] = []
  for (let from = 0; from < text.length; from++) {
    for (const { length } of wordsAt(text, from)) {
      words.push({ from, end: from + length, cost: costOf(symbols.subarray(from, from + length)) })
    }
  }
  return words
}

function wordsAt(text: string, from: number): readonly string[] {
  byBeginning ??= commonWords.reduce(addByBeginning, new Map())
  return (byBeginning.get(text.slice(from, from + shortest)) ?? []).filter((word) => text.startsWith(word, from))
}

/** No common word has fewer letters: by so many of them the words are found. */
const shortest = 3
let byBeginning: Map<string, string[]> | undefined

function addByBeginning(words: Map<string, string[]>, word: string): Map<string, string[]> {
  const beginning = word.slice(0, shortest)
  return words.set(beginning, [...(words.get(beginning) ?? []), word])
}

function costOf(written: Uint8Array): number {
  let cost = choice
  let inCapitals = false
  for (const [at, symbol] of written.entries()) {
    const isSign = signs.has(symbol)
    const isCapital: boolean = isSign ? inCapitals : kindOf(symbol) === 'upper'
    cost += (isSign ? 3 : 0.2) + costOfCase(at === 0, inCapitals, isCapital)
    inCapitals = isCapital
  }
  return cost
}

function costOfCase(isFirst: boolean, before: boolean, now: boolean): number {
  if (isFirst) return now ? 1.7 : 0.5
  if (before) return 1
  return now ? 4 : 0.1
}
