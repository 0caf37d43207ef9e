import type { Guardable, GuardOptions, NeedsContext, Verified } from '@jwt-guard/core'
import { applyDecorators, UseGuards, type ExecutionContext } from '@nestjs/common'
import { JwtGuard } from './jwt-guard.guard.js'
import { markRoute } from './route-mark.js'

/** The options of a guard, but for a slot and for who answers: here the token is a parameter, and Nest answers. */
export type NestOptions<V extends Verified> = Omit<
  GuardOptions<V, boolean, string, ExecutionContext>,
  'as' | 'onRefusal'
>

/**
 * Guards a handler, or every handler of a controller, by a token type of the module's set, or `anyOf` several. What is on a handler goes
 * before what is on its class, and both before `everyRoute`. `authorize` and `context` are given the execution context.
 *
 * A name is looked up at start-up; only a type is checked by the compiler. Guarded is HTTP, and GraphQL over it: a
 * handler of any other kind of context is refused to everybody. The application does not start with an option that
 * `createGuard` refuses, or with a type that is not of the module's set or is contradicted (`ERR_ROUTE_CONTRADICTS`).
 */
export function UseToken<V extends Verified, Context>(
  type: Guardable<V, [context: Context]>,
  options: NestOptions<V> & NeedsContext<Context, ExecutionContext>,
): ClassDecorator & MethodDecorator
export function UseToken(name: string, options?: NestOptions<Verified>): ClassDecorator & MethodDecorator
export function UseToken<V extends Verified>(
  type: Guardable<V>,
  options?: NestOptions<V>,
): ClassDecorator & MethodDecorator
export function UseToken(type: unknown, options: unknown = {}): ClassDecorator & MethodDecorator {
  return applyDecorators(markRoute({ mark: 'token', type, options }), UseGuards(JwtGuard))
}
