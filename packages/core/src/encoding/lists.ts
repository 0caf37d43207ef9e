/*
 * Lists that are gone through for every token, by index. They are frozen, and V8 takes an iterator, or a method of
 * `Array`, through a frozen list by a call for each item: a tenth of what there is to do for a token that was seen before.
 */

/** What stands there. */
export function itemAt<T>(list: readonly T[], at: number): T {
  const item = list[at]
  if (item === undefined) throw new RangeError('nothing stands there')
  return item
}

/** As `every`. */
export function areAll(list: readonly unknown[], isGood: (item: unknown) => boolean): boolean {
  for (let at = 0; at < list.length; at++) if (!isGood(list[at])) return false
  return true
}

/** As `some`. */
export function isAny(list: readonly unknown[], isIt: (item: unknown) => boolean): boolean {
  for (let at = 0; at < list.length; at++) if (isIt(list[at])) return true
  return false
}

/** As `includes`. */
export function isAmong(item: unknown, list: readonly unknown[]): boolean {
  for (let at = 0; at < list.length; at++) if (list[at] === item) return true
  return false
}
