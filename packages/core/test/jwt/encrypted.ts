import type { KeyObject } from 'node:crypto'
import { CompactEncrypt } from 'jose'

/** A text, encrypted by jose. `undefined` takes a member of the header out. */
export function encrypted(
  text: string,
  key: KeyObject | Uint8Array,
  header: { readonly alg: string; readonly enc: string; readonly [name: string]: unknown },
): Promise<string> {
  const members = Object.entries({ cty: 'JWT', ...header }).filter(([, value]) => value !== undefined)
  return new CompactEncrypt(Buffer.from(text))
    .setProtectedHeader(Object.fromEntries(members) as typeof header)
    .encrypt(key)
}
