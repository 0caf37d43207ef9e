import { sign, type KeyObject } from 'node:crypto'

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts)

/** A self-signed certificate in DER: for keys that were published as one. */
export function certificateOf(publicKey: KeyObject, privateKey: KeyObject): Buffer {
  const sha256WithRsa = sequence(der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05))
  const commonName = sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from('test')))
  const name = sequence(der(0x31, commonName))
  const validity = sequence(...['250101000000Z', '350101000000Z'].map((time) => der(0x17, Buffer.from(time))))
  const key = publicKey.export({ format: 'der', type: 'spki' })
  const content = sequence(der(0x02, Buffer.from([1])), sha256WithRsa, name, validity, name, key)
  return sequence(content, sha256WithRsa, der(0x03, Buffer.from([0]), sign('sha256', content, privateKey)))
}
