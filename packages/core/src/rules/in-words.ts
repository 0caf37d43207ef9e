import { ResolvedIssuers } from '../issuers/issuers.js'
import type { FixedValue, TokenRules } from './token-rules.js'
import { isUntyped } from './untyped.js'

/** A type's rules in words, for people: explanations, descriptions and witnesses say it in the same ones. */

export function typInWords({ typ, untypedUntil }: Pick<TokenRules, 'typ' | 'untypedUntil'>): string {
  if (untypedUntil === undefined) return eitherTyp(typ)
  const until = timeInWords(untypedUntil).slice(0, 10)
  return `${eitherTyp(typ.filter((one) => !isUntyped(one)))}, and until ${until} ${eitherTyp(typ.filter(isUntyped))}`
}

function eitherTyp(typ: TokenRules['typ']): string {
  return typ.map((one) => (one === undefined ? 'none' : shortTyp(one))).join(' or ')
}

/** A normalised `typ` as headers write it (RFC 7515 §4.1.9, RFC 7519 §5.1). */
export function shortTyp(typ: string): string {
  return typ === 'application/jwt' ? 'JWT' : typ.replace(/^application\//, '')
}

export function issuersInWords({ issuers, required }: TokenRules): string {
  if (issuers instanceof ResolvedIssuers) return 'whoever the function given to issuers() knows'
  return [...issuers.ids, ...(required.includes('iss') ? [] : ['not said'])].join(' or ')
}

export function audienceInWords({ audience, forbidden }: TokenRules): string {
  if (audience === undefined) return forbidden.includes('aud') ? 'none' : 'not checked'
  const names = audience.anyOf.join(' or ')
  if (audience.beside === 'anybody') return names
  return audience.beside.length === 0 ? `${names} alone` : `${names}, and beside it only ${audience.beside.join(', ')}`
}

export function valuesInWords(values: readonly FixedValue[]): string {
  return values.map((value) => JSON.stringify(value)).join(' or ')
}

/** How tokens are encrypted; nothing for a type that takes none such. */
export function encryptionInWords({ decryption }: TokenRules): string {
  if (decryption === undefined) return ''
  const ways = new Set(decryption.keys.map(({ algorithm, encryption }) => `${algorithm} with ${encryption}`))
  return [...ways, ...(decryption.unencrypted ? ['none'] : [])].join(' or ')
}

/** Seconds in the largest unit that divides them. */
export function durationInWords(seconds: number): string {
  const units = [
    [86400, 'd'],
    [3600, 'h'],
    [60, 'min'],
  ] as const
  const [size, unit] = units.find(([length]) => seconds > 0 && seconds % length === 0) ?? [1, 's']
  return `${seconds / size} ${unit}`
}

/** Seconds since the epoch as a date. */
export function timeInWords(seconds: number): string {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.valueOf()) ? 'no time' : date.toISOString()
}
