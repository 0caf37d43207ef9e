import { commonWords } from './common-words.js'
import { shareOfLetters } from './handwriting.js'
import { kindOf, lowered } from './symbols.js'

/** A common word in a text: where it begins and ends, and what it costs in bits to say so. */
export interface Word {
  readonly from: number
  readonly end: number
  readonly cost: number
}

interface Branch {
  readonly next: Map<number, Branch>
  isWord: boolean
}
const root: Branch = { next: new Map(), isWord: false }
for (const word of commonWords) grow(word)

function grow(word: string): void {
  let branch = root
  for (const letter of Buffer.from(word)) {
    const next = branch.next.get(letter) ?? { next: new Map<number, Branch>(), isWord: false }
    branch.next.set(letter, next)
    branch = next
  }
  branch.isWord = true
}

/** To choose one of the words. */
const choice = -Math.log2((0.94 - shareOfLetters) / commonWords.length)
const signs = new Map(
  ['0o', '1i', '3e', '4a', '5s', '7t', '8b', '@a', '$s', '!i'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)]),
)
const letters = Uint8Array.from({ length: 256 }, (_, symbol) => signs.get(symbol) ?? lowered(symbol))

/** Every common word in a text: in small letters, in capitals, or both, and with figures and signs for letters. */
export function wordsIn(symbols: Uint8Array): readonly Word[] {
  const words: Word[] = []
  for (let from = 0; from < symbols.length; from++) addWordsFrom(from, symbols, words)
  return words
}

function addWordsFrom(from: number, symbols: Uint8Array, words: Word[]): void {
  let branch = root
  let cost = choice
  let inCapitals = false
  for (let at = from; at < symbols.length; at++) {
    const symbol = Number(symbols[at])
    const next = branch.next.get(letters[symbol] ?? 0)
    if (next === undefined) return
    const isSign = signs.has(symbol)
    const isCapital: boolean = isSign ? inCapitals : kindOf(symbol) === 'upper'
    cost += (isSign ? 3 : 0.2) + costOfCase(at === from, inCapitals, isCapital)
    if (next.isWord) words.push({ from, end: at + 1, cost })
    branch = next
    inCapitals = isCapital
  }
}

function costOfCase(isFirst: boolean, before: boolean, now: boolean): number {
  if (isFirst) return now ? 1.7 : 0.5
  if (before) return 1
  return now ? 4 : 0.1
}
