import { createHash } from 'node:crypto'
import type { CertifiedKey } from './certificate-path.js'
import type { VerificationKey } from './key.js'

const mostChains = 1000

/**
 * Keys of chains that were validated, by the exact text of the chain, of which a hash is kept. What is remembered is
 * that the chain leads to an anchor and is for who it should be; the dates are looked at whenever a key is asked for.
 * Nothing but a valid chain takes up room, and the one that was used least recently goes first.
 */
export class KnownChains {
  readonly #keys = new Map<string, CertifiedKey>()

  find(chain: readonly string[], now: number): VerificationKey | undefined {
    const name = nameOf(chain)
    const known = this.#keys.get(name)
    if (known === undefined || now < known.validFrom || now > known.validUntil) return undefined
    this.#keys.delete(name)
    this.#keys.set(name, known)
    return known.key
  }

  keep(chain: readonly string[], certified: CertifiedKey): void {
    this.#keys.set(nameOf(chain), certified)
    const [oldest] = this.#keys.keys()
    if (this.#keys.size > mostChains && oldest !== undefined) this.#keys.delete(oldest)
  }
}

/** A comma is in no base64, so no two chains have one name. */
function nameOf(chain: readonly string[]): string {
  return createHash('sha256').update(chain.join(','), 'utf8').digest('base64url')
}
