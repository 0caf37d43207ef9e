import type { IncomingMessage, ServerResponse } from 'node:http'
import { createBackChannelLogout, type BackChannelLogoutOptions } from '@jwt-guard/core'

/** A middleware of Nest, on Express and on Fastify. It answers every request itself. */
export type NestLogout = (req: IncomingMessage & { readonly body?: unknown }, res: ServerResponse) => Promise<void>

/**
 * The endpoint of back-channel logout, as `createBackChannelLogout` of `@jwt-guard/core` has it, as a middleware of a
 * module: `consumer.apply(backChannelLogout({ token: tokens.logout, revocations })).forRoutes('logout/back-channel')`.
 * Middleware runs before guards: neither `everyRoute` nor a global guard of the application asks it for a bearer token.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_TYPE_UNNAMED`
 */
export function backChannelLogout(options: BackChannelLogoutOptions): NestLogout {
  const logout = createBackChannelLogout(options)
  return async function backChannelLogoutMiddleware(req, res): Promise<void> {
    const { status, headers, body } = await logout.answer(req, req.body)
    if (res.headersSent) return
    res.statusCode = status
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
    res.end(body === undefined ? undefined : JSON.stringify(body))
  }
}
