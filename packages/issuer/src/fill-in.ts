import { randomUUID } from 'node:crypto'
import { ConfigurationError, type Issuance } from '@jwt-guard/core'
import { TokenNotIssuedError } from './not-issued.js'
import type { Claims } from './plain-claims.js'

/** What the issuer knows of every token: who issues it, when, and for how long where the caller said so. */
export interface Occasion {
  readonly id: string
  /** Whole seconds since the epoch. */
  readonly now: number
  readonly expiresIn: number | undefined
}

/**
 * The claims of a token: what the caller says, and what can be known without him. Nothing said is changed, a wrong value
 * neither: the type refuses it. Only another `iss` is refused here.
 */
export function filledIn(issuance: Issuance, said: Claims, { id, now, expiresIn }: Occasion): Claims {
  const { name, audience, fixed, forbidden } = issuance
  if (Object.hasOwn(said, 'iss') && said['iss'] !== id) {
    throw new TokenNotIssuedError(name, { code: 'ERR_CLAIM_MISMATCH', claim: 'iss' })
  }
  const iat = typeof said['iat'] === 'number' ? said['iat'] : now
  const exp = iat + lifetimeOf(issuance, said, expiresIn)
  const known = Object.entries({ iss: id, aud: audience, iat, exp, jti: randomUUID(), ...Object.fromEntries(fixed) })
  const missing = known.filter(([claim, value]) => value !== undefined && !forbidden.includes(claim))
  return Object.assign(Object.create(null), Object.fromEntries(missing), said)
}

function lifetimeOf({ name, lifetime, forbidden }: Issuance, said: Claims, expiresIn: number | undefined): number {
  if (expiresIn === undefined) return lifetime
  const against = Object.hasOwn(said, 'exp') ? 'exp is among the claims' : undefined
  const why = forbidden.includes('exp') ? 'a token of this kind has no exp' : against
  if (why === undefined) return expiresIn
  throw new ConfigurationError('ERR_OPTIONS_CONTRADICT', `issue(${name}): expiresIn is given, and ${why}.`)
}
