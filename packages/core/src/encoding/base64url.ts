const canonicalEnd = [/^$/, /^(?!)/, /[AQgw]$/, /[AEIMQUYcgkosw048]$/] as const

/**
 * Whether a text is base64url as RFC 7515 §2 defines it *and* the only text for its bytes: no padding, no other
 * alphabet, and zero in the bits of the last character that carry nothing.
 */
export function isCanonicalBase64url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text) && endsCanonically(text)
}

/** The same for a text whose alphabet is known to be right. */
export function endsCanonically(text: string): boolean {
  const over = text.length % 4
  return over === 0 || (over !== 1 && (canonicalEnd[over]?.test(text.slice(-1)) ?? false))
}

/** The bytes of canonical base64url, or undefined. */
export function bytesOfBase64url(text: unknown): Buffer | undefined {
  return typeof text === 'string' && isCanonicalBase64url(text) ? Buffer.from(text, 'base64url') : undefined
}
