import type { JsonObject, Json } from '../encoding/strict-json.js'
import type { Algorithm } from '../issuers/algorithms.js'
import type { CertificateReference } from '../issuers/certificate-reference.js'

/** A header whose signature was good: what the token said of itself. */
export interface VerifiedHeader {
  readonly alg: Algorithm
  readonly typ?: string
  readonly kid?: string
}

/** Characters. A header that brings a chain of certificates is longer than any other. */
export const longestHeader = 2048
export const longestCertifiedHeader = 16 * 1024

/** What may be known of a header before its signature is: enough to find a key, and no more. */
export interface UnverifiedHeader {
  readonly alg: Algorithm
  readonly kid: string | undefined
  readonly certificate: CertificateReference | undefined
  /** Normalised, for comparison. */
  readonly typ: string | undefined
  /** The extensions that have to be understood (`crit`), each with its value, which is looked at once it is signed. */
  readonly critical: readonly (readonly [name: string, value: Json])[]
  /** As it was written, to be shown once the token is verified. */
  readonly shown: VerifiedHeader
}

/**
 * A JWS in compact form: its text, where its parts are, and what was read of them. That depends on the text alone, so
 * it may be remembered. Nothing in it is verified, and `signedBy` says of one key alone that the signature over this very
 * text is good.
 */
export class CompactJws {
  /** Written by `readFormat`, where it is known, and by `readHeader`. */
  knownHeader: UnverifiedHeader | undefined
  /** Written by `readClaims` alone. Frozen all the way down. */
  knownClaims: JsonObject | undefined
  /** Of those: whether no text among them has a control character, as far as their bytes tell. */
  isPlain = false
  /** The mark of that key, written by `checkSignature` alone. What is remembered of a token holds no key. */
  signedBy: symbol | undefined

  constructor(
    readonly text: string,
    readonly headerLength: number,
    readonly signedLength: number,
    /** Of the payload, where they were made already. */
    readonly bytes?: Buffer,
  ) {}

  get header(): string {
    return this.text.slice(0, this.headerLength)
  }

  get payload(): string {
    return this.text.slice(this.headerLength + 1, this.signedLength)
  }

  get payloadBytes(): Buffer {
    return this.bytes ?? Buffer.from(this.payload, 'base64url')
  }

  get signature(): string {
    return this.text.slice(this.signedLength + 1)
  }

  /** What was signed: header, dot, payload. */
  get signed(): string {
    return this.text.slice(0, this.signedLength)
  }
}
