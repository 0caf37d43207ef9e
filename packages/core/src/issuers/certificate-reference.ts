import type { Json, JsonObject } from '../encoding/strict-json.js'

/** What a header says of the certificate of its key (RFC 7515 §4.1.5 to §4.1.8), unverified. */
export interface CertificateReference {
  /** The chain itself, the leaf first. */
  readonly x5c: readonly string[] | undefined
  /** Where the chain is. */
  readonly x5u: string | undefined
  /** `x5t` and `x5t#S256`, each with its hash. */
  readonly thumbprints: readonly (readonly [hash: 'sha1' | 'sha256', value: Json])[]
}

/** Undefined where the header says nothing of certificates. */
export function certificateReference(header: JsonObject): CertificateReference | undefined {
  const { x5c, x5u, x5t, 'x5t#S256': x5t256 } = header
  if (x5c === undefined && x5u === undefined && x5t === undefined && x5t256 === undefined) return undefined
  return Object.freeze({
    x5c: isChainText(x5c) ? x5c : undefined,
    x5u: typeof x5u === 'string' ? x5u : undefined,
    thumbprints: [
      ...(x5t === undefined ? [] : [['sha1', x5t] as const]),
      ...(x5t256 === undefined ? [] : [['sha256', x5t256] as const]),
    ],
  })
}

/** The form of `x5c` in JSON. What is in it is for the issuer's source to judge. */
export function isChainText(value: Json | undefined): value is readonly string[] {
  if (!Array.isArray(value)) return false
  return value.length > 0 && value.every((text: unknown) => typeof text === 'string')
}

/** Whether a header brings its key along, or says where it is, instead of naming one that is known. */
export function bringsKey(reference: CertificateReference | undefined): boolean {
  return reference !== undefined && (reference.x5c !== undefined || reference.x5u !== undefined)
}
