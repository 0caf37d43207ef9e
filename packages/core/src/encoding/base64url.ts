/** The last character, by how many there are beyond the last four: the bits of it that carry nothing are zero. */
const canonicalEnds = ['', '', 'AQgw', 'AEIMQUYcgkosw048'] as const

/**
 * Whether a text is base64url as RFC 7515 §2 defines it *and* the only text for its bytes: no padding, no other
 * alphabet, and zero in the bits of the last character that carry nothing.
 */
export function isCanonicalBase64url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text) && endsCanonically(text)
}

/** The same for a part of a text, whose alphabet is known to be right. */
export function endsCanonically(text: string, from = 0, to = text.length): boolean {
  const over = (to - from) % 4
  return over === 0 || (canonicalEnds[over] ?? '').includes(text[to - 1] ?? ' ')
}

/** The bytes of canonical base64url, or undefined. */
export function bytesOfBase64url(text: unknown): Buffer | undefined {
  return typeof text === 'string' && isCanonicalBase64url(text) ? Buffer.from(text, 'base64url') : undefined
}
