/** The last character, by how many there are beyond the last four: the bits of it that carry nothing are zero. */
const canonicalEnds = ['', '', 'AQgw', 'AEIMQUYcgkosw048'] as const

/**
 * Whether a text is base64url as RFC 7515 §2 defines it *and* the only text for its bytes: no padding, no other
 * alphabet, and zero in the bits of the last character that carry nothing.
 */
export function isCanonicalBase64url(text: string): boolean {
  const over = text.length % 4
  const isEnd = over === 0 || (canonicalEnds[over] ?? '').includes(text.at(-1) ?? ' ')
  return isEnd && /^[A-Za-z0-9_-]*$/.test(text)
}

/** The bytes of canonical base64url, or undefined. Of a long text it is quicker to make it again than to look at it. */
export function bytesOfBase64url(text: unknown): Buffer | undefined {
  if (typeof text !== 'string') return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
