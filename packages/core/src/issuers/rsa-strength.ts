const mostBits = 8192
const leastBits = 2048
const leastExponent = 65537n
const exponentLimit = 2n ** 32n

/**
 * Why signatures of this RSA key can be forged, or checked only at a price, or undefined. Size by RFC 7518 §3.3; the
 * exponent, because with 1 a signature is the padded hash itself and with a huge one each check costs as much as a
 * signature; and the pattern of the moduli of CVE-2017-15361, which can be factored.
 */
export function rsaWeakness(modulus: Uint8Array, exponent: Uint8Array): string | undefined {
  // A modulus far beyond the bound is never made into a number: that would already cost.
  if (modulus.length > mostBits / 8 + 1) return `its modulus has more than ${mostBits} bits`
  if (exponent.length > 8) return 'its exponent is not an odd number from 65537 to 2^32'
  const n = numberOf(modulus)
  const e = numberOf(exponent)
  const bits = n.toString(2).length
  if (bits < leastBits) return `its modulus has ${bits} bits, and ${leastBits} is the least`
  if (bits > mostBits) return `its modulus has more than ${mostBits} bits`
  if (e < leastExponent || e >= exponentLimit || e % 2n === 0n)
    return 'its exponent is not an odd number from 65537 to 2^32'
  if (n % 2n === 0n) return 'its modulus is even'
  return isRoca(n) ? 'its modulus has the pattern of CVE-2017-15361 and can be factored' : undefined
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

const primes = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
]

/** The faulty generator made primes that are powers of 65537 modulo each of these; so is their product. */
function isRoca(modulus: bigint): boolean {
  return primes.every((prime) => powersOf65537(prime).has(Number(modulus % BigInt(prime))))
}

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>()
  for (let power = 1; !powers.has(power); power = (power * 65537) % prime) powers.add(power)
  return powers
}
