import { createHash } from 'node:crypto'
import { commonWords } from './common-words.js'

let digests: ReadonlySet<string> | undefined

/** Whether these bytes are what SHA-2 makes of a common word, or of nothing: no harder to guess than the word. */
export function isDigestOfWord(bytes: Buffer): boolean {
  if (bytes.length !== 32 && bytes.length !== 48 && bytes.length !== 64) return false
  digests ??= new Set(['sha256', 'sha384', 'sha512'].flatMap((hash) => ['', ...commonWords].map(digestBy(hash))))
  return digests.has(bytes.toString('base64'))
}

function digestBy(hash: string): (word: string) => string {
  return (word) => createHash(hash).update(word).digest('base64')
}
