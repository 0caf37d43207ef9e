/** The kinds of symbols on a keyboard, which people keep to for a while and then change. */
export const kinds = ['lower', 'upper', 'digit', 'gap', 'mark'] as const
export type Kind = (typeof kinds)[number]

const kindOfEach = Array.from({ length: 256 }, (_, symbol) => kindOfText(String.fromCharCode(symbol)))
const printable = Array.from({ length: 95 }, (_, at) => at + 32)
/** The printable symbols of each of the kinds. */
export const symbolsOf: readonly (readonly number[])[] = kinds.map((kind) =>
  printable.filter((symbol) => kindOf(symbol) === kind),
)

/** The kind of a byte as a character; what is not printable ASCII is a mark. */
export function kindOf(symbol: number): Kind {
  return kindOfEach[symbol] ?? 'mark'
}

export function isPrintable(symbol: number): boolean {
  return symbol >= 32 && symbol < 127
}

export function isLetter(symbol: number): boolean {
  const kind = kindOf(symbol)
  return kind === 'lower' || kind === 'upper'
}

/** The small letter of a letter; anything else as it is. */
export function lowered(symbol: number): number {
  return kindOf(symbol) === 'upper' ? symbol + 32 : symbol
}

function kindOfText(text: string): Kind {
  if (/[a-z]/.test(text)) return 'lower'
  if (/[A-Z]/.test(text)) return 'upper'
  if (/[0-9]/.test(text)) return 'digit'
  return ' -_.,:/'.includes(text) ? 'gap' : 'mark'
}
