import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  guardFor,
  httpError,
  type AnyNamedTokenType,
  type Guard,
  type Guardable,
  type Guarded,
  type GuardOptions,
  type LetInAlone,
  type NeedsContext,
  type Refused,
  type Verdict,
  type Verified,
  type VerifiedBy,
} from '@jwt-guard/core'
import type { Locals, Request } from 'express'

type Next = (error?: unknown) => void
/**
 * An Express middleware, typed so that it takes nothing away from the route: `req` is Node's own request, so the
 * route's `req.params`, `req.body` and `req.query` are inferred as if it were not there.
 *
 * The order of the two signatures matters. Inference reads the last: the handlers after it see `res.locals.auth`. The
 * first lets it stand where Express forgets the locals: in an array, as a plain `RequestHandler`, beside a guard with
 * another slot (`& object` keeps the all-optional type from being "weak").
 */
export interface ExpressGuard<Auth, Slot extends string = 'auth'> {
  (req: IncomingMessage, res: ServerResponse & { locals: { [S in Slot]?: Auth } & object }, next: Next): void
  (req: IncomingMessage, res: ServerResponse & { locals: { [S in Slot]: Auth } & Locals }, next: Next): void
}

/**
 * The guard of a token type as a middleware. An accepted token is at `res.locals.auth` (`as`: another slot) and by
 * `tokenOf(req, type)`; anything else is answered here and never reaches the handler, with the status, challenge and
 * body of RFC 6750. With `onRefusal: 'forward'` the refusal goes to `next(error)` instead, as http-errors would make it.
 *
 * Checked is what the type says it checks, on every method, OPTIONS too: mount CORS before it.
 *
 * @throws ConfigurationError as `createGuard`; `ERR_GUARD_NOT_CALLED` where `jwtGuard` itself was mounted
 */
// The common form is last: the compiler explains a refused call by the last overload. `NoInfer`: the route's locals
// must not decide the slot.
export function jwtGuard<V extends Verified, Optional extends boolean, Slot extends string>(
  guard: Guard<V, Optional, Slot>,
): ExpressGuard<Guarded<V, Optional>, NoInfer<Slot>>
export function jwtGuard<V extends Verified, Context, Optional extends boolean = false, Slot extends string = 'auth'>(
  type: Guardable<V, [context: Context]>,
  options: GuardOptions<V, Optional, Slot, Request> & NeedsContext<Context, Request>,
): ExpressGuard<Guarded<V, Optional>, NoInfer<Slot>>
export function jwtGuard<V extends Verified, Optional extends boolean = false, Slot extends string = 'auth'>(
  type: Guardable<V>,
  options?: GuardOptions<V, Optional, Slot, Request>,
): ExpressGuard<Guarded<V, Optional>, NoInfer<Slot>>
export function jwtGuard(given: unknown, options?: unknown): ExpressGuard<Verified | undefined, string> {
  const guard = guardFor(given, options)
  return function jwtGuardMiddleware(req: IncomingMessage, res: ExpressResponse, next: Next): void {
    let letIn: boolean | Promise<boolean>
    try {
      letIn = isLetIn(guard, req, res)
    } catch (error) {
      return next(error)
    }
    // What `next()` throws is not the guard's: it is not caught here and handed to `next` again.
    if (typeof letIn !== 'boolean') letIn.then((late) => (late ? next() : undefined), next)
    else if (letIn) next()
  }
}

/** Applies the verdict, and answers whether the request goes on. */
function isLetIn(guard: Guard, req: IncomingMessage, res: ExpressResponse): boolean | Promise<boolean> {
  const verdict = guard.verdictOn(req)
  return 'then' in verdict ? verdict.then((late) => apply(guard, late, res)) : apply(guard, verdict, res)
}

function apply(guard: Guard, verdict: Verdict<Verified> | LetInAlone<boolean>, res: ExpressResponse): boolean {
  if (verdict.verdict === 'accepted') {
    localsOf(res)[guard.slot] = verdict.token
    return true
  }
  if (guard.onRefusal === 'forward') throw httpError(verdict)
  answer(res, verdict)
  return false
}

type ExpressResponse = ServerResponse & { readonly locals: Record<string, unknown> }

// Not by a dot, which takes V8 six times as long: Express gives each response a hidden class of its own.
function localsOf(res: ExpressResponse): Record<string, unknown> {
  return Reflect.get(res, 'locals')
}

function answer(res: ServerResponse, { status, headers, body }: Refused): void {
  // Somebody else has answered meanwhile, a timeout perhaps: the response is theirs to end.
  if (res.headersSent) return
  res.statusCode = status
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
  res.end(JSON.stringify(body))
}

/** For handlers written away from their route: `RequestHandler<{ id: string }, Report, never, Query, Authenticated<typeof tokens.access>>`. */
export type Authenticated<T extends AnyNamedTokenType, Slot extends string = 'auth'> = { [S in Slot]: VerifiedBy<T> }
