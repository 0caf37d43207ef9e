import { sign, type KeyObject } from 'node:crypto'

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts)
const text = (tag: number, value: string) => der(tag, Buffer.from(value))
const object = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const number = (value: number) => der(0x02, Buffer.from([value]))

interface Certificate {
  /** Years, of two digits. */
  readonly from?: number
  readonly until?: number
  /** The host that the certificate is for, or an address of four numbers. */
  readonly host?: string
}

/** A self-signed certificate in DER, by an RSA key. */
export function certificateOf(publicKey: KeyObject, privateKey: KeyObject, details: Certificate = {}): Buffer {
  const { from = 25, until = 35, host } = details
  const sha256WithRsa = sequence(object('2a864886f70d01010b'), der(0x05))
  const name = sequence(der(0x31, sequence(object('550403'), text(0x0c, 'test'))))
  const validity = sequence(...[from, until].map((year) => text(0x17, `${year}0101000000Z`)))
  const key = publicKey.export({ format: 'der', type: 'spki' })
  const [version, extensions] = host === undefined ? [[], []] : [[der(0xa0, number(2))], [namesOf(host)]]
  const content = sequence(...version, number(1), sha256WithRsa, name, validity, name, key, ...extensions)
  return sequence(content, sha256WithRsa, der(0x03, Buffer.from([0]), sign('sha256', content, privateKey)))
}

function namesOf(host: string): Buffer {
  const address = /^[\d.]+$/.test(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : text(0x82, host)
  return der(0xa3, sequence(sequence(object('551d11'), der(0x04, sequence(address)))))
}

/** The same as PEM. */
export function pemOf(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
