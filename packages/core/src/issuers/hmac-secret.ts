import { createHash, createSecretKey } from 'node:crypto'
import { bytesOfBase64url } from '../encoding/base64url.js'
import { ConfigurationError } from '../errors/errors.js'
import { hmacAlgorithms, isHmacAlgorithm, type HmacAlgorithm } from './algorithms.js'
import { isGuessable } from './guessable-secret.js'
import { fingerprint, readKeyOptions, type KeyOptions } from './key.js'
import { OneKey, type HmacSecret } from './key-source.js'
import { isKeyText } from './key-text.js'

type Encoding = 'base64url' | 'base64' | 'hex' | 'utf8'
/**
 * A secret as text, with its encoding: exactly one of them. `undefined` compiles, because that is what an environment
 * variable is to TypeScript, and is refused when the secret is made.
 */
export type EncodedSecret = {
  [E in Encoding]: { readonly [P in E]: string | undefined } & { readonly [P in Exclude<Encoding, E>]?: never }
}[Encoding]

/**
 * An HMAC secret for HS256, HS384 or HS512. Checked: that its encoding is said and kept to, that it is at least as long
 * as the hash (32, 48, 64 bytes, RFC 7518 §3.2), that it is not the text of a key of another kind, and that there are
 * as many random bits in it as in that many bytes, as far as can be told: see `isGuessable`. Not checked: whether a
 * secret that looks random was published. `generateSecret` makes one.
 *
 * @throws ConfigurationError `ERR_SECRET_INVALID`, `ERR_SECRET_TOO_SHORT`, `ERR_SECRET_GUESSABLE`,
 * `ERR_OPTION_INVALID`, `ERR_OPTION_UNKNOWN`
 */
export function hmacSecret(
  secret: Uint8Array | EncodedSecret,
  algorithm: HmacAlgorithm,
  options: KeyOptions = {},
): HmacSecret {
  if (!isHmacAlgorithm(algorithm)) {
    throw new ConfigurationError('ERR_OPTION_INVALID', 'hmacSecret takes HS256, HS384 or HS512.')
  }
  const { kid } = readKeyOptions('hmacSecret', options)
  const bytes = secretBytes(secret)
  const { output, hash, block } = hmacAlgorithms[algorithm]
  if (bytes.length < output) {
    throw new ConfigurationError(
      'ERR_SECRET_TOO_SHORT',
      `A secret for ${algorithm} needs ${output} bytes, and this one, decoded, has ${bytes.length}. ${howToMake(output)}`,
    )
  }
  if (isKeyText(bytes)) throw invalid('is a key of another kind or a token, which is known to others')
  if (isGuessable(bytes, output)) {
    throw new ConfigurationError(
      'ERR_SECRET_GUESSABLE',
      `A secret for ${algorithm} needs ${output} random bytes, and there is less than that in this one: words, dates, ` +
        'sequences, repetitions, keys that are side by side, samples and UUIDs count nothing, a hex digit counts 4 bits ' +
        `and a base64 character 6, however they are written down. ${howToMake(output)}`,
    )
  }
  // HMAC hashes a key longer than its block and pads a shorter one with zeros: by either, two secrets can be one.
  const used = bytes.length > block ? createHash(hash).update(bytes).digest() : bytes
  const identities = [...new Set([fingerprint(withoutZerosAtEnd(used)), fingerprint(withoutZerosAtEnd(bytes))])]
  return new OneKey(
    'hmac secret',
    Object.freeze({ family: 'secret', algorithm, kid, material: createSecretKey(bytes), identities, mark: Symbol() }),
  )
}

function howToMake(length: number): string {
  return `Make one with: node -p "crypto.randomBytes(${length}).toString('base64url')", and give it as { base64url }.`
}

/** HMAC pads a secret with zeros: with fewer of them it is the same one. */
export function withoutZerosAtEnd(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1)
}

export function secretBytes(secret: unknown): Buffer {
  if (secret instanceof Uint8Array) return Buffer.from(secret)
  if (typeof secret !== 'object' || secret === null || Array.isArray(secret)) {
    throw invalid(
      'has to be bytes or { base64url }, { base64 }, { hex } or { utf8 }: a bare string could mean any of them',
    )
  }
  const [[encoding, text] = [], ...more] = Object.entries(secret)
  const decode = decoders.get(encoding ?? '')
  if (more.length > 0 || decode === undefined) {
    throw invalid('has to name exactly one encoding: base64url, base64, hex or utf8')
  }
  if (typeof text !== 'string') throw invalid(`is ${typeof text}, not a string: is the environment variable set?`)
  if (text.trim() === '') throw invalid('is empty')
  const bytes = decode(text)
  if (bytes === undefined) throw invalid(`is not ${encoding}${/\s/.test(text) ? ': there is white space in it' : ''}`)
  return bytes
}

const decoders = new Map<string, (text: string) => Buffer | undefined>(
  Object.entries({
    base64url: bytesOfBase64url,
    base64: (text) => exactly(text, 'base64'),
    hex: (text) => exactly(text.toLowerCase(), 'hex'),
    utf8: (text) => (text.isWellFormed() ? Buffer.from(text) : undefined),
  } satisfies Record<Encoding, (text: string) => Buffer | undefined>),
)

function exactly(text: string, encoding: 'base64' | 'hex'): Buffer | undefined {
  const bytes = Buffer.from(text, encoding)
  const again = bytes.toString(encoding)
  return again === text || again.replace(/=+$/, '') === text ? bytes : undefined
}

function invalid(why: string): ConfigurationError {
  return new ConfigurationError('ERR_SECRET_INVALID', `The secret ${why}${why.endsWith('?') ? '' : '.'}`)
}
