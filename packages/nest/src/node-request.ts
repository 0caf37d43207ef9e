import type { IncomingMessage } from 'node:http'
import type { ExecutionContext } from '@nestjs/common'

/** The execution context, an Express request, or a Fastify request. */
export type Holder = ExecutionContext | IncomingMessage | { readonly raw: IncomingMessage }

/** Node's own request behind whatever Nest or its user has in hand; undefined where there is none. */
export function nodeRequestOf(holder: Holder): IncomingMessage | undefined {
  const request: unknown = isContext(holder) ? requestOf(holder) : holder
  if (isNodeRequest(request)) return request
  const raw = memberOf(request, 'raw')
  return isNodeRequest(raw) ? raw : undefined
}

function isContext(holder: Holder): holder is ExecutionContext {
  return 'switchToHttp' in holder && 'getHandler' in holder
}

function requestOf(context: ExecutionContext): unknown {
  const type = context.getType<string>()
  // By its place: `switchToHttp` writes three new functions on the context, each time.
  if (type === 'http') return context.getArgByIndex<unknown>(0)
  // The third argument of a resolver is GraphQL's own context, where Nest's drivers leave the request.
  return type === 'graphql' ? memberOf(context.getArgByIndex<unknown>(2), 'req') : undefined
}

// By its form and not by its class: the requests of Fastify's `inject` are not made by Node.
function isNodeRequest(value: unknown): value is IncomingMessage {
  return Array.isArray(memberOf(value, 'rawHeaders'))
}

// Not by a dot, which takes V8 six times as long with requests of Express: each has a hidden class of its own.
function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
