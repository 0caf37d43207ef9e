import { SignJWT } from 'jose'
import { user } from './authorization-server.js'
import { api, passwordResetAudience } from './names.js'

/** A token of the service's own, as its "forgot password" page would mail it to the user. */
export function passwordResetToken(secret: string, claims: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'password-reset+jwt' })
    .setIssuer(api)
    .setAudience(passwordResetAudience)
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(Buffer.from(secret, 'base64url'))
}
