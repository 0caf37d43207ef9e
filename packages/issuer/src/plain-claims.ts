import { TokenNotIssuedError } from './not-issued.js'
import { isPlainObject } from './options.js'

export type Claims = Readonly<Record<string, unknown>>

/** With the claims themselves, as deep as a verifier reads. */
const deepest = 31

/**
 * A copy of the claims, which have to be plain JSON data already: JSON would make a date a text, `NaN` a null, and of
 * `undefined` nothing at all, and what is issued is to be what was said.
 */
export function plainClaims(type: string, given: unknown): Claims {
  if (!isPlainObject(given)) throw new TokenNotIssuedError(type, { code: 'ERR_CLAIMS_MALFORMED' })
  const copy: Record<string, unknown> = Object.create(null)
  for (const claim of Reflect.ownKeys(given)) {
    if (typeof claim === 'symbol') throw new TokenNotIssuedError(type, { code: 'ERR_CLAIMS_MALFORMED' })
    try {
      copy[claim] = plainValue(given[claim], 1)
    } catch {
      throw new TokenNotIssuedError(type, { code: 'ERR_CLAIM_INVALID', claim })
    }
  }
  return copy
}

function plainValue(value: unknown, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string' && value.isWellFormed()) return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (depth > deepest) throw new TypeError('too deep')
  // Not `map`, which passes over a hole.
  if (Array.isArray(value)) return Array.from(value, (item: unknown) => plainValue(item, depth + 1))
  if (!isPlainObject(value)) throw new TypeError('not plain data')
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(value)) copy[name] = plainValue(member, depth + 1)
  return copy
}
