/** The bits of a symbol, where the symbols are so few that they were not drawn from the whole alphabet; else undefined. */
export function narrowed(symbols: Uint8Array, alphabet: number): number | undefined {
  const distinct = distinctIn(symbols)
  const saved = symbols.length * Math.log2(alphabet / distinct)
  // To say how many symbols there are, and which of all, costs bits too.
  return saved > evidence && saved - choices(alphabet, distinct) - 8 > evidence ? Math.log2(distinct) : undefined
}
const evidence = 50

/** The bits that it takes to say which ones of all. */
function choices(all: number, some: number): number {
  let bits = 0
  for (let at = 1; at <= some; at++) bits += Math.log2((all - some + at) / at)
  return bits
}

function distinctIn(symbols: Uint8Array): number {
  const seen = new Uint8Array(256)
  let count = 0
  for (const symbol of symbols) {
    if (seen[symbol] === 0) count++
    seen[symbol] = 1
  }
  return count
}
