import { constants, createHash, privateEncrypt, type KeyObject } from 'node:crypto'

/** RSA with the private key on a block as it is: what a signer does after padding. The block has to be below the modulus. */
export function rsaOf(block: Buffer, key: KeyObject): Buffer {
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, block)
}

export const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest()
const hex = (text: string) => Buffer.from(text, 'hex')

/** RFC 8017 §9.2 with every byte in one's own hand: 00, block type, padding, separator, content. */
export function pkcs1Block(
  content: Buffer,
  {
    front = '00',
    type = '01',
    separator = '00',
    padding = (length: number) => Buffer.alloc(length, 0xff),
    behind = '',
  } = {},
): Buffer {
  const [before, after] = [hex(front + type), hex(separator)]
  const tail = hex(behind)
  const length = 256 - before.length - after.length - content.length - tail.length
  return Buffer.concat([before, padding(length), after, content, tail])
}

/** The DigestInfo of a SHA-256 hash, and what else has been passed off as one. */
export function digestInfos(hash: Buffer): Readonly<Record<string, Buffer>> {
  const oid = '0609608648016503040201'
  const of = (...parts: readonly (string | Buffer)[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? hex(part) : part)))
  return {
    right: of(`3031300d${oid}05000420`, hash),
    'no DigestInfo': hash,
    'no NULL': of(`302f300b${oid}0420`, hash),
    'NULL of one byte': of(`3032300e${oid}0501000420`, hash),
    'NULL with a long length': of(`3032300e${oid}0581000420`, hash),
    'an OCTET STRING for NULL': of(`3031300d${oid}04000420`, hash),
    'two NULLs': of(`3033300f${oid}050005000420`, hash),
    'garbage as parameters': of(`303c3018${oid}040b${'aa'.repeat(11)}0420`, hash),
    'a long length of the sequence': of(`308131300d${oid}05000420`, hash),
    'a long length of the inner sequence': of(`303230810d${oid}05000420`, hash),
    'a long length of the hash': of(`3032300d${oid}0500048120`, hash),
    'an indefinite length': of(`3080300d${oid}05000420`, hash, '0000'),
    'a SET for the sequence': of(`3131300d${oid}05000420`, hash),
    'a BIT STRING for the hash': of(`3031300d${oid}05000320`, hash),
    'a byte more inside': of(`3032300d${oid}05000420`, hash, '00'),
    'a byte more of hash': of(`3032300d${oid}05000421`, hash, '00'),
    'a byte less of hash': of(`3030300d${oid}0500041f`, hash.subarray(0, 31)),
    'an empty hash': of(`3011300d${oid}05000400`),
    'the name of SHA-384': of('3031300d060960864801650304020205000420', hash),
    'the name of SHA-512': of('3031300d06096086480165030402030500'.concat('0420'), hash),
    'the name of SHA-1': of('302d300906052b0e03021a05000420', hash),
    'the name of MD5': of('3030300c06082a864886f70d020505000420', hash),
    'a wrong inner length': of(`3031300e${oid}05000420`, hash),
    'a wrong outer length': of(`3030300d${oid}05000420`, hash),
    'a long form of the name': of('3031300d060960864801650304028105000420', hash),
    'the hash twice': of(`3053300d${oid}05000420`, hash, '0420', hash),
    nothing: Buffer.alloc(0),
  }
}

interface Pss {
  readonly hash?: string
  readonly mask?: string
  readonly salt?: Buffer
  readonly trailer?: number
  readonly separator?: number
  readonly padding?: number
  readonly top?: number
  readonly zeros?: number
}

/** RFC 8017 §9.1.1 for a modulus of 2048 bits, with every parameter in one's own hand. The defaults are those of PS256. */
export function pssBlock(message: string, given: Pss = {}): Buffer {
  const { hash = 'sha256', mask = 'sha256', salt = Buffer.alloc(32, 7), trailer = 0xbc, separator = 1 } = given
  const { padding = 0, top = 0, zeros = 8 } = given
  const digest = (...parts: readonly Buffer[]) => createHash(hash).update(Buffer.concat(parts)).digest()
  const sealed = digest(Buffer.alloc(zeros), digest(Buffer.from(message)), salt)
  const length = 256 - sealed.length - 1
  const block = Buffer.concat([Buffer.alloc(length - salt.length - 1, padding), Buffer.from([separator]), salt])
  const masked = xor(block, maskOf(sealed, length, mask))
  masked[0] = ((masked[0] ?? 0) & 0x7f) | top
  return Buffer.concat([masked, sealed, Buffer.from([trailer])])
}

function maskOf(seed: Buffer, length: number, hash: string): Buffer {
  const blocks: Buffer[] = []
  for (let counter = 0; Buffer.concat(blocks).length < length; counter++) {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    blocks.push(createHash(hash).update(seed).update(count).digest())
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, at) => byte ^ (b[at] ?? 0)))
}
