import { aListOf, aName, anExactName } from '../encoding/options.js'
import type { AudienceRule, ClaimsSchema } from '../rules/token-rules.js'
import { commonOptions, type CommonOptions } from './common-options.js'

/** Kinds that are meant for a client. */
export interface ClientOptions<Schema extends ClaimsSchema = ClaimsSchema> extends CommonOptions<Schema> {
  /** This client, as it is registered with the issuer. */
  readonly clientId: string
  /** Who else may be among the audiences. Without it, this client has to be the only one. */
  readonly trustedAudiences?: readonly string[]
}

export const clientOptions = {
  ...commonOptions,
  clientId: aName,
  trustedAudiences: aListOf(anExactName),
} as const

/** OpenID Connect Core §3.1.3.7, 3: no audience is there that the client does not trust. */
export function clientAudience(read: {
  readonly clientId: string
  readonly trustedAudiences: readonly string[] | undefined
}): AudienceRule {
  return { anyOf: [read.clientId], beside: read.trustedAudiences ?? [] }
}
