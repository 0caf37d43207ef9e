import { constants, createHmac, KeyObject, sign } from 'node:crypto'
import type { TestKey } from './test-key.js'

/** What to sign, as JSON values or, where the defect is in the bytes, as the bytes themselves. */
export interface Forgery {
  readonly header: object | Uint8Array | string
  readonly payload: object | Uint8Array | string
  readonly key: Pick<TestKey, 'algorithm' | 'secret'>
}

/**
 * A token in compact form whose signature is good, whatever is in it. Text and bytes are signed as they are: duplicate
 * members, byte order marks and bad UTF-8 come through. For tests; it checks nothing.
 */
export function forge({ header, payload, key }: Forgery): string {
  const signed = `${segment(header)}.${segment(payload)}`
  return `${signed}.${signatureOf(signed, key).toString('base64url')}`
}

/** One part of a token: JSON of a value, or bytes and text as they are. */
export function segment(content: object | Uint8Array | string): string {
  if (content instanceof Uint8Array) return Buffer.from(content).toString('base64url')
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url')
}

const p1363 = { dsaEncoding: 'ieee-p1363' } as const
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } as const

/** The signature of a text, with the key's own algorithm. */
export function signatureOf(text: string, { algorithm, secret }: Forgery['key']): Buffer {
  const data = Buffer.from(text, 'latin1')
  const hash = `sha${algorithm.slice(2)}`
  if (!(secret instanceof KeyObject)) return createHmac(hash, secret).update(data).digest()
  if (/^Ed|^ML-DSA/.test(algorithm)) return sign(null, data, secret)
  if (algorithm.startsWith('ES')) return sign(hash, data, { key: secret, ...p1363 })
  return algorithm.startsWith('PS') ? sign(hash, data, { key: secret, ...pss }) : sign(hash, data, secret)
}
