import {
  constants,
  createCipheriv,
  createHash,
  createHmac,
  diffieHellman,
  publicEncrypt,
  randomBytes,
  type KeyObject,
} from 'node:crypto'

/** Encrypted tokens with every part in one's own hand. */

export type Header = Readonly<Record<string, unknown>>
const b64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64url')
const uint32 = (value: number) =>
  Buffer.from([value >>> 24, value >>> 16, value >>> 8, value].map((byte) => byte & 255))

export interface Parts {
  readonly header: Header | string
  readonly cek: Buffer
  readonly plaintext: string | Buffer
  readonly encryptedKey?: Buffer
  readonly iv?: Buffer
  /** How the plaintext of a CBC encryption is padded; the MAC over it is good. */
  readonly padded?: (plaintext: Buffer) => Buffer
}

/** The five parts, as text: `.join('.')` makes the token. */
export function parts({ header, cek, plaintext, encryptedKey = Buffer.alloc(0), iv, padded = pkcs7 }: Parts): string[] {
  const first = b64(typeof header === 'string' ? header : JSON.stringify(header))
  const isCbc = cek.length > 32 || (typeof header === 'object' && String(header['enc']).includes('CBC'))
  const seal = isCbc ? sealCbc : sealGcm
  const nonce = iv ?? randomBytes(isCbc ? 16 : 12)
  const [ciphertext, tag] = seal(cek, nonce, Buffer.from(first), padded, Buffer.from(plaintext))
  return [first, ...[encryptedKey, nonce, ciphertext, tag].map(b64)]
}

type Seal = (
  cek: Buffer,
  iv: Buffer,
  aad: Buffer,
  padded: (plaintext: Buffer) => Buffer,
  plaintext: Buffer,
) => readonly [ciphertext: Buffer, tag: Buffer]

const sealGcm: Seal = (cek, iv, aad, _, plaintext) => {
  const cipher = createCipheriv(`aes-${cek.length * 8}-gcm` as 'aes-128-gcm', cek, iv).setAAD(aad)
  return [Buffer.concat([cipher.update(plaintext), cipher.final()]), cipher.getAuthTag()]
}

/** RFC 7518 §5.2.2.1. */
const sealCbc: Seal = (cek, iv, aad, padded, plaintext) => {
  const half = cek.length / 2
  const cipher = createCipheriv(`aes-${half * 8}-cbc`, cek.subarray(half), iv).setAutoPadding(false)
  const ciphertext = Buffer.concat([cipher.update(padded(plaintext)), cipher.final()])
  const length = Buffer.concat([uint32(0), uint32(aad.length * 8)])
  const mac = createHmac(`sha${cek.length * 8}`, cek.subarray(0, half))
  return [
    ciphertext,
    mac
      .update(Buffer.concat([aad, iv, ciphertext, length]))
      .digest()
      .subarray(0, half),
  ]
}

function pkcs7(plaintext: Buffer): Buffer {
  const length = 16 - (plaintext.length % 16)
  return Buffer.concat([plaintext, Buffer.alloc(length, length)])
}

/** RFC 7518 §4.6.2, without party information, for keys of up to 32 bytes. */
export function concatKdf(shared: Buffer, algorithm: string, bytes: number): Buffer {
  const info = [uint32(algorithm.length), Buffer.from(algorithm), uint32(0), uint32(0), uint32(bytes * 8)]
  return createHash('sha256')
    .update(Buffer.concat([uint32(1), shared, ...info]))
    .digest()
    .subarray(0, bytes)
}

/** ECDH-ES with A128GCM, of a shared secret that the sender says is that of this `epk`. */
export function agreed(shared: Buffer, epk: unknown, plaintext: string, members: Header = {}): string {
  const header = { alg: 'ECDH-ES', enc: 'A128GCM', cty: 'JWT', epk, ...members }
  return parts({ header, cek: concatKdf(shared, 'A128GCM', 16), plaintext }).join('.')
}

export const sharedOf = (privateKey: KeyObject, publicKey: KeyObject) => diffieHellman({ privateKey, publicKey })

/** A content key as RSA1_5 hands it over, which nothing here opens. */
export const byRsa15 = (cek: Buffer, key: KeyObject) =>
  publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, cek)
export const byOaep = (cek: Buffer, key: KeyObject) => publicEncrypt({ key, oaepHash: 'sha256' }, cek)

export interface Wrapped {
  readonly encryptedKey: Buffer
  /** Of the header. */
  readonly members: Header
}

/** RFC 3394. */
export function wrappedByKw(cek: Buffer, key: Buffer): Wrapped {
  const cipher = createCipheriv(`id-aes${key.length * 8}-wrap`, key, Buffer.alloc(8, 0xa6))
  return { encryptedKey: Buffer.concat([cipher.update(cek), cipher.final()]), members: {} }
}

/** RFC 7518 §4.7. */
export function wrappedByGcm(cek: Buffer, key: Buffer): Wrapped {
  const iv = randomBytes(12)
  const cipher = createCipheriv(`aes-${key.length * 8}-gcm` as 'aes-128-gcm', key, iv)
  const encryptedKey = Buffer.concat([cipher.update(cek), cipher.final()])
  return { encryptedKey, members: { iv: b64(iv), tag: b64(cipher.getAuthTag()) } }
}
