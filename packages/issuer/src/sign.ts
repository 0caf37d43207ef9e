import { CompactEncrypt, CompactSign } from 'jose'
import type { Signer } from './key-roles.js'
import type { Claims } from './plain-claims.js'
import type { Recipient } from './recipient.js'

const encoder = new TextEncoder()

/** The one place where something is signed: the claims as they are, by `jose`. */
export async function signed(claims: Claims, typ: string | undefined, { key, secret }: Signer): Promise<string> {
  const { algorithm, kid } = key
  const header = { alg: algorithm, kid, ...(typ === undefined ? {} : { typ }) }
  return await new CompactSign(encoder.encode(JSON.stringify(claims))).setProtectedHeader(header).sign(secret)
}

/** The one place where something is encrypted: a signed token, and that it is one is said (RFC 7519 §5.2). */
export async function encrypted(text: string, { algorithm, encryption, kid, key }: Recipient): Promise<string> {
  const header = { alg: algorithm, enc: encryption, cty: 'JWT', ...(kid === undefined ? {} : { kid }) }
  return await new CompactEncrypt(encoder.encode(text)).setProtectedHeader(header).encrypt(key)
}
