import { constants, createHmac, createVerify, timingSafeEqual, verify, type VerifyKeyObjectInput } from 'node:crypto'
import { isLate } from '../encoding/in-time.js'
import { Refusal, TokenRejectedError } from '../errors/errors.js'
import { factsOf, hmacAlgorithms } from '../issuers/algorithms.js'
import { isOfSmallOrder } from '../issuers/ed25519-strength.js'
import { Keys } from '../issuers/issuer.js'
import type { Key, SecretKey, VerificationKey } from '../issuers/key.js'
import type { KeySource } from '../issuers/key-source.js'
import {
  longestCertifiedHeader,
  longestHeader,
  type CompactJws,
  type UnverifiedHeader,
  type VerifiedHeader,
} from './compact-jws.js'
import { readFormat } from './format.js'
import { readHeader } from './header.js'
import { rememberHeader } from './known-headers.js'
import { otherThreads } from './other-threads.js'
import { remembered } from './remembered.js'

export const defaultMaxTokenLength = 8192

/**
 * The one place where a signature is checked. The algorithm is the key's; that the header names the same one was the
 * condition for choosing this key, and is asked again here, where it counts (RFC 8725 §3.1). `amongOthers`: while other
 * requests wait, so that another thread may take its share.
 */
export function checkSignature(
  jws: CompactJws,
  header: UnverifiedHeader,
  key: Key,
  amongOthers = false,
): Refusal | undefined | Promise<Refusal | undefined> {
  if (header.alg !== key.algorithm) return new Refusal('ERR_ALGORITHM_MISMATCH')
  if (jws.signedBy !== undefined && jws.signedBy === key.mark) return undefined
  const isGood = isSignedBy(key, jws, amongOthers)
  return isLate(isGood) ? isGood.then((late) => concluded(jws, header, key, late)) : concluded(jws, header, key, isGood)
}

function concluded(jws: CompactJws, header: UnverifiedHeader, key: Key, isGood: unknown): Refusal | undefined {
  // Nothing but true, whatever comes.
  if (isGood !== true) {
    if (key.family === 'public') key.doubted?.()
    return new Refusal('ERR_SIGNATURE_INVALID')
  }
  jws.signedBy = key.mark
  remembered.keep(jws)
  rememberHeader(jws, header)
  return undefined
}

function isSignedBy(key: Key, jws: CompactJws, amongOthers: boolean): boolean | Promise<boolean> {
  try {
    return key.family === 'public' ? isSignature(key, jws, amongOthers) : isMac(key, jws)
  } catch {
    return false
  }
}

/** Compared as they are written, since bytes have one canonical text: to make that is cheaper than a buffer of its own. */
function isMac({ algorithm, material }: SecretKey, { signed, signature }: CompactJws): boolean {
  const mac = createHmac(hmacAlgorithms[algorithm].hash, material).update(signed, 'latin1').digest('base64url')
  return (
    mac.length === signature.length && timingSafeEqual(Buffer.from(mac, 'latin1'), Buffer.from(signature, 'latin1'))
  )
}

function isSignature(key: VerificationKey, jws: CompactJws, amongOthers: boolean): boolean | Promise<boolean> {
  const { algorithm, signatureLength } = key
  const { signed } = jws
  const signature = Buffer.from(jws.signature, 'base64url')
  if (signature.length !== signatureLength) return false
  const { hash, kty } = factsOf(algorithm)
  // Its first half is a point. No signer makes one of small order, and some versions of OpenSSL take it.
  if (kty === 'OKP' && isOfSmallOrder(signature.subarray(0, signatureLength / 2))) return false
  const input = verifyInput(key)
  if (amongOthers && otherThreads.takeNext()) {
    return otherThreads.run((done) => verify(hash ?? null, Buffer.from(signed, 'latin1'), input, signature, done))
  }
  if (hash === undefined) return verify(null, Buffer.from(signed, 'latin1'), input, signature)
  // Not `verify`, which takes no text: to copy it first costs as much as to parse the claims.
  return createVerify(hash).update(signed, 'latin1').verify(input, signature)
}

const p1363 = { dsaEncoding: 'ieee-p1363' } as const
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } as const

/** Without a prototype: `crypto` would take options from a polluted one. */
function verifyInput({ algorithm, material }: VerificationKey): VerifyKeyObjectInput {
  const { kty, pss: isPss } = factsOf(algorithm)
  return Object.assign(Object.create(null), { key: material }, kty === 'EC' && p1363, isPss && pss)
}

/**
 * The bytes that a JWS in compact form signs, with keys of any source, for test vectors and for payloads that are no
 * JWT. Checked: format, header policy and signature, exactly as for a token type. Not checked: that the payload is
 * JSON, who issued it, for whom, and until when; for tokens use a token type.
 *
 * @throws TokenRejectedError, DependencyError (keys that cannot be fetched), ConfigurationError (what is given as keys)
 */
export async function verifyCompactJws(
  text: string,
  keys: KeySource | readonly KeySource[],
): Promise<{ readonly header: VerifiedHeader; readonly payload: Uint8Array }> {
  const sources = new Keys([keys].flat())
  const certified = sources.certificates !== undefined
  const jws = readFormat(text, defaultMaxTokenLength, certified ? longestCertifiedHeader : longestHeader)
  if (jws instanceof Refusal) throw new TokenRejectedError(jws)
  const header = readHeader(jws, certified)
  if (header instanceof Refusal) throw new TokenRejectedError(header)
  if (header.critical.length > 0) throw new TokenRejectedError(new Refusal('ERR_HEADER_INVALID'))
  const key = await sources.find(header.alg, header.kid, header.certificate)
  const refusal = key instanceof Refusal ? key : await checkSignature(jws, header, key)
  if (refusal !== undefined) throw new TokenRejectedError(refusal)
  return { header: header.shown, payload: new Uint8Array(jws.payloadBytes) }
}
