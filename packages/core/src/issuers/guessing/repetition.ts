/** What is repeated, once, where bytes are nothing else; and without a padding of zeros. */
export function once(bytes: Buffer): Buffer {
  const content = bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1 + zerosByChance)
  const period = periodOf(content)
  return period * 2 > content.length ? content : content.subarray(0, period)
}

/** So many zeros may be the end of a random key. */
const zerosByChance = 4

/** After how many bytes the bytes begin again and go on as at the beginning, up to their end. */
function periodOf(bytes: Uint8Array): number {
  // For each place, how many bytes before it are those at the beginning.
  const same = new Uint32Array(bytes.length + 1)
  for (let at = 1; at < bytes.length; at++) {
    let length = Number(same[at])
    while (length > 0 && bytes[length] !== bytes[at]) length = Number(same[length])
    same[at + 1] = bytes[length] === bytes[at] ? length + 1 : 0
  }
  return bytes.length - Number(same[bytes.length])
}
