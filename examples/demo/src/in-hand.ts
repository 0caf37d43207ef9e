import type { AuthorizationServer } from './authorization-server.js'
import type { PublishedKey } from './forgeries.js'
import { rememberLogin } from './logins.js'
import { api, billingApi } from './names.js'
import { passwordResetToken } from './password-reset.js'
import { accessTokenForMachine, logIn } from './real-tokens.js'

/** What the attempts are made with. The tokens are all genuine. */
export interface InHand {
  /** For this service, with the scope to read. */
  readonly access: string
  /** For this service, with the scopes to read and to write. */
  readonly writing: string
  /** For another service of the same authorization server. */
  readonly billing: string
  /** For this service, of a partner's authorization server. */
  readonly partner: string
  readonly id: string
  readonly passwordReset: string
  /** A password-reset token of more than 8 KiB. */
  readonly oversized: string
  readonly publishedKey: PublishedKey
  /** The cookie of the browser that logged in, and that of another one. */
  readonly ownCookie: string
  readonly strangersCookie: string
}

/** Gets it all. */
export async function takeInHand(
  auth: AuthorizationServer,
  partner: AuthorizationServer,
  resetSecret: string,
): Promise<InHand> {
  const login = await logIn(auth, { api, scope: 'reports:read reports:write' })
  return {
    access: await accessTokenForMachine(auth, { api, scope: 'reports:read' }),
    writing: login.accessToken,
    billing: await accessTokenForMachine(auth, { api: billingApi, scope: 'reports:read' }),
    partner: await accessTokenForMachine(partner, { api, scope: 'reports:read' }),
    id: login.idToken,
    passwordReset: await passwordResetToken(resetSecret),
    oversized: await passwordResetToken(resetSecret, { padding: 'x'.repeat(8 * 1024) }),
    publishedKey: await publishedKeyOf(auth),
    ownCookie: rememberLogin(login.nonce),
    strangersCookie: rememberLogin('the nonce of another login'),
  }
}

async function publishedKeyOf({ url }: AuthorizationServer): Promise<PublishedKey> {
  const response = await fetch(`${url}/jwks`)
  const { keys } = (await response.json()) as { readonly keys: readonly [PublishedKey] }
  return keys[0]
}
