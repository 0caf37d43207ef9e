import { hash } from 'node:crypto'
import { commonWords } from './common-words.js'

const hashOfLength = new Map([
  [32, 'sha256'],
  [48, 'sha384'],
  [64, 'sha512'],
])
const digests = new Map<string, ReadonlySet<string>>()

/** Whether these bytes are what SHA-2 makes of a common word, or of nothing: no harder to guess than the word. */
export function isDigestOfWord(bytes: Buffer): boolean {
  const name = hashOfLength.get(bytes.length)
  return name !== undefined && digestsBy(name).has(bytes.toString('hex'))
}

/** Made once, when the first secret of that length is looked at. */
function digestsBy(name: string): ReadonlySet<string> {
  const known = digests.get(name) ?? new Set(['', ...commonWords].map((word) => hash(name, word)))
  digests.set(name, known)
  return known
}
