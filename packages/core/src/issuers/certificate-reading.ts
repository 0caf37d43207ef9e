import type { LibraryCertificate, LibraryExtension, LibraryText } from './certificate-library.js'

/** What the rules ask of a certificate on a validated path. Object identifiers are dotted numbers. */
export interface ReadCertificate {
  readonly version: number
  readonly signatureAlgorithm: string
  readonly subject: readonly (readonly [attribute: string, value: string | undefined])[]
  readonly alternativeNames: readonly (readonly [kind: 'dns' | 'uri', value: string])[]
  readonly extensions: readonly LibraryExtension[]
  /** Whether every extension that counts could be read, and none is there twice. */
  readonly readable: boolean
  readonly isAuthority: boolean
  readonly pathLength: number | undefined
  /** The first eight bits; undefined where the extension is not there. */
  readonly keyUsage: number | undefined
  readonly extendedKeyUsage: readonly string[] | undefined
  /** Seconds since the epoch. */
  readonly validFrom: number
  readonly validUntil: number
}

export const extensionIds = {
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
} as const

/** Throws for what is not of the form that its specification gives it. */
export function readCertificate(certificate: LibraryCertificate): ReadCertificate {
  const { extensions = [], version, signatureAlgorithm, subject, notBefore, notAfter } = certificate
  const valueOf = (id: string) => extensions.find(({ extnID }) => extnID === id)?.parsedValue
  const basic = valueOf(extensionIds.basicConstraints)
  return {
    version: version + 1,
    signatureAlgorithm: signatureAlgorithm.algorithmId,
    subject: subject.typesAndValues.map(({ type, value }) => [type, textOf(value)] as const),
    alternativeNames: listIn(valueOf(extensionIds.subjectAlternativeName), 'altNames').flatMap(alternativeName),
    extensions,
    readable:
      new Set(extensions.map(({ extnID }) => extnID)).size === extensions.length && extensions.every(isReadable),
    isAuthority: memberOf(basic, 'cA') === true,
    pathLength: pathLengthOf(memberOf(basic, 'pathLenConstraint')),
    keyUsage: firstBits(valueOf(extensionIds.keyUsage)),
    extendedKeyUsage: purposesOf(valueOf(extensionIds.extendedKeyUsage)),
    validFrom: notBefore.value.valueOf() / 1000,
    validUntil: notAfter.value.valueOf() / 1000,
  }
}

function isReadable({ extnID, parsedValue }: LibraryExtension): boolean {
  const counts = Object.values(extensionIds).some((id) => id === extnID)
  // A value that cannot be read is there all the same, empty and with a remark.
  return !counts || (parsedValue !== undefined && memberOf(parsedValue, 'parsingError') === undefined)
}

const textKinds = { utf8: 12, printable: 19, ia5: 22 } as const

/** Undefined for the kinds of text that are read in more than one way. */
function textOf({ idBlock, valueBlock }: LibraryText): string | undefined {
  const isUsual = Object.values(textKinds).some((kind) => kind === idBlock.tagNumber)
  return isUsual && typeof valueBlock.value === 'string' ? valueBlock.value : undefined
}

const nameKinds = new Map<unknown, 'dns' | 'uri'>([
  [2, 'dns'],
  [6, 'uri'],
])

function alternativeName(name: unknown): readonly (readonly ['dns' | 'uri', string])[] {
  const kind = nameKinds.get(memberOf(name, 'type'))
  const value = memberOf(name, 'value')
  return kind !== undefined && typeof value === 'string' ? [[kind, value]] : []
}

function pathLengthOf(value: unknown): number | undefined {
  if (value === undefined) return undefined
  // One that is written in more bytes than a number has is no reason to allow any length.
  return typeof value === 'number' ? value : -1
}

function firstBits(value: unknown): number | undefined {
  if (value === undefined) return undefined
  const bytes = memberOf(memberOf(value, 'valueBlock'), 'valueHexView')
  if (bytes instanceof Uint8Array) return bytes[0] ?? 0
  return 0
}

function purposesOf(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  return listIn(value, 'keyPurposes').map(String)
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name)
  return Array.isArray(list) ? list : []
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
