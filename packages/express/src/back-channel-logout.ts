import type { IncomingMessage, ServerResponse } from 'node:http'
import { createBackChannelLogout, type BackChannelLogoutOptions } from '@jwt-guard/core'

/** A handler of Express. It answers every request itself; `next` is called only with an error of the program. */
export type ExpressLogout = (
  req: IncomingMessage & { readonly body?: unknown },
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * The endpoint of back-channel logout, as `createBackChannelLogout` of `@jwt-guard/core` has it:
 * `app.use('/logout/back-channel', backChannelLogout({ token: tokens.logout, revocations }))`. With or without a body
 * parser before it. It takes no bearer token: mount it before a guard that stands before every route.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_TYPE_UNNAMED`
 */
export function backChannelLogout(options: BackChannelLogoutOptions): ExpressLogout {
  const logout = createBackChannelLogout(options)
  return function backChannelLogoutHandler(req, res, next): void {
    logout.answer(req, req.body).then(({ status, headers, body }) => {
      if (res.headersSent) return
      res.statusCode = status
      for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
      res.end(body === undefined ? undefined : JSON.stringify(body))
    }, next)
  }
}
