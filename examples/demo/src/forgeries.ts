import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'

type Members = Readonly<Record<string, unknown>>
/** A public key as the authorization server publishes it, for everybody to read. */
export type PublishedKey = Members & { readonly kty: string }

/** Other claims under the old signature. */
export function withClaims(token: string, changes: Members): string {
  const { header, claims, signature } = partsOf(token)
  return [segment(header), segment({ ...claims, ...changes }), signature].join('.')
}

/** Another header over the old signature. */
export function withHeader(token: string, changes: Members): string {
  const { header, claims, signature } = partsOf(token)
  return [segment({ ...header, ...changes }), segment(claims), signature].join('.')
}

/** No signature at all. */
export function withoutSignature(token: string, alg: string): string {
  const { header, claims } = partsOf(token)
  return `${segment({ ...header, alg })}.${segment(claims)}.`
}

/** Signed anew, by a key that the forger has just made. The header still names the authorization server's key. */
export function signedByForger(token: string): string {
  const { header, claims } = partsOf(token)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return signed(header, claims, (text) => sign('sha256', text, privateKey))
}

/** The same, and the forger's public key comes along in the header. */
export function signedByForgerWithKey(token: string): string {
  const { header, claims } = partsOf(token)
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = publicKey.export({ format: 'jwk' })
  return signed({ ...header, jwk }, claims, (text) => sign('sha256', text, privateKey))
}

/** Signed by HMAC, with the text of the published public key for a secret. */
export function signedByPublicKey(token: string, published: PublishedKey): string {
  const { header, claims } = partsOf(token)
  const pem = createPublicKey({ key: published, format: 'jwk' }).export({ format: 'pem', type: 'spki' })
  return signed({ ...header, alg: 'HS256' }, claims, (text) => createHmac('sha256', pem).update(text).digest())
}

function signed(header: Members, claims: Members, signature: (text: Buffer) => Buffer): string {
  const text = `${segment(header)}.${segment(claims)}`
  return `${text}.${signature(Buffer.from(text)).toString('base64url')}`
}

function partsOf(token: string) {
  const [header = '', claims = '', signature = ''] = token.split('.')
  return { header: membersOf(header), claims: membersOf(claims), signature }
}

function membersOf(part: string): Members {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Members
}

function segment(members: Members): string {
  return Buffer.from(JSON.stringify(members)).toString('base64url')
}
