import { createParamDecorator, type ExecutionContext } from '@nestjs/common'

/** Shown by the compiler where the annotation of a parameter cannot hold what the decorator puts there. */
export interface WrongAnnotation<Annotated, Given> {
  readonly annotated: Annotated
  readonly given: Given
}

/**
 * A parameter decorator that compares the parameter's annotation with what it will hold.
 * `index` is the parameter's number, a literal type; it stays assignable only where `Given` fits the annotation.
 */
export type CheckedParameter<Given> = <Controller extends object, Key extends keyof Controller, Index extends number>(
  controller: Controller,
  key: Key,
  index: Controller[Key] extends (...parameters: infer Parameters) => unknown
    ? [Given] extends [Parameters[Index]]
      ? Index
      : WrongAnnotation<Parameters[Index], Given>
    : never,
) => void

/** The parameter decorator of Nest for a value that is read from the execution context. */
export function checkedParameter<Given>(read: (context: ExecutionContext) => Given): CheckedParameter<Given> {
  const parameter = createParamDecorator<undefined, Given>((_, context) => read(context))()
  return (controller, key, index) => parameter(controller, typeof key === 'number' ? String(key) : key, Number(index))
}
