/** Points of y² = x³ - 3x + b in numbers, by formulas that never look at b: the arithmetic of one who checks no point. */

export interface Curve {
  readonly name: 'P-256' | 'P-384' | 'P-521'
  readonly p: bigint
  readonly bytes: number
}
export type Point = readonly [x: bigint, y: bigint] | undefined

export const curves: readonly Curve[] = [
  { name: 'P-256', p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n, bytes: 32 },
  { name: 'P-384', p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n, bytes: 48 },
  { name: 'P-521', p: 2n ** 521n - 1n, bytes: 66 },
]

const modulo = (value: bigint, p: bigint) => ((value % p) + p) % p

function inverse(value: bigint, p: bigint): bigint {
  let [a, b, u, v] = [modulo(value, p), p, 1n, 0n]
  while (a !== 0n) {
    const q = b / a
    ;[a, b, u, v] = [b - q * a, a, v - q * u, u]
  }
  return modulo(v, p)
}

function sum(one: Point, other: Point, { p }: Curve): Point {
  if (one === undefined || other === undefined) return one ?? other
  const [[x1, y1], [x2, y2]] = [one, other]
  if (x1 === x2 && modulo(y1 + y2, p) === 0n) return undefined
  const slope = x1 === x2 ? (3n * x1 * x1 - 3n) * inverse(2n * y1, p) : (y2 - y1) * inverse(x2 - x1, p)
  const x = modulo(slope * slope - x1 - x2, p)
  return [x, modulo(slope * (x1 - x) - y1, p)]
}

/** A multiple of any point, on the curve or off it. */
export function times(factor: bigint, point: Point, curve: Curve): Point {
  let product: Point
  for (let [rest, double] = [factor, point]; rest > 0n; rest >>= 1n, double = sum(double, double, curve)) {
    if (rest & 1n) product = sum(product, double, curve)
  }
  return product
}

export const numberOf = (text: string | undefined) =>
  BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`)
export const bytesOf = (value: bigint, { bytes }: Curve) =>
  Buffer.from(value.toString(16).padStart(bytes * 2, '0'), 'hex')
