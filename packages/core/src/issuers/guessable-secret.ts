import { narrowed } from './guessing/alphabet.js'
import { leftToChance } from './guessing/chance.js'
import { isDigestOfWord } from './guessing/digests.js'
import { once } from './guessing/repetition.js'
import { textOf } from './guessing/text.js'

/**
 * Whether a secret holds fewer random bits than `needed` bytes have. It is read as bytes, as text, and as everything
 * that the text may be an encoding of; the reading that leaves least counts. In it, what a person would write or type
 * counts nothing (words, names, dates, repetitions, sequences, rows of keys), nor do UUIDs, which are names
 * (RFC 9562 §8). The rest counts 8 bits for a byte, 6 for a character of base64, 4 for a hex digit, and 4 for a
 * character of any other text, since nobody knows what it was drawn from.
 *
 * A random key of the needed length is taken for guessable less than once in 10^12: see `leftToChance` and `textOf`.
 * The other way there is no such promise: a key that is random, and published, looks like any random key.
 */
export function isGuessable(secret: Uint8Array, needed: number): boolean {
  return randomBits(Buffer.from(secret), 4) < needed * 8
}

function randomBits(secret: Buffer, depth: number): number {
  const content = once(secret)
  const text = textOf(content)?.replace(separatedHex, (hex) => hex.replaceAll(/[\s:-]/g, ''))
  if (text === undefined) return isDigestOfWord(content) ? 0 : bitsOf(content, 256)
  if (samples.test(text)) return 0
  const bits = bitsOfText(text)
  const decoded = depth === 0 ? undefined : decodedFrom(text)
  return decoded === undefined ? bits : Math.min(bits, randomBits(decoded, depth - 1))
}

/** Samples that only look random: of a framework, with random characters behind it, and of many tutorials. */
const samples = /^django-insecure-|^9a4f2c8d3b7a1e6f45c8a0b3f267d8b1d4e6f3c8a9d2b5f8e3a9c8b5f6v8a3d9$/

/** Bytes one by one, as fingerprints are written. */
const separatedHex = /^[0-9a-f]{2}(?:[\s:-][0-9a-f]{2})+$/i
const uuids = /[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/gi
/** Too long to be there by chance in base64: (16 / 64)^26. */
const hexInside = /[0-9a-f]{26,}|[0-9A-F]{26,}/g
const base64 = /^(?:base64:)?([A-Za-z0-9+/_\r\n-]*=*)\s*$/

function bitsOfText(text: string): number {
  const rest = text.replaceAll(uuids, '').trim()
  if (/^[0-9\s]*$/.test(rest)) return bitsOf(rest, 10)
  if (/^[0-9a-f\s]*$/i.test(rest)) return bitsOf(rest, 16)
  const hex = rest.match(hexInside)?.join('') ?? ''
  return bitsOf(hex, 16) + bitsOfMixture(rest.replaceAll(hexInside, ''))
}

function bitsOfMixture(text: string): number {
  return base64.test(text) ? bitsOf(text, 64) : leftToChance(Buffer.from(text), Math.log2(95)) * 4
}

function bitsOf(content: string | Buffer, alphabet: number): number {
  const symbols = Buffer.from(content)
  const width = Math.log2(alphabet)
  const left = leftToChance(symbols, width)
  return left * (left < symbols.length ? width : (narrowed(symbols, alphabet) ?? width))
}

/** What a text in hex or in base64 stands for. */
function decodedFrom(text: string): Buffer | undefined {
  const hex = text.replace(/^0x/i, '').replaceAll(/\s/g, '')
  if (/^[0-9a-f]+$/i.test(hex)) return Buffer.from(hex, 'hex')
  const [, encoded] = base64.exec(text) ?? []
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64')
}
