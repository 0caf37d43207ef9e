import { ConfigurationError } from '@jwt-guard/core'

/** What `@UseToken` and `@Public` write on a class or on a handler, as it was given: start-up looks into it. */
export type RouteMark =
  | { readonly mark: 'public' }
  | { readonly mark: 'token'; readonly type: unknown; readonly options: unknown }

const marks = Symbol('jwt-guard:route')

/** Writes a mark on a class, or on a method and beside it under its name. */
export function markRoute(made: RouteMark): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (key === undefined) return Reflect.defineMetadata(marks, [...marksOn(target), made], target)
    const handler: unknown = descriptor?.value
    if (typeof handler !== 'function') {
      throw new ConfigurationError(
        'ERR_OPTION_INVALID',
        `${String(key)} is not a method: only classes and methods take it.`,
      )
    }
    Reflect.defineMetadata(marks, [...marksOn(handler), made], handler)
    // A decorator above may put another function in this one's place; what was meant stays legible.
    Reflect.defineMetadata(marks, [...marksMeantFor(target, key), made], target, key)
  }
}

/** The marks on this very class or function. */
export function marksOn(target: object): readonly RouteMark[] {
  return Reflect.getOwnMetadata(marks, target) ?? []
}

/** The marks that were written on the method of this name, whatever function is there now. */
export function marksMeantFor(prototype: object, name: string | symbol): readonly RouteMark[] {
  return Reflect.getOwnMetadata(marks, prototype, name) ?? []
}

/** The mark that holds for a handler of a class: its own, else that of the class or of the nearest class above. */
export function markFor(handler: object, controller: object): RouteMark | undefined {
  return marksOn(handler)[0] ?? inheritedMarks(controller)[0]
}

function inheritedMarks(controller: object): readonly RouteMark[] {
  return Reflect.getMetadata(marks, controller) ?? []
}
