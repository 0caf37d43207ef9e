import type { IncomingHttpHeaders } from 'node:http'

/**
 * For how many seconds an answer says that it is fresh (RFC 9111 §4.2: `max-age` less `Age`), or undefined where it
 * does not say. `no-store`, `no-cache` and a `max-age` that is no number mean 0. Not read: `s-maxage`, which is for
 * shared caches, and `Expires`. What is made of the answer has bounds of its own: see `FetchSchedule`.
 */
export function freshSeconds(headers: IncomingHttpHeaders): number | undefined {
  const directives = (headers['cache-control'] ?? '').split(',').map((text) => text.trim().toLowerCase())
  if (directives.some((directive) => /^no-(store|cache)(=|$)/.test(directive))) return 0
  const maxAge = directives.find((directive) => /^max-age(=|$)/.test(directive))
  return maxAge === undefined ? undefined : Math.max(0, seconds(maxAge.slice(8)) - seconds(headers.age ?? ''))
}

/** RFC 9111 §1.2.2: a number too large to be one is taken for 2^31. */
function seconds(text: string): number {
  const [, digits = '0'] = /^"?(\d+)"?$/.exec(text) ?? []
  return Math.min(Number(digits), 2 ** 31)
}
