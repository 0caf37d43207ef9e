import type { Key } from '../../src/issuers/key.js'
import { LocalKeys, OneKey } from '../../src/issuers/key-source.js'

/**
 * The key of a source, in a source of its own, and how often its material was asked for: once for each check of a
 * signature, since nothing else needs it once it was read.
 */
export function counted(source: unknown) {
  const [key] = source instanceof LocalKeys ? source.keys : []
  if (key === undefined) throw new TypeError('not what publicKey or hmacSecret made')
  const signatures = { checked: 0 }
  const counting = withCountedMaterial(key, signatures)
  const again = counting.family === 'public' ? new OneKey('public key', counting) : new OneKey('hmac secret', counting)
  return { source: again, key: counting, signatures }
}

function withCountedMaterial<K extends Key>(key: K, signatures: { checked: number }): K {
  const { material } = key
  const get = () => {
    signatures.checked++
    return material
  }
  return Object.freeze(Object.defineProperty({ ...key, mark: Symbol() }, 'material', { get, enumerable: true }))
}
