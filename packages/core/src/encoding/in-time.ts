/** At hand, unless something had to be waited for: a promise where none is needed takes as long as half of the rules. */
export type InTime<T> = T | Promise<T>

/**
 * Whether something has to be waited for. By its form and not by its class: `Promise` may have been replaced (zone.js,
 * bluebird), and then a promise of Node's own is no instance of it. No result of ours has a `then`.
 */
export function isLate<T>(found: InTime<T>): found is Promise<T> {
  return typeof found === 'object' && found !== null && 'then' in found
}
