import { markRoute } from './route-mark.js'

/**
 * Opens a handler, or every handler of a controller, that `everyRoute` or a `@UseToken` of the class would guard. What
 * is on a handler goes before what is on its class. Other guards are not touched by it.
 *
 * Together with `@UseToken` on the same handler, or on the same class, the application does not start
 * (`ERR_ROUTE_CONTRADICTS`).
 */
export function Public(): ClassDecorator & MethodDecorator {
  return markRoute({ mark: 'public' })
}
