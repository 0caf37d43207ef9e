import type { IncomingMessage } from 'node:http'
import {
  guardFor,
  httpError,
  tokenOf as tokenOfRequest,
  type Guard,
  type Guardable,
  type Guarded,
  type GuardOptions,
  type LetInAlone,
  type NeedsContext,
  type Verdict,
  type Verified,
} from '@jwt-guard/core'
import type { Context, Next, ParameterizedContext } from 'koa'

/** A Koa middleware. One signature, and `{}` for the context: whatever else the application knows about `ctx` is kept. */
export interface KoaGuard<Auth, Slot extends string = 'auth'> {
  (ctx: ParameterizedContext<{ [S in Slot]: Auth }, {}>, next: Next): Promise<void>
}

/**
 * The guard of a token type as a middleware. An accepted token is at `ctx.state.auth` (`as`: another slot) and by
 * `tokenOf(ctx, type)`; anything else is answered here and never reaches what comes after, with the status, challenge
 * and body of RFC 6750. With `onRefusal: 'forward'` the refusal is thrown instead, as http-errors would make it.
 *
 * Checked is what the type says it checks, on every method, OPTIONS too: mount CORS before it.
 *
 * @throws ConfigurationError as `createGuard`; `ERR_GUARD_NOT_CALLED` where `jwtGuard` itself was mounted
 */
export function jwtGuard<V extends Verified, Optional extends boolean, Slot extends string>(
  guard: Guard<V, Optional, Slot>,
): KoaGuard<Guarded<V, Optional>, NoInfer<Slot>>
export function jwtGuard<V extends Verified, C, Optional extends boolean = false, Slot extends string = 'auth'>(
  type: Guardable<V, [context: C]>,
  options: GuardOptions<V, Optional, Slot, Context> & NeedsContext<C, Context>,
): KoaGuard<Guarded<V, Optional>, NoInfer<Slot>>
export function jwtGuard<V extends Verified, Optional extends boolean = false, Slot extends string = 'auth'>(
  type: Guardable<V>,
  options?: GuardOptions<V, Optional, Slot, Context>,
): KoaGuard<Guarded<V, Optional>, NoInfer<Slot>>
export function jwtGuard(given: unknown, options?: unknown): KoaGuard<Verified | undefined, string> {
  const guard = guardFor(given, options)
  // What a guard made by `createGuard` is given is Node's request, as it was there.
  const seenBy = guard === given ? (ctx: GuardContext) => ctx.req : (ctx: GuardContext) => ctx
  // No async function, which would be one more promise to wait for with every request.
  return function jwtGuardMiddleware(ctx: GuardContext, next: Next): Promise<void> {
    try {
      const verdict = guard.verdictOn(ctx.req, seenBy(ctx))
      return 'then' in verdict ? applyLate(guard, ctx, next, verdict) : apply(guard, ctx, next, verdict)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

type Answered = Verdict<Verified> | LetInAlone<boolean>

async function applyLate(guard: Guard, ctx: GuardContext, next: Next, verdict: Promise<Answered>): Promise<void> {
  return apply(guard, ctx, next, await verdict)
}

function apply(guard: Guard, ctx: GuardContext, next: Next, verdict: Answered): Promise<void> {
  if (verdict.verdict === 'accepted') {
    ctx.state[guard.slot] = verdict.token
    return next()
  }
  if (guard.onRefusal === 'forward') throw httpError(verdict)
  ctx.status = verdict.status
  ctx.body = verdict.body
  ctx.set({ ...verdict.headers })
  return Promise.resolve()
}

type GuardContext = ParameterizedContext<{ [slot: string]: Verified | undefined }, {}>

/** `ctx`, or Node's request where there is no `ctx`. */
type Holder = { readonly req: IncomingMessage } | IncomingMessage

/** `tokenOf` of `@jwt-guard/core`, of a Koa context. */
export function tokenOf<V extends Verified>(context: Holder, type: Guardable<V, never>): V
export function tokenOf<V extends Verified>(
  context: Holder,
  type: Guardable<V, never>,
  options: { readonly optional: true },
): V | undefined
export function tokenOf<V extends Verified>(
  context: Holder,
  type: Guardable<V, never>,
  options?: { readonly optional: true },
) {
  const request = 'req' in context ? context.req : context
  return tokenOfRequest(request, type, options)
}
