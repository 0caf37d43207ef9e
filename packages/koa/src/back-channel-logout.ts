import { createBackChannelLogout, type BackChannelLogoutOptions } from '@jwt-guard/core'
import type { ParameterizedContext } from 'koa'

/** A Koa middleware that answers every request itself. */
export type KoaLogout = (ctx: ParameterizedContext<{}, {}>) => Promise<void>

/**
 * The endpoint of back-channel logout, as `createBackChannelLogout` of `@jwt-guard/core` has it:
 * `router.all('/logout/back-channel', backChannelLogout({ token: tokens.logout, revocations }))`. With or without a body
 * parser before it. It takes no bearer token: mount it before a guard that stands before every route.
 *
 * @throws ConfigurationError `ERR_OPTION_*`, `ERR_TYPE_UNNAMED`
 */
export function backChannelLogout(options: BackChannelLogoutOptions): KoaLogout {
  const logout = createBackChannelLogout(options)
  return async function backChannelLogoutMiddleware(ctx): Promise<void> {
    const { status, headers, body } = await logout.answer(ctx.req, 'body' in ctx.request ? ctx.request.body : undefined)
    ctx.status = status
    // Without a body Koa would make it a 204.
    ctx.body = body ?? ''
    ctx.set({ ...headers })
  }
}
