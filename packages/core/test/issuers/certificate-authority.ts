import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

type Part = Buffer | readonly Part[]
const der = (tag: number, ...parts: readonly Part[]): Buffer => {
  const content = Buffer.concat(parts.flat(9) as Buffer[])
  const { length } = content
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...head]), content])
}
const sequence = (...parts: readonly Part[]) => der(0x30, ...parts)
const number = (value: number) => der(0x02, Buffer.from([value]))
const yes = der(0x01, Buffer.from([255]))

/** An object identifier in DER. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 127]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128)
    return groups
  })
  return der(0x06, Buffer.from(bytes))
}

const attributes: Readonly<Record<string, string>> = { CN: '2.5.4.3', O: '2.5.4.10', serialNumber: '2.5.4.5' }
type Name = readonly (readonly [attribute: string, value: string, tag?: number])[]
const nameOf = (name: Name) => {
  return sequence(
    ...name.map(([attribute, value, tag = 0x0c]) =>
      der(0x31, sequence(objectId(attributes[attribute] ?? attribute), der(tag, Buffer.from(value)))),
    ),
  )
}

/** One extension: its identifier, its value in DER, and whether it is critical. */
export type Extension = readonly [id: string, value: Buffer, critical?: boolean]

export const extension = {
  authority: (pathLength?: number): Extension => {
    return ['2.5.29.19', sequence(yes, ...(pathLength === undefined ? [] : [number(pathLength)])), true]
  },
  noAuthority: ['2.5.29.19', sequence(), true] as Extension,
  /** The first eight bits: 0x80 for signatures, 0x04 for certificates. */
  keyUsage: (bits: number): Extension => ['2.5.29.15', der(0x03, Buffer.from([0, bits])), true],
  purposes: (ids: readonly string[], critical = false): Extension => {
    return ['2.5.29.37', sequence(...ids.map(objectId)), critical]
  },
  names: (...names: readonly (readonly ['dns' | 'uri' | 'email', string])[]): Extension => {
    const tags = { email: 0x81, dns: 0x82, uri: 0x86 }
    return ['2.5.29.17', sequence(...names.map(([kind, value]) => der(tags[kind], Buffer.from(value))))]
  },
  /** Permits DNS names below one. */
  permitted: (name: string, critical = true): Extension => {
    return ['2.5.29.30', sequence(der(0xa0, sequence(der(0x82, Buffer.from(name))))), critical]
  },
  unreadablePolicies: ['2.5.29.32', der(0x05), true] as Extension,
  long: (bytes: number): Extension => ['1.2.3.4.6', der(0x04, Buffer.alloc(bytes))],
  unknown: (critical: boolean): Extension => ['1.2.3.4.5', der(0x05), critical],
}

const signatures = {
  ES256: ['1.2.840.10045.4.3.2', 'sha256'],
  ES1: ['1.2.840.10045.4.1', 'sha1'],
  RS256: ['1.2.840.113549.1.1.11', 'sha256'],
  RS1: ['1.2.840.113549.1.1.5', 'sha1'],
  Ed25519: ['1.3.101.112', undefined],
} as const

export interface Request {
  readonly name?: Name
  /** Seconds since the epoch. */
  readonly from?: number
  readonly until?: number
  readonly extensions?: readonly Extension[]
  readonly keys?: KeyPair
  readonly algorithm?: keyof typeof signatures
  /** In the part that is signed, where it is another one than the certificate says outside. */
  readonly innerAlgorithm?: keyof typeof signatures
  readonly version?: number
}
interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

/** A certificate and its key. Whatever it is, it issues others. */
export interface Certified extends KeyPair {
  readonly der: Buffer
  /** As in `x5c`. */
  readonly text: string
  readonly pem: string
  readonly issue: (request?: Request) => Certified
}

export const ecKeys = (namedCurve = 'P-256'): KeyPair => generateKeyPairSync('ec', { namedCurve })

/** 2026-01-01 to 2029-01-01. */
const usual = { from: 1_767_225_600, until: 1_861_920_000 }
let serials = 0

/** A self-signed certificate, by default that of an authority, with its key. */
export function selfSigned(request: Request = {}): Certified {
  const keys = request.keys ?? ecKeys()
  const name = request.name ?? [['CN', 'root']]
  return certified({ extensions: authorityExtensions, ...request, name, keys }, name, keys.privateKey)
}

export const authorityExtensions = [extension.authority(), extension.keyUsage(0x06)]

function certified(
  request: Request & { readonly keys: KeyPair; readonly name: Name },
  issuer: Name,
  signer: KeyObject,
) {
  const { keys, name, extensions = [], version = 3 } = { ...request }
  const [outer, hash] = signatures[request.algorithm ?? 'ES256']
  const [inner] = signatures[request.innerAlgorithm ?? request.algorithm ?? 'ES256']
  const { from, until } = { ...usual, ...request }
  const content = sequence(
    ...(version === 1 ? [] : [der(0xa0, number(version - 1))]),
    number((serials = (serials % 126) + 1)),
    algorithmOf(inner),
    nameOf(issuer),
    sequence(...[from, until].map(time)),
    nameOf(name),
    keys.publicKey.export({ format: 'der', type: 'spki' }),
    ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions.map(extensionOf)))]),
  )
  const signature = sign(hash ?? null, content, signer)
  const bytes = sequence(content, algorithmOf(outer), der(0x03, Buffer.from([0]), signature))
  return Object.freeze({
    ...keys,
    der: bytes,
    text: bytes.toString('base64'),
    pem: pemOf(bytes),
    issue: (next: Request = {}) =>
      certified(
        { ...next, name: next.name ?? [['CN', 'client-1']], keys: next.keys ?? ecKeys() },
        name,
        keys.privateKey,
      ),
  })
}

/** RSA has parameters, which are null. */
const algorithmOf = (id: string) => sequence(objectId(id), ...(id.startsWith('1.2.840.113549') ? [der(0x05)] : []))

const extensionOf = ([id, value, critical = false]: Extension) =>
  sequence(objectId(id), ...(critical ? [yes] : []), der(0x04, value))

const time = (seconds: number) => {
  const text = new Date(seconds * 1000).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(0x17, Buffer.from(text.slice(2)))
}

function pemOf(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
