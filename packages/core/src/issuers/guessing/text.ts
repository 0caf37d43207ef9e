const printable = /^[\x20-\x7e\t\r\n]*$/

/**
 * Printable text, without the letters that are not ASCII and the spaces around it, or undefined: ASCII or UTF-8. Of
 * random keys of 32 bytes, (98 / 256)^32 are ASCII; of those of 40 bytes, fewer than one in 10^12 is UTF-8.
 */
export function textOf(bytes: Buffer): string | undefined {
  const narrow = fromUtf16(bytes)
  const ascii = narrow.toString('latin1')
  return printable.test(ascii) ? ascii.trim() : asciiOf(narrow)
}

function asciiOf(bytes: Buffer): string | undefined {
  if (bytes.length < 40) return undefined
  const text = bytes.toString('utf8')
  return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]/.test(text)
    ? undefined
    : text.replaceAll(/[^\x20-\x7e]/g, '').trim()
}

/** Of a text in UTF-16, with a byte order mark or without, the bytes that are not zero in all its letters. */
export function fromUtf16(bytes: Buffer): Buffer {
  if (bytes.length < 4) return bytes
  const mark = bytes.readUInt16BE()
  const content = mark === 0xfffe || mark === 0xfeff ? bytes.subarray(2) : bytes
  const zeros = [0, 1].find((odd) => content.every((byte, at) => at % 2 !== odd || byte === 0))
  return zeros === undefined ? bytes : Buffer.from(content.filter((_, at) => at % 2 !== zeros))
}
