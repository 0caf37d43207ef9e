/** Marks what this library made. Not exported by the package: nobody else can make one of these. */
export const kind: unique symbol = Symbol('jwt-guard kind')
