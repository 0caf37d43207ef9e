import { aListOf, anExactName, readOptions, Wrong, type Reader } from '../encoding/options.js'
import { isPlainObject } from '../encoding/plain-object.js'
import type { ReadCertificate } from './certificate-reading.js'

/** Attributes of a subject by their usual short names (RFC 4519, ETSI EN 319 412-1). */
const attributes = {
  CN: '2.5.4.3',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  organizationIdentifier: '2.5.4.97',
} as const

export type SubjectAttribute = keyof typeof attributes

/** Who a certificate has to be for. Every name has to be there; none at all: whoever has one. */
export interface ExpectedNames {
  readonly subject: readonly (readonly [attribute: string, value: string])[]
  readonly alternativeNames: readonly (readonly [kind: 'dns' | 'uri', value: string])[]
}

/**
 * Names are compared exactly, code unit by code unit. An attribute has to be there once: of two, it would be anybody's
 * guess which one is meant.
 */
export function hasNames(certificate: ReadCertificate, { subject, alternativeNames }: ExpectedNames): boolean {
  const isThere = ([kind, value]: readonly [string, string]) =>
    certificate.alternativeNames.some(([own, name]) => own === kind && name === value)
  const isOnly = ([attribute, value]: readonly [string, string]) => {
    const values = certificate.subject.filter(([own]) => own === attribute)
    return values.length === 1 && values[0]?.[1] === value
  }
  return subject.every(isOnly) && alternativeNames.every(isThere)
}

export const aSubject: Reader<ExpectedNames['subject']> = (value) => {
  if (!isPlainObject(value) || Object.keys(value).length === 0) {
    throw new Wrong('has to be an object of attributes and their values, such as { CN: "client-1" }, or notChecked')
  }
  return Object.freeze(Object.entries(value).map(([name, text]) => [attributeId(name), anExactName(text)] as const))
}

function attributeId(name: string): string {
  const known = Object.entries(attributes).find(([attribute]) => attribute === name)
  if (known !== undefined) return known[1]
  throw new Wrong(`has no attribute ${name}. There are: ${Object.keys(attributes).join(', ')}`)
}

const aHostName: Reader<string> = (value) => {
  const name = anExactName(value)
  if (/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/.test(name)) return name
  throw new Wrong('is not a DNS name')
}

const aUri: Reader<string> = (value) => {
  const uri = anExactName(value)
  if (URL.canParse(uri)) return uri
  throw new Wrong('is not a URI')
}

/** `{ dns }` or `{ uri }`, or both. */
export const alternativeNames: Reader<ExpectedNames['alternativeNames']> = (value) => {
  const { dns, uri } = readOptions('subjectAlternativeName', value, { dns: aHostName, uri: aUri })
  const names = [
    ...(dns === undefined ? [] : [['dns', dns] as const]),
    ...(uri === undefined ? [] : [['uri', uri] as const]),
  ]
  if (names.length === 0) throw new Wrong('has to be { dns: "…" } or { uri: "…" }')
  return Object.freeze(names)
}

/** Object identifiers of RFC 5280 §4.2.1.12, such as 1.3.6.1.5.5.7.3.2 for clients of TLS. */
export const somePurposes = aListOf((value): string => {
  if (typeof value === 'string' && /^[0-2](\.(0|[1-9]\d*))+$/.test(value)) return value
  throw new Wrong('has to hold object identifiers as dotted numbers')
})
