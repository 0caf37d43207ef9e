import { createHash } from 'node:crypto'

/** The arithmetic of RFC 8032 §5.1, to make signatures that no signer makes. Nothing here is constant in time. */
const p = 2n ** 255n - 19n
/** The order of the base point. */
export const order = 2n ** 252n + 27742317777372353535851937790883648493n

const modulo = (a: bigint, m = p) => ((a % m) + m) % m

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, modulo(base)]
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square)
    square = modulo(square * square)
  }
  return result
}

const inverse = (a: bigint) => power(a, p - 2n)
const d = modulo(-121665n * inverse(121666n))

/** A point in extended coordinates. */
export interface Point {
  readonly x: bigint
  readonly y: bigint
  readonly z: bigint
  readonly t: bigint
}
const affine = (x: bigint, y: bigint): Point => ({ x, y, z: 1n, t: modulo(x * y) })
export const identity = affine(0n, 1n)

export function sum(a: Point, b: Point): Point {
  const [aa, bb] = [modulo((a.y - a.x) * (b.y - b.x)), modulo((a.y + a.x) * (b.y + b.x))]
  const [cc, dd] = [modulo(2n * a.t * b.t * d), modulo(2n * a.z * b.z)]
  const [e, f, g, h] = [bb - aa, dd - cc, dd + cc, bb + aa]
  return { x: modulo(e * f), y: modulo(g * h), z: modulo(f * g), t: modulo(e * h) }
}

export function times(scalar: bigint, point: Point): Point {
  let [result, double] = [identity, point]
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = sum(result, double)
    double = sum(double, double)
  }
  return result
}

/** A point by its y and the parity of its x. */
function pointOf(y: bigint, odd: boolean): Point {
  const square = modulo((y * y - 1n) * inverse(d * y * y + 1n))
  let x = power(square, (p + 3n) / 8n)
  if (modulo(x * x) !== square) x = modulo(x * power(2n, (p - 1n) / 4n))
  if (modulo(x * x) !== square) throw new Error('not a point')
  return affine((x & 1n) === (odd ? 1n : 0n) ? x : p - x, y)
}

export const base = pointOf(modulo(4n * inverse(5n)), false)
/** A point whose order is 8. */
export const small = pointOf(0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n, false)

export function encoded({ x, y, z }: Point): Buffer {
  const [ax, ay] = [modulo(x * inverse(z)), modulo(y * inverse(z))]
  return littleEnd(ay | ((ax & 1n) << 255n))
}

export function littleEnd(value: bigint): Buffer {
  return Buffer.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toReversed())
}

export function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`)
}

/** The challenge of a signature: the hash of R, A and the message, modulo the order. */
export function challenge(r: Point, a: Point, message: string): bigint {
  return modulo(numberOf(createHash('sha512').update(encoded(r)).update(encoded(a)).update(message).digest()), order)
}
