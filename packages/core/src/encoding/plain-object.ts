/** An object as a literal or a JSON text makes it: not an array, a Map, a Date or an instance of a class. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Names that do harm where an object is merged into another one: no JSON here has them, and no schema adds them. */
export function isHarmfulName(name: string): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype'
}
