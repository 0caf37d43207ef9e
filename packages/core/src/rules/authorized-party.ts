import type { JsonObject } from '../encoding/strict-json.js'
import { Refusal } from '../errors/errors.js'
import type { TokenRules } from './token-rules.js'

/** OpenID Connect Core §3.1.3.7, 4 and 5 (errata 2): `azp`, where it is there, is this client. */
export function checkAuthorizedParty(claims: JsonObject, { audience }: TokenRules): Refusal | undefined {
  if (!Object.hasOwn(claims, 'azp')) return undefined
  return audience?.anyOf.some((client) => client === claims['azp'])
    ? undefined
    : new Refusal('ERR_CLAIM_MISMATCH', 'azp')
}
