const p = 2n ** 255n - 19n
const order8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n
/** The y of the eight points of small order (identity, order 2, order 4, order 8), each with either sign of x. */
const smallOrder = new Set([1n, p - 1n, 0n, order8, p - order8].flatMap((y) => [spelled(y), spelled(y + 2n ** 255n)]))

/**
 * Why "signatures" of this Ed25519 key need no private key, or depend on the runtime, or undefined: a point of small
 * order, or a second spelling of a point (RFC 8032 §5.1.3). Mixed-order points are not looked for: only their owner
 * can make one.
 */
export function ed25519Weakness(point: Uint8Array): string | undefined {
  if (yOf(point) >= p) return 'it is not the canonical encoding of its point'
  return isOfSmallOrder(point) ? 'it is a point of small order' : undefined
}

/** Whether a point, in its canonical encoding, comes to the neutral one when it is taken eight times. */
export function isOfSmallOrder(point: Uint8Array): boolean {
  return smallOrder.has(Buffer.from(point).toString('latin1'))
}

/** A number of 32 bytes, the last one first. */
function spelled(value: bigint): string {
  return Buffer.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toReversed()).toString('latin1')
}

/**
 * Whether x² = (y² - 1) / (d·y² + 1) has a root, by Euler's criterion (RFC 8032 §5.1.3). d is -121665/121666, and
 * whether a quotient is a square does not change where it is made a product.
 */
export function isEd25519Point(point: Uint8Array): boolean {
  const square = yOf(point) ** 2n % p
  const quotient = (square - 1n) * (121666n - 121665n * square) * 121666n
  return power(((quotient % p) + p) % p, (p - 1n) / 2n) <= 1n
}

function yOf(point: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(point.toReversed()).toString('hex')}`) & (2n ** 255n - 1n)
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let rest = exponent, square = base; rest > 0n; rest >>= 1n, square = (square * square) % p) {
    if (rest % 2n === 1n) result = (result * square) % p
  }
  return result
}
