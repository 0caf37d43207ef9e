const token = '[a-z0-9!#$&^_.+-]+'
const grammar = new RegExp(`^(?:${token}/)?${token}$`, 'i')

/**
 * The one form of a `typ` value for comparison (RFC 7515 §4.1.9): a value without a slash is read as
 * `application/` and that value, and case does not count, in ASCII only. Undefined where it is no media type: a
 * parameter, a space, a control character, anything outside ASCII.
 */
export function normalisedTyp(value: string): string | undefined {
  if (value.length > 128 || !grammar.test(value)) return undefined
  const lower = value.toLowerCase()
  return lower.includes('/') ? lower : `application/${lower}`
}
