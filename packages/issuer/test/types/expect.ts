export type Expect<X extends true> = X
export type Same<X, Y> = (<Q>() => Q extends X ? 1 : 2) extends <Q>() => Q extends Y ? 1 : 2 ? true : false
export type IsAny<X> = 0 extends 1 & X ? true : false
export type Fits<X, Y> = X extends Y ? true : false
/** Flattens intersections, so that `Same` compares members and not spelling. */
export type Flat<T> = { [K in keyof T]: T[K] }
