import { habitsFor, hasLanguage } from './habits.js'
import { wordsIn, type Word } from './words.js'

/** Where habit and chance meet, so many symbols may be of either: they count as random. */
const edge = 6
/** To keep a habit, and to change it for another one. */
const stay = 0.07
const turn = 6.5

interface Reading {
  readonly symbols: Uint8Array
  readonly width: number
  readonly evidence: number
  readonly prices: readonly Float64Array[]
  readonly words: readonly Word[]
}

/**
 * How many of the symbols, each of `width` bits if it is random, no habit explains.
 *
 * A habit has to save `evidence` bits against chance before it is seen. No way of reading, however clever, saves n bits
 * on more than one in 2^n random texts from any one place on, so a random text of any length is taken for anything
 * else less than once in 2^42, and a key, which is read as text and as the bytes that the text encodes, less than once
 * in 10^12.
 */
export function leftToChance(symbols: Uint8Array, width: number): number {
  const prices = habitsFor(width).map((habit) => habit(symbols, width))
  const evidence = 42 + Math.log2(symbols.length)
  const reading = { symbols, width, evidence, prices, words: hasLanguage(width) ? wordsIn(symbols) : [] }
  return mostEvidence(reading) < evidence ? symbols.length : cheapest(reading)
}

/** The most that a reader saves anywhere who takes, at each symbol, the habit that fits best: never too little. */
function mostEvidence({ symbols, width, prices, words }: Reading): number {
  const saved = new Float64Array(symbols.length + 1)
  let most = 0
  let next = 0
  for (let at = 0; at < symbols.length; at++) {
    const before = Number(saved[at])
    let price = Infinity
    for (const each of prices) price = Math.min(price, Number(each[at]))
    saved[at + 1] = Math.max(Number(saved[at + 1]), before + width - price)
    for (let word = words[next]; word?.from === at; word = words[++next]) {
      saved[word.end] = Math.max(Number(saved[word.end]), before + (word.end - at) * width - word.cost)
    }
    most = Math.max(most, Number(saved[at + 1]))
  }
  return most
}

/** A way of reading the text up to some place: its cost in bits, and the symbols in it that are left to chance. */
interface Path {
  readonly cost: number
  readonly random: number
}
const never: Path = { cost: Infinity, random: 0 }
const plus = ({ cost, random }: Path, bits: number, symbols = 0): Path => ({
  cost: cost + bits,
  random: random + symbols,
})
const better = (a: Path, b: Path): Path => (b.cost < a.cost ? b : a)

/** The random symbols of the cheapest reading, in which every stretch is by habit or by chance. */
function cheapest({ symbols, width, evidence, prices, words }: Reading): number {
  const start = evidence + Math.log2(prices.length)
  const wordEnds = new Map<number, Path>()
  let chance: Path = { cost: 0, random: 0 }
  let byHabit: readonly Path[] = prices.map(() => never)
  let next = 0
  for (let at = 0; at < symbols.length; at++) {
    const best = byHabit.reduce(better)
    const anew = better(plus(best, turn), plus(chance, start, Math.min(edge, chance.random)))
    const entered = byHabit.map((path) => better(plus(path, stay), anew))
    for (let word = words[next]; word?.from === at; word = words[++next]) {
      wordEnds.set(word.end, better(wordEnds.get(word.end) ?? never, plus(entered[0] ?? never, word.cost)))
    }
    chance = plus(better(chance, plus(best, 0, edge)), width, 1)
    byHabit = entered.map((path, habit) => {
      const now = plus(path, prices[habit]?.[at] ?? 0)
      return habit === 0 ? better(now, wordEnds.get(at + 1) ?? never) : now
    })
  }
  return better(chance, byHabit.reduce(better)).random
}
